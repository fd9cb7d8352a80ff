"""Counting what was seen, and the dashboard of organisations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.core.unit_of_work import UnitOfWork
from portal.demo.builders import make_listing, make_organisation
from portal.indexing.service import rebuild
from portal.organisations.models import Organisation
from portal.site import Site
from portal.statistics.models import DayCount
from portal.statistics.service import Key, Tally, add_counts
from portal.web.counting import is_robot, language_of
from tests import people
from tests.moments import NOW

TODAY = NOW.date()
PERSON = {"User-Agent": "Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0"}
ROBOTS = (
    "", "curl/8.5.0", "python-requests/2.32", "Werkzeug/3.1", "Mozilla/5.0 (compatible; bingbot/2.0)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)", "Mozilla/5.0 HeadlessChrome/120.0",
)  # fmt: skip


@pytest.fixture
def listing_id(site: Site, organisation_id: str) -> str:
    with site.unit_of_work().begin() as session:
        own = session.get_one(Organisation, organisation_id)
        return make_listing(session, "Robots for rice", organisation=own).id


def stored(site: Site) -> dict[tuple[str, str], int]:
    site.tally.write()
    with site.sessions() as session:
        rows = session.scalars(sa.select(DayCount)).all()
    assert {row.day for row in rows} <= {TODAY}
    return {(row.what, row.language): row.count for row in rows}


def test_pages_of_listings_count_views(site: Site, client: FlaskClient, listing_id: str) -> None:
    for language in ("th", "th", "en"):
        client.get(f"/{language}/listings/{listing_id}", headers=PERSON)
    assert stored(site) == {("view", "th"): 2, ("view", "en"): 1}


@pytest.mark.database("sqlite")
def test_results_count_what_they_show(site: Site, client: FlaskClient, listing_id: str) -> None:
    rebuild(site)
    client.get("/km/listings?q=Robots+rice", headers=PERSON)
    client.get("/th/listings", headers=PERSON)
    with site.unit_of_work().begin() as session:
        own = session.scalars(sa.select(Organisation.id)).one()
        people.add_member(session, people.add_person(session, "Linh"), own)
    people.sign_in(client, site, "linh")
    client.get("/vi/listings", headers=PERSON)
    assert stored(site) == {("shown", "en"): 1, ("shown", "th"): 1}


def test_hosts_see_how_often_a_listing_was_saved(site: Site, client: FlaskClient, listing_id: str) -> None:
    with site.unit_of_work().begin() as session:
        own = session.scalars(sa.select(Organisation.id)).one()
        people.add_member(session, people.add_person(session, "Linh"), own)
        for days, count in ((0, 4), (40, 3)):
            day = TODAY - timedelta(days=days)
            session.add(DayCount(listing_id=listing_id, day=day, what="save", language="th", count=count))
    people.sign_in(client, site, "linh")
    table = client.get(f"/en/organisations/{own}/numbers").text
    assert "Times saved" in table
    assert '<td class="number">4 <small>3</small></td>' in table
    page = client.get(f"/en/postings/{listing_id}/numbers").text
    assert '<td class="number">4</td></tr>' in page
    assert "7 in 60 days" in page


def test_counts_are_added_to_those_of_the_day(site: Site, client: FlaskClient, listing_id: str) -> None:
    client.get(f"/en/listings/{listing_id}", headers=PERSON)
    assert stored(site) == {("view", "en"): 1}
    client.get(f"/en/listings/{listing_id}", headers=PERSON)
    assert stored(site) == {("view", "en"): 2}


@pytest.mark.parametrize("agent", ROBOTS)
def test_robots_are_not_counted(site: Site, client: FlaskClient, listing_id: str, agent: str) -> None:
    client.get(f"/en/listings/{listing_id}", headers={"User-Agent": agent})
    assert stored(site) == {}
    assert not is_robot(PERSON["User-Agent"])


def test_what_is_not_looked_at_is_not_counted(site: Site, client: FlaskClient, listing_id: str) -> None:
    client.head(f"/en/listings/{listing_id}", headers=PERSON)
    client.get(f"/en/listings/{listing_id}", headers={**PERSON, "Sec-Purpose": "prefetch"})
    client.get("/en/listings/nothere1", headers=PERSON)
    assert stored(site) == {}


def test_the_own_team_is_not_counted_but_others_are(site: Site, client: FlaskClient, listing_id: str) -> None:
    with site.unit_of_work().begin() as session:
        own = session.scalars(sa.select(Organisation.id)).one()
        people.add_member(session, people.add_person(session, "Linh"), own)
        people.add_person(session, "Somchai")
    people.sign_in(client, site, "linh")
    client.get(f"/en/listings/{listing_id}", headers=PERSON)
    assert stored(site) == {}
    people.sign_in(client, site, "somchai")
    client.get(f"/en/listings/{listing_id}", headers=PERSON)
    assert stored(site) == {("view", "en"): 1}


@pytest.mark.parametrize(
    ("query", "reader", "language"),
    [
        ("", "th", "th"), ("2027", "my", "my"), ("人工智能 AI", "en", "zh-Hans"), ("ทุน AI", "en", "th"),
        ("ທຶນ", "en", "lo"), ("អាហារូបករណ៍", "en", "km"), ("ပညာသင်ဆု", "en", "my"), ("học bổng", "en", "vi"),
        ("beasiswa", "id", "id"), ("beasiswa", "zh-Hans", "en"), ("bolsa de estudo à distância", "pt", "pt"),
    ],
)  # fmt: skip
def test_the_language_of_a_query(query: str, reader: str, language: str) -> None:
    assert language_of(query, reader) == language


@given(st.text(max_size=30), st.sampled_from(["zh-Hans", "en", "th", "pt"]))
def test_every_query_has_one_of_our_languages(query: str, reader: str) -> None:
    assert language_of(query, reader) in {"zh-Hans", "en", "vi", "th", "lo", "km", "my", reader}


def test_numbers_of_listings_that_are_gone_are_left_out(site: Site, listing_id: str) -> None:
    counts = {Key(listing_id, TODAY, "view", "en"): 3, Key("gone", TODAY, "view", "en"): 5}
    with site.unit_of_work().begin() as session:
        add_counts(session, counts)
    with site.sessions() as session:
        assert session.scalars(sa.select(DayCount.count)).all() == [3]


@given(
    st.lists(
        st.dictionaries(
            st.tuples(st.sampled_from(["view", "shown"]), st.sampled_from(["en", "th"]), st.integers(0, 3)),
            st.integers(1, 10**6),
            max_size=8,
        ),
        max_size=4,
    )
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_added_the_sum_is_right(
    site: Site, listing_id: str, batches: list[dict[tuple[str, str, int], int]]
) -> None:
    with site.unit_of_work().begin() as session:
        session.execute(sa.delete(DayCount))
        for batch in batches:
            keys = {Key(listing_id, TODAY - timedelta(days=d), w, t): n for (w, t, d), n in batch.items()}
            add_counts(session, keys)
    with site.sessions() as session:
        total = session.scalar(sa.select(sa.func.sum(DayCount.count))) or 0
    assert total == sum(sum(batch.values()) for batch in batches)


def test_what_the_database_does_not_take_is_kept(site: Site, listing_id: str) -> None:
    away = [True]

    def unit_of_work() -> UnitOfWork:
        if away[0]:
            raise OperationalError("", {}, Exception())
        return site.unit_of_work()

    tally = Tally(unit_of_work, wait=1000)
    tally.count("view", [listing_id], "en", TODAY)
    tally.write()
    away[0] = False
    tally.count("view", [listing_id], "en", TODAY)
    tally.close()
    assert stored(site) == {("view", "en"): 2}


def test_counts_are_written_by_themselves(site: Site, listing_id: str) -> None:
    written: list[bool] = []

    class Noticed(Tally):
        def write(self) -> None:
            super().write()
            written.append(True)

    tally = Noticed(site.unit_of_work, wait=0.01)
    tally.count("view", [listing_id], "en", TODAY)
    timer = tally._timer
    assert timer is not None
    timer.join(20)
    assert written == [True]
    tally.close()
    assert stored(site) == {("view", "en"): 1}


def add(session: Session, listing_id: str, day: date, what: str, language: str, count: int) -> None:
    session.add(DayCount(listing_id=listing_id, day=day, what=what, language=language, count=count))


@pytest.fixture
def numbers(site: Site, listing_id: str) -> str:
    """Numbers of two listings, in the period and before it and long ago."""
    with site.unit_of_work().begin() as session:
        own = session.scalars(sa.select(Organisation.id)).one()
        other = make_listing(session, "=SUM(A1) for rice", organisation=session.get_one(Organisation, own)).id
        make_organisation(session, "Another Place")
        for day, what, language, count in (
            (0, "view", "en", 3), (29, "view", "th", 4), (30, "view", "th", 50), (59, "view", "en", 1),
            (60, "view", "en", 1000), (1, "shown", "vi", 20), (31, "shown", "vi", 10),
        ):  # fmt: skip
            add(session, listing_id, TODAY - timedelta(days=day), what, language, count)
        add(session, other, TODAY, "view", "my", 7)
        people.add_member(session, people.add_person(session, "Linh"), own, "reviewer")
        people.add_person(session, "Somchai")
        people.add_person(session, "Mo", "moderator")
    return own


Page = Callable[[str], str]


@pytest.fixture
def page(client: FlaskClient, site: Site, numbers: str) -> Page:
    people.sign_in(client, site, "linh")
    return lambda address: " ".join(client.get(address).text.split())


def test_the_table_of_an_organisation(page: Page, numbers: str, listing_id: str) -> None:
    text = page(f"/en/organisations/{numbers}/numbers")
    assert "<b>14</b> views" in text
    assert "<b>20</b> times shown" in text
    assert '<td class="number">7 <small>51</small></td> <td class="number">50%</td>' in text
    assert '<td class="number">20 <small>10</small></td>' in text
    assert f'href="/en/postings/{listing_id}/numbers"' in text


def test_the_page_of_a_listing(page: Page, listing_id: str) -> None:
    text = page(f"/en/postings/{listing_id}/numbers")
    assert "58 in 60 days; most on 24 Oct 2026: 50." in text
    assert "30 in 60 days" in text
    assert f'href="/en/postings/{listing_id}">Content</a>' in text
    assert f'href="/en/postings/{listing_id}/numbers" aria-current="page">Numbers</a>' in text
    assert text.count("<rect") == 4 + 2 + 3  # days with views, days shown, languages
    assert "ไทย" in text
    assert "Tiếng Việt" in text


def test_a_listing_nobody_has_seen(page: Page, client: FlaskClient, site: Site, numbers: str) -> None:
    with site.unit_of_work().begin() as session:
        unseen = make_listing(session, "Unseen", organisation=session.get_one(Organisation, numbers)).id
    assert "None in 60 days." in page(f"/en/postings/{unseen}/numbers")
    assert client.get(f"/en/postings/{unseen}/numbers.csv").text.count("\n") == 1


@pytest.mark.parametrize("language", ["zh-Hans", "th", "km", "my"])
def test_pages_in_other_languages(
    client: FlaskClient, page: Page, numbers: str, listing_id: str, language: str
) -> None:
    for path in (f"organisations/{numbers}/numbers", f"postings/{listing_id}/numbers"):
        assert client.get(f"/{language}/{path}").status_code == 200


def test_files(client: FlaskClient, page: Page, numbers: str, listing_id: str) -> None:
    answer = client.get(f"/en/organisations/{numbers}/numbers.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.text.startswith("\ufefflisting,title,day,what,language,count\r\n")
    assert f"{listing_id},Robots for rice,2026-11-23,view,en,3\r\n" in answer.text
    assert ",'=SUM(A1) for rice,2026-11-23,view,my,7" in answer.text
    assert client.get(f"/en/postings/{listing_id}/numbers.csv").text.count("\n") == 8


@pytest.mark.parametrize(("person", "status"), [("linh", 200), ("mo", 200), ("somchai", 404), (None, 303)])
@pytest.mark.parametrize("kind", ["organisations", "postings"])
@pytest.mark.parametrize("form", ["numbers", "numbers.csv"])
def test_who_may_see_numbers(
    site: Site,
    client: FlaskClient,
    numbers: str,
    listing_id: str,
    person: str | None,
    status: int,
    kind: str,
    form: str,
) -> None:
    if person:
        people.sign_in(client, site, person)
    of = numbers if kind == "organisations" else listing_id
    assert client.get(f"/en/{kind}/{of}/{form}").status_code == status


@pytest.mark.parametrize("path", ["organisations/nothere/numbers", "postings/nothere/numbers"])
def test_what_is_not_there(client: FlaskClient, page: Page, path: str) -> None:
    assert client.get(f"/en/{path}").status_code == 404
