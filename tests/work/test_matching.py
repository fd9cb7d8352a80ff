"""The listings "for you": what is left out, in which order the rest stands, and what the page says of each."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from portal.core.errors import NotFound
from portal.demo.builders import deadline, make_listing, rule
from portal.indexing.service import rebuild
from portal.listings.answers import Answers
from portal.listings.models import EligibilityRule
from portal.matching.fit import WEIGHTS
from portal.matching.labels import PARTS
from portal.matching.page import PER_PAGE, ForYou, for_you
from portal.researchers.service import save_part
from portal.site import Site
from search.errors import EngineUnavailable
from tests import people
from tests.moments import NOW

WISHES = {"concepts": ["machine-learning"], "levels": ["master"], "countries": ["CN"], "kinds": ["scholarship"]}
VIETNAMESE = {"citizenships": ["VN"], "born_on": "1998-05-04"}


def add_listings(site: Site, **listings: dict[str, Any]) -> dict[str, str]:
    """Open listings, in the index: name → id."""
    usual = {
        "kind": "scholarship",
        "concepts": ["machine-learning"],
        "levels": ["master"],
        "deadlines": [],
        "rolling": True,
    }
    with site.unit_of_work().begin() as session:
        ids = {name: make_listing(session, name, **{**usual, **facts}).id for name, facts in listings.items()}
    rebuild(site)
    return ids


def thai_only() -> EligibilityRule:
    return rule("citizenship", countries=["TH"])


def add_seeker(site: Site, name: str = "Dao", **parts: Any) -> str:
    with site.unit_of_work().begin() as session:
        person = people.add_person(session, name)
        for part, content in parts.items():
            save_part(session, person.id, part, content, NOW)
        return person.id


def titles(page: ForYou) -> list[str]:
    return [match.card.title.value for match in page.matches]


def test_the_score_decides_among_what_one_may_apply_for(site: Site) -> None:
    add_listings(
        site,
        narrower={"concepts": ["deep-learning"], "rules": []},
        exact={"rules": []},
        other={"concepts": ["smart-ports"], "rules": []},
        thai={"rules": [thai_only()]},
        young={"rules": [rule("age-max", age=35)], "country": "SG"},
        tested={"rules": [rule("language-test", any_of=[{"language": "zh-Hans", "test": "HSK", "minimum": "4"}])]},
    )
    person = add_seeker(site, wishes=WISHES, background=VIETNAMESE)
    page = for_you(site, person, "en")
    assert titles(page) == ["exact", "tested", "narrower", "young"]
    outcomes = [match.standing.outcome if match.standing else None for match in page.matches]
    assert outcomes == [None, "unknown", None, "met"]
    assert page.open_questions == ("tests",)
    unmet = for_you(site, person, "en", closed_off=True)
    assert titles(unmet) == ["thai"]
    assert unmet.matches[0].check
    assert [line.verdict.change for line in unmet.matches[0].check.lines] == ["fixed"]


def test_the_nearer_deadline_decides_between_equals(site: Site) -> None:
    def closing(day: str) -> dict[str, Any]:
        return {"rolling": False, "rules": [], "deadlines": [deadline("host", f"{day} 12:00", "Asia/Shanghai")]}

    add_listings(site, later=closing("2027-03-01"), sooner=closing("2027-01-05"), always={"rules": []})
    person = add_seeker(site, wishes=WISHES)
    assert titles(for_you(site, person, "en")) == ["sooner", "later", "always"]


def test_nobody_without_background_is_told_what_they_may_do(site: Site) -> None:
    add_listings(site, thai={"rules": [thai_only()]}, exact={"rules": []})
    person = add_seeker(site, wishes=WISHES)
    page = for_you(site, person, "en")
    assert not page.known
    assert sorted(titles(page)) == ["exact", "thai"]
    assert all(match.standing is match.check is None for match in page.matches)
    assert titles(for_you(site, person, "en", closed_off=True)) == []


def test_nothing_is_claimed_of_who_may_apply_without_a_citizenship(app: Flask, site: Site) -> None:
    add_listings(site, thai={"rules": [thai_only()]}, exact={"rules": []})
    degrees = [{"level": "bachelor", "completed_on": "2024-06-01"}]
    unknown = add_seeker(site, "unknown", wishes=WISHES, degrees=degrees)
    known = add_seeker(site, "known", wishes=WISHES, degrees=degrees, background=VIETNAMESE)
    said, asked = "What you may not apply for is left out.", "Your citizenship is not known yet"
    for person, claims in ((unknown, False), (known, True)):
        page = people.browser_of(app, person).get("/en/me/matches").text
        assert (said in page, asked in page) == (claims, not claims)


def test_answers_of_the_browser_fill_what_the_profile_leaves_open(site: Site) -> None:
    add_listings(site, thai={"rules": [thai_only()]}, exact={"rules": []})
    visitor = Answers(citizenships=("TH",))
    silent = add_seeker(site, "silent", wishes=WISHES)
    assert sorted(titles(for_you(site, silent, "en", visitor))) == ["exact", "thai"]
    assert for_you(site, silent, "en", visitor).known
    vietnamese = add_seeker(site, "vietnamese", wishes=WISHES, background=VIETNAMESE)
    assert titles(for_you(site, vietnamese, "en")) == ["exact"]
    assert sorted(titles(for_you(site, vietnamese, "en", visitor))) == ["exact", "thai"]  # said later, and here


def test_wishes_or_a_field_are_enough_to_begin_with(site: Site) -> None:
    add_listings(
        site,
        exact={"rules": [], "isced": ["0613"]},
        ports={"concepts": ["smart-ports"], "rules": [], "isced": ["1041"], "kind": "shared-course", "country": "TH"},
    )
    assert titles(for_you(site, add_seeker(site, "one", wishes={"countries": ["TH"]}), "en")) == ["ports"]
    assert titles(for_you(site, add_seeker(site, "two", skills={"isced": ["0611"]}), "en")) == ["exact"]
    assert titles(for_you(site, add_seeker(site, "three", wishes={"concepts": ["no-longer-there"]}), "en")) == []


def test_long_lists_have_pages(site: Site) -> None:
    add_listings(site, **{f"number {number:02}": {"rules": []} for number in range(PER_PAGE + 3)})
    person = add_seeker(site, wishes=WISHES)
    first, second = for_you(site, person, "en"), for_you(site, person, "en", number=2)
    assert (first.total, first.pages, len(first.matches), len(second.matches)) == (PER_PAGE + 3, 2, PER_PAGE, 3)
    assert not set(titles(first)) & set(titles(second))
    with pytest.raises(NotFound):
        for_you(site, person, "en", number=3)


def test_while_the_search_is_away_the_database_has_something(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    add_listings(
        site, exact={"rules": []}, ports={"concepts": ["smart-ports"], "rules": []}, thai={"rules": [thai_only()]}
    )
    person = add_seeker(site, wishes=WISHES, background=VIETNAMESE)

    def away(*_arguments: Any) -> None:
        raise EngineUnavailable("away")

    monkeypatch.setattr(site.engine, "about", away)
    monkeypatch.setattr(site.engine, "search", away)
    page = for_you(site, person, "en")
    assert page.degraded
    assert titles(page) == ["exact"]


def test_the_page_counts_as_it_says(app: Flask, site: Site) -> None:
    add_listings(
        site, narrower={"concepts": ["deep-learning", "smart-ports"]}, silent={"money": [], "months_min": None},
        far={"country": "SG", "levels": ["bachelor"], "mode": "online"},
    )  # fmt: skip
    wishes = {**WISHES, "funding": "full", "months_min": "2", "months_max": "4", "modes": ["onsite"]}
    languages = [{"language": "en", "level": "B2"}]
    person = add_seeker(site, wishes=wishes, background=VIETNAMESE, languages=languages, skills={"isced": ["0613"]})
    answer = people.browser_of(app, person).get("/en/me/matches")
    assert answer.headers["Cache-Control"] == "private, no-store"
    explanations = re.findall(r'<details class="fit">(.*?)</details>', answer.text, re.DOTALL)
    assert len(explanations) == 3
    for text in explanations:
        *lines, whole = [tuple(map(float, pair)) for pair in re.findall(r"([\d.]+) of ([\d.]+) points", text)]
        assert len(lines) == 9
        assert sum(most for _points, most in lines) == pytest.approx(whole[1]) == pytest.approx(100)
        assert sum(points for points, _most in lines) == pytest.approx(whole[0], abs=0.05 * len(lines))
        (score,) = re.findall(r"points = (\d+)%", text)
        assert 100 * whole[0] / whole[1] == pytest.approx(float(score), abs=0.6)
    assert "so half counts" in answer.text
    assert "Machine learning → Deep learning" in answer.text


def test_who_has_said_nothing_is_told_what_to_say(app: Flask, site: Site) -> None:
    add_listings(site, exact={})
    person = add_seeker(site)
    text = people.browser_of(app, person).get("/en/me/matches").text
    assert text.count("<li>") >= 2
    assert "<article" not in text


def test_the_page_of_a_listing_says_how_it_fits(app: Flask, site: Site) -> None:
    address = f"/en/listings/{add_listings(site, exact={})['exact']}"
    seeker, silent = add_seeker(site, "seeker", wishes=WISHES), add_seeker(site, "silent")
    assert "How it fits you" in (own := people.browser_of(app, seeker).get(address).text)
    assert "70 of 70 points" in own
    for browser in (people.browser_of(app, silent), people.browser_of(app)):
        assert "How it fits you" not in browser.get(address).text


def test_a_score_of_little_says_so_and_first_what_to_add(app: Flask, site: Site) -> None:
    address = f"/en/listings/{add_listings(site, exact={})['exact']}"
    little = add_seeker(site, "little", wishes={"countries": ["CN"], "kinds": ["scholarship"]})
    enough = add_seeker(site, "enough", wishes=WISHES)
    for path in (address, "/en/me/matches"):
        page = people.browser_of(app, little).get(path).text
        (fitting,) = re.findall(r'<details class="fit">(.*?)</details>', page, re.DOTALL)
        assert "Could fit well" in fitting
        assert "%" not in fitting[: fitting.index("</summary>")]
        assert "From what you have said so far: 2 of 9 parts" in fitting
        assert "Fits very well" not in page
        assert fitting.index("topics that you work on") < fitting.index("fit-parts") < fitting.index("20 of 20 points")
        page = people.browser_of(app, enough).get(path).text
        assert "Fits very well" in page
        assert "100%</summary>" in page.replace("\n", "")
        assert "so far" not in page


def test_the_reasons_in_short_stand_below_the_title(app: Flask, site: Site) -> None:
    tests = rule("language-test", any_of=[{"language": "zh-Hans", "test": "HSK", "minimum": "4"}])
    ids = add_listings(site, tested={"rules": [tests, rule("citizenship", countries=["VN"])], "levels": ["bachelor"]})
    person = add_seeker(site, wishes=WISHES, background=VIETNAMESE)
    listed = people.browser_of(app, person).get("/en/me/matches").text
    whole = people.browser_of(app, person).get(f"/en/listings/{ids['tested']}").text
    for page, next_part in ((listed, '<ul class="tags">'), (whole, '<div class="answers">')):
        start = page.index(">tested<", page.index("<main"))
        (short,) = re.findall(r'<p class="fit-why">(.*?)</p>', page[start : page.index(next_part)], re.DOTALL)
        assert re.findall(r"<span>(.*?)</span>", short) == [
            "Why: Machine learning, Kind: Scholarship and Country: China", "Against it: Level",
            "Still open: Language test",
        ]  # fmt: skip


def test_conditions_are_told_plainly_on_every_card(app: Flask, site: Site) -> None:
    tests = rule("language-test", any_of=[{"language": "zh-Hans", "test": "HSK", "minimum": "4"}])
    add_listings(site, free={"rules": []}, sure={"rules": [rule("age-max", age=35)]}, open={"rules": [tests]})
    browser = people.browser_of(app, add_seeker(site, wishes=WISHES, background=VIETNAMESE))
    said = re.findall(r'class="standing (\w+)">([^<]*)<', browser.get("/en/me/matches").text)
    assert sorted(said) == [
        ("met", "You meet all conditions"),
        ("none", "No conditions that can be checked"),
        ("unknown", "1 condition still open"),
    ]


def test_topics_that_only_the_text_names_are_said_not_to_count(app: Flask, site: Site) -> None:
    add_listings(site, exact={})
    skills = {"summary": "I work on deep learning and cybersecurity.", "summary_language": "en"}
    person = add_seeker(site, skills=skills)
    browser = people.browser_of(app, person)
    page = browser.get("/en/me/matches").text
    assert "2 topics were found in your text and are not counted yet." in page
    assert 'href="/en/me/profile/skills">Say which are yours' in page
    with site.unit_of_work().begin() as session:
        decided = {"concepts": ["deep-learning"], "concepts_refused": ["cybersecurity"]}
        save_part(session, person, "skills", {**skills, **decided}, NOW)
    assert "not counted yet" not in browser.get("/en/me/matches").text


def test_how_ranking_works_has_the_weights(app: Flask) -> None:
    text = people.browser_of(app).get("/en/ranking").text
    table = text[text.index('id="fit"') :]
    found = dict(re.findall(r'<th scope="row">([^<]+)</th><td>([\d.]+)</td>', table))
    assert {name: float(points) for name, points in found.items()} == {
        PARTS[code]: pytest.approx(100 * weight) for code, weight in WEIGHTS.items()
    }
