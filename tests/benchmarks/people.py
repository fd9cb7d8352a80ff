"""People who fit a listing, of very many who agreed to be found, on both engines; and of a tenth of them, as the time
shall not grow with their number.

`proposed`: whom the index names, against the plain search of the same topics (any of them, as many people). Where few
have to do with the topics, those who changed their profile last are asked for too.
`the page`: the same people with rules decided and exact scores, against proposing them and reading their profiles.

`python -m tests.benchmarks people`: 20,000 people.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import migrations
from portal.core.actor import Actor
from portal.demo.builders import make_listing, make_organisation, rule
from portal.indexing.indexes import people_index
from portal.indexing.service import rebuild_index
from portal.listings.models import Listing
from portal.listings.queries import whole_listings
from portal.matching.people.candidates import MOST, Candidate, _proposed, people_for
from portal.researchers.models import Consent, ProfilePart, Researcher
from portal.researchers.queries import Shown, find_shown
from portal.researchers.records import write_part
from portal.settings import Settings
from portal.site import Site
from search.concepts.understanding import NOTHING, Span, Topic, Understanding
from search.engine import SearchRequest
from search.plan import make_plan
from tests.benchmarks.elastic import PATIENT, _server
from tests.benchmarks.matching import _person
from tests.benchmarks.pairs import Pair, compare, show
from tests.moments import NOW

LISTINGS = 8
BATCH = 1000
SHOWN = ("degrees", "languages", "skills", "wishes")
HOST = Actor("bench", None, {})
TITLE = "{count} people, {engine}: "


def run(count: int = 20_000) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        _measure("embedded", Settings(data_dir=folder), count)
    with _server() as url, tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=folder, elasticsearch_url=url, elasticsearch_timeout=str(PATIENT))
        _measure("Elasticsearch", settings, count)


def _measure(engine: str, settings: Settings, count: int) -> None:
    site = Site.open(settings, lambda: NOW)
    migrations.upgrade(site.database)
    chance = random.Random(5)
    with site.unit_of_work().begin() as session:
        ids = _listings(session, site, chance)
    for first, last in ((0, count // 10), (count // 10, count)):
        for start in range(first, last, BATCH):
            with site.unit_of_work().begin() as session:
                _add_people(session, range(start, min(start + BATCH, last)), chance)
        rebuild_index(site, people_index(site))
        with site.sessions() as session:
            listings = session.scalars(whole_listings().where(Listing.id.in_(ids))).all()
        title = TITLE.format(count=last, engine=engine)
        show(f"{title}proposed, against the plain search", _pairs(site, listings, _proposed, _plain), "≤ 2")
        show(f"{title}the page, against reading the same people", _pairs(site, listings, _page, _reading), "≤ 2")
    site.close()


def _pairs(
    site: Site,
    listings: Sequence[Listing],
    ours: Callable[[Site, Listing], object],
    bare: Callable[[Site, Listing], object],
) -> Iterator[Pair]:
    for number, listing in enumerate(listings):
        yield compare(
            f"listing {number}, {len(listing.concepts)} topics",
            lambda listing=listing: ours(site, listing),  # type: ignore[misc]
            lambda listing=listing: bare(site, listing),  # type: ignore[misc]
        )


def _page(site: Site, listing: Listing) -> list[Candidate]:
    with site.sessions() as session:
        return people_for(site, session, listing, HOST)


def _reading(site: Site, listing: Listing) -> list[Shown]:
    """The same people, as the database has them."""
    with site.sessions() as session:
        return find_shown(session, list(_proposed(site, listing)))


def _plain(site: Site, listing: Listing) -> list[str]:
    """The people about any of the listing's topics, and nothing else."""
    asked = Understanding("", tuple(Topic(one, Span(0, 0, one)) for one in listing.concepts))
    topics = make_plan(asked, site.thesaurus).topics
    request = SearchRequest(NOTHING, "en", NOW)
    return [hit.id for hit in site.people.about(topics, request, MOST).hits]


def _listings(session: Session, site: Site, chance: random.Random) -> list[str]:
    host = make_organisation(session)
    topics = [concept.id for concept in site.thesaurus.of_scheme("topic")]
    rules = ({"countries": ["LA", "VN"]}, {"countries": ["CN"]})
    return [
        make_listing(
            session, f"Listing {number}", organisation=host, concepts=chance.sample(topics, chance.randint(1, 4)),
            rules=[rule("citizenship", **rules[number % 2]), rule("degree-min", degree="bachelor")],
        ).id
        for number in range(LISTINGS)
    ]  # fmt: skip


def _add_people(session: Session, numbers: range, chance: random.Random) -> None:
    """People who show all but their names, and agreed to be found."""
    names = [f"p{number:07}" for number in numbers]
    profiles = {name: _person(chance) for name in names}
    rows = {
        User: (
            {"id": one, "email": f"{one}@example.org", "password_hash": "", "name": one, "language": "en",
             "created_at": NOW, "confirmed_at": NOW}
            for one in names
        ),
        Researcher: (
            {"user_id": one, "public_id": one[::-1], "findable": True, "created_at": NOW, "changed_at": NOW}
            for one in names
        ),
        ProfilePart: (
            {"user_id": one, "part": part, "content": write_part(getattr(profile, part)), "audience": "hosts",
             "saved_at": NOW}
            for one, profile in profiles.items()
            for part in SHOWN
        ),
        Consent: (
            {"user_id": one, "purpose": purpose, "part": part, "given": True, "wording": "2026-12", "language": "en",
             "at": NOW}
            for one in names
            for purpose, part in (("findable", None), *(("show-part", part) for part in SHOWN))
        ),
    }  # fmt: skip
    for table, made in rows.items():
        session.execute(sa.insert(table), list(made))
