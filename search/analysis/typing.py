"""Letters that are typed in several ways and look the same: each in one way, for Thai, Lao and Khmer."""

from __future__ import annotations

import re

_WRITTEN = (
    # SARA AM as two characters, a tone between them; the Lao digraphs with HO
    ("\u0e4d([\u0e48-\u0e4b]?)\u0e32", "\\1\u0e33"),
    ("\u0ecd([\u0ec8-\u0ecb]?)\u0eb2", "\\1\u0eb3"),
    ("\u0eab\u0e99", "\u0edc"),
    ("\u0eab\u0ea1", "\u0edd"),
    ("\u0eab\u0ea5", "\u0eab\u0ebc"),
    # Khmer: subscripts before vowels and signs, RO the last of them; a shifted register before the vowel;
    # the register as U below another vowel; NIKAHIT last; two-part vowels
    ("([\u17b6-\u17c5\u17c9-\u17d1]+)((?:\u17d2[\u1780-\u17b3])+)", "\\2\\1"),
    ("(\u17d2\u179a)((?:\u17d2[\u1780-\u1799\u179b-\u17b3])+)", "\\2\\1"),
    ("([\u17b6-\u17c8]+)([\u17c9\u17ca]+)", "\\2\\1"),
    ("\u17bb(?=[\u17b7-\u17ba\u17be])", "\u17ca"),
    ("\u17c6([\u17bb\u17b6])", "\\1\u17c6"),
    ("\u17c1\u17b8", "\u17be"),
    ("\u17c1\u17b6", "\u17c4"),
)
_RULES = tuple((re.compile(typed), written) for typed, written in _WRITTEN)
_LETTERS = re.compile("[\u0e4d\u0ecd\u0eab\u17bb\u17c1\u17c6-\u17d2]")
_NEEDS = re.compile("|".join(re.sub(r"\((?!\?)", "(?:", typed) for typed, _written in _WRITTEN))


def in_one_way(text: str) -> str:
    """The text with such letters in the order of the Unicode standard."""
    if not (_LETTERS.search(text) and _NEEDS.search(text)):  # most texts, quickly
        return text
    before = None
    while text != before:  # one rule may make room for another; each brings letters nearer to their order
        before = text
        for typed, written in _RULES:
            text = typed.sub(written, text)
    return text
