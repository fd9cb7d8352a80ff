"""A document as the JSON that is indexed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from search.documents import Document
from search.elastic.mapping import CONFIRMED
from search.elastic.texts import cluster_pairs, han, prepare

DAY = 86400.0


def to_body(document: Document) -> dict[str, Any]:
    """The body of a document for the mapping of its schema."""
    prepared = _each(document.texts, prepare)
    concepts: dict[str, dict[str, None]] = {}
    for item in document.concepts:
        concepts.setdefault(item.source, {})[item.concept] = None
    confirmed = document.numbers.get(CONFIRMED)
    return {
        "id": document.id,
        "text": prepared,
        "han": _each(prepared, han),
        "pairs": _each(prepared, cluster_pairs),
        "concepts": {source: list(found) for source, found in concepts.items()},
        "facets": {name: list(values) for name, values in document.facets.items() if values},
        "numbers": dict(document.numbers),
        "days": {} if confirmed is None else {CONFIRMED: int(confirmed // DAY)},
        "evidence": {"found": [[e.concept, e.source, e.language, e.surface] for e in document.concepts]},
        "stored": document.stored,
        **({"vector": list(document.vector)} if document.vector else {}),
    }


def _each(texts: Mapping[str, Mapping[str, str]], change: Callable[[str], str]) -> dict[str, dict[str, str]]:
    """Every text changed; empty ones left out."""
    changed = {
        language: {name: made for name, text in fields.items() if text and (made := change(text))}
        for language, fields in texts.items()
    }
    return {language: fields for language, fields in changed.items() if fields}
