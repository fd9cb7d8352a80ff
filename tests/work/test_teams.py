"""A team: its places, invitations, keys; the last manager stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from jinja2 import StrictUndefined
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.accounts.limits import LIMITS, Limit
from portal.accounts.models import User
from portal.core.actor import ORGANISATION_ROLES, Actor
from portal.core.audit import AuditEvent
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound, PortalError
from portal.core.secrets import digest, new_token
from portal.demo.builders import make_organisation
from portal.mail.models import Letter
from portal.mail.service import post
from portal.site import Site
from portal.teams import invitations, keys, queries, service
from portal.teams.models import ApiKey, Membership, Team, TeamInvitation
from tests import people
from tests.moments import NOW
from tests.people import browser_of, token_of

CHEN = Actor("chen")


def page(language: str) -> str:
    return f"https://portal.example/{language}"


def page_of(_organisation_id: str) -> Callable[[str], str]:
    return page


@pytest.fixture
def team(site: Site, organisation_id: str) -> str:
    """Chen manages, Linh edits, Sok reviews; Minh does not belong to it."""
    with site.unit_of_work().begin() as session:
        for name, role in (("Chen", "manager"), ("Linh", "editor"), ("Sok", "reviewer")):
            people.add_member(session, people.add_person(session, name), organisation_id, role)
        people.add_person(session, "Minh", language="vi")
    return organisation_id


def roles(session: Session, organisation_id: str) -> dict[str, str]:
    return {member.user_id: member.role for member, _user in queries.list_members(session, organisation_id).items}


def letters(session: Session) -> list[tuple[str, str]]:
    return sorted((one.template, one.address) for one in session.scalars(select(Letter)))


def events(session: Session) -> list[str]:
    return [one.event for one in session.scalars(select(AuditEvent).order_by(AuditEvent.id))]


def invite(session: Session, team: str, email: str = "minh@example.org", role: str = "editor", **more: Any) -> str:
    """The token that the letter carries."""
    tokens: list[str] = []

    def address(token: str) -> str:
        tokens.append(token)
        return f"https://portal.example/{token}"

    chen = session.get_one(User, "chen")
    invitations.invite_member(session, team, email, role, "vi", chen, more.get("now", NOW), address)
    return tokens[0]


def test_roles_change_and_those_concerned_are_told(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        service.change_role(session, team, "linh", "manager", CHEN, NOW, page)
        service.change_role(session, team, "linh", "manager", CHEN, NOW, page)  # nothing new: nobody is told
        service.change_role(session, team, "chen", "reviewer", CHEN, NOW, page)
        service.remove_member(session, team, "sok", Actor("linh"), NOW, page, page)
        service.leave_team(session, team, CHEN, NOW, page)
        assert roles(session, team) == {"linh": "manager"}
        assert letters(session) == [
            ("team-left", "linh@example.org"),
            ("team-removed", "sok@example.org"),
            ("team-role", "linh@example.org"),
        ]
        assert events(session) == ["member.role-changed"] * 2 + ["member.removed", "member.left"]


def test_the_last_manager_stays_until_somebody_takes_over(site: Site, team: str) -> None:
    last = [
        lambda session: service.leave_team(session, team, CHEN, NOW, page),
        lambda session: service.remove_member(session, team, "chen", CHEN, NOW, page, page),
        lambda session: service.change_role(session, team, "chen", "editor", CHEN, NOW, page),
    ]
    for attempt in last:
        with pytest.raises(Conflict) as refused, site.unit_of_work().begin() as session:
            attempt(session)
        assert refused.value.code == "team.last-manager"
    with site.unit_of_work().begin() as session:
        service.hand_over(session, team, "linh", CHEN, NOW, page)
        assert roles(session, team) == {"linh": "manager", "chen": "editor", "sok": "reviewer"}
        assert letters(session) == [("team-role", "linh@example.org")]
        with pytest.raises(Forbidden):
            service.hand_over(session, team, "sok", CHEN, NOW, page)
        with pytest.raises(Conflict):
            service.hand_over(session, team, "linh", Actor("linh"), NOW, page)
        with pytest.raises(NotFound):
            service.hand_over(session, team, "minh", Actor("linh"), NOW, page)


def test_a_manager_who_is_suspended_does_not_count(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        service.change_role(session, team, "linh", "manager", CHEN, NOW, page)
        session.execute(update(User).where(User.id == "linh").values(suspended_at=NOW))
        with pytest.raises(Conflict):
            service.leave_team(session, team, CHEN, NOW, page)


@pytest.mark.parametrize("role", ["king", "", "Manager", "manager "])
def test_unknown_roles(site: Site, team: str, role: str) -> None:
    with site.unit_of_work().begin() as session:
        with pytest.raises(Invalid):
            service.change_role(session, team, "linh", role, CHEN, NOW, page)
        with pytest.raises(Invalid):
            invite(session, team, role=role)


def test_nobody_changes_members_of_another_team(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        other = make_organisation(session, "Another college").id
        people.add_member(session, session.get_one(User, "minh"), other, "manager")
        with pytest.raises(NotFound):
            service.change_role(session, team, "minh", "editor", CHEN, NOW, page)
        with pytest.raises(NotFound):
            service.remove_member(session, team, "minh", CHEN, NOW, page, page)


def come_back(session: Session, team: str, who: str, role: str) -> None:
    token = new_token()
    session.add(
        TeamInvitation(
            id=token[:12], digest=digest(token), organisation_id=team, email=f"{who}@example.org", role=role,
            language="en", invited_by="chen", created_at=NOW, expires_at=NOW + timedelta(1),
        )
    )  # fmt: skip
    session.flush()
    invitations.accept_invitation(session, token, session.get_one(User, who), NOW, page_of)


def test_whatever_a_team_does_it_keeps_a_manager(site: Site, team: str) -> None:
    names, refused = ["chen", "linh", "sok"], set()

    class Work(RuleBasedStateMachine):
        """Any change by anybody, one after the other."""

        def __init__(self) -> None:
            super().__init__()
            with site.unit_of_work().begin() as session:
                session.execute(delete(Membership))
                for name, role in zip(names, ORGANISATION_ROLES, strict=True):
                    session.add(Membership(organisation_id=team, user_id=name, role=role, joined_at=NOW))

        @rule(
            change=st.sampled_from(["role", "leave", "hand over", "come back"]),
            own=st.sampled_from(names), other=st.sampled_from(names), role=st.sampled_from(ORGANISATION_ROLES),
        )  # fmt: skip
        def change(self, change: str, own: str, other: str, role: str) -> None:
            try:
                with site.unit_of_work().begin() as session:
                    if change == "role":
                        service.change_role(session, team, other, role, Actor(own), NOW, page)
                    elif change == "leave":
                        service.leave_team(session, team, Actor(own), NOW, page)
                    elif change == "hand over":
                        service.hand_over(session, team, other, Actor(own), NOW, page)
                    else:
                        come_back(session, team, own, role)
            except PortalError as error:
                refused.add(error.code)

        @invariant()
        def somebody_manages(self) -> None:
            with site.sessions() as session:
                assert "manager" in roles(session, team).values()

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Work, settings=hypothesis_settings(max_examples=8, stateful_step_count=12, deadline=None)
    )
    assert refused <= {"team.last-manager", "member.unknown", "member.self", "not.permitted"}


def test_an_invitation_works_once_for_one_address(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        token = invite(session, team, " Minh@Example.ORG ")
        letter = session.scalars(select(Letter)).one()
        assert (letter.template, letter.address, letter.language) == ("team-invitation", "minh@example.org", "vi")
        assert letter.parameters["address"] == f"https://portal.example/{token}"
        minh, sok = session.get_one(User, "minh"), session.get_one(User, "sok")
        with pytest.raises(Forbidden) as other:
            invitations.accept_invitation(session, token, sok, NOW, page_of)
        assert other.value.code == "invitation.other-address"
        assert invitations.accept_invitation(session, token, minh, NOW, page_of) == team
        assert roles(session, team)["minh"] == "editor"
        assert ("team-joined", "chen@example.org") in letters(session)
        with pytest.raises(NotFound):
            invitations.accept_invitation(session, token, minh, NOW, page_of)
        assert token not in str(session.scalars(select(AuditEvent.details)).all())


def test_invitations_expire_are_replaced_and_cancelled(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        first = invite(session, team)
        minh, later = session.get_one(User, "minh"), NOW + invitations.INVITED_FOR
        with pytest.raises(Conflict) as late:
            invitations.accept_invitation(session, first, minh, later, page_of)
        assert late.value.code == "invitation.expired"
        second = invite(session, team, role="reviewer", now=later)
        with pytest.raises(NotFound):
            invitations.accept_invitation(session, first, minh, later, page_of)
        [waiting] = queries.list_invitations(session, team).items
        other = make_organisation(session, "Another college").id
        with pytest.raises(NotFound):
            invitations.cancel_invitation(session, other, waiting.id, CHEN, later)
        invitations.cancel_invitation(session, team, waiting.id, CHEN, later)
        with pytest.raises(NotFound):
            invitations.accept_invitation(session, second, minh, later, page_of)
        with pytest.raises(NotFound):
            invitations.cancel_invitation(session, team, waiting.id, CHEN, later)


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ("chen@example.org", "invitation.self"),
        ("LINH@example.org", "invitation.member"),
        ("no address", "email.invalid"),
        ("", "email.invalid"),
    ],
)
def test_whom_one_cannot_invite(site: Site, team: str, email: str, code: str) -> None:
    with pytest.raises(PortalError) as refused, site.unit_of_work().begin() as session:
        invite(session, team, email)
    assert refused.value.code == code


def test_invitations_have_a_limit(site: Site, team: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "MOST_INVITATIONS", 2)
    with site.unit_of_work().begin() as session:
        for number in range(2):
            invite(session, team, f"new{number}@example.org")
        with pytest.raises(Conflict) as refused:
            invite(session, team)
        assert refused.value.code == "invitation.many"
        invite(session, team, now=NOW + invitations.INVITED_FOR)  # expired ones do not count


def test_keys_work_until_they_are_revoked(site: Site, team: str) -> None:
    def use(token: str, now: datetime = NOW) -> ApiKey | None:
        with site.unit_of_work().begin() as session:
            return keys.use_api_key(session, token, now)

    with site.unit_of_work().begin() as session:
        chen = session.get_one(User, "chen")
        service.change_role(session, team, "linh", "manager", CHEN, NOW, page)
        key, token = keys.create_key(session, team, "Website", chen, NOW, page)
        assert token not in (key.digest, key.id)
        assert ("key-created", "linh@example.org") in letters(session)
        with pytest.raises(Conflict):
            keys.create_key(session, team, "WEBSITE", chen, NOW, page)
    used = use(token)
    assert used is not None
    assert (used.organisation_id, used.used_at) == (team, NOW)
    for minutes, noted in ((9, NOW), (11, NOW + timedelta(minutes=11))):
        again = use(token, NOW + timedelta(minutes=minutes))
        assert again is not None
        assert again.used_at == noted
    assert use("nonsense") is None
    assert use("") is None
    with site.unit_of_work().begin() as session:
        session.execute(update(Team).values(suspended_at=NOW))
    assert use(token) is None
    with site.unit_of_work().begin() as session:
        session.execute(update(Team).values(suspended_at=None))
        session.execute(update(User).where(User.id == "chen").values(suspended_at=NOW))
    assert use(token) is None
    with site.unit_of_work().begin() as session:
        session.execute(update(User).values(suspended_at=None))
    assert use(token) is not None
    with site.unit_of_work().begin() as session:
        with pytest.raises(NotFound):
            keys.revoke_key(session, "another", key.id, CHEN, NOW)
        keys.revoke_key(session, team, key.id, CHEN, NOW)
        keys.revoke_key(session, team, key.id, CHEN, NOW)
        assert events(session).count("key.revoked") == 1
    assert use(token) is None
    with site.unit_of_work().begin() as session:
        keys.create_key(session, team, "Website", session.get_one(User, "chen"), NOW, page)


def send(client: FlaskClient, at: str, to: str = "", **data: str) -> Any:
    return client.post(to or at, data={**data, "csrf_token": token_of(client, at)})


def test_the_team_at_its_page(app: Flask, site: Site, team: str) -> None:
    chen, at = browser_of(app, "chen"), f"/en/organisations/{team}/team"
    wrong = send(chen, at, email="no address", role="reviewer", language="th")
    assert wrong.status_code == 422
    assert 'value="no address"' in wrong.text
    assert '<option selected value="reviewer">' in wrong.text
    assert send(chen, at, email="x@example.org", role="king", language="th").status_code == 422
    assert send(chen, at, email="x@example.org", role="editor", language="xx").status_code == 422
    assert "This is your own address." in send(chen, at, email="chen@example.org", role="editor", language="en").text
    assert send(chen, at, email="new@example.org", role="editor", language="km").status_code == 303
    listed = chen.get(at).text
    assert "new@example.org" in listed
    last = send(chen, at, f"{at}/leave")
    assert (last.status_code, "A team needs a manager." in last.text) == (409, True)
    assert send(chen, at, f"{at}/linh/role", role="king").status_code == 422
    assert send(chen, at, f"{at}/minh/remove").status_code == 409
    assert send(chen, at, f"{at}/linh/role", role="manager").status_code == 303
    assert send(chen, at, f"{at}/sok/remove").status_code == 303
    cancel = listed.partition(f"{at}/invitations/")[2].partition('"')[0]
    assert send(chen, at, f"{at}/invitations/{cancel}").status_code == 303
    assert send(chen, at, f"{at}/hand-over", member="\x01").status_code == 409
    assert send(chen, at, f"{at}/hand-over", member="linh").status_code == 303
    assert send(chen, at, f"{at}/leave").location == "/en/account/organisations"
    with site.sessions() as session:
        assert roles(session, team) == {"linh": "manager"}
    assert chen.get(at).status_code == 404


def test_a_person_without_an_account_comes_back_to_the_invitation(app: Flask, site: Site, team: str) -> None:
    chen, at = browser_of(app, "chen"), f"/en/organisations/{team}/team"
    send(chen, at, email="new@example.org", role="editor", language="km")
    with site.sessions() as session:
        letter = session.scalars(select(Letter)).one()
    address = urlsplit(letter.parameters["address"]).path
    assert address.startswith("/km/invitations/")
    visitor = browser_of(app)
    assert f"next={address}" in visitor.get(address).text
    assert visitor.post(address).status_code == 400  # no form of ours
    with site.unit_of_work().begin() as session:
        people.add_person(session, "New", language="km")
    assert "another e-mail address" in browser_of(app, "minh").get(address.replace("/km/", "/en/")).text
    assert send(browser_of(app, "minh"), at="/en/account", to=address).status_code == 403
    new = browser_of(app, "new")
    assert send(new, address).location == f"/km/organisations/{team}/team"
    again = new.get(address)
    assert again.status_code == 404
    assert new.get("/en/invitations/nonsense").status_code == 404


def test_an_expired_invitation_says_so(app: Flask, site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        token = invite(session, team, now=NOW - invitations.INVITED_FOR)
    answer = browser_of(app, "minh").get(f"/en/invitations/{token}")
    assert (answer.status_code, "has expired" in answer.text) == (410, True)


def test_keys_at_their_page(app: Flask, site: Site, team: str) -> None:
    chen, at = browser_of(app, "chen"), f"/en/organisations/{team}/keys"
    assert send(chen, at, name=" ").status_code == 422
    made = send(chen, at, name="Website <b>")
    assert made.status_code == 201
    token = made.text.partition('<code class="secret">')[2].partition("<")[0]
    assert "no-store" in made.headers["Cache-Control"]
    assert token not in chen.get(at).text
    with site.unit_of_work().begin() as session:
        key = keys.use_api_key(session, token, NOW)
    assert key is not None
    assert send(chen, at, name="website <B>").status_code == 422
    assert send(chen, at, f"{at}/{key.id}/revoke").status_code == 303
    assert send(chen, at, f"{at}/nothing/revoke").status_code == 404
    assert "Revoked on" in chen.get(at).text


def test_a_suspended_team_is_listed_but_closed(app: Flask, site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        session.execute(update(Team).values(suspended_at=NOW))
        token = new_token()
    chen = browser_of(app, "chen")
    assert "Suspended" in chen.get("/en/account/organisations").text
    assert chen.get(f"/en/organisations/{team}/team").status_code == 404
    assert chen.get(f"/en/invitations/{token}").status_code == 404


WORDS = {
    "organisation": "Guangxi Test University", "address": "https://portal.example/x", "claimant": "Linh",
    "proof": "domain",
    "reason": "Not signed.", "inviter": "Chen", "role": "editor", "days": 14, "member": "Sok", "key": "Website",
}  # fmt: skip
LETTERS = {
    "claim-received": ("claimant", "proof"), "claim-approved": (), "claim-refused": ("reason",),
    "team-left": ("member",),
    "team-invitation": ("inviter", "role", "days"), "team-joined": ("member", "role"), "team-role": ("role",),
    "team-removed": (), "key-created": ("member", "key"), "keys-stopped": ("member", "key"),
}  # fmt: skip


class _Plain:
    """The form of letters, plain."""

    def paragraph(self, text: str) -> str:
        return f"{text}\n"

    quote = paragraph

    def button(self, label: str, address: str) -> str:
        return f"{label}: {address}\n"


@pytest.mark.parametrize("template", LETTERS)
def test_letters_say_all_they_need_to(app: Flask, template: str) -> None:
    own = {name: WORDS[name] for name in ("organisation", "address", *LETTERS[template])}
    with app.test_request_context("/en/"):
        strict = app.jinja_env.overlay(undefined=StrictUndefined)
        module = strict.get_template(f"mail/{template}.html").module
        subject, body = module.subject(own), module.body(_Plain(), own)  # type: ignore[attr-defined]
    assert "Guangxi Test University" in subject
    assert "https://portal.example/x" in body
    assert "%(" not in subject + body


def test_letters_take_an_address_among_their_words(site: Site) -> None:
    with site.unit_of_work().begin() as session:
        letter = post(session, "team-left", "en", "a@example.org", NOW, address="https://portal.example")
    assert (letter.address, letter.parameters) == ("a@example.org", {"address": "https://portal.example"})


def test_invitations_are_sent_only_so_often(app: Flask, site: Site, team: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "invitation-person", Limit(2, timedelta(days=1)))
    chen, at = browser_of(app, "chen"), f"/en/organisations/{team}/team"
    for status in (303, 303, 429):  # to one and the same address
        assert send(chen, at, email="new@example.org", role="editor", language="km").status_code == status
