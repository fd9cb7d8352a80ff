"""The scripts that write no spaces between words, and where in Unicode they are."""

from __future__ import annotations

from functools import lru_cache

RANGES = {
    "Han": (("\u3400", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff")),
    "Thai": (("\u0e00", "\u0e7f"),),
    "Lao": (("\u0e80", "\u0eff"),),
    "Myanmar": (("\u1000", "\u109f"), ("\uaa60", "\uaa7f")),
    "Khmer": (("\u1780", "\u17ff"),),
}
CLUSTER_SCRIPTS = frozenset({"Thai", "Lao", "Myanmar", "Khmer"})
FIRST_SPACELESS = "\u0e00"
# Khmer writes the subscripts of DA and TA alike; both spellings are common.
KHMER_SUBSCRIPTS = ("\u17d2\u178a", "\u17d2\u178f")


def class_of(*scripts: str) -> str:
    """The characters of some scripts, to stand between the brackets of a regular expression."""
    return "".join(f"{low}-{high}" for script in scripts for low, high in RANGES[script])


def script_of(text: str) -> str | None:
    """The script without spaces that a word begins with, or None."""
    first = text[0]
    return None if first < FIRST_SPACELESS else _script_of_character(first)


def is_spaceless(text: str) -> bool:
    """Whether a text begins in a script that writes no spaces between words; letters of Vietnamese do not."""
    return script_of(text) is not None


@lru_cache(maxsize=32768)
def _script_of_character(character: str) -> str | None:
    for script, ranges in RANGES.items():
        if any(low <= character <= high for low, high in ranges):
            return script
    return None
