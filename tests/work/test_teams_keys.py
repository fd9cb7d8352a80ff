"""A key for programs works no longer than whoever made it may write the listings of the team; managers are told why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core.actor import Actor
from portal.core.errors import Conflict, Forbidden, NotFound
from portal.mail.models import Letter
from portal.mail.pages import Pages
from portal.moderation.service import suspend_person
from portal.site import Site
from portal.teams import invitations, keys, queries, service
from portal.teams.models import Membership, TeamInvitation
from tests import people
from tests.moments import NOW
from tests.people import browser_of

CHEN, LINH = Actor("chen"), Actor("linh")
Change = Callable[[Session, str], None]


def page(language: str) -> str:
    return f"https://portal.example/{language}"


def page_of(_organisation_id: str) -> Callable[[str], str]:
    return page


@pytest.fixture
def team(site: Site, organisation_id: str) -> str:
    """Chen and Linh manage."""
    with site.unit_of_work().begin() as session:
        for name in ("Chen", "Linh"):
            people.add_member(session, people.add_person(session, name), organisation_id, "manager")
    return organisation_id


@pytest.fixture
def key(site: Site, team: str) -> str:
    """A key that Linh has made."""
    with site.unit_of_work().begin() as session:
        return keys.create_key(session, team, "Website", session.get_one(User, "linh"), NOW, page)[1]


def leave(session: Session, team: str) -> None:
    service.leave_team(session, team, LINH, NOW, page)


def remove(session: Session, team: str) -> None:
    service.remove_member(session, team, "linh", CHEN, NOW, page, page)


def demote(session: Session, team: str) -> None:
    service.change_role(session, team, "linh", "reviewer", CHEN, NOW, page)


def suspend(session: Session, _team: str) -> None:
    suspend_person(session, session.get_one(User, "linh"), "Spam.", Actor("ada", "administrator"), NOW, Pages(""))


def forget(session: Session, _team: str) -> None:
    session.execute(delete(User).where(User.id == "linh"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (leave, "Linh, who made it, does not belong to the team any more"),
        (remove, "Linh, who made it, does not belong to the team any more"),
        (demote, "Linh, who made it, does not write listings any more"),
        (suspend, "the account of Linh, who made it, is suspended"),
        (forget, "whoever made it has no account any more"),
    ],
)
def test_a_key_ends_with_its_makers_place(
    app: Flask, site: Site, team: str, key: str, change: Change, says: str
) -> None:
    program, shown = app.test_client(), {"Authorization": f"Bearer {key}"}
    assert program.get("/api/v1/postings", headers=shown).status_code == 200
    with site.unit_of_work().begin() as session:
        change(session, team)
    assert program.get("/api/v1/postings", headers=shown).status_code == 401
    assert program.post("/api/v1/listings", headers=shown, data="{}").status_code == 401
    chen = browser_of(app, "chen")
    for path in ("team", "keys"):
        text = chen.get(f"/en/organisations/{team}/{path}").text
        assert says in text.replace("\n", " ")
    if change is not forget:
        with site.sessions() as session:
            letter = session.scalars(select(Letter).where(Letter.template == "keys-stopped")).one()
            assert letter.address == "chen@example.org"
            assert (letter.parameters["member"], letter.parameters["key"]) == ("Linh", "Website")


def test_who_becomes_editor_keeps_the_keys(app: Flask, site: Site, team: str, key: str) -> None:
    with site.unit_of_work().begin() as session:
        service.hand_over(session, team, "chen", LINH, NOW, page)
        assert session.get_one(Membership, (team, "linh")).role == "editor"
        assert keys.use_api_key(session, key, NOW) is not None
    assert "Does not work" not in browser_of(app, "chen").get(f"/en/organisations/{team}/keys").text
    with site.sessions() as session:
        assert not session.scalars(select(Letter).where(Letter.template == "keys-stopped")).all()


def invite(session: Session, team: str, email: str) -> str:
    tokens: list[str] = []

    def address(token: str) -> str:
        tokens.append(token)
        return page("en")

    invitations.invite_member(session, team, email, "manager", "en", session.get_one(User, "linh"), NOW, address)
    return tokens[0]


@pytest.mark.parametrize("change", [leave, remove, demote, suspend])
def test_an_invitation_ends_with_the_place_of_who_sent_it(site: Site, team: str, change: Change) -> None:
    """Nobody comes back by another address of theirs."""
    with site.unit_of_work().begin() as session:
        token = invite(session, team, "other@example.org")
        other = people.add_person(session, "Other")
        change(session, team)
        with pytest.raises(NotFound):
            invitations.accept_invitation(session, token, other, NOW, page_of)


def test_invitations_go_over_to_the_new_manager(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        invite(session, team, "other@example.org")
        service.hand_over(session, team, "chen", LINH, NOW, page)
        assert session.scalars(select(TeamInvitation.invited_by)).all() == ["chen"]


def test_who_manages_no_more_changes_nothing(site: Site, team: str) -> None:
    """Though the page was opened before: the place is looked at behind the lock."""
    with site.unit_of_work().begin() as session:
        people.add_member(session, people.add_person(session, "Sok"), team, "editor")
        demote(session, team)
        linh = session.get_one(User, "linh")
        for attempt in (
            lambda: service.remove_member(session, team, "sok", LINH, NOW, page, page),
            lambda: service.change_role(session, team, "sok", "manager", LINH, NOW, page),
            lambda: invitations.invite_member(session, team, "x@example.org", "editor", "en", linh, NOW, page),
            lambda: keys.create_key(session, team, "Website", linh, NOW, page),
            lambda: service.hand_over(session, team, "sok", LINH, NOW, page),
        ):
            with pytest.raises(Forbidden):
                attempt()
        with pytest.raises(Conflict):
            service.leave_team(session, team, CHEN, NOW, page)


def test_lists_of_a_team_are_paged(app: Flask, site: Site, team: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PER_PAGE", 2)
    with site.unit_of_work().begin() as session:
        linh = session.get_one(User, "linh")
        for number in range(3):
            people.add_member(session, people.add_person(session, f"Member{number}"), team, "reviewer")
            invite(session, team, f"new{number}@example.org")
            keys.create_key(session, team, f"Key {number}", linh, NOW, page)
    chen, at = browser_of(app, "chen"), f"/en/organisations/{team}"
    first, last = chen.get(f"{at}/team").text, chen.get(f"{at}/team?page=3&invitations=2").text
    assert f"{at}/team?page=2" in first
    assert f"{at}/team?invitations=2" in first
    assert "Member2" not in first
    assert "Member2" in last
    shown = [sum(f"new{number}@example.org" in text for number in range(3)) for text in (first, last)]
    assert shown == [2, 1]
    assert f"{at}/keys?page=2" in chen.get(f"{at}/keys").text
    assert chen.get(f"{at}/keys?page=2").text.count('scope="row"') == 1
    for query in ("team?page=4", "team?invitations=3", "keys?page=3"):
        assert chen.get(f"{at}/{query}").status_code == 404
    for query in ("team?page=0", "team?page=x", "team?invitations=-1", "keys?page=999999999"):
        assert chen.get(f"{at}/{query}").status_code == 200
