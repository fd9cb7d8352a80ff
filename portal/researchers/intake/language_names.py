"""Names of languages ↔ BCP 47, through CLDR in all languages of the site; ISO 639-2 codes too."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from portal.locales import TAGS
from portal.vocabulary.cldr import locale_of
from search.analysis.cleaning import clean, simplify
from search.analysis.folding import fold
from search.analysis.scripts import is_spaceless

_CODE = re.compile(r"[a-z]{2,3}")
_BESIDE = re.compile(fold("^(?:ภาษา|ພາສາ|ភាសា|bahasa |tiếng |wikang |língua )|(?:ဘာသာစကား|ဘာသာ|စကား| language)$"))
_SITE = {tag.partition("-")[0]: tag for tag in TAGS}
# ISO 639-2 (terminological) of those whose two letters are not enough for other programs, from ISO's own table.
_THREE = {
    "zh": "zho", "en": "eng", "vi": "vie", "th": "tha", "id": "ind", "ms": "msa", "lo": "lao", "km": "khm", "my": "mya",
    "pt": "por", "ja": "jpn", "ko": "kor", "fr": "fra", "de": "deu", "es": "spa", "ru": "rus", "ar": "ara", "ta": "tam",
    "hi": "hin", "it": "ita", "nl": "nld", "jv": "jav", "su": "sun", "bo": "bod", "ug": "uig", "za": "zha",
}  # fmt: skip
_MET = {
    *TAGS,
    *_THREE,
    "tet",
    "jv",
    "su",
    "yue",
    "nan",
    "shn",
    "ilo",
    "ceb",
}  # spoken around here: looked for in running text
# Names that CLDR has only with a country, or not at all.
_ALSO = {
    "mandarin": "zh-Hans", "putonghua": "zh-Hans", "普通话": "zh-Hans", "汉语": "zh-Hans",
    "华语": "zh-Hans", "英文": "en", "泰文": "th", "bahasa melayu": "ms", "bahasa indonesia": "id",
    "tagalog": "fil", "tetum": "tet", "tétum": "tet",
    "bahasa inggris": "en", "bahasa inggeris": "en", "bahasa mandarin": "zh-Hans", "bahasa cina": "zh-Hans",
}  # fmt: skip


def language_of(name: str) -> str | None:
    """The BCP 47 tag that a name or a code stands for, as listings have it; None if nobody knows it."""
    plain = name.strip().replace("_", "-").lower()
    first = plain.partition("-")[0]
    if _CODE.fullmatch(first) and _is_code(plain):
        return _tag(first)
    key = key_of(name)
    return name_table().get(key) or name_table().get(_BESIDE.sub("", key))


def three_letters(tag: str) -> str:
    """The ISO 639-2 code of a language, or its own code where we have none."""
    first = tag.partition("-")[0]
    return _THREE.get(first, first)


@cache
def name_table() -> dict[str, str]:
    """Folded name → tag, in all languages of the site; the first that has it wins."""
    table: dict[str, str] = {}
    for tag in TAGS:
        for code, name in locale_of(tag).languages.items():
            if _CODE.fullmatch(code.partition("_")[0]) and len(code) <= 7:
                table.setdefault(key_of(name), _tag(code.partition("_")[0]))
    for name, tag in _ALSO.items():
        table[key_of(name)] = tag
    table.pop("", None)
    return table


@cache
def names_pattern() -> re.Pattern[str]:
    """Finds names of languages in folded text; of those in scripts with spaces, whole words."""
    known = {name for name, tag in name_table().items() if tag in _MET}
    ordered = sorted(known, key=lambda name: (-len(name), name))
    return re.compile("|".join(_edged(name) for name in ordered))


def key_of(name: str) -> str:
    """A name as names are compared."""
    return fold(simplify(clean(name)))


def _edged(name: str) -> str:
    escaped = re.escape(name)
    return escaped if is_spaceless(name) else rf"(?<![^\W\d_]){escaped}(?![^\W\d_])"


def _is_code(plain: str) -> bool:
    first = plain.partition("-")[0]
    if first in get_global("language_aliases"):
        return True
    try:
        return Locale.parse(first) is not None
    except (ValueError, UnknownLocaleError):
        return first in locale_of("en").languages


def _tag(code: str) -> str:
    short = str(get_global("language_aliases").get(code, code)).partition("_")[0]
    return _SITE.get(short, short)
