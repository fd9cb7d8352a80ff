"""What the pages of a search say of what was found, of what was not, and of what may be chosen."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.discovery.cards import reason_sentence
from portal.discovery.fallback import search_database
from portal.locales import TAGS
from portal.site import Site
from portal.vocabulary.thesaurus import load_thesaurus
from search import scoring
from search.concepts.understanding import NOTHING
from search.engine import SearchRequest
from search.results import Reason
from tests.moments import NOW

LATIN = ("en", "vi", "id", "ms", "fil", "pt")


@pytest.fixture(scope="module")
def site(app: Flask) -> Site:
    found: Site = app.extensions["site"]
    return found


def tree(client: FlaskClient, path: str, **parameters: str) -> Any:
    return html5lib.parse(client.get(path, query_string=parameters or None).text, namespaceHTMLElements=False)


def texts(page: Any, path: str) -> list[str]:
    return [" ".join("".join(found.itertext()).split()) for found in page.iterfind(path)]


def api(client: FlaskClient, **parameters: Any) -> Any:
    return client.get("/api/v1/listings", query_string={"lang": "en", **parameters}).json


def total(client: FlaskClient, address: str) -> int:
    return int(texts(tree(client, address), ".//h2[@id='found']")[0].split()[0].replace(",", ""))


# -- why


@pytest.mark.parametrize(
    ("met", "said"),
    [
        ("machine-learning", "The host lists it under machine learning"),
        ("deep-learning", "The host lists it under deep learning, which is part of machine learning"),
        (
            "artificial-intelligence",
            "The host lists it under artificial intelligence (broader than what you asked for: machine learning)",
        ),
        (
            "computer-vision",
            "The host lists it under computer vision (close to what you asked for: machine learning)",
        ),
    ],
)
def test_a_reason_says_how_the_topic_met_stands_to_the_one_asked_for(app: Flask, met: str, said: str) -> None:
    steps = int(met != "machine-learning")
    with app.test_request_context("/en/listings"):
        sentence = reason_sentence(Reason("concept", "ML", met, "machine-learning", steps, "tag"), "en")
    assert sentence is not None
    assert re.sub("<.*?>", "", sentence) == said


def test_what_a_wider_search_finds_is_not_called_part_of_what_was_asked(client: FlaskClient) -> None:
    found = api(client, q="augmented reality")
    assert [concept["id"] for concept in found["widened"]] == ["human-computer-interaction"]
    sentences = [reason["sentence"] for hit in found["hits"] for reason in hit["reasons"]]
    assert any("what you asked for: augmented reality)" in sentence for sentence in sentences)
    assert not any("part of augmented reality" in sentence for sentence in sentences)


@pytest.mark.parametrize("query", ["women in tech", "exchange semester", "夏令营", "寒假", "trại hè"])
def test_a_search_is_not_widened_to_nearly_everything(client: FlaskClient, query: str) -> None:
    found = api(client, q=query)
    assert (found["total"], found["widened"]) == (0, [])
    assert found["understood"]["concepts"]


@pytest.mark.parametrize("parameter", ["q", "concept"])
def test_a_card_shows_the_topic_because_of_which_it_was_found(client: FlaskClient, parameter: str) -> None:
    hidden = next(hit for hit in api(client, per_page=100)["hits"] if len(hit["concepts"]) > 3)["concepts"][3]
    asked = hidden["label"] if parameter == "q" else hidden["id"]
    tagged = {
        hit["id"]
        for hit in api(client, per_page=20, **{parameter: asked})["hits"]
        if hidden["id"] in {concept["id"] for concept in hit["concepts"]}
    }
    assert tagged
    page = tree(client, "/en/listings", **{parameter: asked})
    for card in page.iterfind(".//article"):
        if str(card.find(".//h3/a").get("href")).rpartition("/")[2] in tagged:
            assert hidden["label"].casefold() in {tag.casefold() for tag in texts(card, ".//li[@class='tag']")}


# -- facets


def test_a_topic_that_is_chosen_finds_its_narrower_ones(client: FlaskClient, site: Site) -> None:
    below = set(load_thesaurus().descendants("machine-learning"))
    found = api(client, concept="machine-learning", per_page=100)
    tags = [{concept["id"] for concept in hit["concepts"]} for hit in found["hits"]]
    assert all(own & below for own in tags)
    assert any("machine-learning" not in own for own in tags)
    counted = {value["value"]: value["count"] for value in api(client)["facets"]["concept"]}
    assert counted["machine-learning"] == found["total"] == len(tags)
    chosen = SearchRequest(
        NOTHING, "en", NOW, chosen={"concept": ("machine-learning",)}, ranges={"open_until": (NOW.timestamp(), None)}
    )
    assert search_database(site, chosen).total == found["total"]


def test_the_widest_topics_are_no_choice_unless_they_were_chosen(client: FlaskClient) -> None:
    def offered(**parameters: str) -> list[str]:
        page = tree(client, "/en/listings", **parameters)
        return [str(box.get("value")) for box in page.iterfind(".//input[@name='concept']")]

    assert "digital-technology" not in offered()
    assert offered(concept="digital-technology")[0] == "digital-technology"


@pytest.mark.parametrize(("language", "country"), [("th", "TH"), ("zh-Hans", "CN"), ("pt", "TL"), ("my", "MM")])
def test_the_readers_own_country_is_offered_first(client: FlaskClient, language: str, country: str) -> None:
    page = tree(client, f"/{language}/listings")
    assert page.find(".//input[@name='open_to']").get("value") == country
    page = tree(client, f"/{language}/listings", open_to="SG")
    assert [box.get("value") for box in page.iterfind(".//input[@name='open_to']")][:2] == ["SG", country]


@pytest.mark.parametrize("language", TAGS)
@pytest.mark.parametrize(("facet", "value"), [("level", "master"), ("mode", "mixed"), ("kind", "shared-course")])
def test_a_chip_and_its_facet_use_the_same_word(client: FlaskClient, language: str, facet: str, value: str) -> None:
    words = load_thesaurus().label(f"{facet}-{value}", language)
    understood = tree(client, f"/{language}/listings", q=words)
    chosen = tree(client, f"/{language}/listings", **{facet: value})
    chips = [texts(page, ".//span[@class='chip-label']") for page in (understood, chosen)]
    assert chips[0] == chips[1]


@pytest.mark.parametrize("language", LATIN)
def test_lists_begin_with_a_capital_letter(client: FlaskClient, language: str) -> None:
    page, concept = (tree(client, f"/{language}{path}") for path in ("/listings", "/concepts/machine-learning"))
    listed = [
        *texts(page, ".//li[@class='tag']"),
        *texts(page, ".//label[@class='choice']/span"),
        *texts(concept, ".//section[@class='names']/dl/div/dd"),
        *texts(concept, ".//ul[@class='ways']/li"),
    ]
    assert len(listed) > 100
    assert not [text for text in listed if text[0].islower()]


@pytest.mark.parametrize(
    ("asked", "chip", "kind"),
    [
        ("this year", "Open in 2026", "chip limit"),
        ("2026", "Open in 2026", "chip limit"),
        ("under 35 years old", "Age limit see the conditions of each listing", "chip alone"),
    ],
)
def test_the_present_year_and_an_age_leave_out_nothing_that_is_open(
    client: FlaskClient, asked: str, chip: str, kind: str
) -> None:
    page = tree(client, "/en/listings", q=f"scholarship {asked}")
    assert total(client, f"/en/listings?q=scholarship {asked}") == total(client, "/en/listings?q=scholarship") > 0
    assert chip in texts(page, ".//span[@class='chip-label']")
    assert len(page.findall(f".//li[@class='{kind}']")) == 1


def test_a_phrase_is_one_chip_that_offers_its_topic(client: FlaskClient) -> None:
    page = tree(client, "/en/listings", q='"machine learning"')
    (chip,) = page.iterfind(".//ul[@class='chips']/li")
    assert texts(chip, "./span") == ['Word "machine learning"']
    (reading,) = chip.iterfind(".//details//a")
    assert total(client, reading.get("href")) == total(client, "/en/listings?concept=machine-learning")
    (cross,) = chip.iterfind("./a")
    assert total(client, cross.get("href")) == total(client, "/en/listings")


# -- nothing found


@pytest.mark.parametrize(
    ("limit", "shown"),
    [
        ("at least 60 months", "at least 60 months"),
        ("before 25 November 2026", "until 24 Nov 2026"),
        ("at least CNY 900000", "at least CN¥900,000 a month"),
    ],
)
def test_a_limit_can_be_left_out_where_nothing_is_found(client: FlaskClient, limit: str, shown: str) -> None:
    page = tree(client, "/en/listings", q=f"machine learning scholarship {limit}")
    ways = {texts(way, "./a")[0]: way for way in page.iterfind(".//ul[@class='ways']/li")}
    way = ways[f"without “{shown}”"]
    count = total(client, way.find("./a").get("href"))
    assert texts(way, "./b") == [f"{count} listings"]
    assert count > 0


# -- topics and ranking in words


def test_the_names_of_a_topic_come_before_its_listings_and_are_short(client: FlaskClient) -> None:
    page = tree(client, "/vi/concepts/machine-learning")
    assert [part.get("class") for part in page.iterfind(".//article/div/section")] == ["names", "offers", "nearby"]
    names = page.find(".//section[@class='names']")
    assert len(texts(names, "./dl/div/dd")) == len(TAGS)
    assert "机器学习" in texts(names, "./dl/div/dd")
    assert any("แมชชีนเลิร์นนิง" in text for text in texts(names, "./details/dl/div/dd"))


def test_the_page_about_ranking_tells_of_numbers_and_of_what_is_not_used(client: FlaskClient) -> None:
    page = client.get("/en/ranking").text
    assert "Numbers are conditions too" in page
    assert "neither looked for nor excluded" in page


def test_the_constant_of_ranks_is_that_of_the_formula(
    app: Flask, client: FlaskClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "FUSION", 77)
    with_model = replace(site, settings=replace(site.settings, embeddings_model="some model"))
    monkeypatch.setitem(app.extensions, "site", with_model)
    assert "1 / (77 + its place)" in client.get("/en/ranking").text
