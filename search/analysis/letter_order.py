"""Letters that are typed in several ways and look the same: each in one way, for Thai, Lao and Khmer."""

from __future__ import annotations

import re

# SARA AM as two characters, a tone between them; the Lao digraphs with HO.
_AFFECTED = re.compile("[\u0e4d\u0ecd\u0eab]")
_DIGRAPHS = tuple(
    (re.compile(typed), written)
    for typed, written in (
        ("\u0e4d([\u0e48-\u0e4b]?)\u0e32", "\\1\u0e33"),
        ("\u0ecd([\u0ec8-\u0ecb]?)\u0eb2", "\\1\u0eb3"),
        ("\u0eab\u0e99", "\u0edc"),
        ("\u0eab\u0ea1", "\u0edd"),
        ("\u0eab\u0ea5", "\u0eab\u0ebc"),
    )
)
# What follows a letter of Khmer: subscripts, vowels and signs, in the order of the Unicode standard.
_KHMER_TAIL = re.compile("(?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1]){2,}")
_KHMER_PART = re.compile("\u17d2.|.")
_SUBSCRIPT, _SUBSCRIPT_RO = "\u17d2", "\u17d2\u179a"
_REGISTERS, _FIRST_SIGN, _FIRST_UPPER_SIGN = "\u17c9\u17ca", "\u17c6", "\u17cb"
_TWO_PART = (("\u17c1\u17b8", "\u17be"), ("\u17c1\u17b6", "\u17c4"))
_U_AS_REGISTER = re.compile("\u17bb(?=[\u17b7-\u17ba\u17be])")


def in_one_way(text: str) -> str:
    """The text with such letters in the order of the Unicode standard; in a time that grows with its length."""
    if _AFFECTED.search(text):
        for typed, written in _DIGRAPHS:
            text = typed.sub(written, text)
    return _KHMER_TAIL.sub(_ordered, text) if max(text, default="") >= "\u1780" else text


def _ordered(tail: re.Match[str]) -> str:
    parts = tail[0]
    before = ""
    while parts != before:  # joined vowels may make U a register, and a register has a place of its own
        before = parts
        parts = "".join(sorted(_KHMER_PART.findall(parts), key=_rank))
        for typed, written in _TWO_PART:
            parts = parts.replace(typed, written)
        parts = _U_AS_REGISTER.sub("\u17ca", parts)
    return parts


def _rank(part: str) -> int:
    """Subscripts, RO the last of them; register; vowels; NIKAHIT and its like; the other signs."""
    if part.startswith(_SUBSCRIPT):
        return 1 if part == _SUBSCRIPT_RO else 0
    if part in _REGISTERS:
        return 2
    return 3 if part < _FIRST_SIGN else 4 if part < _FIRST_UPPER_SIGN else 5
