"""Words that people miss in the thesaurus, as the table that `portal thesaurus import` reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal.core.tables import row
from portal.moderation.models import ThesaurusProposal
from search.concepts.exchange import ALTERNATIVE, COLUMNS, PREFERRED, Row, rows
from search.concepts.thesaurus import Thesaurus


def missing(taken: Iterable[ThesaurusProposal], thesaurus: Thesaurus) -> list[ThesaurusProposal]:
    """Those that the thesaurus does not have yet; all of new concepts, which somebody has to write first."""
    return [one for one in taken if one.concept is None or not _has(thesaurus, one)]


def table(taken: Iterable[ThesaurusProposal], thesaurus: Thesaurus) -> Iterator[str]:
    """The lines of the table: the labels there are of each concept and language in question, and the new ones after
    them, for what a table says of a concept in a language replaces what was there."""
    wanted = [one for one in missing(taken, thesaurus) if one.concept is not None]
    places = {(one.concept, one.language) for one in wanted}
    known = [one for one in rows(thesaurus) if (one.concept, one.language) in places]
    preferred = {(one.concept, one.language) for one in known if one.kind == PREFERRED}
    yield row(COLUMNS)
    for place in sorted(places, key=str):
        for one in (*known, *_new(wanted, thesaurus, preferred)):
            if (one.concept, one.language) == place:
                yield row(getattr(one, column) for column in COLUMNS)


def _new(wanted: Iterable[ThesaurusProposal], thesaurus: Thesaurus, preferred: set[tuple[str, str]]) -> Iterator[Row]:
    seen = set(preferred)
    for one in wanted:
        concept = thesaurus.concepts[one.concept or ""]
        kind = ALTERNATIVE if (concept.id, one.language) in seen else PREFERRED
        seen.add((concept.id, one.language))
        yield Row(concept.id, concept.scheme, one.language, kind, one.label)


def _has(thesaurus: Thesaurus, word: ThesaurusProposal) -> bool:
    """Whether the concept has the label; one that is gone from the thesaurus needs no labels."""
    concept = thesaurus.concepts.get(word.concept or "")
    return concept is None or word.label in (
        *concept.labels.get(word.language, ()),
        *concept.hidden.get(word.language, ()),
    )
