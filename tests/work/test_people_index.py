"""The index of people: who is in it, with what, and for how long."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest
import sqlalchemy as sa

from portal.core.outbox import LEASE, OutboxEntry
from portal.indexing import service as indexing
from portal.indexing.indexes import listings_index, people_index
from portal.indexing.verification import repair, verify
from portal.researchers import service
from portal.researchers.models import Researcher
from portal.site import Site
from search.concepts.understanding import NOTHING
from search.documents import Document
from search.engine import SearchEngine, SearchRequest
from search.errors import EngineUnavailable
from tests.moments import NOW
from tests.work.browsing import Watch
from tests.work.consenting import NAME, WORDING, add_findable


def found(site: Site) -> list[str]:
    return [hit.id for hit in site.people.search(SearchRequest(NOTHING, "en", NOW)).hits]


def add(site: Site, name: str, **options: object) -> str:
    with site.unit_of_work().begin() as session:
        return add_findable(session, name, **options).public_id  # type: ignore[arg-type]


def test_who_agrees_is_found_and_who_withdraws_is_gone(site: Site) -> None:
    public_id = add(site, "Somsy")
    assert found(site) == []
    assert indexing.drain(site) == indexing.Drained(written=1)
    assert found(site) == [public_id]
    with site.unit_of_work().begin() as session:
        service.be_findable(session, "somsy", False, WORDING, NOW)
    assert indexing.drain(site) == indexing.Drained(removed=1)
    assert (found(site), list(site.people.versions())) == ([], [])
    with site.unit_of_work().begin() as session:
        service.be_findable(session, "somsy", True, WORDING, NOW)
    indexing.drain(site)
    assert found(site) == [public_id]


def test_nobody_is_in_the_index_who_did_not_agree(site: Site) -> None:
    add(site, "Somsy")
    with site.unit_of_work().begin() as session:
        add_findable(session, "Kham")
        service.be_findable(session, "kham", False, WORDING, NOW)
    assert indexing.rebuild(site) == 1
    assert len(found(site)) == 1


def test_a_profile_that_is_dropped_leaves_the_index(site: Site) -> None:
    add(site, "Somsy")
    indexing.drain(site)
    with site.unit_of_work().begin() as session:
        service.remove_profile(session, "somsy", NOW)
    assert indexing.drain(site).removed == 1
    assert found(site) == []


def test_the_index_holds_codes_of_shown_parts_and_nothing_that_names_anybody(site: Site) -> None:
    public_id = add(site, "Somsy", shown=("name", "skills", "languages"))
    indexing.drain(site)
    (hit,) = site.people.search(SearchRequest(NOTHING, "en", NOW)).hits
    assert (hit.id, hit.stored) == (public_id, {})
    with site.sessions() as session:
        (document,) = people_index(site).documents(session, None)
    assert {one.concept for one in document.concepts} == {"machine-learning"}  # wishes are not shown
    assert (document.texts, document.facets["isced"]) == ({}, ())
    everything = repr(document).casefold()
    for secret in (*NAME.values(), "somsy", "@", "harvest", "laos"):
        assert secret.casefold() not in everything
    with site.sessions() as session:
        assert session.scalars(sa.select(OutboxEntry.object_id).where(OutboxEntry.kind == "researcher")).all() == [
            public_id
        ]


def test_what_differs_is_found_and_mended(site: Site) -> None:
    public_id, index = add(site, "Somsy"), people_index(site)
    indexing.rebuild(site)
    assert verify(site, index).ids == ()
    with site.unit_of_work().begin() as session:  # behind the outbox's back, as a restored database would
        session.get_one(Researcher, "somsy").findable = False
    differs = verify(site, index)
    assert differs.extra == (public_id,)
    assert repair(site, index, differs).ids == ()
    assert found(site) == []
    assert verify(site, listings_index(site)).ids == ()


def test_one_index_that_is_away_holds_up_no_other(site: Site) -> None:
    class Away:
        def status(self) -> object:
            raise EngineUnavailable("away")

    add(site, "Somsy")
    without = replace(site, engine=Away())  # type: ignore[arg-type]
    assert [one.documents for one in indexing.states(without)] == [None, 0]
    assert indexing.drain(without).written == 1
    assert indexing.states(site)[1].complete


class Dying:
    """The index, whose worker is killed right after it was told something."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        if name != "put":
            return getattr(self._engine, name)

        def put(documents: list[Document]) -> int:
            self._engine.put(documents)
            raise KeyboardInterrupt

        return put


def test_a_worker_that_is_killed_brings_nobody_back_who_withdrew(site: Site, watch: Watch) -> None:
    public_id = add(site, "Somsy")
    with site.sessions() as session:
        (before,) = people_index(site).documents(session, None)
    with pytest.raises(KeyboardInterrupt):
        indexing.drain(replace(site, people=cast("SearchEngine", Dying(site.people))))
    assert found(site) == [public_id]  # told, and not settled
    with site.unit_of_work().begin() as session:
        service.be_findable(session, "somsy", False, WORDING, watch.now)
    watch.pass_by(seconds=LEASE.total_seconds())
    indexing.drain(site)
    assert found(site) == []
    site.people.put([before])  # what the killed one had in its hands comes late
    assert found(site) == []
    assert all(one.waiting == 0 for one in indexing.states(site))
