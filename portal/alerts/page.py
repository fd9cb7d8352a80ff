"""What the pages of saved things show, for one reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.alerts.models import NAME_LENGTH, SavedListing, SavedSearch
from portal.alerts.queries import Kept
from portal.alerts.shared_searches import parse
from portal.discovery.naming import Names
from portal.discovery.query import Query
from portal.eligibility.visitor import NOTHING
from portal.listings.document import to_card
from portal.listings.time import closes_at, takes_applications
from portal.researchers.queries import answers_for
from portal.site import Site
from portal.vocabulary.collation import sort_key
from portal.web.cards import Card, card
from portal.web.messages import gettext as _

_FAR = float("inf")


@dataclass(frozen=True)
class SavedCard:
    """A kept listing; `is_open`: applications are taken now."""

    card: Card
    saved: SavedListing
    is_open: bool
    closes: float


@dataclass(frozen=True)
class SearchRow:
    """A kept search, what it asks for in words, and its query string."""

    search: SavedSearch
    parts: tuple[str, ...]


def saved_cards(kept: Iterable[Kept], reader: str, now: datetime, sort: str) -> list[SavedCard]:
    """The kept listings in an order: as they were saved, by title, or those that close first, what is over at the
    end."""
    rows = [_saved_card(one, reader, now) for one in kept]
    if sort == "deadline":
        rows.sort(key=lambda row: (not row.is_open, row.closes))
    elif sort == "name":
        rows.sort(key=lambda row: sort_key(row.card.title.value, reader))
    return rows


def _saved_card(kept: Kept, reader: str, now: datetime) -> SavedCard:
    shown, end = card(kept.listing.id, to_card(kept.listing), reader, now), closes_at(kept.listing)
    is_open = takes_applications(kept.listing, now)
    return SavedCard(shown, kept.saved, is_open, end.timestamp() if end else _FAR)


def search_rows(site: Site, searches: Sequence[SavedSearch], reader: str) -> list[SearchRow]:
    """The kept searches with what they ask for."""
    return [SearchRow(search, tuple(parts_of(site, parse(search.query), reader))) for search in searches]


def parts_of(site: Site, query: Query, reader: str) -> Iterator[str]:
    """What a search asks for, in words."""
    if query.q:
        yield query.q
    names = Names(site, reader, query.chosen.get("organisation", ()))
    for facet, values in query.chosen.items():
        yield from (names.of_value(facet, value).value for value in values)
    if query.eligible:
        yield _("Only what I may apply for")


def is_undecided(site: Site, query: Query, user_id: str) -> bool:
    """Whether a search is for what the person may apply for, and the profile says nothing that could decide it: what
    was answered in the browser is not there when letters are written."""
    if not query.eligible:
        return False
    with site.sessions() as session:
        return answers_for(session, user_id, site.clock().date()) == NOTHING


def made_name(site: Site, query: Query, reader: str) -> str:
    """A name for a search that nobody has named yet."""
    return " · ".join(parts_of(site, query, reader))[:NAME_LENGTH] or _("All listings")
