"""From a request to its answer: asked as it stands and, where nothing is found, otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from search.concepts.thesaurus import Thesaurus
from search.elastic.asking import Body
from search.elastic.fallback import Fallback, counting_body, fall_back, read_relaxations, relaxations_body
from search.elastic.query import Asked, page_bodies
from search.elastic.results import read_counts, read_facets, read_hits, read_matched, read_total
from search.results import Relaxation, SearchResults


class Askable(Protocol):
    """The index as it is, or as it was."""

    def ask(self, *bodies: Body) -> list[Body]:
        """The answers to some questions."""


@dataclass(frozen=True)
class Answer:
    """What the server said, and what it was asked in the end."""

    said: dict[str, Any]
    by: Fallback
    suggestions: tuple[Relaxation, ...] = ()

    def results(self) -> SearchResults:
        """The answer in the library's words."""
        asked = self.by.asked
        return SearchResults(
            read_total(self.said),
            read_hits(self.said, asked),
            read_facets(self.said, asked),
            asked.request.understanding,
            self.by.way.relaxed,
            self.by.widened,
            self.suggestions,
        )


def answer(index: Askable, asked: Asked, thesaurus: Thesaurus) -> Answer:
    """Ask for a page; if nothing was found ask otherwise, or say what each constraint costs."""
    said = ask_page(index, asked)
    if read_total(said):
        return Answer(said, Fallback(asked))
    counts = read_counts(index.ask(counting_body(asked, thesaurus))[0])
    other = None if read_matched(said) else fall_back(asked, counts, thesaurus)
    if other is None:
        return Answer(said, Fallback(asked), read_relaxations(asked, counts))
    said = ask_page(index, other.asked)
    if (
        read_total(said) or not asked.request.chosen
    ):  # only chosen facets can leave nothing of what is known to be there
        return Answer(said, other)
    costs = read_counts(index.ask(relaxations_body(other.asked))[0])
    return Answer(said, other, read_relaxations(other.asked, costs))


def ask_page(index: Askable, asked: Asked) -> dict[str, Any]:
    """One page with its facets, as one answer."""
    hits, *counts = index.ask(*page_bodies(asked))
    return {**hits, "aggregations": counts[0]["aggregations"]} if counts else hits
