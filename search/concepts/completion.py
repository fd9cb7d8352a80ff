"""What may follow a text that somebody is typing."""

from __future__ import annotations

import tomllib
from functools import cache

from search.analysis.scripts import is_spaceless
from search.concepts.thesaurus import DATA


def only_places_follow(head: str, language: str) -> bool:
    """Whether a text ends with a word of its language that only places stand behind ("students from")."""
    typed = head.lower()
    return any(
        typed.endswith(word) and (is_spaceless(word) or not typed.removesuffix(word)[-1:].isalnum())
        for word in _words().get(language, ())
    )


@cache
def _words() -> dict[str, list[str]]:
    return tomllib.loads((DATA / "before-places.toml").read_text("utf-8"))
