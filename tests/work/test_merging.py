"""An organisation that is there twice becomes one: nothing of it is lost, and nobody gets in by this way."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.alerts.matching import read_some
from portal.alerts.models import Alert, SavedSearch, SharedSearch, SharedSearchKey
from portal.alerts.stopping import new_stop_link, stop_letters
from portal.core.audit import AuditEvent
from portal.core.database import Base
from portal.core.errors import Conflict, Invalid, NotFound
from portal.demo.builders import make_organisation
from portal.listings.models import Listing, ListingOpening, Partner, PartnerConfirmation
from portal.matching.invitations.queries import revealed_by
from portal.matching.invitations.service import accept_invitation
from portal.matching.models import Invitation as ListingInvitation
from portal.moderation.merging import MOVED, RECORDS, TAKEN_OUT, merge_organisations, renamed
from portal.organisations.models import Organisation
from portal.organisations.queries import get_organisation
from portal.posting.models import ListingVersion, Posting
from portal.posting.publication.versions import restore_version
from portal.researchers.models import Consent, ProfilePart, ProfileView
from portal.researchers.service import note_reveal
from portal.site import Site
from portal.teams.models import ApiKey, Claim, Membership, Team
from tests import people
from tests.moments import NOW
from tests.work.publishing import LINH, MO, add_posting, known
from tests.work.saving import add_search, labels_file, shared_labels

__all__ = ["labels_file", "shared_labels"]  # fixtures of another file
ADDRESS = "https://exchange.example/{}".format


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
    merge_organisations(session, before, after, MO, NOW, ADDRESS)


def test_every_table_that_names_organisations_is_dealt_with() -> None:
    named = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.target_fullname in ("organisations.id", "teams.organisation_id")
    }
    assert named <= {model.__table__.name for model in (*MOVED, *TAKEN_OUT)}


def test_every_text_that_could_name_organisations_is_dealt_with() -> None:
    texts = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, (sa.JSON, sa.Text))
    }
    rewritten = {f"{model.__table__.name}.{column}" for model, column in RECORDS.items()}
    assert not rewritten & NAME_NONE
    assert texts == rewritten | REWRITTEN_BY_OTHERS | NAME_NONE


REWRITTEN_BY_OTHERS = {"saved_searches.query", "saved_questions.query", "saved_questions.groups"}
# JSON and text columns in which no organisation stands by its id, or where what was said then stays.
NAME_NONE = {
    *(f"listings.{name}" for name in (
        "isced", "concepts", "concepts_refused", "levels", "working_languages", "outputs", "stages", "apply_steps",
        "base_equipment", "base_certifications",
    )),
    *(f"organisations.{name}" for name in ("types", "links", "domains", "relationships")),  # these by the registry's id
    "alerts.reasons", "announcements.texts", "bulk_imports.report", "claims.message", "claims.proposed",
    "claims.reason", "listing_documents.languages", "listing_invitations.message", "listing_invitations.revealed",
    "listing_rules.parameters", "listing_translations.description", "listing_translations.summary",
    "partner_confirmations.reason", "passkeys.transports", "postings.reason", "postings.reason_codes",
    "profile_views.parts", "saved_listings.note", "site_settings.value", "thesaurus_proposals.note",
    "thesaurus_proposals.reason",
    "audit_events.details", "idempotency_keys.answer", "letters.parameters",  # what was said then
}  # fmt: skip


def test_profiles_name_the_one_that_stays(site: Site, twice: tuple[str, str]) -> None:
    old, new = twice
    with site.unit_of_work().begin() as session:
        posts = [{"kind": "research", "title": "Lecturer", "at": {"organisation_id": old}, "since": "2020-01-01"}]
        people.add_researcher(session, people.add_person(session, "Somsy"), posts=posts)
        merge(session, old, new)
    with site.sessions() as session:
        (post,) = session.scalars(sa.select(ProfilePart.content).where(ProfilePart.part == "posts")).one()
        assert post["at"]["organisation_id"] == new


def test_views_of_one_day_unite_what_was_seen(site: Site, twice: tuple[str, str]) -> None:
    old, new = twice
    with site.unit_of_work().begin() as session:
        for one, parts, viewer in ((old, ["skills"], "ray"), (new, ["degrees"], "ray"), (old, ["posts"], "linh")):
            own = {"user_id": "max", "organisation_id": one, "seen_by": viewer, "day": NOW.date()}
            session.add(ProfileView(**own, parts=parts))
        session.flush()
        merge(session, old, new)
    with site.sessions() as session:
        seen = {(view.organisation_id, view.seen_by): view.parts for view in session.scalars(sa.select(ProfileView))}
        assert seen == {(new, "ray"): ["degrees", "skills"], (new, "linh"): ["posts"]}


def test_what_was_told_to_one_team_is_not_told_to_another(site: Site, twice: tuple[str, str]) -> None:
    old, new = twice
    with site.unit_of_work().begin() as session:
        for number, (one, state) in enumerate([(old, "accepted"), (new, "accepted"), (old, "declined")]):
            listing_id = add_posting(site, session, one, "none", "published").listing_id
            revealed = ["name", "email"] if state == "accepted" else []
            session.add(ListingInvitation(
                id=f"i{number}", listing_id=listing_id, organisation_id=one, user_id="mo", message="Come", state=state,
                revealed=revealed, sent_at=NOW, expires_at=NOW,
            ))  # fmt: skip
            note_reveal(session, "mo", revealed, one, True, ("2026-12", "en"), NOW)
        session.flush()
        merge(session, old, new)
    with site.unit_of_work().begin() as session:
        invitations = [session.get_one(ListingInvitation, f"i{number}") for number in range(3)]
        assert [(one.state, one.revealed) for one in invitations] == [
            ("interested", []), ("accepted", ["name", "email"]), ("declined", []),
        ]  # fmt: skip
        assert {one.organisation_id for one in invitations} == {new}
        assert revealed_by(session, invitations[0]) is None
        taken = sa.select(Consent.part, Consent.organisation_id).where(Consent.given.is_(False)).order_by(Consent.id)
        assert [tuple(row) for row in session.execute(taken)] == [("name", new), ("email", new)]
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.event == "researcher.interested")).one()
        noted = (event.actor_id, event.object_id, event.organisation_id)
        assert noted == (None, invitations[0].listing_id, new)
        accept_invitation(session, invitations[0], [], "en", NOW, ADDRESS)
        assert invitations[0].revealed == ["name"], "who wants to says it again"


@pytest.mark.usefixtures("shared_labels")
def test_saved_searches_ask_for_the_one_that_stays(site: Site, twice: tuple[str, str]) -> None:
    old, new = twice
    with site.unit_of_work().begin() as session:
        for user_id, query in (
            ("linh", f"eligible=1&kind=phd&organisation={old}"), ("ray", f"q=rice&organisation={old}x"),
            ("max", f"q=rice&organisation={min(old, new)}&organisation={max(old, new)}"),
        ):  # fmt: skip
            add_search(site, session, session.get_one(User, user_id), query)
        merge(session, old, new)
        queries = {one.user_id: one.query for one in session.scalars(sa.select(SavedSearch))}
        assert queries == {
            "linh": f"eligible=1&kind=phd&organisation={new}", "ray": f"q=rice&organisation={old}x",
            "max": f"q=rice&organisation={new}",
        }  # fmt: skip
    while read_some(site):
        pass
    with site.sessions() as session:
        asked = session.scalars(sa.select(SharedSearch)).all()
        assert {one.query for one in asked} == {
            f"kind=phd&organisation={new}", f"q=rice&organisation={old}x", f"q=rice&organisation={new}"
        }  # fmt: skip
        keys = set(session.scalars(sa.select(SharedSearchKey.key)))
        assert f"organisation={new}" in keys
        assert f"organisation={old}" not in keys
        assert all(f"organisation={old}" not in group for one in asked for group in one.groups)


@pytest.mark.usefixtures("shared_labels")
@pytest.mark.parametrize(("frequency", "moved"), [("daily", True), ("never", False)])
def test_searches_that_become_the_same_are_one(site: Site, twice: tuple[str, str], frequency: str, moved: bool) -> None:
    old, new = twice
    with site.unit_of_work().begin() as session:
        linh = session.get_one(User, "linh")
        repeated = add_search(site, session, linh, f"organisation={old}").id
        kept = add_search(site, session, linh, f"organisation={new}", frequency).id
        session.add(ListingOpening(id=9, listing_id=add_posting(site, session, new, "none", "published").listing_id,
                                   cause="new", opened_at=NOW))  # fmt: skip
        session.flush()
        session.add(Alert(search_id=repeated, opening_id=9, user_id="linh", reasons=[], due_at=NOW))
        token = new_stop_link(session, "linh", repeated, NOW)
        merge(session, old, new)
    with site.unit_of_work().begin() as session:
        assert [one.id for one in session.scalars(sa.select(SavedSearch))] == [kept]
        assert [one.search_id for one in session.scalars(sa.select(Alert))] == ([kept] if moved else [])
        stop_letters(session, token, False, NOW)
        assert session.get_one(SavedSearch, kept).frequency == "never"


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


def test_of_two_who_merge_the_same_the_second_is_told(site: Site, twice: tuple[str, str]) -> None:
    with site.sessions() as session:
        old, new = (get_organisation(session, one) for one in twice)
    with site.unit_of_work().begin() as session:
        merge(session, *twice)
    for before, after in ((old, new), (new, old)):
        before.ror_id = None
        with site.sessions() as session, pytest.raises(NotFound):
            merge_organisations(session, before, after, MO, NOW, ADDRESS)


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
