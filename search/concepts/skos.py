"""The thesaurus in SKOS (W3C, 2009), written as Turtle."""

from __future__ import annotations

from collections.abc import Iterator

from search.concepts.exchange import ALTERNATIVE, HIDDEN, PREFERRED, labels_of
from search.concepts.thesaurus import Concept, Thesaurus

_PROPERTIES = {PREFERRED: "prefLabel", ALTERNATIVE: "altLabel", HIDDEN: "hiddenLabel"}
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def turtle(thesaurus: Thesaurus, base: str) -> Iterator[str]:
    """The lines of the document; the address of a concept is `base` and its id."""
    yield "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    yield f"@prefix concept: <{base}> .\n"
    schemes = dict.fromkeys(concept.scheme for concept in thesaurus.concepts.values())
    for scheme in schemes:
        yield f"\n<{base}#{scheme}> a skos:ConceptScheme .\n"
    for concept in thesaurus.concepts.values():
        yield "\n" + " ;\n    ".join(_statements(concept, thesaurus, base)) + " .\n"


def _statements(concept: Concept, thesaurus: Thesaurus, base: str) -> Iterator[str]:
    yield f"concept:{concept.id} a skos:Concept"
    yield f"skos:inScheme <{base}#{concept.scheme}>"
    if not concept.broader:
        yield f"skos:topConceptOf <{base}#{concept.scheme}>"
    for property_name, others in (
        ("broader", concept.broader),
        ("narrower", thesaurus.narrower(concept.id)),
        ("related", concept.related),
    ):
        if others:
            yield f"skos:{property_name} " + ", ".join(f"concept:{other}" for other in others)
    for language in thesaurus.languages:
        seen: set[str] = set()
        for kind, label in labels_of(concept, language):
            if label not in seen:  # SKOS: one label has one role
                seen.add(label)
                yield f'skos:{_PROPERTIES[kind]} "{label.translate(_ESCAPES)}"@{language}'
