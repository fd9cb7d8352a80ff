"""Which of an organisation's names a reader gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from portal.locales import DEFAULT, TAGS
from portal.organisations.models import Organisation
from search.analysis.cleaning import simplify

_FALLBACK = ""  # the key of the name for languages that have none of their own


class Name(Protocol):
    """What choosing a name needs: a model or a row of its columns."""

    @property
    def value(self) -> str:
        """The name itself."""

    @property
    def language(self) -> str | None:
        """What it is in, if that is known."""

    @property
    def kind(self) -> str:
        """Label, alias or acronym."""

    @property
    def display(self) -> bool:
        """Whether the registry itself shows this one."""


@dataclass(frozen=True)
class LocalName:
    """A name and the language it is in, if that is known."""

    value: str
    language: str | None


def local_name(organisation: Organisation, language: str) -> LocalName:
    """The best name for a reader; the organisation has its names loaded."""
    return chosen_name(organisation.names, language)


def names_by_language(organisation: Organisation) -> dict[str, str]:
    """Language of the site → best name in it, where there is one; "" → the name for all others."""
    best = {tag: _best(organisation.names, tag) for tag in TAGS}
    names = {tag: name.value for tag, name in best.items() if name}
    return {**names, _FALLBACK: _fallback(organisation.names).value}


def chosen_name(names: Sequence[Name], language: str) -> LocalName:
    """The label in the language, else in English, else the registry's choice, else the first name."""
    return _best(names, language) or _fallback(names)


def _best(names: Sequence[Name], language: str) -> LocalName | None:
    """A label in the language; for Chinese without a simplified label, the traditional one in simplified characters."""
    labels = [name for name in names if name.kind == "label"]
    for name in labels:
        if name.language == language:
            return LocalName(name.value, language)
    if language == "zh-Hans":
        for name in labels:
            if name.language == "zh-Hant":
                return LocalName(simplify(name.value), language)
    return None


def _fallback(names: Sequence[Name]) -> LocalName:
    best = _best(names, DEFAULT)
    if best:
        return best
    name = next((name for name in names if name.display), names[0])
    return LocalName(name.value, name.language)
