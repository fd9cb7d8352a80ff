"""Whether a label that was looked up is what was typed: word limits, marks, capitals, and who reads."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from search.analysis.folding import carries_marks, fold
from search.analysis.scripts import is_spaceless, script_of
from search.concepts.labels import NAMES, Entry
from search.concepts.units import SEPARATOR, Unit
from search.concepts.wording import singular, spelling

_ABBREVIATION = 4  # letters
_TWO_LETTERS = 2
_FEW_WORDS = 2
_ROMANISED = ("zh-Hans", "th", "lo", "km", "my")  # languages whose labels in Latin letters are romanised
_SHORT_HAN = 1  # labels of so many characters or clusters are short
_SHORT_CLUSTERS = 4


def stands_alone(run: Sequence[Unit]) -> bool:
    """Whether a run of units is a word and not a piece of one: where no spaces are written, a short label must keep to
    the dictionary's word limits at both ends, a longer one (which the dictionary may cut otherwise) at one."""
    first = run[0].exact[0]
    if not is_spaceless(first):
        return True
    short = _SHORT_HAN if "\u3400" <= first <= "\u9fff" else _SHORT_CLUSTERS
    if len(run) <= short:
        return run[0].opens and run[-1].closes
    return run[0].opens or run[-1].closes


def tears_words(run: Sequence[Unit], text: str) -> bool:
    """Whether a run of Chinese goes on across a space that was typed, but begins within what stands before the space or
    ends within a word: 学期 交换 is none in 一学期 交换生, while 人工 智能 is one in 人工 智能专业. The words of other
    scripts are longer, and hardly meet so by chance."""
    start, end = run[0].start, run[-1].end
    surface = text[start:end]
    if " " not in surface or script_of(surface) != "Han":
        return False
    return script_of(text[start - 1 : start] or " ") == "Han" or not run[-1].closes


def is_meant(entry: Entry, language: str | None) -> bool:
    """Whether a reader can mean a label that is never shown: misspellings are of one language ("tq" is China in
    Vietnamese, thanks in Malay); longer romanised names are known to all."""
    if language in (None, entry.language) or not (entry.hidden and entry.label.isascii()):
        return True
    return entry.language in _ROMANISED and len(entry.label) > _ABBREVIATION


def is_shouted(text: str, pieces: Sequence[Unit]) -> bool:
    """Whether a text of several words is all in capitals, which then say nothing."""
    return text.isupper() and sum(not is_spaceless(piece.exact) for piece in pieces) > _FEW_WORDS


def may_name(entry: Entry, run: Sequence[Unit], surface: str, shouted: bool) -> bool:
    """Whether an organisation can be called so here: by two letters and by what is a word too only in capitals (UI and
    MUST are some, "ui" and "must" are not), and in Chinese not by the beginning of a word (北京大学生 are students)."""
    if entry.scheme != "organisation":
        return True
    if surface.isascii():
        return (surface.isupper() and not shouted) or (len(surface) > _TWO_LETTERS and not entry.capitals)
    return run[-1].closes or script_of(surface) != "Han"


def fits(entry: Entry, joined: str, run: Sequence[Unit], marked: bool) -> bool:
    """Whether marks agree. A word typed with marks means them; a single word without marks, among words with them, too.
    Names have no plural, abbreviations and short words no other spelling ("kita" is no plural of KITAS); in longer ones
    of the scripts without spaces, tones are often wrong."""
    label, typed = joined.split(SEPARATOR), [unit.exact for unit in run]
    if label == typed:
        return True
    if entry.label.isupper():
        return label == [unicodedata.normalize("NFKC", unit) for unit in typed]
    spaceless = is_spaceless(typed[0])
    exactly = entry.scheme in NAMES or (spaceless and len(run) <= _SHORT_CLUSTERS)
    if exactly and [fold(u) for u in label] != [fold(u) for u in typed]:
        return False
    if spaceless and len(run) > _SHORT_CLUSTERS:
        return True
    if len(run) == 1 and marked:
        return _same(label[0], typed[0])
    return all(not carries_marks(t) or _same(w, t) or _lacks_marks(w, t) for w, t in zip(label, typed, strict=True))


def _lacks_marks(label: str, typed: str) -> bool:
    """Whether a word has been typed with some of its marks ("formaçao")."""
    rest = iter(unicodedata.normalize("NFD", label))
    return all(character in rest for character in unicodedata.normalize("NFD", typed))


def _same(label: str, typed: str) -> bool:
    return singular(spelling(label)) == singular(spelling(typed))
