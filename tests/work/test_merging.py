"""An organisation that is there twice becomes one: nothing of it is lost, and nobody gets in by this way."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.audit import AuditEvent
from portal.core.database import Base
from portal.core.errors import Conflict, Invalid
from portal.demo.builders import make_organisation
from portal.listings.models import Listing, Partner, PartnerConfirmation
from portal.moderation.merging import MOVED, TAKEN_OUT, merge_organisations, renamed
from portal.organisations.models import Organisation
from portal.organisations.queries import get_organisation
from portal.posting.models import ListingVersion, Posting
from portal.posting.publication.versions import restore_version
from portal.site import Site
from portal.teams.models import ApiKey, Claim, Membership, Team
from tests import people
from tests.moments import NOW
from tests.work.publishing import LINH, MO, add_posting, known


@pytest.fixture
def twice(site: Site, organisation_id: str) -> tuple[str, str]:
    """One that was proposed, with Linh and Ray; and the one that stays, with Ray and Max."""
    with site.unit_of_work().begin() as session:
        old = make_organisation(session, "Guangxi Test Univ.").id
        session.get_one(Organisation, old).ror_id = None
        linh, ray, most = (people.add_person(session, name) for name in ("Linh", "Ray", "Max"))
        people.add_member(session, linh, old, "manager", trusted=True)
        people.add_member(session, ray, old, "manager")
        people.add_member(session, ray, organisation_id, "reviewer")
        people.add_member(session, most, organisation_id, "manager")
        people.add_person(session, "Mo", "moderator")
    return old, organisation_id


def merge(session: Session, old: str, new: str) -> None:
    before, after = get_organisation(session, old), get_organisation(session, new)
    merge_organisations(session, before, after, MO, NOW, lambda language: f"https://exchange.example/{language}")


def test_every_table_that_names_organisations_is_dealt_with() -> None:
    named = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.target_fullname in ("organisations.id", "teams.organisation_id")
    }
    assert named <= {model.__table__.name for model in (*MOVED, *TAKEN_OUT)}


def test_all_goes_to_the_one_that_stays(site: Site, twice: tuple[str, str]) -> None:
    old, new = twice
    with site.unit_of_work().begin() as session:
        degrees = [{"degree": "master", "organisation": old}]
        listing_id = add_posting(site, session, old, "editing", "published", joint_degrees=degrees).listing_id
        named = add_posting(
            site, session, new, "none", "published",
            partners=[{"organisation_id": old, "role": "home"}, {"organisation_id": new, "role": "home"}],
        ).listing_id  # fmt: skip
        for one in (old, new):
            session.add(PartnerConfirmation(listing_id=named, organisation_id=one, state="confirmed", asked_at=NOW))
        session.add(ApiKey(id="key", digest="d", organisation_id=old, name="Import", created_at=NOW))
        for number, one in enumerate((old, new)):
            values = {"user_id": "mo", "organisation_id": one, "proof": "domain", "created_at": NOW}
            session.add(Claim(id=f"claim{number}", **values))
        session.flush()
        merge(session, old, new)
    with site.unit_of_work().begin() as session:
        assert session.get(Organisation, old) is None
        assert session.get(Team, old) is None
        posting, listing = session.get_one(Posting, listing_id), session.get_one(Listing, listing_id)
        assert (posting.organisation_id, listing.organisation_id) == (new, new)
        assert posting.content is not None
        assert posting.content["organisation_id"] == new
        assert posting.content["joint_degrees"] == listing.joint_degrees == [{"degree": "master", "organisation": new}]
        assert old not in str(session.scalars(sa.select(ListingVersion.record)).all())
        restore_version(session, posting, 1, LINH, NOW)
        assert session.scalars(sa.select(Partner.organisation_id)).all() == [new]
        assert session.scalars(sa.select(PartnerConfirmation.organisation_id)).all() == [new]
        roles = {row[0]: row[1] for row in session.execute(sa.select(Membership.user_id, Membership.role))}
        assert roles == {"linh": "manager", "ray": "reviewer", "max": "manager"}  # who was there keeps the role
        assert session.get_one(ApiKey, "key").organisation_id == new
        assert [session.get_one(Claim, one).state for one in ("claim0", "claim1")] == ["withdrawn", "waiting"]
        assert not session.get_one(Team, new).trusted
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.event == "organisation.merged")).one()
        assert event.details == {"former": old, "listings": 1, "members": 2}
        assert known(site, session)


def test_a_team_comes_along_where_there_was_none(site: Site, twice: tuple[str, str]) -> None:
    old, _new = twice
    with site.unit_of_work().begin() as session:
        fresh = make_organisation(session, "Guangxi Test University of Arts").id
        merge(session, old, fresh)
        assert not session.get_one(Team, fresh).trusted, "trust is not handed on"
        members = session.scalars(sa.select(Membership.user_id).where(Membership.organisation_id == fresh))
        assert set(members) == {"linh", "ray"}


def test_what_cannot_be_merged(site: Site, twice: tuple[str, str]) -> None:
    old, new = twice
    with site.sessions() as session:
        with pytest.raises(Invalid, match=r"merge\.itself"):
            merge(session, old, old)
        session.get_one(Organisation, new).ror_id = "https://ror.org/x"
        with pytest.raises(Conflict, match=r"merge\.of-registry"):
            merge(session, new, old)
        session.get_one(Team, old).suspended_at = NOW
        with pytest.raises(Conflict, match=r"merge\.suspended"):
            merge(session, old, new)


def test_moderators_search_look_and_merge(app: Flask, site: Site, twice: tuple[str, str]) -> None:
    old, new = twice
    mo = people.browser_of(app, "mo")
    address = f"/en/moderation/organisations/{old}/merge"
    assert "It is there twice" in mo.get(f"/en/moderation/organisations/{old}").text
    assert f"into={new}" in mo.get(f"{address}?q=guangxi").text
    page = mo.get(f"{address}?into={new}").text
    assert "2 members of the team" in page
    assert "cannot be undone" in page
    data = {"csrf_token": people.token_of(mo, "/en/account"), "into": "nothing"}
    assert mo.post(address, data=data).status_code == 422
    answer = mo.post(address, data={**data, "into": new})
    assert answer.location.endswith(new)
    assert "The two are one organisation now." in mo.get(answer.location).text
    assert mo.get(f"/en/organisations/{old}").status_code == 404
    assert mo.get("/en/organisations?q=guangxi").text.count(f"/organisations/{new}") >= 1


def test_only_organisations_are_renamed_in_records() -> None:
    record = {"organisation_id": "a", "title": "a", "partners": [{"organisation_id": "a"}, {"organisation_id": "b"}]}
    assert renamed(record, "a", "c") == {
        "organisation_id": "c", "title": "a", "partners": [{"organisation_id": "c"}, {"organisation_id": "b"}],
    }  # fmt: skip
