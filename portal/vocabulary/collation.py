"""The order of names for a reader. ICU's collator is not among our dependencies; these keys come near it."""

from __future__ import annotations

import re

from search.analysis.cleaning import simplify
from search.analysis.folding import fold
from search.analysis.scripts import script_of

# Vowels of Thai and Lao that are written before the consonant they follow in the dictionary.
_LEADING_VOWEL = re.compile("([\u0e40-\u0e44\u0ec0-\u0ec4])([\u0e01-\u0e2e\u0e81-\u0eae])")


_SCRIPTS = {"zh-Hans": "Han", "th": "Thai", "lo": "Lao", "km": "Khmer", "my": "Myanmar"}


def sort_key(name: str, language: str) -> tuple[bool, bytes, str]:
    """What to sort names by for a reader of `language`: the reader's script comes first, case and marks count last.

    Chinese goes by GB 18030, whose common characters stand in the order of their pinyin.
    """
    foreign = script_of(name) != _SCRIPTS.get(language)
    if language == "zh-Hans":
        return foreign, simplify(name).casefold().encode("gb18030"), name
    return foreign, _LEADING_VOWEL.sub(r"\2\1", fold(name)).encode(), name
