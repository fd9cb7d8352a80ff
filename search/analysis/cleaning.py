"""First step for every text, on both sides: the same characters for what looks the same."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from opencc import OpenCC

from search.analysis.letter_order import in_one_way

# Zero-width spaces and joiners (common in Khmer and Burmese text), soft hyphen, byte-order mark, bidirectional
# controls.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Halves of surrogate pairs, and the code points that Unicode keeps from ever being characters.
_BROKEN = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_JOINER = "\u034f"  # the one of the invisible characters that counts as printable
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def clean(text: str) -> str:
    """Text as it may be shown and searched: NFC, one space between words, nothing invisible, no control or broken
    characters, letters in one order."""
    text = " ".join(text.split())
    if not text.isprintable() or _JOINER in text:  # most texts have nothing of the kind
        text = _BROKEN.sub("", text)
        text = _CONTROL.sub(" ", text)
        text = _INVISIBLE.sub("", text)
    return " ".join(in_one_way(unicodedata.normalize("NFC", text)).split())


def simplify(text: str) -> str:
    """Traditional Chinese characters as simplified ones; the length stays, so places in the text stay valid."""
    if not _HAN.search(text):
        return text
    simplified: str = _converter().convert(text)
    if len(simplified) == len(text):
        return simplified
    return "".join(_one(character) for character in text)


def has_han(text: str) -> bool:
    """Whether the text has Chinese characters."""
    return _HAN.search(text) is not None


def _one(character: str) -> str:
    simplified: str = _converter().convert(character)
    return simplified if len(simplified) == 1 else character


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
