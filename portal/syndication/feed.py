"""A page of search results as an Atom feed (RFC 4287, with the links between pages of RFC 5005)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from portal.discovery.queries import SearchPage
from portal.syndication.queries import Dates
from portal.web import filters
from portal.web.cards import Card
from portal.web.messages import gettext as _
from portal.web.public import absolute, address_of, site_name
from portal.web.text import Text
from search.analysis.cleaning import clean

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
_BETWEEN_FACTS = " · "


def build(page: SearchPage, dates: Mapping[str, Dates], path: str, now: datetime) -> bytes:
    """The feed of a search, whose pages are at `path`."""
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": filters.tag()})
    words = page.query.q
    _add(feed, "title", Text(_("Search results for “%(query)s”", query=words) if words else _("New listings")))
    _add(feed, "subtitle", Text(site_name()))
    _add(feed, "id", absolute(path + page.query.address()))
    # With nothing found there is no change to tell of: the day it is looked at will do.
    changes = [dated.updated_at for dated in dates.values()] or [now.replace(hour=0, minute=0, second=0, microsecond=0)]
    _add(feed, "updated", _moment(max(changes)))
    for relation, address in _links(page, path):
        SubElement(feed, "link", {"rel": relation, "type": MEDIA_TYPE, "href": absolute(address)})
    results = address_of("discovery.search") + page.query.address()
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "hreflang": filters.tag(), "href": results})
    _add_author(feed, Text(site_name()), address_of("discovery.home"))
    for found in page.hits:
        if found.card.id in dates:  # the index may still know a listing that has just gone
            _add_entry(feed, found.card, dates[found.card.id])
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def _links(page: SearchPage, path: str) -> Iterator[tuple[str, str]]:
    query, number = page.query, page.page
    yield "self", path + query.address(with_page=True)
    yield "first", path + query.address()
    if number > 1:
        yield "previous", path + query.at(number - 1).address(with_page=True)
    if number < page.pages:
        yield "next", path + query.at(number + 1).address(with_page=True)


def _add_entry(feed: Element, card: Card, dates: Dates) -> None:
    address = address_of("listings.show", listing_id=card.id)
    entry = SubElement(feed, "entry")
    _add(entry, "title", card.title)
    _add(entry, "id", address)
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "hreflang": filters.tag(), "href": address})
    _add(entry, "published", _moment(dates.posted_at))
    _add(entry, "updated", _moment(dates.updated_at))
    if card.organisation:
        _add_author(entry, card.organisation, address_of("organisations.show", organisation_id=card.organisation_id))
    for term, label in (("kind", card.kind), ("funding", card.funding)):
        scheme = address_of("discovery.search") + f"#{term}"
        SubElement(entry, "category", {"scheme": scheme, "term": label, "label": filters.label(label, term)})
    _add(entry, "summary", _BETWEEN_FACTS.join(_facts(card)))
    _add(entry, "content", card.summary)


def _facts(card: Card) -> Iterator[str]:
    """The facts of a card in the reader's language, the warning first."""
    if card.demonstration:
        yield _("This listing is an example and not a real offer. Do not apply for it.")
    yield filters.label(card.kind, "kind")
    if card.organisation:
        yield card.organisation.value
    yield card.where
    yield from card.facts
    yield card.money
    if card.deadline:
        yield _("Deadline: %(time)s", time=card.deadline.host)
        if card.deadline.reader:
            yield _("Your time: %(time)s", time=card.deadline.reader)
    elif card.rolling:
        yield _("Applications at any time")


def _add(parent: Element, name: str, text: str | Text) -> None:
    """A text element; one in another language than the feed's says which. XML has no place for control characters."""
    shown = text if isinstance(text, Text) else Text(text)
    element = SubElement(parent, name, {"xml:lang": shown.language} if shown.language else {})
    element.text = clean(shown.value)


def _add_author(parent: Element, name: Text, address: str) -> None:
    author = SubElement(parent, "author")
    _add(author, "name", name)
    _add(author, "uri", address)


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="seconds")
