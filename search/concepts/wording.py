"""One label, worded otherwise: plurals, little words inside it, verb for noun, spellings, the other order of words,
English words in place of its own."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache

from search.analysis.scripts import KHMER_SUBSCRIPTS, is_spaceless
from search.analysis.segmentation import clusters
from search.concepts.thesaurus import DATA

# Little words that may stand inside a label or be left out of it ("visão por computador", "pagkilala sa / ng boses").
# Only those that never change what is meant: not "to" (speech to text), "and", "no", "from".
_LITTLE = """
of for in the on with
de do da dos das em na nas nos no por para
ở cho của trong bằng qua các những o cua cac nhung
di untuk pada dalam dengan bagi secara yang
ng sa ang mga nang gamit
的
ของ เพื่อ สำหรับ ด้าน โดย ใน
ຂອງ ເພື່ອ ສຳລັບ ດ້ານ ໂດຍ ໃນ
នៃ របស់ សម្រាប់ ដើម្បី ដោយ តាម ក្នុង
များ ဖြင့် အတွက် ရဲ့ နဲ့ ၏
"""
WEAK = frozenset(_LITTLE.split())
_MAKES_NOUNS = {"th": ("การ",), "lo": ("ການ",), "km": ("ការ",)}  # before a verb; people leave it out
_ENDS_NOUNS = {"my": ("ခြင်း", "မှု")}
_LONG_ENOUGH = 5  # clusters that must be left
# Loanwords are spelt variously in Lao, Khmer and Burmese: long or short vowels, two letters for r and l, the last tone.
_SPELLINGS = str.maketrans(
    {
        "\u0eb5": "\u0eb4", "\u0eb7": "\u0eb6", "\u0eb9": "\u0eb8", "\u0ea3": "\u0ea5", "\u0ebc": "\u0ea5",
        "\u17b8": "\u17b7", "\u17ba": "\u17b9", "\u17bc": "\u17bb", **dict.fromkeys(map(chr, range(0x17C9, 0x17D1))),
        "\u102e": "\u102d", "\u1030": "\u102f", "\u1025": "\u1009", "\u1038": None,
    }
)  # fmt: skip
_SHORT = {"univ": "university", "uni": "university"}
_MOST_ENGLISH = 3  # words of one label that are exchanged for English ones
_IY = re.compile("(?<=[b-df-hj-np-tv-z])iy(?=[aeiou])")
_LONE_Y = re.compile("(?:[hklmst]|qu)[yỳýỷỹỵ]")
_Y_TO_I = str.maketrans("yỳýỷỹỵ", "iìíỉĩị")
_LATE_TONE = re.compile("(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])$")
_LINKED = re.compile(r"(\w+[aeiou])ng (\w+)|(\w+) na (\w+)")


def singular(word: str) -> str:
    """A lower-case word without its ending: of plurals (English, Portuguese), of what belongs to somebody (Indonesian
    and Malay "beasiswanya"); the same for label and text, never shown."""
    if len(word) <= 3:
        return word
    if word.endswith("nya") and len(word) > 6:
        return word[:-3]
    if word.endswith(("ais", "eis", "éis")):
        return word[:-2].replace("é", "e") + "l" if len(word) > 5 else word
    if word.endswith(("ões", "oes")) and len(word) > 5:
        return word[:-3] + ("ão" if word.endswith("ões") else "ao")
    if word.endswith("ores") and len(word) > 6:
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "ics")):  # electronics is not electronic
        word = word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return word[:-1] + "n" if word.endswith("em") and len(word) > 4 else word  # imagem, imagens


def spelt(word: str) -> str:
    """A lower-case word in one of its spellings: Vietnamese with the tone on the first vowel (hoá, hóa) and i for y
    (kỹ, kĩ), Filipino with y for iy (proteksiyon), a university in full. Words of other languages are seldom of that
    shape, and label and text are treated alike."""
    word = _SHORT.get(word, word)
    word = _IY.sub("y", word) if "iy" in word else word
    found = word.translate(_Y_TO_I) if _LONE_Y.fullmatch(word) else word
    if not found.isascii() and (tone := _LATE_TONE.search(found)):
        low, high = tone.span()
        return found[:low] + unicodedata.normalize("NFC", _moved(found[low:high]))
    return found


def _moved(vowels: str) -> str:
    """Two vowels with the tone of the second on the first."""
    first, second, tone = tuple(unicodedata.normalize("NFD", vowels))
    return first + tone + second


def spelling(text: str) -> str:
    """One spelling for those of a loanword; marks stay. The same for label and text, never shown."""
    return text if text < "\u0e80" else text.replace(*KHMER_SUBSCRIPTS).translate(_SPELLINGS)


def variants(label: str, language: str) -> list[str]:
    """The label, then other wordings of it that its language forms by rule."""
    prefixes, suffixes = _MAKES_NOUNS.get(language, ()), _ENDS_NOUNS.get(language, ())
    shorter = [label.removeprefix(prefix) for prefix in prefixes] + [label.removesuffix(suffix) for suffix in suffixes]
    found = [label, *(other for other in shorter if other != label and len(clusters(other)) >= _LONG_ENOUGH)]
    if language == "fil" and (linked := _LINKED.fullmatch(label)):
        found.append(_linked(linked[2] or linked[4], linked[1] or linked[3]))
    return found


def _linked(first: str, second: str) -> str:
    """Two Filipino words joined by the linker that the first one takes."""
    if first[-1] in "aeiou":
        return f"{first}ng {second}"
    return f"{first}g {second}" if first[-1] == "n" else f"{first} na {second}"


def mixed(label: str, language: str) -> list[str]:
    """A label with English in place of its own words, one of them or several ("ท่าเรือ smart"); at the label's edge, on
    either side of the rest. Something of its own is always left."""
    found: list[tuple[int, int, str]] = []
    for (low, high), english in _english(label, language):
        if all(high <= start or end <= low for start, end, _other in found):
            found.append((low, high, english))
    found = sorted(found[:_MOST_ENGLISH])
    worded = [_exchanged(label, words) for words in (*([one] for one in found), found) if _leaves_some(label, words)]
    for low, high, english in found:
        head, tail = label[:low].strip(), label[high:].strip()
        if bool(head) != bool(tail):
            worded.append(f"{tail} {english}" if tail else f"{english} {head}")
    return list(dict.fromkeys(worded))


def _leaves_some(label: str, words: list[tuple[int, int, str]]) -> bool:
    left = list(label)
    for low, high, _english_word in reversed(words):
        del left[low:high]
    own = is_spaceless if is_spaceless(label) else str.isalnum
    return bool(words) and any(own(character) for character in left)


def _english(label: str, language: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Where a label has words that people type in English, the longest first."""
    lower = label.lower()
    for own, pattern, english in _glosses().get(language, ()):
        if own in lower:
            yield from ((match.span(), english) for match in pattern.finditer(lower))


def _exchanged(label: str, words: list[tuple[int, int, str]]) -> str:
    for low, high, english in reversed(words):
        label = f"{label[:low].rstrip()} {english} {label[high:].lstrip()}".strip()
    return label


@cache
def _glosses() -> dict[str, list[tuple[str, re.Pattern[str], str]]]:
    """For each language its words, the longest first, each with how it is found and with its English."""
    tables: dict[str, dict[str, list[str]]] = tomllib.loads((DATA / "glosses.toml").read_text("utf-8"))
    found: dict[str, list[tuple[str, re.Pattern[str], str]]] = {}
    for english, words in tables.items():
        for language, own in words.items():
            for word in own:
                whole = re.escape(word.lower())
                pattern = re.compile(whole if is_spaceless(word) else rf"(?<!\w){whole}(?!\w)")
                found.setdefault(language, []).append((word.lower(), pattern, english))
    return {
        language: sorted(entries, key=lambda entry: (-len(entry[0]), entry[0])) for language, entries in found.items()
    }
