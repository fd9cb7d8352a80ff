"""Folding: one form for words that differ in case, width and marks, as Elasticsearch's `icu_folding` does it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from search.analysis.scripts import CLUSTER_SCRIPTS, KHMER_SUBSCRIPTS, script_of

# Letters that carry a stroke or are ligatures, which Unicode does not decompose.
_LETTERS = str.maketrans({"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "ı": "i"})

# Tone, virama and like signs of Thai, Lao, Khmer and Burmese; dependent vowels there are marks too but must stay.
_SIGNS = frozenset(
    "\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e\u0e3a"
    "\u0ec8\u0ec9\u0eca\u0ecb\u0ecc\u0ecd"
    "\u17c9\u17ca\u17cb\u17cc\u17cd\u17ce\u17cf\u17d0\u17d1\u17d2\u17d3\u17dd"
    "\u1037\u1039\u103a"
)
_MARK_ON_A_SPACE = "<compat> 0020"  # "¸" and its like, which would leave a space inside a word


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """The folded form: lower case, half width, without diacritics; vowels of the scripts without spaces are kept."""
    if word.isascii():
        return word.lower()
    word = "".join(c for c in word if not unicodedata.decomposition(c).startswith(_MARK_ON_A_SPACE))
    word = unicodedata.normalize("NFKC", word).casefold().translate(_LETTERS)
    word = word.replace(*KHMER_SUBSCRIPTS)
    decomposed = unicodedata.normalize("NFD", word)
    kept = (
        c
        for c in decomposed
        if c not in _SIGNS and (unicodedata.category(c) != "Mn" or script_of(c) in CLUSTER_SCRIPTS)
    )
    return unicodedata.normalize("NFC", "".join(kept))


@lru_cache(maxsize=65536)
def carries_marks(word: str) -> bool:
    """Whether a word has marks that folding removes (the reader who types them means them)."""
    return not word.isascii() and fold(word) != unicodedata.normalize("NFKC", word).casefold()
