"""Publication as a workflow: every action in every state for every role, plans, decisions, and their letters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from portal.core.actor import ANYONE, Actor
from portal.core.audit import AuditEvent
from portal.core.errors import Conflict, Invalid, NotFound
from portal.listings.models import Listing
from portal.mail.models import Letter
from portal.mail.pages import Pages
from portal.posting import policy, service
from portal.posting.models import Posting
from portal.posting.publication import service as publication
from portal.posting.publication import trust, versions
from portal.posting.publication.service import Plan, Reason
from portal.posting.workflow import BY_ACTION, DRAFT, EDITOR, STEPS, steps_from
from portal.site import Site
from portal.teams.models import Team
from tests.moments import NOW
from tests.work.publishing import DRAFTS, LINH, LISTINGS, MO, SOON, add_posting, add_team, known, letters

PAGES = Pages("https://exchange.example")
REASON = Reason(("facts-missing",), "Thiếu hạn nộp.", "vi")
Take = Callable[[Site, Session, Posting], object]

# How each action is taken; those of the site itself are in test_publication_schedule.py.
TAKEN: dict[str, Take] = {
    "edit": lambda _site, session, posting: service.edit_posting(session, posting, LINH, NOW),
    "save": lambda _site, session, posting: service.save_draft(
        session, posting, {"credits": 3}, posting.revision, LINH, NOW
    ),
    "restore": lambda _site, session, posting: versions.restore_version(session, posting, 1, LINH, NOW),
    "submit": lambda site, session, posting: publication.propose(
        session, posting, Plan(), known(site, session), LINH, NOW
    ),
    "withdraw": lambda _site, session, posting: service.withdraw_posting(session, posting, LINH, NOW),
    "accept": lambda site, session, posting: publication.accept(
        session, posting, posting.revision, {"host": True}, False, known(site, session), MO, NOW, PAGES
    ),
    "return": lambda _site, session, posting: publication.send_back(
        session, posting, posting.revision, {"host": False}, REASON, MO, NOW, PAGES
    ),
    "hold": lambda _site, session, posting: trust.hold(session, posting, ANYONE, NOW, PAGES),
    "suspend": lambda _site, session, posting: publication.suspend(session, posting, REASON, MO, NOW, PAGES),
    "reinstate": lambda _site, session, posting: publication.reinstate(session, posting, MO, NOW, PAGES),
    **{
        action: lambda _site, session, posting, action=action: publication.move(session, posting, action, LINH, NOW)
        for action in ("close", "archive", "show", "confirm")
    },
}
ROLES = {
    "anyone": ANYONE,
    "manager": Actor("m", None, {"ORG": "manager"}),
    "editor": Actor("e", None, {"ORG": "editor"}),
    "reviewer": Actor("r", None, {"ORG": "reviewer"}),
    "of another": Actor("o", None, {"OTHER": "manager"}),
    "moderator": MO,
    "administrator": Actor("a", "administrator"),
}


@pytest.fixture
def team(site: Site, organisation_id: str) -> str:
    with site.unit_of_work().begin() as session:
        add_team(session, organisation_id)
    return organisation_id


def states_of(session: Session, posting: Posting) -> tuple[str, str | None]:
    session.flush()
    session.expire_all()
    listing = session.get(Listing, posting.listing_id)
    return session.get_one(Posting, posting.listing_id).state, listing.state if listing else None


def test_the_table_names_states_that_there_are() -> None:
    for step in STEPS:
        allowed = DRAFTS if step.of == DRAFT else LISTINGS
        assert {*step.sources, *step.targets} <= set(allowed), step.action
    assert len(BY_ACTION) == len(STEPS)


@pytest.mark.parametrize("action", sorted(BY_ACTION))
def test_who_may_take_a_step_in_which_state(action: str) -> None:
    step = BY_ACTION[action]
    permitted = {"editor": {"manager", "editor"}, "moderator": {"moderator", "administrator"}, "site": set()}[step.who]
    for draft, listing, (role, actor) in product(DRAFTS, LISTINGS, ROLES.items()):
        posting = Posting(listing_id="x", organisation_id="ORG", state=draft)
        offered = action in policy.actions_for(actor, posting, listing)
        here = draft if step.of == DRAFT else listing
        assert offered == (role in permitted and here in step.sources), (action, draft, listing, role)


@pytest.mark.parametrize("action", sorted(TAKEN))
def test_every_action_in_every_state(site: Site, team: str, action: str) -> None:
    """What the table allows is done, anything else is refused and changes nothing."""
    step = BY_ACTION[action]
    for draft, listing in product(DRAFTS, LISTINGS):
        if (draft, listing) == ("none", None):
            continue
        with site.sessions() as session:
            posting = add_posting(site, session, team, draft, listing)
            before = states_of(session, posting)
            allowed = step in list(steps_from(draft, listing))
            impossible = action == "restore" and listing is None
            if (not allowed and action != "edit") or impossible:
                with pytest.raises((Conflict, Invalid, NotFound, NoResultFound)):
                    TAKEN[action](site, session, session.get_one(Posting, posting.listing_id))
                session.rollback()
                continue
            TAKEN[action](site, session, session.get_one(Posting, posting.listing_id))
            after = states_of(session, posting)
            if allowed:
                assert after[0 if step.of == DRAFT else 1] in step.targets, (action, draft, listing)
                assert bool(letters(session)) == (step.letter is not None), (action, draft, listing)
            else:
                assert action == "edit", (action, draft, listing)  # opening what is open changes nothing
                assert after == before
            session.rollback()


def test_a_proposal_waits_is_accepted_and_told(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        posting = add_posting(site, session, team)
        assert publication.propose(session, posting, Plan(), known(site, session), LINH, NOW) == "in-review"
        TAKEN["accept"](site, session, posting)
    with site.sessions() as session:
        assert session.get_one(Listing, posting.listing_id).state == "published"
        assert letters(session) == [("posting-accepted", "vi", "linh@example.org")]  # the reviewer does not edit
        letter = session.scalars(sa.select(Letter)).one()
        assert letter.parameters["address"] == f"https://exchange.example/vi/listings/{posting.listing_id}"
        assert letter.parameters["title"] == "Robots for rice"
        noted = session.scalars(sa.select(AuditEvent).where(AuditEvent.event == "posting.accepted")).one()
        assert (noted.actor_id, noted.details) == ("mo", {"checks": {"host": True}})


def test_accepted_before_its_time_it_waits(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        posting = add_posting(site, session, team)
        publication.propose(session, posting, Plan(SOON, None, "Asia/Shanghai"), known(site, session), LINH, NOW)
        TAKEN["accept"](site, session, posting)
        assert states_of(session, posting) == ("scheduled", None)
        parameters = session.scalars(sa.select(Letter)).one().parameters
        assert (parameters["publish_at"], parameters["zone"]) == (SOON.isoformat(), "Asia/Shanghai")


@pytest.mark.parametrize(
    ("plan", "code", "field"),
    [
        (Plan(NOW), "plan.past", "publish_on"),
        (Plan(None, NOW - timedelta(days=1)), "plan.past", "expire_on"),
        (Plan(NOW + timedelta(days=731)), "plan.far", "publish_on"),
        (Plan(None, NOW + timedelta(days=731)), "plan.far", "expire_on"),
        (Plan(SOON, SOON), "plan.order", "expire_on"),
    ],
)
def test_plans_that_cannot_be_kept(site: Site, team: str, plan: Plan, code: str, field: str) -> None:
    with site.sessions() as session:
        posting, all_known = add_posting(site, session, team), known(site, session)
        with pytest.raises(Invalid) as told:
            publication.propose(session, posting, plan, all_known, LINH, NOW)
    assert (told.value.code, told.value.parameters["field"]) == (code, field)


def test_a_trusted_team_publishes_by_itself_but_not_what_is_suspended(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        session.get_one(Team, team).trusted = True
        free, held = add_posting(site, session, team), add_posting(site, session, team, "editing", "suspended")
        assert publication.propose(session, free, Plan(), known(site, session), LINH, NOW) == "none"
        assert publication.propose(session, held, Plan(), known(site, session), LINH, NOW) == "in-review"
        assert letters(session) == []  # who did it knows


def test_trust_from_now_on(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        posting = add_posting(site, session, team, "in-review")
        publication.accept(session, posting, posting.revision, {}, True, known(site, session), MO, NOW, PAGES)
        assert session.get_one(Team, team).trusted
        events = session.scalars(sa.select(AuditEvent.event).where(AuditEvent.object_kind == "team")).all()
        assert events == ["team.trusted"]


def test_the_second_moderator_is_told(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        listing_id = add_posting(site, session, team, "in-review").listing_id
    first, second = site.sessions(), site.sessions()
    with first, second:  # both have the page open
        one, other = first.get_one(Posting, listing_id), second.get_one(Posting, listing_id)
        TAKEN["return"](site, first, one)
        first.commit()
        with pytest.raises(Conflict) as told:
            TAKEN["accept"](site, second, other)
        second.rollback()
    assert (told.value.code, told.value.parameters["state"]) == ("posting.decided", "returned")
    with site.sessions() as session:
        assert session.get(Listing, listing_id) is None
        decision = publication.latest_decision(session, listing_id)
        assert decision is not None
        assert (decision.event, decision.actor_id) == ("posting.returned", "mo")


def test_another_draft_than_the_one_looked_at_is_not_decided(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        posting = add_posting(site, session, team, "in-review")
        seen = posting.revision
        service.withdraw_posting(session, posting, LINH, NOW)
        service.save_draft(session, posting, {"credits": 99}, posting.revision, LINH, NOW)
        service.submit_posting(session, posting, known(site, session), LINH, NOW)
        with pytest.raises(Conflict):
            publication.accept(session, posting, seen, {}, False, known(site, session), MO, NOW, PAGES)


def test_returned_with_a_reason(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        posting = add_posting(site, session, team, "in-review")
        TAKEN["return"](site, session, posting)
    with site.sessions() as session:
        posting = session.get_one(Posting, posting.listing_id)
        assert (posting.reason, posting.reason_codes) == (REASON.text, ["facts-missing"])
        parameters = session.scalars(sa.select(Letter)).one().parameters
        assert (parameters["reasons"], parameters["reason"]) == (["facts-missing"], REASON.text)
        service.submit_posting(session, posting, known(site, session), LINH, NOW)
        assert (posting.reason, posting.reason_codes) == ("", [])


def test_suspending_takes_a_plan_back(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        posting = add_posting(site, session, team, "scheduled", "published")
        publication.suspend(session, posting, REASON, MO, NOW, PAGES)
        assert states_of(session, posting) == ("editing", "suspended")
        assert session.get_one(Posting, posting.listing_id).publish_at is None


@pytest.mark.parametrize("before", ["published", "closed", "archived"])
def test_a_suspension_leads_back_to_what_was_before(site: Site, team: str, before: str) -> None:
    with site.unit_of_work().begin() as session:
        posting = add_posting(site, session, team, "none", before)
        publication.suspend(session, posting, REASON, MO, NOW, PAGES)
        assert (states_of(session, posting), posting.suspended_from) == (("none", "suspended"), before)
        publication.reinstate(session, posting, MO, NOW, PAGES)
        assert (states_of(session, posting), posting.suspended_from) == (("none", before), None)
        letter = session.scalars(sa.select(Letter).where(Letter.template == "listing-reinstated")).one()
        shown = before in ("published", "closed")  # what is archived has no page for readers
        assert letter.parameters["state"] == before
        assert ("/listings/" in letter.parameters["address"]) == shown
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.event == "listing.suspended")).one()
        assert event.details["before"] == before


def test_a_new_version_accepted_meanwhile_forgets_what_was_before(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        posting = add_posting(site, session, team, "in-review", "archived")
        publication.suspend(session, posting, REASON, MO, NOW, PAGES)
        TAKEN["accept"](site, session, posting)
        assert (states_of(session, posting), posting.suspended_from) == (("none", "published"), None)


def test_trust_withdrawn_puts_plans_before_moderators(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        own = session.get_one(Team, team)
        own.trusted = True
        plan = Plan(SOON, None, "Asia/Shanghai")
        unseen, accepted = add_posting(site, session, team), add_posting(site, session, team, "scheduled")
        assert publication.propose(session, unseen, plan, known(site, session), LINH, NOW) == "scheduled"
        later = NOW + timedelta(days=1)
        assert trust.set_trust(session, own, False, MO, later, PAGES) == 1
        assert (states_of(session, unseen)[0], states_of(session, accepted)[0]) == ("in-review", "scheduled")
        assert (unseen.publish_at, unseen.submitted_at) == (SOON, later)  # the plan stays
        assert letters(session) == [("posting-held", "vi", "linh@example.org")]
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.event == "posting.held")).one()
        assert (event.actor_id, event.object_id) == ("mo", unseen.listing_id)
        TAKEN["accept"](site, session, unseen)
        assert states_of(session, unseen)[0] == "scheduled"
        assert trust.set_trust(session, own, False, MO, later, PAGES) == 0  # it has been looked at


@pytest.mark.parametrize("moment", [NOW, NOW + timedelta(days=400)])
def test_closing_keeps_the_page_and_leaves_the_search(site: Site, team: str, moment: datetime) -> None:
    from portal.indexing.loading import load_documents

    with site.unit_of_work().begin() as session:
        posting = add_posting(site, session, team, "none", "published")
        version = session.get_one(Listing, posting.listing_id).version
        publication.move(session, posting, "close", Actor("linh", None, {team: EDITOR}), moment)
        listing = session.get_one(Listing, posting.listing_id)
        assert (listing.state, listing.updated_at, listing.version) == ("closed", moment, version + 1)
        assert list(load_documents(session, site.thesaurus, site.labels, [posting.listing_id])) == []
