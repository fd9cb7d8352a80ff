"""Who may open and send what of saved things: address × visitor, owner, somebody else."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.alerts import service
from portal.alerts.models import SavedSearch
from portal.alerts.stopping import new_stop_link
from portal.site import Site
from tests import people
from tests.moments import NOW
from tests.people import browser_of, token_of
from tests.work.saving import labels_file, open_listing, searcher, shared_labels

__all__ = ["labels_file", "shared_labels"]  # fixtures of another file
pytestmark = [pytest.mark.usefixtures("shared_labels"), pytest.mark.database("sqlite")]

# Method, endpoint, address, and the status for a visitor, the owner, another person.
ROWS = (
    ("GET", "calendar_feed", "/calendar/{calendar}.ics", (200, 200, 200)),  # it is the secret that opens it
    ("GET", "saved", "/me/saved", (303, 200, 200)),
    ("GET", "new_listing", "/me/saved/new?listing={listing}", (303, 200, 200)),
    ("GET", "new_listing", "/me/saved/new?listing=nothing", (303, 404, 404)),
    ("POST", "save_listing", "/me/saved", (303, 404, 404)),  # no listing is named
    ("GET", "listing", "/me/saved/{listing}", (303, 200, 404)),
    ("POST", "listing", "/me/saved/{listing}", (303, 303, 404)),
    ("GET", "new_search", "/me/searches/new?q=logistics", (303, 200, 200)),
    ("POST", "new_search", "/me/searches/new?q=logistics", (303, 422, 422)),
    ("GET", "search", "/me/searches/{search}", (303, 200, 404)),
    ("POST", "search", "/me/searches/{search}", (303, 303, 404)),
    ("GET", "own_calendar", "/me/calendar", (303, 200, 200)),
    ("POST", "own_calendar", "/me/calendar", (303, 201, 201)),
    ("POST", "close_calendar", "/me/calendar/revoke", (303, 303, 303)),
    ("GET", "calendar_feed", "/calendar/guessed.ics", (404, 404, 404)),
    ("GET", "stop", "/unsubscribe/{stop}", (200, 200, 200)),
    ("GET", "stop", "/unsubscribe/guessed", (404, 404, 404)),
    ("POST", "stop", "/unsubscribe/{stop}", (200, 200, 200)),
    ("POST", "stop", "/unsubscribe/guessed", (404, 404, 404)),
    ("GET", "comparison", "/compare?id={listing}", (200, 200, 200)),
    ("POST", "forget_search", "/me/searches/{search}/remove", (303, 303, 404)),
    ("POST", "forget_listing", "/me/saved/{listing}/remove", (303, 303, 404)),
)
WITHOUT_TOKEN = {"stop"}  # sent by mail programs, which have nothing but the link


@pytest.fixture
def world(site: Site) -> Mapping[str, str]:
    """Linh has saved something; Mo has not. The values of addresses."""
    user_id, listing_id = searcher(site, "Linh"), open_listing(site)
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Mo")
        service.save_listing(session, user_id, listing_id, NOW)
        search = session.scalars(sa.select(SavedSearch)).one()
        return {
            "listing": listing_id, "search": search.id, "calendar": service.open_calendar(session, user_id, NOW),
            "stop": new_stop_link(session, user_id, search.id, NOW),
        }  # fmt: skip


@pytest.mark.parametrize(("place", "who"), [(0, None), (2, "mo"), (1, "linh")])
def test_each_gets_what_is_theirs(app: Flask, world: Mapping[str, str], place: int, who: str | None) -> None:
    browser, wrong = browser_of(app, who), []
    for method, _endpoint, path, expected in ROWS:
        data = {"csrf_token": token_of(browser, "/en/forgotten-password")} if method == "POST" else None
        status = browser.open("/en" + path.format(**world), method=method, data=data).status_code
        if status != expected[place]:
            wrong.append((method, path, status, expected[place]))
    assert not wrong


def test_every_route_has_a_row(app: Flask) -> None:
    routes = {
        (method, rule.endpoint.removeprefix("alerts."))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("alerts.")
    }
    assert routes == {(method, endpoint) for method, endpoint, _path, _expected in ROWS}


def test_a_form_that_is_not_ours_is_refused_but_for_the_links_of_letters(app: Flask, world: Mapping[str, str]) -> None:
    browser = browser_of(app, "linh")
    for method, endpoint, path, expected in ROWS:
        if method == "POST":
            status = browser.post("/en" + path.format(**world)).status_code
            assert status == (expected[1] if endpoint in WITHOUT_TOKEN else 400), path


def test_pages_of_one_person_are_kept_by_nobody(app: Flask, world: Mapping[str, str]) -> None:
    browser = browser_of(app, "linh")
    for method, _endpoint, path, _expected in ROWS:
        if method == "GET":
            assert "private" in browser.get("/en" + path.format(**world)).headers["Cache-Control"], path
