"""Codes by their names in any language of the site: cells hold words that people know, records hold codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from portal.core.messages import N_, translated
from portal.listings import codes
from portal.listings.labels import LABELS
from portal.locales import BY_TAG, COUNTRIES, TAGS
from portal.vocabulary.cldr import country_names, language_name, locale_of
from portal.vocabulary.isced import load_isced
from portal.vocabulary.thesaurus import load_thesaurus
from search.analysis.cleaning import clean

FLAGS = {"yes": N_("Yes"), "no": N_("No")}
_SEPARATOR = re.compile("[;；\n]")
_COMMA = re.compile("[,，、]")
_ORGANISATION = re.compile(r"(?:.*[(（/])?([0-9a-z-]{1,40})[)）]?", re.DOTALL)


@dataclass(frozen=True)
class Vocabulary:
    """Codes with their names: `offered` to choose from in this order, and by each name that only one of them has."""

    offered: tuple[str, ...]
    name: Callable[[str, str], str]
    by_name: Mapping[str, str]

    def read(self, text: str) -> str:
        """The code of a name or code; the text itself where there is none, for the checking to tell of."""
        return self.by_name.get(_folded(text), text)

    def write(self, code: str, tag: str) -> str:
        """A name of which `read` makes the code again, else the code."""
        name = self.name(code, tag)
        return name if self.by_name.get(_folded(name)) == code and not _SEPARATOR.search(name) else code

    def read_all(self, text: str) -> list[str]:
        """The codes of a list: separated by semicolons or lines, or by commas where no name has one."""
        found: list[str] = []
        for piece in filter(None, map(str.strip, _SEPARATOR.split(text))):
            whole = self.read(piece)
            found.extend(self._several(piece) or [whole] if whole == piece else [whole])
        return found

    def _several(self, text: str) -> list[str]:
        """The codes of a list with commas; nothing where it is none, or has what is no code."""
        parts = [self.read(part) for part in filter(None, map(str.strip, _COMMA.split(text)))]
        return parts if len(parts) > 1 and all(_folded(part) in self.by_name for part in parts) else []


@cache
def vocabulary(name: str) -> Vocabulary:
    """A vocabulary: a table of `listings.labels`, or one of its own."""
    own = _OWN.get(name)
    return own() if own else _labelled(LABELS[name])


def _labelled(labels: Mapping[str, str], also: Mapping[str, str] | None = None) -> Vocabulary:
    def name(code: str, tag: str) -> str:
        return translated(labels.get(code, code), tag)

    return _vocabulary(labels, name, lambda code: (labels[code], *(name(code, tag) for tag in TAGS)), also)


def _vocabulary(
    codes_: Iterable[str],
    name: Callable[[str, str], str],
    names: Callable[[str], Iterable[str]],
    also: Mapping[str, str] | None = None,
) -> Vocabulary:
    """The codes themselves come first; a name of two codes is a name of none."""
    offered = tuple(codes_)
    own = {_folded(code): code for code in offered} | dict(also or {})
    claimed: dict[str, set[str]] = {}
    for code in offered:
        for each in names(code):
            claimed.setdefault(_folded(each), set()).add(code)
    unique = {each: next(iter(found)) for each, found in claimed.items() if len(found) == 1}
    return Vocabulary(offered, name, {**unique, **own})


def _countries(offered: Iterable[str]) -> Vocabulary:
    def names(code: str) -> list[str]:
        return [name for tag in TAGS for name in country_names(code, tag)]

    return _vocabulary(offered, lambda code, tag: country_names(code, tag)[0], names)


def _all_countries() -> Vocabulary:
    """Those of the site first, then every other territory that CLDR names."""
    known = sorted(code for code in map(str, locale_of("en").territories) if len(code) == 2 and code.isalpha())
    return _countries(dict.fromkeys((*COUNTRIES, *known)))


def _languages() -> Vocabulary:
    def names(code: str) -> list[str]:
        return [BY_TAG[code].name, *(language_name(code, tag) for tag in TAGS)]

    return _vocabulary(TAGS, language_name, names)


def _concepts(scheme: str) -> Callable[[], Vocabulary]:
    def made() -> Vocabulary:
        thesaurus = load_thesaurus()
        ids = [concept.id for concept in thesaurus.of_scheme(scheme)]
        return _vocabulary(ids, thesaurus.label, lambda one: [n for ns in thesaurus[one].labels.values() for n in ns])

    return made


class _Fields(Vocabulary):
    """Fields of study: the number and its name. Numbers that lost their zero in a spreadsheet get it back."""

    def read(self, text: str) -> str:
        """The number that a text begins with."""
        found = re.match(r"\d+", text.strip())
        if not found or found[0] in self.offered:
            return found[0] if found else super().read(text)
        return f"0{found[0]}"


def _fields() -> Vocabulary:
    isced = load_isced()
    plain = _vocabulary(isced.fields, isced.label, lambda code: (isced.label(code, tag) for tag in TAGS))

    def name(code: str, tag: str) -> str:
        label = _SEPARATOR.sub(",", isced.label(code, tag))
        return f"{code} {label}"

    by_name = {**plain.by_name, **{_folded(name(code, tag)): code for code in isced.fields for tag in TAGS}}
    return _Fields(plain.offered, name, by_name)


def _plain(offered: Iterable[str]) -> Callable[[], Vocabulary]:
    return lambda: _vocabulary(offered, lambda code, _tag: code, lambda code: (code,))


class _Organisations(Vocabulary):
    """Organisations by their id, which may stand behind their name or at the end of their address."""

    def read(self, text: str) -> str:
        """The id in a text."""
        found = _ORGANISATION.fullmatch(text.strip())
        return found[1] if found else text


_OWN: Mapping[str, Callable[[], Vocabulary]] = {
    "flag": lambda: _labelled(FLAGS, {"true": "yes", "1": "yes", "✓": "yes", "false": "no", "0": "no"}),
    "country": lambda: _countries(COUNTRIES),
    "any-country": _all_countries,
    "language": _languages,
    "topic": _concepts("topic"),
    "place": _concepts("place"),
    "isced": _fields,
    "zone": _plain(codes.ZONES),
    "currency": _plain(codes.CURRENCIES),
    "test": _plain(codes.LANGUAGE_TESTS),
    "organisation": lambda: _Organisations((), lambda code, _tag: code, {}),
}


@lru_cache(20_000)
def _folded(text: str) -> str:
    return clean(text).casefold()
