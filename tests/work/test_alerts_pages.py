"""Saving, noting, comparing, following by calendar, and ending letters, as people do it."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from portal.accounts.models import User
from portal.alerts.models import Alert, CalendarFeed, SavedListing, SavedSearch, StopLink
from portal.alerts.service import MOST_SEARCHES, open_calendar, save_listing
from portal.alerts.stopping import new_stop_link
from portal.core import retention
from portal.core.secrets import digest
from portal.demo.builders import deadline, make_listing, money_line, rule, translation
from portal.indexing.service import rebuild
from portal.researchers.models import ProfilePart
from portal.researchers.service import save_part
from portal.site import Site
from portal.statistics.models import DayCount
from tests import people
from tests.letters import letters_to
from tests.moments import NOW
from tests.people import browser_of, token_of
from tests.work.browsing import Send, Watch
from tests.work.saving import labels_file, open_listing, replace, searcher, shared_labels, tell

__all__ = ["labels_file", "shared_labels"]  # fixtures of another file
pytestmark = [pytest.mark.usefixtures("shared_labels"), pytest.mark.database("sqlite")]
SEARCH = "/en/listings?q=machine+learning&kind=visiting-scholar"
LEVELS = ("doctoral", "bachelor")


@pytest.fixture
def linh(app: Flask, site: Site) -> FlaskClient:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh")
    return browser_of(app, "linh")


def form_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with an action."""
    form = re.search(rf'<form method="post" action="{re.escape(action)}">(.*?)</form>', page, re.DOTALL)
    assert form, action
    fields = re.findall(r'name="(\w+)" (?:type="hidden" )?value="([^"]*)"', form[1])
    return {name: html.unescape(value) for name, value in fields}


def test_a_button_on_every_card_saves_and_takes_out(site: Site, linh: FlaskClient) -> None:
    listing_id = open_listing(site)
    rebuild(site)
    page = linh.get(SEARCH).text
    saved = linh.post("/en/me/saved", data=form_of(page, "/en/me/saved"))
    assert (saved.status_code, saved.location) == (303, f"{SEARCH}#keep-{listing_id}")
    page = linh.get(SEARCH).text
    assert ">Saved<span" in page
    assert "Machine learning for rice" in linh.get("/en/me/saved").text
    remove = f"/en/me/saved/{listing_id}/remove"
    assert linh.post(remove, data=form_of(page, remove)).location == f"{SEARCH}#keep-{listing_id}"
    assert "Nothing is saved yet" in linh.get("/en/me/saved").text
    site.tally.write()
    with site.sessions() as session:
        counts = session.scalars(sa.select(DayCount).where(DayCount.what == "save")).all()
    assert [one.count for one in counts] == [1]


def test_visitors_are_led_to_sign_in_and_back(app: Flask, site: Site, client: FlaskClient, linh: FlaskClient) -> None:
    listing_id = open_listing(site)
    page = client.get(f"/th/listings/{listing_id}")
    assert "Set-Cookie" not in page.headers or "session=" not in page.headers["Set-Cookie"]
    (link,) = set(re.findall(r'href="(/th/me/saved/new\?listing=\w+)"', page.text))
    asked = client.get(link)
    assert asked.status_code == 303
    assert parse_qs(urlsplit(asked.location).query)["next"] == [link]
    page = linh.get(link).text
    assert linh.post("/th/me/saved", data=form_of(page, "/th/me/saved")).location == "/th/me/saved"
    with site.sessions() as session:
        assert session.get(SavedListing, ("linh", listing_id))


def test_a_visitor_who_signs_in_to_save_need_not_ask_again(app: Flask, site: Site, client: FlaskClient) -> None:
    listing_id = open_listing(site)
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh")
    link = f"/th/me/saved/new?listing={listing_id}"
    door = client.get(link).location
    signed = client.post(
        door, data={"csrf_token": token_of(client, door), "email": "linh@example.org", "password": people.PASSWORD}
    )
    assert (signed.status_code, signed.location) == (303, link)
    assert client.get(link).location == f"/th/listings/{listing_id}#keep-{listing_id}"
    with site.sessions() as session:
        assert session.get(SavedListing, ("linh", listing_id))
    other = open_listing(site, "Another")
    for address in (link, f"/th/me/saved/new?listing={other}"):  # once, and nothing by a link
        assert client.get(address).status_code == 200
    assert client.get(f"/th/sign-in?next=/th/me/saved/new?listing={other}").status_code == 303
    assert client.get(f"/th/me/saved/new?listing={other}").status_code == 200
    with site.sessions() as session:
        assert session.get(SavedListing, ("linh", other)) is None


def test_nothing_else_than_an_own_page_is_gone_back_to(site: Site, linh: FlaskClient) -> None:
    listing_id = open_listing(site)
    for wanted in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        token = token_of(linh, f"/en/me/saved/new?listing={listing_id}")
        sent = linh.post("/en/me/saved", data={"csrf_token": token, "listing": listing_id, "next": wanted})
        assert sent.location == "/en/me/saved"


def test_a_note_is_ones_own_and_kept_when_the_form_is_wrong(site: Site, linh: FlaskClient, send: Send) -> None:
    listing_id = open_listing(site, state="closed")
    with site.unit_of_work().begin() as session:
        save_listing(session, "linh", listing_id, NOW)
    address = f"/en/me/saved/{listing_id}"
    wrong = send(address, linh, note="n" * 1001)
    assert wrong.status_code == 422
    assert "n" * 1001 in wrong.text
    assert send(address, linh, note="<b>for my cousin</b>", tell="y").status_code == 303
    page = linh.get("/en/me/saved").text
    assert "&lt;b&gt;for my cousin" in page
    assert "You get a letter when it takes applications again." in page
    assert "Closed" in page


def test_saved_listings_in_their_orders(site: Site, linh: FlaskClient) -> None:
    wanted = (("Zebras", "2026-12-01T10:00"), ("Apples", "2026-12-10T10:00"), ("Melons", "2026-11-01T10:00"))
    with site.unit_of_work().begin() as session:
        for number, (title, until) in enumerate(wanted):
            made = make_listing(session, title, deadlines=[deadline("host", until)])
            save_listing(session, "linh", made.id, NOW + timedelta(minutes=number))

    def order(sort: str) -> list[str]:
        page = linh.get(f"/en/me/saved?sort={sort}").text
        return re.findall(r"<h3><a[^>]*>(\w+)<", page)

    assert order("saved") == order("nonsense") == ["Melons", "Apples", "Zebras"]
    assert order("deadline") == ["Zebras", "Apples", "Melons"]
    assert order("name") == ["Apples", "Melons", "Zebras"]


def test_a_search_is_saved_from_the_search_page_and_changed(site: Site, linh: FlaskClient, send: Send) -> None:
    rebuild(site)
    page = linh.get(SEARCH).text
    (link,) = set(re.findall(r'href="(/en/me/searches/new\?[^"]+)"', page))
    link = link.replace("&amp;", "&")
    assert 'value="machine learning · Visiting scholar"' in linh.get(link).text
    assert send(link, linh, name="", frequency="daily").status_code == 422
    assert send(link, linh, name="Mine", frequency="hourly").status_code == 422
    assert send(link, linh, name="Mine", frequency="daily").location == "/en/me/saved"
    again = send(link, linh, name="Mine again", frequency="daily")
    assert again.status_code == 422
    assert "You have saved this search already." in again.text
    with site.sessions() as session:
        (search,) = session.scalars(sa.select(SavedSearch)).all()
    assert (search.query, search.language, search.frequency) == (
        "q=machine+learning&kind=visiting-scholar", "en", "daily",
    )  # fmt: skip
    assert send(f"/en/me/searches/{search.id}", linh, name="Ours", frequency="never").status_code == 303
    page = linh.get("/th/me/saved").text
    assert "/en/listings?q=machine+learning&amp;kind=visiting-scholar" in page
    assert ">Ours<" in page


def test_a_search_for_what_one_may_apply_for_says_that_it_goes_by_the_profile(
    site: Site, linh: FlaskClient, send: Send
) -> None:
    address, said = "/en/me/searches/new?q=robots&eligible=1", "Letters go by your profile"
    send("/en/eligibility", linh, **{"citizenships-0": "VN"})
    page = linh.get(address).text
    assert "robots · Only what I may apply for" in page
    assert said in page, "what was answered in the browser is not there when letters are written"
    assert said not in linh.get("/en/me/searches/new?q=robots").text
    assert send(address, linh, name="Mine", frequency="daily").status_code == 303
    with site.sessions() as session:
        own = f"/en/me/searches/{session.scalars(sa.select(SavedSearch.id)).one()}"
    assert said in linh.get(own).text
    with site.unit_of_work().begin() as session:
        save_part(session, "linh", "background", {"citizenships": ["VN"]}, NOW)
    assert said not in linh.get(own).text


def test_searches_have_a_bound(site: Site, linh: FlaskClient, send: Send) -> None:
    searcher(site, "Mo", *(f"q=word{number}" for number in range(MOST_SEARCHES)))
    browser = browser_of(linh.application, "mo")
    full = send("/en/me/searches/new?q=one+more", browser, name="One more", frequency="daily")
    assert full.status_code == 422
    assert "50 searches" in full.text


def test_a_letter_says_all_and_ends_with_one_click(app: Flask, site: Site, client: FlaskClient) -> None:
    searcher(site, "Linh", "q=machine+learning", "q=robotics")
    open_listing(site)
    tell(site)
    (message,) = letters_to(app, "linh@example.org")
    for text in ("1 new listing: Mine: q=machine+learning", "12,500", "20 Dec 2026", "Machine learning for rice",
                 "Why: "):  # fmt: skip
        assert text in " ".join(message.text.split()), text
    assert "<mark>" not in message.text
    (address,) = re.findall(r"https?://\S+/unsubscribe/\S+", message.text)
    path = urlsplit(address).path
    page = client.get(path)
    assert "Mine: q=machine+learning" in page.text
    assert "linh@" not in page.text
    assert frequencies(site) == ["at-once", "at-once"]  # following the link changes nothing
    one_click = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert one_click.status_code == 200
    assert frequencies(site) == ["never", "at-once"]
    assert "The letters have ended" in client.get(path).text, "whoever comes after the mail program is told so"
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.post(path, data={"what": "all"}).status_code == 200
    assert frequencies(site) == ["never", "never"]


def frequencies(site: Site) -> list[str]:
    with site.sessions() as session:
        return list(session.scalars(sa.select(SavedSearch.frequency).order_by(SavedSearch.query)))


def test_what_waits_when_letters_end_is_not_sent(app: Flask, site: Site, client: FlaskClient, watch: Watch) -> None:
    searcher(site, "Linh", frequency="weekly")
    open_listing(site)
    tell(site)
    with site.unit_of_work().begin() as session:
        token = new_stop_link(session, "linh", None, NOW)
    client.post(f"/en/unsubscribe/{token}")
    watch.pass_by(days=8)
    tell(site)
    assert letters_to(app, "linh@example.org") == []
    with site.sessions() as session:
        assert session.scalars(sa.select(Alert)).one().told_at is not None


def test_links_that_are_not_or_no_more_say_nothing(site: Site, client: FlaskClient, linh: FlaskClient) -> None:
    searcher(site, "Mo")
    with site.unit_of_work().begin() as session:
        search = session.scalars(sa.select(SavedSearch)).one()
        old = new_stop_link(session, "mo", search.id, NOW - retention.STOP_LINKS.length)
        gone = new_stop_link(session, "mo", search.id, NOW)
    with site.unit_of_work().begin() as session:
        session.delete(session.scalars(sa.select(StopLink).where(StopLink.digest == digest(gone))).one())
    answers = [
        browser.open(f"/en/unsubscribe/{token}", method=method)
        for browser in (client, linh)
        for token in (old, gone, "guessed", "a" * 500, search.id)
        for method in ("GET", "POST")
    ]
    assert {answer.status_code for answer in answers} == {404}
    bodies = {
        re.sub(r"unsubscribe/[^\"&?<]+|guessed", "", answer.text.partition("<main")[2].partition("</main>")[0])
        for answer in answers
    }
    assert len(bodies) == 1
    assert frequencies(site) == ["at-once"]


def test_a_calendar_of_somebody_suspended_is_not_handed_out(site: Site, linh: FlaskClient) -> None:
    with site.unit_of_work().begin() as session:
        path = f"/th/calendar/{open_calendar(session, 'linh', NOW)}.ics"
    visitor = browser_of(linh.application)
    for suspended_at, status in ((None, 200), (NOW, 404), (None, 200)):
        with site.unit_of_work().begin() as session:
            session.get_one(User, "linh").suspended_at = suspended_at
        assert visitor.get(path).status_code == status


def test_a_calendar_has_what_was_saved_and_its_address_can_be_ended(site: Site, linh: FlaskClient, send: Send) -> None:
    listing_id = open_listing(site)
    with site.unit_of_work().begin() as session:
        save_listing(session, "linh", listing_id, NOW)
    address = send("/th/me/calendar", linh).text.partition('<code class="secret">')[2].partition("<")[0]
    path, visitor = urlsplit(address).path, browser_of(linh.application)
    answer = visitor.get(path)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in answer.headers
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(event["URL"]).endswith(f"/th/listings/{listing_id}")
    assert "17:00" in event["DESCRIPTION"]
    assert "16:00" in event["DESCRIPTION"]  # in Bangkok
    (alarm,) = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(days=-7)
    assert visitor.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    replace(site, listing_id, deadlines=[deadline("host", "2027-01-10T17:00")])
    assert visitor.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200
    with site.sessions() as session:
        token = path.rpartition("/")[2].removesuffix(".ics")
        assert session.scalars(sa.select(CalendarFeed)).one().digest == digest(token)
    assert address not in linh.get("/th/me/calendar").text  # shown once
    newer = send("/th/me/calendar", linh).text.partition('<code class="secret">')[2].partition("<")[0]
    assert visitor.get(path).status_code == 404
    assert visitor.get(urlsplit(newer).path).status_code == 200
    linh.post("/en/me/calendar/revoke", data={"csrf_token": token_of(linh, "/en/me/calendar")})
    assert visitor.get(urlsplit(newer).path).status_code == 404


def test_a_calendar_of_nothing_is_one(linh: FlaskClient, send: Send) -> None:
    address = send("/my/me/calendar", linh).text.partition('<code class="secret">')[2].partition("<")[0]
    calendar = Calendar.from_ical(linh.get(urlsplit(address).path).data)
    assert [one.name for one in calendar.subcomponents] == ["VTIMEZONE"]


def test_listings_side_by_side(site: Site, client: FlaskClient) -> None:
    with site.unit_of_work().begin() as session:
        one = make_listing(session, "Machine learning for rice").id
        other = make_listing(session, "Machine learning for tea", money=[money_line("tuition", "participant", 900)]).id
        closed = make_listing(session, "Machine learning for fish", state="closed").id
        hidden = make_listing(session, "Machine learning for nobody", state="suspended").id
    page = client.get(f"/en/compare?id={one}&id={other}&id={one}&id={closed}").text
    assert page.count('scope="col"') == 3
    rows = re.findall(r'<tr( class="differs")?>\s*<th scope="row">([^<]+?)\s*<', page)
    differs = {name: bool(mark) for mark, name in rows}
    assert (differs["Kind"], differs["Funding"], differs["What you pay yourself"]) == (False, True, True)
    for wanted, said in (
        (f"id={one}&id=nothing&id={hidden}", "2 listings are not there, or not any more."),
        (f"id={one}", "Mark at least two listings"),
        ("", "Mark at least two listings"),
        ("id=%01&id=" + "x" * 300, "not there"),
        ("&".join(f"id=x{number}" for number in range(7)), "No more than 4 listings"),
    ):
        answer = client.get(f"/en/compare?{wanted}")
        assert answer.status_code == 200
        assert said in answer.text, wanted
        assert "for nobody" not in answer.text


def test_listings_side_by_side_say_to_whom_they_are_open(site: Site, client: FlaskClient, send: Send) -> None:
    rules = {
        "young": [rule("age-max", age=35), rule("citizenship", countries=["VN"])],
        "thai": [rule("citizenship", countries=["TH"]), rule("degree-min", degree="master")],
        "anybody": [],
    }
    with site.unit_of_work().begin() as session:
        ids = [make_listing(session, title, rules=own).id for title, own in rules.items()]
    address = "/en/compare?" + "&".join(f"id={one}" for one in ids)
    before = client.get(address).text
    assert "May I apply?" not in before
    asked = re.search(r'href="(/en/eligibility[?][^"]+)"', before)
    assert asked
    answered = send(html.unescape(asked[1]), client, **{"citizenships-0": "VN", "next": address})
    assert (answered.status_code, answered.location) == (303, address)
    with site.sessions() as session:
        stored = session.scalar(sa.select(sa.func.count()).select_from(ProfilePart))
    assert stored == 0
    answer = client.get(address)
    row = answer.text.partition("May I apply?")[2].partition("</tr>")[0]
    young, thai, anybody = (" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in row.split("<td>")[1:])
    assert young.startswith("1 condition still open Met: 1 · Not known yet: 1")
    assert "Not older than 35" in young
    assert thai.startswith("1 condition not met Not met: 1 · Not known yet: 1")
    assert "Citizens of Thailand" in thai
    assert "master" not in thai.lower(), "what is open does not decide where something is not met"
    assert anybody == "The host has stated no condition that could be checked."
    assert "How it fits you" not in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_listings_side_by_side_say_how_they_fit_who_has_a_profile(site: Site, linh: FlaskClient) -> None:
    ids = [open_listing(site, f"Machine learning {number}", levels=[level]) for number, level in enumerate(LEVELS)]
    address = "/en/compare?" + "&".join(f"id={one}" for one in ids)
    assert "How it fits you" not in linh.get(address).text
    with site.unit_of_work().begin() as session:
        save_part(session, "linh", "wishes", {"levels": ["doctoral"], "countries": ["CN"]}, NOW)
        save_part(session, "linh", "background", {"citizenships": ["VN"]}, NOW)
    page = linh.get(address).text
    assert "May I apply?" in page
    row = page.partition("How it fits you")[2].partition("</tr>")[0]
    shown = [re.findall(r"[0-9]+%", cell)[:1] for cell in row.split("<td>")[1:]]
    own = [re.findall(r"[0-9]+%", linh.get(f"/en/listings/{one}").text.partition('id="fit"')[2])[:1] for one in ids]
    assert shown == own
    assert shown[0] != shown[1]


def test_results_can_be_marked_for_comparing(site: Site, client: FlaskClient) -> None:
    ids = [open_listing(site, f"Machine learning {number}") for number in range(2)]
    rebuild(site)
    page = client.get(SEARCH).text
    assert sorted(re.findall(r'name="id" value="(\w+)" form="compare"', page)) == sorted(ids)
    assert '<form id="compare" class="compare-tray" action="/en/compare">' in page


def test_a_listing_in_a_third_language_is_shown_in_english_where_there_is_a_text_and_says_so(
    site: Site, client: FlaskClient, linh: FlaskClient
) -> None:
    texts = [translation("fil", "Pananaliksik"), translation("en", "Research", "human")]
    with site.unit_of_work().begin() as session:
        both = make_listing(session, "both", source_language="fil", translations=texts).id
        one = make_listing(session, "Pag-aaral", source_language="fil").id
        for listing_id in (both, one):
            save_listing(session, "linh", listing_id, NOW)
    saved, compared = linh.get("/vi/me/saved").text, client.get(f"/vi/compare?id={both}&id={one}").text
    for page in (saved, compared, client.get(f"/vi/listings/{both}").text):
        assert ">Research<" in page
        assert ">Pananaliksik<" not in page
    for page in (saved, compared):
        assert re.findall(r'<p class="source-language">[^<]*(tiếng \S+);', page, re.IGNORECASE) == [
            "Tiếng Anh", "Tiếng Philippines",
        ]  # fmt: skip
        assert f'href="/vi/listings/{both}?text=fil"' in page


def test_a_card_promises_no_more_than_some_get(site: Site, linh: FlaskClient) -> None:
    stipends = [money_line("stipend", "host", n, per="month", level=level)
                for n, level in ((2900, "master"), (4000, "doctoral"))]  # fmt: skip
    with site.unit_of_work().begin() as session:
        save_listing(session, "linh", make_listing(session, "Levels", money=stipends).id, NOW)
    assert "CN¥2,900–4,000 a month" in linh.get("/en/me/saved").text
    assert "2.900–4.000" in linh.get("/vi/me/saved").text
