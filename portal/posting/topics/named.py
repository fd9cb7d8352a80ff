"""Topics that the texts of a draft name: found by the search's own reading, taken or left out by people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.listings.codes import PROSE
from portal.locales import BY_TAG
from portal.posting.drafts.sections import source_text
from portal.posting.drafts.typed import Codes
from portal.posting.translations.texts import Prosaic, translated
from search.analysis.cleaning import clean
from search.concepts.index import LabelIndex
from search.concepts.reading import Mention, find_mentions
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


def named_topics(content: Mapping[str, Any], labels: LabelIndex, thesaurus: Thesaurus) -> list[NamedTopic]:
    """All topics that the texts of a draft name, in the order in which they come; those nobody decided on first."""
    texts = dict(_prose(content))
    found: dict[str, list[Mention]] = {}
    for mention in find_mentions(texts, labels, thesaurus):
        found.setdefault(mention.concept, []).append(mention)
    topics = [
        NamedTopic(concept, state_of(content, concept), tuple(_places(mentions, texts)), len(mentions))
        for concept, mentions in found.items()
    ]
    return sorted(topics, key=lambda topic: topic.state != "proposed")


def state_of(content: Mapping[str, Any], concept: str) -> str:
    """What was decided about a topic."""
    if concept in Codes().show(content.get("concepts")):
        return "accepted"
    return "refused" if concept in Codes().show(content.get("concepts_refused")) else "proposed"


def decided(content: Mapping[str, Any], concept: str, action: str) -> dict[str, list[str]]:
    """The keys of a draft after a decision about a topic: to "accept", "refuse" or "undo" either."""
    kept = [one for one in Codes().show(content.get("concepts")) if one != concept]
    refused = [one for one in Codes().show(content.get("concepts_refused")) if one != concept]
    return {
        "concepts": [*kept, *([concept] if action == "accept" else [])],
        "concepts_refused": [*refused, *([concept] if action == "refuse" else [])],
    }


def _prose(content: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Language → part → text; as the search reads it."""
    texts: list[Prosaic] = [source_text(content), *translated(content)]
    for text in texts:
        if (language := str(text.get("language"))) in BY_TAG:
            yield language, {part: clean(str(text.get(part) or "")) for part in PROSE}


def _places(mentions: list[Mention], texts: Mapping[str, Mapping[str, str]]) -> Iterator[Place]:
    for one in mentions[:SHOWN]:
        text = texts[one.language][one.field]
        start, end = max(0, one.start - AROUND), min(len(text), one.end + AROUND)
        before = ("…" if start else "") + text[start : one.start]
        behind = text[one.end : end] + ("…" if end < len(text) else "")
        yield Place(one.language, one.field, before, one.surface, behind)
