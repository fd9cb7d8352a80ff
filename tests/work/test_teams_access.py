"""Who may ask for which page of a team: one row an address, one column a role."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.site import Site
from portal.teams import claims
from portal.teams.claims import Statement
from tests import people
from tests.moments import NOW
from tests.people import browser_of, token_of
from tests.work.test_teams_claims import PAPER, page

# Visitor, stranger (another organisation's manager), claimant, reviewer, editor, manager, moderator.
WHO = (None, "stranger", "claimant", "reviewer", "editor", "manager", "moderator")
PAGES = {
    "/account/organisations":                      (303, 200, 200, 200, 200, 200, 200),
    "/account/organisations/find":                 (303, 200, 200, 200, 200, 200, 200),
    "/account/organisations/new":                  (303, 200, 200, 200, 200, 200, 200),
    "/organisations/{team}/claim":                 (303, 200, 200, 200, 200, 200, 200),
    "/organisations/nothing/claim":                (303, 404, 404, 404, 404, 404, 404),
    "/organisations/{team}/team":                  (303, 404, 404, 200, 200, 200, 200),
    "/organisations/nothing/team":                 (303, 404, 404, 404, 404, 404, 404),
    "/organisations/{team}/keys":                  (303, 404, 404, 403, 403, 200, 403),
    "/claims/{claim}":                             (303, 404, 200, 404, 404, 303, 303),
    "/moderation/claims/{claim}":                  (303, 404, 403, 404, 404, 200, 200),
    "/claims/{claim}/document":                    (303, 404, 200, 404, 404, 404, 200),
    "/claims/nothing":                             (303, 404, 404, 404, 404, 404, 404),
    "/invitations/nothing":                        (404, 404, 404, 404, 404, 404, 404),
}  # fmt: skip
ACTIONS = {
    "/organisations/{team}/team":                              (303, 404, 404, 403, 403, 422, 403),
    "/organisations/{team}/team/hand-over":                    (303, 404, 404, 403, 403, 409, 403),
    "/organisations/{team}/team/leave":                        (303, 404, 404, 303, 303, 409, 403),
    "/organisations/{team}/team/editor/role":                  (303, 404, 404, 403, 403, 422, 403),
    "/organisations/{team}/team/nobody/remove":                (303, 404, 404, 403, 403, 409, 403),
    "/organisations/{team}/team/invitations/nothing/cancel":   (303, 404, 404, 403, 403, 409, 403),
    "/organisations/{team}/keys":                              (303, 404, 404, 403, 403, 422, 403),
    "/organisations/{team}/keys/nothing/revoke":               (303, 404, 404, 403, 403, 404, 403),
    "/moderation/claims/{claim}/refuse":                       (303, 404, 403, 404, 404, 422, 422),
    "/claims/{claim}/approve":                                 (404, 404, 404, 404, 404, 404, 404),  # one place only
    "/claims/{claim}/withdraw":                                (303, 404, 303, 404, 404, 403, 403),
    "/moderation/claims/{claim}/approve":                      (303, 404, 403, 404, 404, 303, 303),
}  # fmt: skip


@pytest.fixture
def places(app: Flask, site: Site, organisation_id: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A team with one of each role, somebody who asks to join it, and a stranger who manages another."""
    from portal.demo.builders import make_organisation

    with site.unit_of_work().begin() as session:
        for role in ("reviewer", "editor", "manager"):
            people.add_member(session, people.add_person(session, role), organisation_id, role)
        people.add_person(session, "moderator", "moderator")
        other = make_organisation(session, "Another college").id
        people.add_member(session, people.add_person(session, "stranger"), other, "manager")
        claimant, statement = people.add_person(session, "claimant"), Statement("x", PAPER, site.settings.files_folder)
        claim = claims.claim_organisation(session, organisation_id, statement, claimant, NOW, page)
    return {"team": organisation_id, "claim": claim.id}


@pytest.mark.parametrize("place", range(len(WHO)), ids=map(str, WHO))
def test_who_may_open_what(app: Flask, places: dict[str, str], place: int) -> None:
    browser = browser_of(app, WHO[place])
    answers = {path: browser.get("/en" + path.format(**places)).status_code for path in PAGES}
    assert answers == {path: expected[place] for path, expected in PAGES.items()}


@pytest.mark.parametrize("place", range(len(WHO)), ids=map(str, WHO))
def test_who_may_do_what(app: Flask, places: dict[str, str], place: int) -> None:
    for path, expected in ACTIONS.items():
        browser = browser_of(app, WHO[place])
        token = token_of(browser, "/en/account" if WHO[place] else "/en/sign-in")
        answer = browser.post("/en" + path.format(**places), data={"csrf_token": token})
        assert answer.status_code == expected[place], path
        if expected[place] == 303 and WHO[place]:
            break  # it was done: the next ones are somebody else's story


def test_every_address_of_the_feature_has_a_row(app: Flask) -> None:
    def shape(path: str) -> str:
        return re.sub(r"<[^/]+>|{[^/]+}|nobody|nothing", "*", path)

    rows = {shape(path.replace("/editor/role", "/nobody/role")) for path in (*PAGES, *ACTIONS)}
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("teams.")}
    assert {shape(rule.removeprefix("/<language:language>")) for rule in rules} <= rows
