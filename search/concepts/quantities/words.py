"""Words for numbers and units in all languages, the patterns made of them, and the numbers they stand for."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from search.analysis.cleaning import clean, simplify
from search.analysis.folding import fold
from search.concepts.thesaurus import DATA

ARABIC = r"(?:(?<!\d)(?:[1-9]\d{0,2}(?:[,.]\d{3})+(?!\d)|\d+(?:[.,]\d{1,2})?))"
# No longer than any number is written: a long row of such characters would else be tried from each of them.
HAN = "(?:(?=[一二两三四五六七八九十])(?:[一二两三四五六七八九]?[十百千万]零?){0,8}[一二两三四五六七八九]?)"
NUMBERS = ("numbers", "other-numbers")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[,.]\d{3})+")
_HAN_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_HAN_POWERS = {"十": 10, "百": 100, "千": 1000}
_HAN_MYRIAD = "万"
# Thai and Lao write some vowels before the consonant they follow: no word begins behind one (“เปิด” opens, “ปิด” closes).
_LEADING_VOWELS = "\u0e40-\u0e44\u0ec0-\u0ec4"
# Nor does a word end before a sign that belongs to its last letter: Burmese “လ” is a month, “လု” is not.
_NO_SIGN = "(?![\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b6-\u17d3])"
_END = ""  # of a word, in a tree of characters


@lru_cache(1024)  # one query is asked for by several readers of its parts
def flattened(text: str) -> str:
    """The text folded character by character, so that every place stays where it is; all digits as 0–9."""
    return "".join(map(_flat, simplify(text)))


@cache
def _flat(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    folded = fold(character)
    return folded if len(folded) == 1 else character.lower()[0]


# -- words


@cache
def tables() -> dict[str, dict[str, Any]]:
    """All words: a table a language, and those that belong to none."""
    loaded: dict[str, dict[str, Any]] = tomllib.loads((DATA / "quantities.toml").read_text("utf-8"))
    return loaded


def word_lists(*names: str) -> Iterator[tuple[str, list[str]]]:
    """Each language with its words of each kind, flattened, in their order."""
    for language, table in tables().items():
        for name in names:
            yield language, [flattened(clean(str(word))) for word in table.get(name, ())]


def words(name: str, languages: Sequence[str] = ()) -> Iterator[str]:
    """The words of a kind; without `languages`, of all."""
    for language, found in word_lists(name):
        if not languages or language in languages:
            yield from found


def coded(table: str) -> dict[str, str]:
    """A table that belongs to no language, turned around: each word with what it stands for."""
    return {flattened(clean(word)): code for code, found in tables().get(table, {}).items() for word in found}


def typed_as(typed: str, *names: str) -> bool:
    """Whether words that were typed with marks are marked so in one of the lists: “tháng sáu” is June, “tháng sau” the
    next month, and “địa” no day of Portuguese. Without marks any word may be meant."""
    exact = simplify(typed).lower()
    return exact == flattened(typed) or exact in _exact(names)


@cache
def _exact(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(clean(str(word)) for table in tables().values() for name in names for word in table.get(name, ()))


@cache
def doubtful(name: str = "doubtful") -> frozenset[str]:
    """Words that mean a month, a number or a currency only beside others that say so."""
    return frozenset(words(name))


def any_of(found: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; words of scripts with spaces stand alone."""
    known = {word for word in found if word}
    spaced = {word for word in known if _is_spaced(word[0])}
    groups = ((r"(?<![^\W\d_])", spaced), (f"(?<![{_LEADING_VOWELS}])", known - spaced))
    return "(?:" + "|".join(head + begun_by(group) for head, group in groups if group) + ")"


def begun_by(found: Iterable[str]) -> str:
    """The same for words that may begin inside others. Words that begin alike share that part of the pattern, so that
    a text is compared with few of hundreds of words."""
    root: dict[str, Any] = {}
    for word in sorted(filter(None, found)):
        node = root
        for character in word:
            node = node.setdefault(character, {})
        node[_END] = {}
    return _branches(root, "")


def _branches(node: dict[str, Any], last: str) -> str:
    longer = [
        (r"\s+" if character == " " else re.escape(character)) + _branches(rest, character)
        for character, rest in node.items()
        if character != _END
    ]
    here = [r"(?![^\W\d_])" if _is_spaced(last) else _NO_SIGN] if _END in node else []
    return f"(?:{'|'.join(longer + here)})" if longer else "".join(here)


def _is_spaced(character: str) -> bool:
    return character.isascii() and character.isalpha()


# -- numbers


@cache
def number_words() -> str:
    """A pattern for numbers in words."""
    return f"{HAN}|{any_of(numbers())}"


@cache
def range_words() -> str:
    """A pattern for what stands between the two ends of a range."""
    return rf"\s*(?:[-–—~～]|{any_of(words('range'))})\s*"


def number_of(text: str) -> float:
    """The number that digits, Chinese numerals or a word stand for."""
    if text in numbers():
        return float(numbers()[text][0])
    if text[0] in _HAN_DIGITS or text[0] in _HAN_POWERS:
        return float(_of_han(text))
    if _THOUSANDS.fullmatch(text):
        return float(text.replace(",", "").replace(".", ""))
    return float(text.replace(",", "."))


def languages_of(number: str) -> frozenset[str]:
    """The languages in which a number is so written in words; none if it is not in words."""
    return numbers()[number][1] if number in numbers() else frozenset()


def _of_han(text: str) -> int:
    total = part = digit = 0
    for character in text:
        if character in _HAN_DIGITS:
            digit = _HAN_DIGITS[character]
        elif character == _HAN_MYRIAD:
            total, part, digit = total + (part + digit) * 10_000, 0, 0
        else:
            part, digit = part + (digit or 1) * _HAN_POWERS.get(character, 0), 0
    return total + part + digit


@cache
def numbers() -> dict[str, tuple[int, frozenset[str]]]:
    """Each word for a number, with the number and the languages that write it so."""
    found: dict[str, tuple[int, frozenset[str]]] = {}
    for language, listed in word_lists(*NUMBERS):
        for number, word in enumerate(listed, 1):
            if word:
                found[word] = (number, found.get(word, (number, frozenset()))[1] | {language})
    return found
