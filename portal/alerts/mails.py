"""Letters about what was saved: what is new for saved searches, and listings that take applications again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.alerts.models import Alert, SavedListing, SavedSearch
from portal.alerts.shared_searches import ELIGIBLE
from portal.alerts.stopping import new_stop_link
from portal.listings import eligibility
from portal.listings.answers import Answers, Outcome
from portal.listings.document import to_card
from portal.listings.models import Listing, ListingOpening
from portal.listings.queries import find_listings
from portal.listings.time import takes_applications
from portal.locales import edition_for
from portal.mail.service import post
from portal.researchers.answers import answers_of
from portal.researchers.queries import get_profile
from portal.site import Site

FOUND, REOPENED = "saved-search-found", "saved-listing-open"
SHOWN = 20  # listings of a letter; the page has the others

_Found = tuple[Alert, SavedSearch, str]  # with the id of the listing


def tell_next(site: Site) -> bool:
    """Write the letter that is due the longest to one person: all that is due for them by now, each listing once;
    whether anybody was waiting.

    What is told of is marked in the transaction of the letter, by one statement: whoever comes at the same moment finds
    nothing, and a worker that dies has written no letter.
    """
    now = site.clock()
    with site.unit_of_work().begin() as session:
        found = _take_due(session, now)
        if found:
            _tell(session, site, session.get_one(User, found[0][0].user_id), found, now)
    return bool(found)


def tell_watchers(session: Session, site: Site, openings: Mapping[str, int], now: datetime) -> None:
    """Write to those who wait for some listings to take applications again; each wish is met once."""
    ids = list(session.scalars(_wished(list(openings))))
    listings = {one.id: one for one in find_listings(session, ids) if takes_applications(one, now)}
    wished = sa.update(SavedListing).where(SavedListing.tell, SavedListing.listing_id.in_(listings))
    told = session.execute(wished.values(tell=False).returning(SavedListing.user_id, SavedListing.listing_id))
    by_person: dict[str, list[str]] = {}
    for user_id, listing_id in sorted((user_id, listing_id) for user_id, listing_id in told):
        by_person.setdefault(user_id, []).append(listing_id)
    for user in session.scalars(sa.select(User).where(User.id.in_(by_person)).order_by(User.id)):
        items = [_item(site, listings[one], user.language) for one in by_person[user.id]]
        _post(session, site, user, REOPENED, items, None, now)


def _wished(listing_ids: Sequence[str]) -> sa.Select[Any]:
    query = sa.select(SavedListing.listing_id).where(SavedListing.tell, SavedListing.listing_id.in_(listing_ids))
    return query.distinct()


def _take_due(session: Session, now: datetime) -> list[_Found]:
    """What is due for the person who has waited longest, marked as told."""
    due = (Alert.told_at.is_(None), Alert.due_at <= now)
    first = sa.select(Alert.user_id).where(*due).order_by(Alert.due_at, Alert.user_id).limit(1).scalar_subquery()
    mine = sa.update(Alert).where(*due, Alert.user_id == first).values(told_at=now)
    keys = session.execute(mine.returning(Alert.search_id, Alert.opening_id)).all()
    if not keys:
        return []
    searches, openings = {key[0] for key in keys}, {key[1] for key in keys}
    query = (
        sa.select(Alert, SavedSearch, ListingOpening.listing_id)
        .join(SavedSearch, SavedSearch.id == Alert.search_id)
        .join(ListingOpening, ListingOpening.id == Alert.opening_id)
        .where(Alert.search_id.in_(searches), Alert.opening_id.in_(openings))
        .order_by(SavedSearch.name, SavedSearch.id, Alert.opening_id)
    )
    told = {tuple(key) for key in keys}
    rows = [(alert, search, listing_id) for alert, search, listing_id in session.execute(query)]
    return [row for row in rows if (row[0].search_id, row[0].opening_id) in told]


def _tell(session: Session, site: Site, user: User, found: Sequence[_Found], now: datetime) -> None:
    ids = list(dict.fromkeys(listing_id for _alert, _search, listing_id in found))
    listings = {one.id: one for one in find_listings(session, ids) if takes_applications(one, now)}
    answers = answers_of(get_profile(session, user.id), now.date())
    items: dict[str, dict[str, Any]] = {}
    searches: dict[str, SavedSearch] = {}
    for alert, search, listing_id in found:
        listing = listings.get(listing_id)
        if listing is None or not _is_for(search, listing, answers, now):
            continue
        item = items.setdefault(listing_id, _item(site, listing, user.language))
        item["searches"].append(search.name)
        item["reasons"] += [reason for reason in alert.reasons if reason not in item["reasons"]]
        searches[search.id] = search
    if items:
        _post(session, site, user, FOUND, list(items.values()), list(searches.values()), now)


def _is_for(search: SavedSearch, listing: Listing, answers: Answers, now: datetime) -> bool:
    """Whether the person may apply, where the search is for such listings alone; what is not known is no hindrance."""
    if (ELIGIBLE, "1") not in parse_qsl(search.query):
        return True
    rules = [eligibility.rule_of(row) for row in listing.rules]
    return eligibility.overall(eligibility.decide_all(rules, answers, now.date())) is not Outcome.UNMET


def _item(site: Site, listing: Listing, language: str) -> dict[str, Any]:
    """What a letter says of a listing, in codes; the title in the edition for the person."""
    card = to_card(listing)
    shown = edition_for(language, card["titles"], card["source_language"])
    return {
        "address": site.pages.to("listings.show", listing_id=listing.id)(language),
        "title": card["titles"][shown],
        "title_language": None if shown == language else shown,
        "title_origin": card["origins"][shown],
        "host": card["organisation"]["names"] if card["organisation"] else None,
        "searches": [],
        "reasons": [],
        **{key: card[key] for key in _FACTS},
    }


_FACTS = ("kind", "country", "stipend", "funding", "money_stated", "deadline", "rolling", "demonstration")


def _post(
    session: Session,
    site: Site,
    user: User,
    template: str,
    items: Sequence[Mapping[str, Any]],
    searches: Iterable[SavedSearch] | None,
    now: datetime,
) -> None:
    if user.confirmed_at is None or user.suspended_at is not None:
        return
    asked = list(searches or ())
    token = new_stop_link(session, user.id, asked[0].id if len(asked) == 1 else None, now)
    page = site.pages.to("discovery.search")
    post(
        session, template, user.language, user.email, now,
        items=items[:SHOWN], number=len(items), more=max(0, len(items) - SHOWN),
        names=[search.name for search in asked],
        pages=[{"name": one.name, "address": f"{page(user.language)}?{one.query}"} for one in asked],
        saved=site.pages.to("alerts.saved")(user.language),
        unsubscribe=site.pages.to("alerts.stop", token=token)(user.language),
    )  # fmt: skip
