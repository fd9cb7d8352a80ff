"""How quality is judged: needs, each phrased in every language, with the facts that make a document relevant.

Every need is phrased twice: carefully, and carelessly as people type on a phone (slips, no marks, scripts mixed). One
half of the needs is there to tune with; the other half is reported, and nobody looks at it while tuning.

The measures: nDCG@10 (gain 2^grade - 1, Järvelin and Kekäläinen 2002), recall@50, overlap of the first ten with those
of the English phrase, and the share of phrases of which every word was understood.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from search.concepts.thesaurus import Thesaurus
from search.documents import Document
from search.results import SearchResults

EXACT, NARROWER, FACTS_ONLY = 3, 2, 1
TUNE, REPORT = "tune", "report"  # the halves
CAREFUL, CARELESS = "careful", "careless"  # the styles
Ask = Callable[[str, str, int], SearchResults]  # text, language, number of hits


@dataclass(frozen=True)
class Need:
    """One information need: what makes a document relevant, and how people of each language type it."""

    id: str
    concepts: tuple[str, ...]  # all must be met, by themselves or something narrower
    facts: Mapping[str, tuple[str, ...]]  # facet → values, one of which must be there
    phrases: Mapping[str, str]
    careless: Mapping[str, str] = field(default_factory=dict)
    half: str = TUNE


@dataclass(frozen=True)
class Measure:
    """The measures of one need in one language and style. `overlap`: with what the careful English phrase finds."""

    need: str
    language: str
    style: str
    half: str
    ndcg: float
    recall: float
    overlap: float
    understood: bool


@dataclass(frozen=True)
class Summary:
    """The means of one language over all needs."""

    language: str
    ndcg: float
    recall: float
    overlap: float
    understood: float


def read_needs(path: Path) -> list[Need]:
    """The needs of a TOML file (`[[need]]` with id, concepts, facts and phrases)."""
    tables: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))["need"]
    return [
        Need(
            table["id"],
            tuple(table.get("concepts", ())),
            {field: tuple(values) for field, values in table.get("facts", {}).items()},
            dict(table["phrases"]),
            dict(table.get("careless", {})),
            table.get("half", TUNE),
        )
        for table in tables
    ]


def grade(document: Document, need: Need, thesaurus: Thesaurus) -> int:
    """How relevant a document is: 3 tagged with just the concept, 2 with a narrower one, 1 facts alone were asked
    for, 0 not."""
    for name, values in need.facts.items():
        if not set(values) & set(document.facets.get(name, ())):
            return 0
    if not need.concepts:
        return FACTS_ONLY
    tags = {evidence.concept for evidence in document.concepts if evidence.source == "tag"}
    return min(_met(concept, tags, thesaurus) for concept in need.concepts)


def _met(concept: str, tags: set[str], thesaurus: Thesaurus) -> int:
    if concept in tags:
        return EXACT
    return NARROWER if tags & set(thesaurus.descendants(concept)) else 0


def measure(needs: Iterable[Need], documents: Sequence[Document], thesaurus: Thesaurus, ask: Ask) -> list[Measure]:
    """Ask every phrase of every need."""
    measures = []
    for need in needs:
        grades = {document.id: value for document in documents if (value := grade(document, need, thesaurus))}
        english = [hit.id for hit in ask(need.phrases["en"], "en", 10).hits]
        for style, phrases in ((CAREFUL, need.phrases), (CARELESS, need.careless)):
            for language, phrase in phrases.items():
                found = ask(phrase, language, 50)
                ids = [hit.id for hit in found.hits]
                values = ndcg(ids[:10], grades), _recall(ids, grades), overlap(ids[:10], english)
                understood = not found.understanding.words
                measures.append(Measure(need.id, language, style, need.half, *values, understood))
    return measures


def chosen(measures: Iterable[Measure], half: str, style: str = CAREFUL) -> list[Measure]:
    """The measures of one half and style."""
    return [m for m in measures if (m.half, m.style) == (half, style)]


def summarise(measures: Sequence[Measure], languages: Iterable[str]) -> list[Summary]:
    """The means for each language."""
    rows = []
    for language in languages:
        own = [m for m in measures if m.language == language]
        if not own:
            continue
        understood = fmean(float(m.understood) for m in own)
        means = (fmean(m.ndcg for m in own), fmean(m.recall for m in own), fmean(m.overlap for m in own))
        rows.append(Summary(language, *means, understood))
    return rows


def ndcg(ids: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain of a ranking; 1.0 where nothing is relevant and nothing was found."""
    best = _gain(sorted(grades.values(), reverse=True)[:depth])
    if best == 0:
        return 1.0 if not ids else 0.0
    return _gain([grades.get(document_id, 0) for document_id in ids[:depth]]) / best


def overlap(ids: Sequence[str], other: Sequence[str]) -> float:
    """The share of two rankings' documents that both have."""
    if not ids and not other:
        return 1.0
    return len(set(ids) & set(other)) / max(len(ids), len(other))


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**value - 1) / math.log2(place + 2) for place, value in enumerate(grades))


def _recall(ids: Sequence[str], grades: Mapping[str, int]) -> float:
    return len(set(ids) & set(grades)) / min(len(grades), 50) if grades else 1.0
