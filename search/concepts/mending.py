"""Careless typing put right, for words in Latin letters: a letter wrong, words run together, words torn apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.analysis.folding import fold
from search.analysis.scripts import is_spaceless
from search.concepts.units import SEPARATOR, Unit

SHORTEST_WORD, SHORTEST_LABEL = 5, 6  # letters of a word that is put right, and of a label written as one word
SHORTEST_ALONE = 6  # letters of a word that is put right where it is the whole label: shorter ones are often others
LONG_WORD = 8  # from here on two letters may be wrong
MOST_PARTS, MOST_OPTIONS, MOST_COMBINED, MOST_LETTERS = 5, 3, 9, 60
_TARGETS = {"topic", "place", "facet"}  # names of organisations are too many and too odd to be guessed

Replacements = Mapping[int, str]  # place of a piece → the key it is taken for
Found = tuple[int, int, str]  # [start, end) in the text, and the key of the label it stands for
_WITH_NUMBER = re.compile(r"([a-z]{3,})\d[\d.]*")


class Mender:
    """What labels are made of: their words, and their letters without spaces.

    `keys`: each with the exact units of a label, the schemes of all its labels, and whether none of them is ever shown:
    misspellings that are known are no words that others could be taken for.
    """

    def __init__(self, keys: Iterable[tuple[str, str, set[str], bool]]) -> None:
        self._known: set[str] = set()
        self._joined: dict[str, str] = {}
        self._facets: set[str] = set()  # keys of one word that ask for a fact
        near: dict[tuple[str, int], set[str]] = defaultdict(set)
        for key, exact, schemes, hidden in keys:
            if is_spaceless(key):
                continue
            words = key.split(SEPARATOR)
            letters = "".join(map(fold, exact.split(SEPARATOR)))  # with plural endings, which only words have cut off
            if not hidden:
                self._known.update(words)
            if not schemes & _TARGETS:
                continue
            if "facet" in schemes and len(words) == 1:
                self._facets.add(key)
            if len(letters) >= SHORTEST_LABEL:
                self._joined.setdefault(letters, key)
            for word in () if hidden else words:
                if len(word) >= SHORTEST_WORD - 1 and word.isalpha():
                    near[word[0], len(word)].add(word)
        self._near = {place: sorted(words) for place, words in near.items()}

    def knows(self, key: str) -> bool:
        """Whether a label has this word."""
        return key in self._known

    def joined(self, pieces: Sequence[Unit], doubtful: Sequence[bool], pauses: Sequence[bool]) -> Iterator[Found]:
        """Runs of pieces, one of them doubtful, whose letters are those of a label; and labels that make up one piece
        together."""
        for first, piece in enumerate(pieces):
            letters, doubt = "", False
            for last in range(first, min(first + MOST_PARTS, len(pieces))):
                if last > first and pauses[last]:
                    break
                letters += fold(pieces[last].exact)
                doubt = doubt or doubtful[last]
                if doubt and letters in self._joined:
                    yield piece.start, pieces[last].end, self._joined[letters]
            if doubtful[first] and len(fold(piece.exact)) == piece.end - piece.start:
                yield from self._inside(piece)

    def _inside(self, piece: Unit) -> Iterator[Found]:
        """The labels that a word is made of (“hocbongtritue…”), or the one before a number (“HSK4”)."""
        letters = fold(piece.exact)
        if (found := _WITH_NUMBER.fullmatch(letters)) and found[1] in self._facets:
            yield piece.start, piece.start + len(found[1]), found[1]
        for start, end in self._split(letters):
            yield piece.start + start, piece.start + end, self._joined[letters[start:end]]

    def _split(self, letters: str) -> list[tuple[int, int]]:
        """Letters as labels one after the other, as few as possible; none if that leaves something over."""
        if not 2 * SHORTEST_LABEL <= len(letters) <= MOST_LETTERS:
            return []
        best: list[list[tuple[int, int]] | None] = [[], *([None] * len(letters))]
        for end in range(SHORTEST_LABEL, len(letters) + 1):
            for start in range(end - SHORTEST_LABEL + 1):
                before = best[start]
                if before is not None and letters[start:end] in self._joined:
                    known = best[end]
                    if known is None or len(before) + 1 < len(known):
                        best[end] = [*before, (start, end)]
        return best[-1] or []

    def replacements(self, pieces: Sequence[Unit], doubtful: Sequence[bool]) -> Iterator[Replacements]:
        """Ways to replace doubtful words that no label has by the nearest words that labels do have: each alone, and
        all together."""
        nearest = {
            place: words for place, piece in enumerate(pieces) if doubtful[place] and (words := self._near_words(piece))
        }
        for place, words in nearest.items():
            yield from ({place: word} for word in words)
        if len(nearest) > 1:
            for chosen in islice(product(*nearest.values()), MOST_COMBINED):
                yield dict(zip(nearest, chosen, strict=True))

    def _near_words(self, piece: Unit) -> list[str]:
        """The words nearest to a piece, as it stands or without its plural ending ("logistcs" is no plural)."""
        if piece.key in self._known:
            return []
        forms = dict.fromkeys((fold(piece.exact), piece.key))
        found = [near for form in forms for near in self._near_to(form)]
        return list(dict.fromkeys(word for _distance, word in sorted(found)))[:MOST_OPTIONS]

    def _near_to(self, form: str) -> list[tuple[int, str]]:
        if len(form) < SHORTEST_WORD or not form.isalpha():
            return []
        allowed = 2 if len(form) >= LONG_WORD else 1
        lengths = range(len(form) - allowed, len(form) + allowed + 1)
        firsts = dict.fromkeys(form[:2])  # the second letter comes first where the two were swapped
        choices = [word for first in firsts for length in lengths for word in self._near.get((first, length), ())]
        found = process.extract(form, choices, scorer=OSA.distance, score_cutoff=allowed, limit=MOST_OPTIONS)
        return [(int(distance), word) for word, distance, _index in found]
