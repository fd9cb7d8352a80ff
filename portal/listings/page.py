"""What the page of one listing shows, for one reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.listings import eligibility, money, time
from portal.listings.document import open_ranges, to_card
from portal.listings.models import Listing, Partner, Translation
from portal.listings.queries import partner_answers
from portal.listings.rules import Rule
from portal.listings.time import Moment
from portal.locales import TAGS, edition_for
from portal.organisations.names import names_by_language
from portal.site import Site
from portal.web.cards import Card, card
from portal.web.filters import COUNTED_DAYS
from portal.web.formats import days_until
from portal.web.text import Text, name_in
from search.concepts.understanding import NOTHING
from search.engine import SearchRequest
from search.errors import EngineUnavailable

SIMILAR = 3


@dataclass(frozen=True)
class Party:
    """An organisation that takes part, as the host says; `confirmed`: it says so itself."""

    id: str
    name: Text
    country: str
    role: str
    confirmed: bool


@dataclass(frozen=True)
class Point:
    """A point of the time line; `next` is the first one still ahead, `left` the days until a deadline that is near."""

    moment: Moment
    past: bool
    next: bool
    left: int | None


@dataclass(frozen=True)
class ListingPage:
    """One listing as its page shows it."""

    card: Card
    text: Translation
    title: Text
    texts: tuple[Translation, ...]
    parties: tuple[Party, ...]
    points: tuple[Point, ...]
    rules: tuple[Rule, ...]
    open_to: tuple[str, ...]
    funding: str
    is_open: bool
    unconfirmed_since: datetime | None
    similar: tuple[Card, ...]


def listing_page(site: Site, listing: Listing, reader: str, wanted_text: str = "", similar: bool = True) -> ListingPage:
    """The page of a listing that was loaded whole, with `similar` ones."""
    now = site.clock()
    text = _text(listing, reader, wanted_text)
    return ListingPage(
        card=card(listing.id, to_card(listing), reader, now),
        text=text,
        title=Text(text.title, None if text.language == reader else text.language),
        texts=tuple(sorted(listing.translations, key=lambda t: (t.origin != "source", TAGS.index(t.language)))),
        parties=_parties(site, listing, reader),
        points=_points(listing, now),
        rules=tuple(eligibility.rule_of(row) for row in listing.rules),
        open_to=eligibility.open_to(listing.rules),
        funding=money.funding_of(listing),
        is_open=time.is_open(listing, now),
        unconfirmed_since=time.unconfirmed_since(listing, now),
        similar=_similar(site, listing.id, reader, now) if similar else (),
    )


def _text(listing: Listing, reader: str, wanted: str) -> Translation:
    """The prose asked for, else the edition for the reader."""
    by_language = {text.language: text for text in listing.translations}
    return by_language.get(wanted) or by_language[edition_for(reader, by_language, listing.source_language)]


def _parties(site: Site, listing: Listing, reader: str) -> tuple[Party, ...]:
    """The partners but those that have declined."""
    if not listing.partners:
        return ()
    with site.sessions() as session:
        answers = partner_answers(session, listing.id)
    named = [(partner, answers.get(partner.organisation_id)) for partner in listing.partners]
    return tuple(_party(partner, answer, reader) for partner, answer in named if answer != "declined")


def _party(partner: Partner, answer: str | None, reader: str) -> Party:
    own, name = partner.organisation, name_in(names_by_language(partner.organisation), reader)
    return Party(own.id, name, own.country, partner.role, answer == "confirmed")


def _points(listing: Listing, now: datetime) -> tuple[Point, ...]:
    points: list[Point] = []
    for moment in time.time_line(listing):
        past = moment.at < now if moment.at else moment.day < now.date()
        is_next = not past and not any(point.next for point in points)
        left = days_until(moment.at, now, moment.zone) if moment.at and moment.zone else None
        points.append(Point(moment, past, is_next, left if left is not None and left <= COUNTED_DAYS else None))
    return tuple(points)


def _similar(site: Site, listing_id: str, reader: str, now: datetime) -> tuple[Card, ...]:
    """Open listings about the same; none while the search is away, for the page itself does not need it."""
    request = SearchRequest(NOTHING, reader, now, ranges=open_ranges(now))
    try:
        hits = site.engine.similar(listing_id, request, SIMILAR).hits
    except EngineUnavailable:
        return ()
    return tuple(card(hit.id, hit.stored, reader, now) for hit in hits)
