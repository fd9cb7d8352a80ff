"""What several people do with one team at the same moment, each in a thread and a transaction of their own, on both
databases: the last manager stays, a place is taken once, and a key or a role of somebody who has gone is none."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core.actor import Actor
from portal.core.errors import PortalError
from portal.site import Site
from portal.teams import invitations, keys, queries, service
from portal.teams.models import ApiKey, Membership, TeamInvitation
from tests import people
from tests.moments import NOW

ROUNDS = 5
Work = Callable[[Session], object]


def page(language: str) -> str:
    return f"https://portal.example/{language}"


def page_of(_organisation_id: str) -> Callable[[str], str]:
    return page


@pytest.fixture
def team(site: Site, organisation_id: str) -> str:
    """Chen and Linh manage, Sok edits; Minh does not belong to it."""
    with site.unit_of_work().begin() as session:
        for name, role in (("Chen", "manager"), ("Linh", "manager"), ("Sok", "editor")):
            people.add_member(session, people.add_person(session, name), organisation_id, role)
        people.add_person(session, "Minh")
    return organisation_id


def at_once(site: Site, team: str, *works: Work) -> list[str]:
    """Do all of this at the same moment; how each one ended: "done", or the code of its error."""
    start, ends = threading.Barrier(len(works)), [""] * len(works)

    def do(place: int, work: Work) -> None:
        try:
            with site.unit_of_work().begin() as session:
                queries.list_members(session, team)  # as the page did: what was seen before must not be believed
                start.wait(20)
                work(session)
            ends[place] = "done"
        except PortalError as error:
            ends[place] = error.code

    threads = [threading.Thread(target=do, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends


def again(site: Site, team: str) -> None:
    """Both managers are back, and nothing is open."""
    with site.unit_of_work().begin() as session:
        session.execute(delete(TeamInvitation))
        session.execute(delete(ApiKey))
        session.execute(delete(Membership).where(Membership.user_id != "sok"))
        session.execute(update(Membership).values(role="editor"))
        for name in ("chen", "linh"):
            session.add(Membership(organisation_id=team, user_id=name, role="manager", joined_at=NOW))


def managers(site: Site, team: str) -> set[str]:
    with site.sessions() as session:
        return {user.id for user in queries.list_managers(session, team)}


def leaving(team: str, who: str) -> Work:
    return lambda session: service.leave_team(session, team, Actor(who), NOW, page)


def removing(team: str, who: str, other: str) -> Work:
    return lambda session: service.remove_member(session, team, other, Actor(who), NOW, page, page)


def demoting(team: str, who: str, other: str) -> Work:
    return lambda session: service.change_role(session, team, other, "reviewer", Actor(who), NOW, page)


def test_the_last_two_managers_leave(site: Site, team: str) -> None:
    for _ in range(ROUNDS):
        assert sorted(at_once(site, team, leaving(team, "chen"), leaving(team, "linh"))) == [
            "done",
            "team.last-manager",
        ]
        assert len(managers(site, team)) == 1
        again(site, team)


@pytest.mark.parametrize("kind", [removing, demoting])
def test_two_managers_turn_on_each_other(site: Site, team: str, kind: Callable[[str, str, str], Work]) -> None:
    for _ in range(ROUNDS):
        ends = at_once(site, team, kind(team, "chen", "linh"), kind(team, "linh", "chen"))
        assert sorted(ends) == ["done", "not.permitted"]
        assert len(managers(site, team)) == 1
        again(site, team)


def test_an_invitation_is_accepted_once(site: Site, team: str) -> None:
    for _ in range(ROUNDS):
        tokens: list[str] = []
        with site.unit_of_work().begin() as session:
            chen = session.get_one(User, "chen")

            def address(token: str, tokens: list[str] = tokens) -> str:
                tokens.append(token)
                return page("en")

            invitations.invite_member(session, team, "minh@example.org", "editor", "en", chen, NOW, address)

        def accept(session: Session, tokens: list[str] = tokens) -> None:
            invitations.accept_invitation(session, tokens[0], session.get_one(User, "minh"), NOW, page_of)

        assert sorted(at_once(site, team, accept, accept, accept)) == ["done", *["invitation.unknown"] * 2]
        with site.sessions() as session:
            assert session.scalar(select(func.count()).where(Membership.user_id == "minh")) == 1
        again(site, team)


def test_a_hand_over_meets_the_removal_of_the_heir_or_of_the_manager(site: Site, team: str) -> None:
    def handing(who: str, heir: str) -> Work:
        return lambda session: service.hand_over(session, team, heir, Actor(who), NOW, page)

    for _ in range(ROUNDS):
        ends = at_once(site, team, handing("chen", "sok"), removing(team, "linh", "sok"))
        # Either may be first; what is left always has a manager, and nobody who is gone has a role.
        assert ends in (["done", "done"], ["member.unknown", "done"])
        assert managers(site, team) >= {"linh"}
        with site.unit_of_work().begin() as session:
            if session.get(Membership, (team, "sok")) is None:
                people.add_member(session, session.get_one(User, "sok"), team)
        again(site, team)
        ends = at_once(site, team, handing("chen", "sok"), removing(team, "linh", "chen"))
        assert ends in (["done", "done"], ["not.permitted", "done"])
        assert "chen" not in managers(site, team)
        again(site, team)


def test_who_is_removed_has_nobody_let_in_and_makes_no_key(site: Site, team: str) -> None:
    def invite(session: Session) -> None:
        chen = session.get_one(User, "chen")
        invitations.invite_member(session, team, "other@example.org", "manager", "en", chen, NOW, page)

    def make_key(session: Session) -> None:
        keys.create_key(session, team, "Website", session.get_one(User, "chen"), NOW, page)

    for _ in range(ROUNDS):
        ends = at_once(site, team, removing(team, "linh", "chen"), invite, make_key)
        assert ends[0] == "done"
        assert set(ends[1:]) <= {"done", "not.permitted"}
        with site.sessions() as session:
            assert session.scalars(select(TeamInvitation)).all() == []
            working = queries.list_keys(session, team).items
            assert all(held.stopped for held in working)
        again(site, team)
