"""Judges the search over the demonstration listings: `judgements.toml` asked in every language, held against floors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from portal.indexing.loading import load_documents
from portal.listings.document import open_ranges
from portal.site import Site
from search.concepts.reading import understand
from search.engine import SearchRequest
from search.evaluate import Measure, Summary, measure, read_needs
from search.results import SearchResults

JUDGEMENTS = Path(__file__).parent / "judgements.toml"
FLOORS = {"ndcg": 0.92, "overlap": 0.95}  # in every language; they only rise


def judge(site: Site) -> list[Measure]:
    """The measures of every need in every language, over the listings that are open now."""
    now = site.clock()
    ranges = open_ranges(now)
    with site.sessions() as session:
        documents = [
            document
            for document in load_documents(session, site.thesaurus, site.labels)
            if document.numbers["open_until"] >= now.timestamp()
        ]

    def ask(text: str, language: str, limit: int) -> SearchResults:
        understanding = understand(text, language, site.labels, site.thesaurus)
        return site.engine.search(SearchRequest(understanding, language, now, ranges=ranges, limit=limit, facets=()))

    return measure(read_needs(JUDGEMENTS), documents, site.thesaurus, ask)


def below_floors(summaries: Sequence[Summary]) -> list[str]:
    """One sentence for each measure of a language that is below its floor."""
    return [
        f"{row.language}: {name} {getattr(row, name):.3f} is below the floor {floor}"
        for row in summaries
        for name, floor in FLOORS.items()
        if getattr(row, name) < floor
    ]
