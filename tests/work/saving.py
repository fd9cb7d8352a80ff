"""What tests of saved things share: searches that people keep, and listings that open."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.alerts import jobs, service
from portal.alerts.models import Alert, SavedSearch
from portal.demo.builders import make_listing, new_listing
from portal.indexing.labels import FILE
from portal.listings.service import import_listings
from portal.mail.models import Letter
from portal.settings import Settings
from portal.site import Site
from tests import people

FLOODS = "q=machine+learning"


@pytest.fixture(scope="module")
def labels_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("labels") / FILE


@pytest.fixture
def shared_labels(settings: Settings, labels_file: Path) -> Iterator[None]:
    """The labels of sites without organisations are all the same: made once, since that takes long."""
    own = Path(settings.data_dir) / FILE
    if labels_file.exists():
        shutil.copy(labels_file, own)
    yield
    if own.exists() and not labels_file.exists():
        shutil.copy(own, labels_file)


def add_search(
    site: Site, session: Session, user: User, query: str = FLOODS, frequency: str = "at-once", language: str = "en"
) -> SavedSearch:
    return service.save_search(session, site, user, query, language, f"Mine: {query}"[:120], frequency)


def searcher(site: Site, name: str, *queries: str, frequency: str = "at-once", language: str = "en") -> str:
    """A person with saved searches; the id."""
    with site.unit_of_work().begin() as session:
        user = people.add_person(session, name, language=language)
        for query in queries or (FLOODS,):
            add_search(site, session, user, query, frequency)
        return user.id


def open_listing(site: Site, title: str = "Machine learning for rice", **facts: Any) -> str:
    """A listing that is published now; its id."""
    with site.unit_of_work().begin() as session:
        return make_listing(session, title, posted_at=site.clock(), **facts).id


def replace(site: Site, listing_id: str, title: str = "Machine learning for rice", **facts: Any) -> None:
    """Change a listing as an import does."""
    with site.unit_of_work().begin() as session:
        import_listings(session, [new_listing(title, id=listing_id, **facts)], site.clock())


def tell(site: Site) -> None:
    """Be the worker until nothing is left to do."""
    while jobs.tell_of_openings(site):
        pass


def letters(site: Site, template: str = "saved-search-found") -> list[Letter]:
    """The letters there are, the oldest first."""
    with site.sessions() as session:
        query = sa.select(Letter).where(Letter.template == template).order_by(Letter.queued_at, Letter.address)
        return list(session.scalars(query))


def titles(letter: Letter) -> list[str]:
    return [item["title"] for item in letter.parameters["items"]]


def alerts(site: Site) -> list[Alert]:
    with site.sessions() as session:
        return list(session.scalars(sa.select(Alert).order_by(Alert.search_id, Alert.opening_id)))
