"""Topics that somebody's texts name: found by the search's own reading, taken or left out by people one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from search.analysis.cleaning import clean
from search.concepts.index import LabelIndex
from search.concepts.reading import Mention, Texts, find_mentions
from search.concepts.thesaurus import Thesaurus

ACTIONS = ("accept", "refuse", "undo")
AROUND = 60  # characters shown on either side of a name
SHOWN = 3  # places shown of one topic


@dataclass(frozen=True)
class Place:
    """Where a text names a topic: what stands before, the name, what stands behind."""

    language: str
    field: str
    before: str
    surface: str
    behind: str


@dataclass(frozen=True)
class NamedTopic:
    """A topic that texts name: its `state` is "proposed", "accepted" or "refused"."""

    concept: str
    state: str
    places: tuple[Place, ...]
    number: int  # of times it is named


@dataclass(frozen=True)
class Decided:
    """The topics that were accepted, and those that were refused."""

    accepted: Sequence[str] = ()
    refused: Sequence[str] = ()

    def state_of(self, concept: str) -> str:
        """What was decided about a topic."""
        if concept in self.accepted:
            return "accepted"
        return "refused" if concept in self.refused else "proposed"

    def after(self, concept: str, action: str) -> Decided:
        """The same after a decision about a topic: to "accept", "refuse" or "undo" either."""
        accepted = [one for one in self.accepted if one != concept]
        refused = [one for one in self.refused if one != concept]
        return Decided(
            [*accepted, *([concept] if action == "accept" else [])],
            [*refused, *([concept] if action == "refuse" else [])],
        )


def topics_named(texts: Texts, decided: Decided, labels: LabelIndex, thesaurus: Thesaurus) -> list[NamedTopic]:
    """All topics that texts (language → field → text) name, in their order; those nobody decided on first."""
    texts = {language: {field: clean(text) for field, text in own.items()} for language, own in texts.items()}
    found: dict[str, list[Mention]] = {}
    for mention in find_mentions(texts, labels, thesaurus):
        found.setdefault(mention.concept, []).append(mention)
    topics = [
        NamedTopic(concept, decided.state_of(concept), tuple(_places(mentions, texts)), len(mentions))
        for concept, mentions in found.items()
    ]
    return sorted(topics, key=lambda topic: topic.state != "proposed")


def _places(mentions: list[Mention], texts: Mapping[str, Mapping[str, str]]) -> Iterator[Place]:
    for one in mentions[:SHOWN]:
        text = texts[one.language][one.field]
        start, end = max(0, one.start - AROUND), min(len(text), one.end + AROUND)
        before = ("…" if start else "") + text[start : one.start]
        behind = text[one.end : end] + ("…" if end < len(text) else "")
        yield Place(one.language, one.field, before, one.surface, behind)
