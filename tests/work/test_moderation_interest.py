"""Nobody of the site's team decides about the own team, but for an administrator where nobody else could."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.core.actor import Actor
from portal.core.audit import AuditEvent
from portal.demo.builders import make_organisation
from portal.moderation import policy, queries
from portal.moderation.models import ThesaurusProposal
from portal.organisations.models import Organisation
from portal.organisations.queries import get_organisation
from portal.posting.models import Posting
from portal.site import Site
from portal.teams import queries as teams
from portal.teams.models import Claim, Membership, Team
from tests import people
from tests.moments import NOW
from tests.people import browser_of, token_of
from tests.work.publishing import add_posting, add_team

SAYS = "somebody else of the site’s team decides about it"


@pytest.fixture
def own(site: Site, organisation_id: str) -> dict[str, str]:
    """A team with a listing in review and somebody who asks to join it. Mo, a moderator, belongs to it, and Ada, an
    administrator; Eve, a moderator, does not."""
    with site.unit_of_work().begin() as session:
        add_team(session, organisation_id)
        people.add_member(session, session.get_one(User, "mo"), organisation_id, "manager")
        people.add_member(session, people.add_person(session, "Ada", "administrator"), organisation_id, "reviewer")
        people.add_person(session, "Eve", "moderator")
        people.add_person(session, "Sok")
        claim = Claim(id="claim1", user_id="sok", organisation_id=organisation_id, proof="domain", created_at=NOW)
        session.add(claim)
        waiting = add_posting(site, session, organisation_id, "in-review")
        published = add_posting(site, session, organisation_id, "none", "published")
        suspended = add_posting(site, session, organisation_id, "none", "suspended")
        return {
            "team": organisation_id, "claim": "claim1", "waiting": waiting.listing_id,
            "published": published.listing_id, "suspended": suspended.listing_id,
        }  # fmt: skip


def decisions(own: dict[str, str]) -> dict[str, dict[str, str]]:
    """Every address that decides about a team, and what is sent."""
    team, reason = f"moderation/organisations/{own['team']}", {"reason": "Because.", "text": "Because."}
    return {
        f"moderation/claims/{own['claim']}/refuse": reason,
        f"moderation/claims/{own['claim']}/approve": {"role": "manager"},
        f"{team}/trust": {"trusted": "1"},
        f"{team}/suspend": reason,
        f"{team}/restore": {},
        f"moderation/listings/{own['waiting']}": {"decision": "return", "revision": "1", **reason},
        f"moderation/listings/{own['published']}/suspend": reason,
        f"moderation/listings/{own['suspended']}/reinstate": {},
    }


def corrections(own: dict[str, str], other: str) -> list[tuple[str, dict[str, str]]]:
    """Every address that changes what organisation a team acts for, and what is sent."""
    mine, another = f"moderation/organisations/{own['team']}", f"moderation/organisations/{other}"
    return [
        (f"{mine}/names", {"names-0": "Renamed"}),
        (f"{mine}/merge", {"into": other}),
        (f"{another}/merge", {"into": own["team"]}),
    ]


@pytest.fixture
def other(site: Site, own: dict[str, str]) -> str:
    """An organisation of which nobody of the site's team is; no registry knows it, nor the own one."""
    with site.unit_of_work().begin() as session:
        made = make_organisation(session, "Another University")
        made.ror_id = session.get_one(Organisation, own["team"]).ror_id = None
        return made.id


@pytest.mark.parametrize("who", ["mo", "ada"])
def test_nobody_corrects_or_merges_the_own_organisation(
    app: Flask, site: Site, own: dict[str, str], other: str, who: str
) -> None:
    client = browser_of(app, who)
    for path, data in corrections(own, other):
        answer = send(client, path, data)
        assert (answer.status_code, SAYS in answer.text) == (403, True), path
    assert "/names" not in client.get(f"/en/moderation/organisations/{own['team']}").text
    with site.sessions() as session:
        assert {own["team"], other} <= set(session.scalars(sa.select(Organisation.id)))
        assert "Renamed" not in {one.value for one in get_organisation(session, own["team"]).names}


def test_the_only_one_who_can_corrects_and_merges_and_it_is_noted(
    app: Flask, site: Site, own: dict[str, str], other: str
) -> None:
    with site.unit_of_work().begin() as session:
        session.get_one(User, "eve").suspended_at = NOW
    ada = browser_of(app, "ada")
    for path, data in corrections(own, other)[:2]:
        assert send(ada, path, data).status_code == 303, path
    with site.sessions() as session:
        noted = session.scalars(sa.select(AuditEvent).where(AuditEvent.event == "team.own-decided")).all()
        assert [(one.object_kind, one.object_id) for one in noted] == [("organisation", own["team"])] * 2
        assert session.get(Organisation, own["team"]) is None


def test_who_may_not_decide_is_not_told_what_is_missing(app: Flask, own: dict[str, str]) -> None:
    refusal = f"moderation/claims/{own['claim']}/refuse"
    assert send(browser_of(app, "mo"), refusal, {"reason": " "}).status_code == 403
    assert send(browser_of(app, "eve"), refusal, {"reason": " "}).status_code == 422


def send(client: FlaskClient, path: str, data: dict[str, str]) -> Any:
    return client.post(f"/en/{path}", data={**data, "csrf_token": token_of(client, "/en/account")})


@pytest.mark.parametrize("who", ["mo", "ada"])
def test_nobody_decides_about_the_own_team(app: Flask, site: Site, own: dict[str, str], who: str) -> None:
    client = browser_of(app, who)
    for path, data in decisions(own).items():
        answer = send(client, path, data)
        assert (answer.status_code, SAYS in answer.text) == (403, True), path
    for path in (f"claims/{own['claim']}", f"organisations/{own['team']}", f"listings/{own['waiting']}"):
        text = client.get(f"/en/moderation/{path}").text
        assert SAYS in text
        assert f'action="/en/moderation/{path}' not in text
    with site.sessions() as session:
        assert session.get_one(Claim, own["claim"]).state == "waiting"
        assert session.get_one(Posting, own["waiting"]).state == "in-review"
        assert (session.get_one(Team, own["team"]).trusted, session.get(Membership, (own["team"], "sok"))) == (
            False,
            None,
        )


def test_a_suspended_team_is_the_own_one_still(app: Flask, site: Site, own: dict[str, str]) -> None:
    with site.unit_of_work().begin() as session:
        session.get_one(Team, own["team"]).suspended_at = NOW
    assert send(browser_of(app, "mo"), f"moderation/organisations/{own['team']}/restore", {}).status_code == 403


def test_others_decide(app: Flask, site: Site, own: dict[str, str]) -> None:
    client = browser_of(app, "eve")
    assert SAYS not in client.get(f"/en/moderation/claims/{own['claim']}").text
    for path, data in decisions(own).items():
        if "claims" in path or "trust" in path or "suspend" in path:
            assert send(client, path, data).status_code in (303, 422), path
    with site.sessions() as session:
        assert session.get_one(Claim, own["claim"]).state == "refused"
        assert not session.scalars(sa.select(AuditEvent).where(AuditEvent.event == "team.own-decided")).all()


def test_the_only_one_who_can_decides_and_it_is_noted(app: Flask, site: Site, own: dict[str, str]) -> None:
    with site.unit_of_work().begin() as session:
        session.get_one(User, "eve").suspended_at = NOW  # Mo belongs to the team as well: only Ada is left
    assert (
        send(browser_of(app, "mo"), f"moderation/claims/{own['claim']}/approve", {"role": "editor"}).status_code == 403
    )
    ada = browser_of(app, "ada")
    assert SAYS not in ada.get(f"/en/moderation/organisations/{own['team']}").text
    assert send(ada, f"moderation/claims/{own['claim']}/approve", {"role": "editor"}).status_code == 303
    assert send(ada, f"moderation/organisations/{own['team']}/trust", {"trusted": "1"}).status_code == 303
    with site.sessions() as session:
        noted = session.scalars(sa.select(AuditEvent).where(AuditEvent.event == "team.own-decided")).all()
        assert [(one.actor_id, one.object_kind, one.organisation_id) for one in noted] == [
            ("ada", "claim", own["team"]), ("ada", "team", own["team"]),
        ]  # fmt: skip
    assert "decided about the own team" in ada.get("/en/moderation/log").text


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("role", [None, "moderator", "administrator"])
@pytest.mark.parametrize("nobody_else", [True, False])
@pytest.mark.parametrize("is_own", [True, False])
def test_the_rule(role: str | None, nobody_else: bool, is_own: bool) -> None:
    may = policy.may_decide_about(Actor("a", role), policy.Interest(is_own, nobody_else))
    assert may is (role is not None and (not is_own or (role == "administrator" and nobody_else)))


def test_a_manager_lets_in_at_the_same_address(app: Flask, site: Site, own: dict[str, str]) -> None:
    with site.unit_of_work().begin() as session:
        people.add_member(session, people.add_person(session, "Chen"), own["team"], "manager")
        session.add(
            Claim(id="claim2", user_id="sok", organisation_id=None, proof="document", proposed=NEW, created_at=NOW)
        )
    chen, page = browser_of(app, "chen"), f"/en/moderation/claims/{own['claim']}"
    assert page in chen.get(f"/en/organisations/{own['team']}/team").text
    assert chen.get(f"/en/claims/{own['claim']}").location == page
    shown = chen.get(page).text
    assert "claim2" not in shown  # what else the person asks for is no concern of the team
    assert "/en/moderation/words" not in shown
    assert chen.get("/en/moderation/claims/claim2").status_code == 404
    wrong = send(chen, f"moderation/claims/{own['claim']}/approve", {"role": "king"})
    assert (wrong.status_code, "Please choose one of the roles." in wrong.text) == (422, True)
    assert send(chen, f"moderation/claims/{own['claim']}/refuse", {"reason": " "}).status_code == 422
    done = send(chen, f"moderation/claims/{own['claim']}/approve", {"role": "reviewer"})
    assert done.location == f"/en/organisations/{own['team']}/team"
    with site.sessions() as session:
        assert session.get_one(Membership, (own["team"], "sok")).role == "reviewer"


@pytest.mark.parametrize("odd", ["nothing", "x" * 3000, "%00", "%ED%A0%80", "9" * 30, "%25", "'"])
def test_odd_addresses_are_not_found(app: Flask, own: dict[str, str], odd: str) -> None:
    ada = browser_of(app, "ada")
    token = token_of(ada, "/en/account")
    data = {"csrf_token": token, "reason": "Because.", "state": "refused", "names-0": "A", "texts-0": "A", "into": odd}
    known = [rule for rule in app.url_map.iter_rules() if "/moderation/" in rule.rule and "<string:" in rule.rule]
    assert len(known) > 15
    for rule in known:
        path = "/en/moderation" + re.sub("<string:[^>]+>", odd, rule.rule.partition("moderation")[2])
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = ada.open(path, method=method, data=data if method == "POST" else None)
            unread = method == "POST" and answer.status_code == 422  # what was typed is looked at first
            assert answer.status_code == 404 or unread, (method, path)


NEW = {"names": {"en": "New College"}, "country": "LA", "city": "Vientiane", "website": "https://new.edu.example"}


def test_lists_of_the_site_team_are_paged(
    app: Flask, site: Site, own: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PER_PAGE", 2)
    monkeypatch.setattr(teams, "PER_PAGE", 2)
    with site.unit_of_work().begin() as session:
        for number in range(3):
            own_claim = {"user_id": "sok", "proof": "document", "created_at": NOW}
            session.add(Claim(id=f"new{number}", proposed=NEW, **own_claim))
            for state in ("waiting", "taken"):
                word = {"language": "en", "label": f"{state} {number}", "note": "", "state": state, "created_at": NOW}
                session.add(ThesaurusProposal(id=f"{state}{number}", **word))
    eve = browser_of(app, "eve")
    for path, query in (
        ("moderation/claims", "page=2"), (f"moderation/claims/{own['claim']}", "page=2"),
        ("moderation/words", "page=2"), ("moderation/words", "taken=2"),
        (f"moderation/organisations/{own['team']}", "page=2"),
    ):  # fmt: skip
        assert f"/en/{path}?{query}" in eve.get(f"/en/{path}").text, path
        assert eve.get(f"/en/{path}?{query}").status_code == 200
        assert eve.get(f"/en/{path}?{query.replace('2', '99')}").status_code == 404
    sok = browser_of(app, "sok")
    assert "/en/account/organisations?page=2" in sok.get("/en/account/organisations").text
    assert sok.get("/en/account/organisations?page=2").status_code == 200
    assert "/en/moderation/people?page=2" in browser_of(app, "ada").get("/en/moderation/people").text
