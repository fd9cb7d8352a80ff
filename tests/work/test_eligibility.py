"""May I apply? Questions without an account, the check on a listing, and searches for what one may apply for."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import html5lib
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import create_app
from portal.core.database import Base
from portal.discovery.query import Query
from portal.settings import Settings
from portal.site import Site
from tests import people
from tests.functional.inspection import InspectingClient
from tests.moments import NOW, fixed_clock
from tests.people import token_of
from tests.work.applying import make_listings

ADDRESS = "/en/eligibility"
OPEN = {"deadlines": [], "rolling": True}


@pytest.fixture(scope="module")
def world(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, dict[str, str]]]:
    """A site with some listings, which nobody changes, and their names → ids."""
    folder = tmp_path_factory.mktemp("eligibility")
    settings = Settings(data_dir=str(folder), secret_key="for tests only")
    shutil.copyfile(migrated_file, folder / "portal.sqlite3")
    app = create_app(settings, clock=fixed_clock)
    app.test_client_class = InspectingClient
    yield app, make_listings(app.extensions["site"])
    app.extensions["site"].close()


@pytest.fixture
def app(world: tuple[Flask, dict[str, str]]) -> Flask:
    return world[0]


@pytest.fixture
def listings(world: tuple[Flask, dict[str, str]]) -> dict[str, str]:
    return world[1]


def answer(client: FlaskClient, **fields: Any) -> TestResponse:
    return client.post(ADDRESS, data={"csrf_token": token_of(client, ADDRESS), **fields})


def page_of(response: TestResponse) -> Any:
    return html5lib.parse(response.text, namespaceHTMLElements=False)


def words(page: Any, path: str) -> list[str]:
    return [" ".join("".join(found.itertext()).split()) for found in page.iterfind(path)]


def titles(client: FlaskClient, query: str = "") -> list[str]:
    """The titles of the cards of a search."""
    return words(page_of(client.get(f"/en/listings{query}")), ".//article//h3")


def standing(client: FlaskClient, title: str) -> str:
    page = page_of(client.get("/en/listings"))
    for card in page.iterfind(".//article"):
        if words(card, ".//h3")[:1] == [title]:
            return "".join(
                " ".join("".join(one.itertext()).split())
                for one in card.iterfind(".//p")
                if (one.get("class") or "").startswith("standing")
            )
    raise AssertionError(title)


# -- the questions


def test_readers_get_no_cookie_for_reading(client: FlaskClient, listings: dict[str, str]) -> None:
    for address in ("/en/", "/en/listings", "/en/listings?eligible=1", f"/en/listings/{listings['young']}"):
        response = client.get(address)
        assert response.status_code == 200
        assert "session" not in " ".join(response.headers.getlist("Set-Cookie")), address


def test_answers_are_kept_in_the_browser_and_nowhere_else(app: Flask, client: FlaskClient, site: Site) -> None:
    tables = [sa.select(sa.func.count()).select_from(table) for table in Base.metadata.sorted_tables]
    with site.sessions() as session:
        before = [session.scalar(table) for table in tables]
    response = answer(client, **{"citizenships-0": "VN", "born_year": "1990"})
    assert (response.status_code, response.location) == (303, "/en/eligibility#kept")
    page = client.get(ADDRESS)
    assert 'value="1990"' in page.text
    assert 'selected value="VN"' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    with site.sessions() as session:
        assert [session.scalar(table) for table in tables] == before
    assert 'value="1990"' not in app.test_client().get(ADDRESS).text


def test_forgetting_leaves_nothing(client: FlaskClient, listings: dict[str, str]) -> None:
    answer(client, **{"citizenships-0": "VN"})
    assert standing(client, "chinese") == "1 condition not met"
    response = client.post(f"{ADDRESS}/forget", data={"csrf_token": token_of(client, ADDRESS)})
    assert (response.status_code, response.location) == (303, ADDRESS)
    assert standing(client, "chinese") == ""
    with client.session_transaction() as kept:
        assert "eligibility" not in kept


def test_a_form_without_answers_keeps_nothing(client: FlaskClient) -> None:
    assert answer(client).status_code == 303
    with client.session_transaction() as kept:
        assert "eligibility" not in kept


def test_mistakes_are_said_and_nothing_typed_is_lost(client: FlaskClient) -> None:
    response = answer(
        client,
        **{"born_year": "19", "work_years": "seven", "citizenships-0": "TH", "tests-0-test": "zh-Hans:HSK",
           "tests-0-result": "ten", "stays-0-since": "yesterday"},
    )  # fmt: skip
    assert response.status_code == 422
    page = page_of(response)
    summary = words(page, ".//div[@id='errors']//li")
    assert len(summary) == 5
    assert "Year of birth: Please write a whole number from 1900 to 2026." in summary
    for typed in ("19", "seven", "ten", "yesterday"):
        assert f'value="{typed}"' in response.text
    assert 'selected value="TH"' in response.text
    ids = {element.get("id") for element in page.iter() if element.get("id")}
    assert {link.get("href")[1:] for link in page.iterfind(".//div[@id='errors']//a")} <= ids
    with client.session_transaction() as kept:
        assert "eligibility" not in kept


@pytest.mark.parametrize("rows", ["citizenships", "stays", "awards", "tests"])
def test_another_line_keeps_what_was_typed(client: FlaskClient, rows: str) -> None:
    response = answer(client, **{"go": f"add:{rows}", "born_year": "19", f"{rows}-0": "x"})
    assert response.status_code == 200
    assert 'value="19"' in response.text
    assert response.text.count(f'name="{rows}-1') >= 1
    assert "autofocus" in response.text


def test_a_list_has_an_end(client: FlaskClient) -> None:
    many = {f"awards-{number}": "CN" for number in range(40)}
    response = answer(client, go="add:awards", **many)
    assert response.status_code == 200
    assert 'name="awards-8"' not in response.text
    assert answer(client, awarded="yes", **many).status_code == 303


@pytest.mark.parametrize("data", [{"stays-²-country": "CN"}, {"citizenships-99999999999": "CN"}, {"ask": "nonsense"}])
def test_nonsense_is_no_failure(client: FlaskClient, data: dict[str, str]) -> None:
    assert answer(client, **data).status_code in (303, 422)
    assert (
        client.get(ADDRESS, query_string={"ask": ["x", "age"], "next": "https://elsewhere.example/"}).status_code == 200
    )


def test_a_form_that_is_not_ours_is_refused(client: FlaskClient) -> None:
    for address in (ADDRESS, f"{ADDRESS}/forget"):
        assert client.post(address, data={"born_year": "1990"}).status_code == 400


def test_the_way_on_stays_on_this_site(client: FlaskClient) -> None:
    assert answer(client, born_year="1990", next="//elsewhere.example/").location == "/en/eligibility#kept"
    assert answer(client, born_year="1990", next="/en/listings?eligible=1").location == "/en/listings?eligible=1"


# -- one listing


def test_a_listing_offers_the_check_and_asks_only_what_it_needs(client: FlaskClient, listings: dict[str, str]) -> None:
    address = f"/en/listings/{listings['young']}"
    page = page_of(client.get(address))
    assert words(page, ".//section[@id='may-apply']//a") == ["Check it here"]
    asking = page_of(client.get(f"{address}?check=1"))
    names = {element.get("name") for element in asking.iterfind(".//section[@id='may-apply']//form//*[@name]")}
    assert names == {
        "csrf_token", "next", "ask", "go", "citizenships-0", "born_year", "age", "born_day",
    }  # fmt: skip


def test_each_rule_says_what_it_comes_to_and_why(client: FlaskClient, listings: dict[str, str]) -> None:
    address = f"/en/listings/{listings['young']}"
    assert words(page_of(client.get(address)), ".//header/a[@href='#may-apply']") == ["May I apply?"]
    token = token_of(client, f"{address}?check=1")
    sent = {"csrf_token": token, "ask": ["citizenship", "age"], "next": f"{address}#may-apply", "citizenships-0": "TH"}
    response = client.post(ADDRESS, data={**sent, "born_year": "1980"})
    assert (response.status_code, response.location) == (303, f"{address}#may-apply")
    page = page_of(client.get(address))
    found = words(page, ".//ul[@class='verdicts']/li")
    assert found[0] == (
        "Not met Age limit The ruleNot older than 35 on the day of application "
        "You saidAge on that day: from 45 to 46 What would change itThis rule cannot be changed by the applicant."
    )
    assert found[1] == "Met Citizenship The ruleCitizens of Vietnam and Thailand You saidThailand"
    assert words(page, ".//p[@class='whole unmet']") == [
        "No: 1 condition is not met. You meet 1 of 2 conditions. The host has the last word."
    ]
    assert client.get(address).headers["Cache-Control"] == "private, no-store"
    assert "Vary" in client.get(address).headers


def test_answers_to_a_listing_leave_the_others_alone(client: FlaskClient, listings: dict[str, str]) -> None:
    answer(client, **{"citizenships-0": "TH", "born_year": "1995", "awarded": "no"})
    token = token_of(client, f"/en/listings/{listings['tested']}")
    client.post(
        ADDRESS, data={"csrf_token": token, "ask": "tests", "tests-0-test": "zh-Hans:HSK", "tests-0-result": "5"}
    )
    page = client.get(ADDRESS).text
    assert 'value="1995"' in page
    assert 'selected value="TH"' in page
    whole = words(page_of(client.get(f"/en/listings/{listings['tested']}")), ".//p[@class='whole met']")
    assert whole == ["Yes, as far as these conditions go. You meet 1 of 1 condition. The host has the last word."]


def test_after_answering_the_result_comes_first_and_the_form_is_folded(
    client: FlaskClient, listings: dict[str, str]
) -> None:
    answer(client, **{"citizenships-0": "VN"})
    section = page_of(client.get(f"/en/listings/{listings['young']}")).find(".//section[@id='may-apply']")
    assert section.get("tabindex") == "-1"
    assert [one.tag for one in section] == ["h2", "p", "ul", "details", "p"]
    assert section.find("details").get("open") is None
    (change,) = section.findall("p[@class='note']/a")
    own = page_of(client.get(change.get("href")))
    assert [one.get("value") for one in own.iterfind(".//form//input[@name='ask']")] == ["citizenship", "age"]
    assert own.find(".//select[@name='citizenships-0']/option[@selected]").get("value") == "VN"
    whole = page_of(client.get(ADDRESS))
    assert whole.find(".//section[@id='kept']").get("tabindex") == "-1"
    assert whole.find(".//details[@class='change']/form") is not None


def test_who_has_a_profile_is_told_which_answer_is_from_there(app: Flask, site: Site, listings: dict[str, str]) -> None:
    with site.unit_of_work().begin() as session:
        degrees = [{"level": "master", "completed_on": "2022-06-01"}]
        people.add_researcher(session, people.add_person(session, "Linh"), degrees=degrees)
    linh = people.browser_of(app, "linh")
    answer(linh, **{"citizenships-0": "VN"})
    found = words(page_of(linh.get(f"/en/listings/{listings['master']}")), ".//ul[@class='verdicts']/li")
    assert found[0].endswith("You saidMaster’s degree from your profile: Degrees")
    assert found[1].endswith("You saidVietnam answered in this visit")


def test_an_open_rule_is_asked_right_there(client: FlaskClient, listings: dict[str, str]) -> None:
    answer(client, **{"citizenships-0": "VN"})
    page = page_of(client.get(f"/en/listings/{listings['master']}"))
    assert words(page, ".//p[@class='whole unknown']")[0].startswith("Nothing speaks against it yet; 1 condition is")
    assert [one.get("value") for one in page.iterfind(".//section[@id='may-apply']//input[@name='ask']")] == ["degree"]


def test_after_a_no_for_good_nothing_more_is_asked(client: FlaskClient, listings: dict[str, str]) -> None:
    answer(client, **{"citizenships-0": "MM"})
    page = page_of(client.get(f"/en/listings/{listings['young']}"))
    assert words(page, ".//p[@class='whole unmet']") == [
        "No: 1 condition is not met. Met: 0 · Not met: 1 · Not known yet: 1 The host has the last word."
    ]
    verdicts = words(page, ".//ul[@class='verdicts']/li")
    assert verdicts[0].endswith("You saidnot answered")
    assert not page.findall(".//section[@id='may-apply']//form")


def test_a_mistake_there_shows_the_same_questions_again(client: FlaskClient, listings: dict[str, str]) -> None:
    answer(client, **{"citizenships-0": "VN"})
    address = f"/en/listings/{listings['master']}"
    sent = {"csrf_token": token_of(client, address), "ask": "degree", "next": f"{address}#may-apply"}
    response = client.post(ADDRESS, data={**sent, "degree": "soon"})
    assert response.status_code == 422
    page = page_of(response)
    assert 'selected value="soon"' in response.text
    assert not page.findall(".//input[@name='degree_year']")
    assert not page.findall(".//input[@name='born_year']")
    assert page.find(".//input[@name='next']").get("value") == f"{address}#may-apply"


def test_the_day_from_which_a_rule_is_met_is_said(client: FlaskClient, listings: dict[str, str]) -> None:
    left = (NOW - timedelta(days=30)).date()
    answer(client, **{"stays-0-country": "CN", "stays-0-since": "2024-01-01", "stays-0-until": left.isoformat()})
    page = page_of(client.get(f"/en/listings/{listings['back home']}"))
    (said,) = words(page, ".//ul[@class='verdicts']/li")
    assert re.search(r"Apply from \w+ \w+,? 20\d\d on, without a further stay in the country until then\.", said)


def test_a_listing_without_conditions_says_so(client: FlaskClient, listings: dict[str, str]) -> None:
    page = page_of(client.get(f"/en/listings/{listings['nobody asks']}"))
    assert words(page, ".//section[@id='may-apply']/p") == ["The host has stated no condition that could be checked."]


# -- searches


def test_cards_say_how_one_stands(client: FlaskClient, listings: dict[str, str]) -> None:
    answer(client, **{"citizenships-0": "VN", "born_year": "2000"})
    assert standing(client, "young") == "You meet all conditions"
    assert standing(client, "chinese") == "1 condition not met"
    assert standing(client, "master") == "1 condition still open"
    assert standing(client, "nobody asks") == ""


def test_only_what_i_may_apply_for(client: FlaskClient, listings: dict[str, str]) -> None:
    answer(client, **{"citizenships-0": "VN", "born_year": "1970", "degree": "bachelor"})
    assert set(titles(client)) == set(listings)
    page = page_of(client.get("/en/listings?eligible=1"))
    assert words(page, ".//h2[@id='found']") == ["3 listings"]
    assert set(titles(client, "?eligible=1")) == {"nobody asks", "tested", "back home"}
    said = "You meet all conditions of 1 listing. 2 more depend on your answers."
    (note,) = list(page.iterfind(".//section[@class='found']/p[@class='note']"))
    assert "".join(note.itertext()).startswith(said)
    link = note.find("a").get("href")
    assert link.startswith("/en/eligibility?ask=")
    assert unquote(link).endswith("&next=/en/listings?eligible=1")
    asked = page_of(client.get(link)).findall(".//form[@class='form questions']//input[@name='ask']")
    assert [one.get("value") for one in asked] in (["tests"], ["stays"])
    assert said in words(page_of(client.get(ADDRESS)), ".//section[@id='kept']/p")
    kinds = words(page, ".//fieldset[@id='facet-country']//label")
    assert not kinds or kinds == ["China 3"]


def test_without_answers_nothing_is_left_out_and_that_is_said(client: FlaskClient, listings: dict[str, str]) -> None:
    response = client.get("/en/listings?eligible=1")
    assert "You have not said anything about yourself yet, so nothing is left out." in response.text
    assert set(titles(client, "?eligible=1")) == set(listings)
    assert "/en/eligibility?next=/en/listings?eligible%3D1" in response.text.replace("%3F", "?")


def test_an_empty_page_names_the_ones_left_out(client: FlaskClient, listings: dict[str, str]) -> None:
    answer(client, **{"tests-0-test": "zh-Hans:HSK", "tests-0-result": "2"})
    page = page_of(client.get("/en/listings?eligible=1&q=tested"))
    (way,) = [link for link in page.iterfind(".//div[@class='nothing']//a") if "may not" in "".join(link.itertext())]
    assert "".join(way.itertext()) == "1 more that you may not apply for"
    assert way.get("href") == "/en/listings?q=tested"
    assert titles(client, "?q=tested") == ["tested"]


def test_home_and_empty_pages_point_to_the_check(client: FlaskClient, listings: dict[str, str]) -> None:
    for address in ("/en/", "/en/listings?q=zzzqqq"):
        assert 'href="/en/eligibility' in client.get(address).text


def test_feeds_and_programs_do_not_know_of_answers(client: FlaskClient, listings: dict[str, str]) -> None:
    page = client.get("/en/listings?eligible=1&kind=visiting-scholar")
    assert 'href="/en/listings.atom?kind=visiting-scholar"' in page.text
    answer(client, **{"citizenships-0": "VN"})
    feed = client.get("/en/listings.atom?eligible=1")
    assert feed.text.count("<entry>") == len(listings)
    assert "eligible" not in feed.text
    assert client.get("/api/v1/listings?lang=en").json["total"] == len(listings)
    assert "rules" not in client.get("/api/v1/listings?lang=en").json["hits"][0]
    assert client.get("/api/v1/listings?lang=en&eligible=1").status_code == 400


def test_the_parameter_survives_other_choices(client: FlaskClient) -> None:
    query = Query(q="x", eligible=True)
    assert query.address() == "?q=x&eligible=1"
    for other in (query.asking("y"), query.including("kind", ["scholarship"]), query.sorted_by("newest"), query.at(2)):
        assert other.eligible
    assert not query.cleared().eligible
    assert unquote(query.for_everybody().address()) == "?q=x"
