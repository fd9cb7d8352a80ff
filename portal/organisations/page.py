"""What the page of one organisation shows, for one reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from portal.listings.document import open_ranges
from portal.locales import TAGS
from portal.organisations import queries
from portal.organisations.models import Organisation
from portal.organisations.names import names_by_language
from portal.site import Site
from portal.vocabulary.thesaurus import place_of
from portal.web.cards import Card, card
from portal.web.text import Text, name_in
from search.concepts.understanding import NOTHING
from search.engine import SearchRequest
from search.errors import EngineUnavailable

SHOWN = 50


@dataclass(frozen=True)
class OrganisationPage:
    """One organisation as its page shows it."""

    organisation: Organisation
    name: Text
    other_names: tuple[Text, ...]
    place: str | None
    cards: tuple[Card, ...]
    total: int


def organisation_page(site: Site, organisation_id: str, reader: str) -> OrganisationPage:
    """The page of an organisation. Raises `NotFound`."""
    with site.sessions() as session:
        organisation = queries.get_organisation(session, organisation_id)
    name = name_in(names_by_language(organisation), reader)
    others = {n.value: Text(n.value, _tag(n.language)) for n in organisation.names if n.value != name.value}
    place = place_of(organisation.country, organisation.city, organisation.subdivision_code, organisation.subdivision)
    cards, total = _cards(site, organisation_id, reader)
    return OrganisationPage(organisation, name, tuple(others.values()), place, cards, total)


def _tag(language: str | None) -> str:
    """What the `lang` of a name may say: our tags and traditional Chinese, else unknown."""
    return language if language and (language in TAGS or language == "zh-Hant") else ""


def _cards(site: Site, organisation_id: str, reader: str) -> tuple[tuple[Card, ...], int]:
    """Its open listings, nearest deadline first; none while the search is away."""
    now = site.clock()
    request = SearchRequest(
        NOTHING, reader, now, ranges=open_ranges(now), require={"organisation": (organisation_id,)},
        sort="deadline", limit=SHOWN, facets=(),
    )  # fmt: skip
    try:
        found = site.engine.search(request)
    except EngineUnavailable:
        return (), 0
    return tuple(card(hit.id, hit.stored, reader, now) for hit in found.hits), found.total
