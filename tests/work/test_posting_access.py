"""Who may open and send what of postings, and their numbers: address × role × own or other organisation."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.demo.builders import make_organisation
from portal.site import Site
from tests import people
from tests.people import token_of
from tests.work import test_posting_beside_access as beside
from tests.work.publishing import add_posting, add_team

# Method, address, state of draft and listing, and the status for each of `WHO`.
ROWS = (
    ("GET", "/organisations/{organisation}/postings", "editing", None, (303, 200, 200, 200, 404, 404)),
    ("GET", "/organisations/{organisation}/postings/still-right", "editing", None, (303, 200, 200, 200, 404, 404)),
    ("POST", "/organisations/{organisation}/postings/several", "editing", None, (303, 422, 422, 403, 404, 404)),
    ("GET", "/postings/new", "editing", None, (303, 200, 200, 403, 200, 403)),
    ("POST", "/postings/new", "editing", None, (303, 422, 422, 403, 422, 403)),
    ("GET", "/postings/find/place", "editing", None, (303, 200, 200, 200, 200, 200)),
    ("GET", "/postings/{id}", "editing", None, (303, 200, 200, 200, 404, 404)),
    ("GET", "/postings/{id}", "in-review", None, (303, 200, 200, 200, 404, 200)),
    ("POST", "/postings/{id}/edit", "none", "published", (303, 303, 303, 403, 404, 404)),
    ("GET", "/postings/{id}/discard", "editing", None, (303, 200, 200, 403, 404, 404)),
    ("POST", "/postings/{id}/discard", "editing", None, (303, 303, 303, 403, 404, 404)),
    ("GET", "/postings/{id}/basics", "editing", None, (303, 200, 200, 403, 404, 404)),
    ("POST", "/postings/{id}/basics", "editing", None, (303, 409, 409, 403, 404, 404)),
    ("GET", "/postings/{id}/publication", "editing", "published", (303, 200, 200, 200, 404, 404)),
    ("GET", "/postings/{id}/publication", "in-review", None, (303, 200, 200, 200, 404, 200)),
    ("POST", "/postings/{id}/publication", "editing", None, (303, 422, 422, 403, 404, 404)),
    ("POST", "/postings/{id}/publication", "returned", None, (303, 422, 422, 403, 404, 403)),
    ("POST", "/postings/{id}/withdraw", "in-review", None, (303, 303, 303, 403, 404, 403)),
    ("POST", "/postings/{id}/move", "none", "published", (303, 303, 303, 403, 404, 404)),
    ("POST", "/postings/{id}/move", "in-review", "published", (303, 303, 303, 403, 404, 403)),
    ("GET", "/postings/{id}/versions", "none", "published", (303, 200, 200, 200, 404, 404)),
    ("GET", "/postings/{id}/versions", "in-review", "published", (303, 200, 200, 200, 404, 404)),
    ("GET", "/postings/{id}/versions/compare?from=1&to=1", "none", "published", (303, 200, 200, 200, 404, 404)),
    ("GET", "/postings/{id}/versions/compare?from=1&to=1", "in-review", "published", (303, 200, 200, 200, 404, 404)),
    ("POST", "/postings/{id}/versions/1/restore", "none", "published", (303, 303, 303, 403, 404, 404)),
    ("GET", "/postings/{id}/confirmation/wrong", "none", "published", (303, 404, 404, 403, 404, 404)),
    ("POST", "/postings/{id}/confirmation/wrong", "none", "published", (303, 404, 404, 403, 404, 404)),
    ("GET", "/organisations/{organisation}/numbers", "none", "published", (303, 200, 200, 200, 404, 200)),
    ("GET", "/organisations/{organisation}/numbers.csv", "none", "published", (303, 200, 200, 200, 404, 200)),
    ("GET", "/postings/{id}/numbers", "none", "published", (303, 200, 200, 200, 404, 200)),
    ("GET", "/postings/{id}/numbers.csv", "none", "published", (303, 200, 200, 200, 404, 200)),
    ("GET", "/organisations/{organisation}/files", "none", "published", (303, 200, 200, 200, 404, 404)),
    ("POST", "/organisations/{organisation}/files", "none", "published", (303, 422, 422, 403, 404, 404)),
    ("GET", "/organisations/{organisation}/files/listings.csv", "none", "published", (303, 200, 200, 200, 404, 404)),
    ("GET", "/organisations/{organisation}/files/template.csv", "none", "published", (303, 200, 200, 200, 404, 404)),
    ("GET", "/imports/nothing", "none", "published", (303, 404, 404, 404, 404, 404)),
    ("POST", "/imports/nothing", "none", "published", (303, 404, 404, 404, 404, 404)),
    ("POST", "/imports/nothing/discard", "none", "published", (303, 404, 404, 404, 404, 404)),
    ("GET", "/moderation/listings", "in-review", None, (303, 403, 403, 403, 403, 200)),
    ("GET", "/moderation/listings/{id}", "in-review", None, (303, 403, 403, 403, 403, 200)),
    ("GET", "/moderation/listings/{id}", "none", "published", (303, 403, 403, 403, 403, 200)),
    ("GET", "/moderation/listings/{id}", "editing", None, (303, 403, 403, 403, 403, 404)),
    ("POST", "/moderation/listings/{id}", "in-review", None, (303, 403, 403, 403, 403, 422)),
    ("POST", "/moderation/listings/{id}/suspend", "none", "published", (303, 403, 403, 403, 403, 422)),
    ("POST", "/moderation/listings/{id}/reinstate", "none", "suspended", (303, 403, 403, 403, 403, 303)),
)
# Nobody, manager, editor, reviewer, manager of another organisation, moderator.
WHO = (None, "max", "linh", "ray", "otto", "mo")


def browser_of(app: Flask, site: Site, user_id: str | None) -> FlaskClient:
    browser = app.test_client()
    if user_id:
        people.sign_in(browser, site, user_id)
    return browser


@pytest.mark.parametrize(("method", "address", "draft", "listing", "wanted"), ROWS)
def test_access(
    app: Flask,
    site: Site,
    organisation_id: str,
    method: str,
    address: str,
    draft: str,
    listing: str | None,
    wanted: tuple[int, ...],
) -> None:
    with site.unit_of_work().begin() as session:
        add_team(session, organisation_id)
        people.add_member(session, people.add_person(session, "Max"), organisation_id, "manager")
        other = make_organisation(session, "University Elsewhere").id
        people.add_member(session, people.add_person(session, "Otto"), other, "manager")
    for user_id, status in zip(WHO, wanted, strict=True):
        with site.unit_of_work().begin() as session:
            listing_id = add_posting(site, session, organisation_id, draft, listing).listing_id
        browser = browser_of(app, site, user_id)
        token = token_of(browser, "/en/account" if user_id else "/en/sign-in")
        data = {"csrf_token": token, "action": "close", "when": "nonsense"}
        path = "/en" + address.format(id=listing_id, organisation=organisation_id)
        answer = browser.get(path) if method == "GET" else browser.post(path, data=data)
        assert answer.status_code == status, (user_id, method, path)
        answer.get_data()  # a file is not finished, nor its request over, before it is read
        if status == 303 and user_id is None:
            assert "/sign-in" in answer.location


def test_no_address_is_forgotten(app: Flask) -> None:
    adapter = app.url_map.bind("exchange.example")
    rows = [(method, address) for method, address, *_ in ROWS]
    rows += [("GET", address) for address in beside.PAGES] + [("POST", address) for address in beside.ACTIONS]
    some = {"id": "0", "organisation": "0", "asked": "0", "partner": "0"}
    paths = {(method, "/en" + address.partition("?")[0].format(**some)) for method, address in rows}
    rules = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in ("posting", "bulk", "statistics")
        or app.view_functions[rule.endpoint].__module__ == "portal.moderation.listings.routes"
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    assert rules == {(method, adapter.match(path, method)[0]) for method, path in paths}
