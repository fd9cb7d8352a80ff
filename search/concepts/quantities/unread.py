"""A query being read: what is still unread of it, and the words that stand beside a place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from search.concepts.quantities.words import any_of, words
from search.concepts.understanding import Span

POSTPOSITIONS = ("zh-Hans", "my")  # languages that put behind a date what others put before it
MOST_CUES = 3  # words beside a number or date that are looked at on either side
_REACH = 60  # characters in which the longest word beside a number or date lies
_READ = "\0"  # no cleaned text has it, no pattern matches it, and words end at it


class Unread:
    """A query whose characters are blanked as they are read, so that none counts twice."""

    def __init__(self, text: str, flat: str, free: Sequence[bool]) -> None:
        self.text = text
        self.flat = flat if all(free) else "".join(c if open_ else _READ for c, open_ in zip(flat, free, strict=True))

    def matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Where a pattern matches what is unread, also once earlier matches have been taken."""
        for match in pattern.finditer(self.flat):
            if _READ not in self.flat[match.start() : match.end()]:
                yield match

    def take(self, start: int, end: int) -> Span:
        """Note that a place has been read."""
        self.flat = self.flat[:start] + _READ * (end - start) + self.flat[end:]
        return Span(start, end, self.text[start:end])

    def cues_before(self, start: int, kinds: tuple[str, ...], languages: tuple[str, ...] = ()) -> tuple[set[str], int]:
        """Which kinds of words (of some languages, or all) stand before a place, and where the first begins."""
        found, reach = set(), start
        for _ in range(MOST_CUES):
            match = _before(kinds, languages).search(self.flat, max(start - _REACH, 0), start)
            if match is None:
                break
            start = match.start()
            if match.lastgroup != "links":
                found.add(str(match.lastgroup))
                reach = start
        return found, reach

    def cues_after(self, end: int, kinds: tuple[str, ...], languages: tuple[str, ...] = ()) -> tuple[set[str], int]:
        """Which kinds of words stand behind a place, and where the last ends; `languages`: those that put words other
        than of a deadline there, without them all."""
        found, reach = set(), end
        for _ in range(MOST_CUES):
            match = _after(kinds, languages).match(self.flat, end)
            if match is None:
                break
            end = match.end()
            if match.lastgroup != "links":
                found.add(str(match.lastgroup))
                reach = end
        return found, reach


@cache
def _before(kinds: tuple[str, ...], languages: tuple[str, ...]) -> re.Pattern[str]:
    groups = "|".join(f"(?P<{kind}>{any_of(words(kind, languages))})" for kind in kinds)
    return re.compile(rf"(?:{groups})[\s:：]*$")


@cache
def _after(kinds: tuple[str, ...], languages: tuple[str, ...]) -> re.Pattern[str]:
    groups = "|".join(f"(?P<{kind}>{any_of(words(kind, () if kind == 'deadline' else languages))})" for kind in kinds)
    return re.compile(rf"\s*(?:{groups})")
