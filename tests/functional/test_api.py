"""The read API: what it finds, what it refuses, and how its answers may be kept."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from portal.listings import codes
from portal.listings.record_parts import Known
from portal.listings.records import from_record
from portal.locales import TAGS
from portal.vocabulary.isced import load_isced
from portal.vocabulary.thesaurus import load_thesaurus

THAI_NEED = "ทุน ปัญญาประดิษฐ์ จีน"  # scholarship, artificial intelligence, China


def get(client: FlaskClient, path: str, **parameters: Any) -> Any:
    response = client.get(f"/api/v1{path}", query_string=parameters)
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/json"
    return response.json


def refused(client: FlaskClient, path: str, **parameters: Any) -> Any:
    response = client.get(f"/api/v1{path}", query_string=parameters)
    return problem(response, 400)["parameters"]


def problem(response: TestResponse, status: int) -> Any:
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "no-store"
    document = response.json
    assert isinstance(document, dict)
    assert document["status"] == status
    assert document["title"]
    return document


# -- searching


def test_need_typed_in_thai_is_understood_and_answered_in_thai(client: FlaskClient) -> None:
    found = get(client, "/listings", q=THAI_NEED, lang="th")
    understood = found["understood"]
    assert [(c["id"], c["label"]) for c in understood["concepts"]] == [("artificial-intelligence", "ปัญญาประดิษฐ์")]
    assert [place["values"] for place in understood["places"]] == [["CN"]]
    assert [(f["field"], set(f["values"])) for f in understood["filters"]] == [("funding", {"full", "partly"})]
    assert understood["words"] == []
    assert found["total"] > 10
    for hit in found["hits"]:
        assert hit["host_country"] == "CN"
        assert hit["funding"] in ("full", "partly")
        assert {reason["kind"] for reason in hit["reasons"]} >= {"concept", "filter"}
        assert all(reason["sentence"] and "<" not in reason["sentence"] for reason in hit["reasons"])
        assert hit["url"].endswith(f"/th/listings/{hit['id']}")
    assert len({hit["source_language"] for hit in found["hits"]}) > 2


def test_what_was_typed_otherwise_is_said(client: FlaskClient) -> None:
    mended = get(client, "/listings", q="machin lerning scolarship China", lang="en")["understood"]
    assert not mended["converted"]
    assert [(topic["text"], topic["mended"]) for topic in mended["concepts"]] == [("machin lerning", True)]
    assert [(part["text"], part["mended"]) for part in mended["filters"]] == [("scolarship", True)]
    assert [(place["text"], place["mended"]) for place in mended["places"]] == [("China", False)]
    zawgyi = get(client, "/listings", q="ပညာသင္ဆု", lang="my")["understood"]
    assert (zawgyi["converted"], zawgyi["text"]) == (True, "ပညာသင်ဆု")


def test_score_is_the_sum_of_its_parts_and_never_rises(client: FlaskClient) -> None:
    hits = get(client, "/listings", q="machine learning scholarship", per_page=100)["hits"]
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)
    for hit in hits:
        assert hit["score"] == pytest.approx(sum(part["value"] for part in hit["score_parts"]), abs=1e-4)


def test_concepts_come_with_what_they_are_part_of(client: FlaskClient) -> None:
    hits = get(client, "/listings", q="computer vision", lang="vi")["hits"]
    met = {concept["id"]: concept for hit in hits for concept in hit["concepts"]}
    thesaurus = load_thesaurus()
    assert met["computer-vision"]["label"] == thesaurus.label("computer-vision", "vi")
    assert thesaurus.label("artificial-intelligence", "vi") in met["computer-vision"]["broader"]


@pytest.mark.parametrize(
    "form", [[("kind", "scholarship"), ("kind", "shared-course")], [("kind", "scholarship,shared-course")]]
)
def test_values_are_repeated_or_separated_by_commas(client: FlaskClient, form: list[tuple[str, str]]) -> None:
    response = client.get("/api/v1/listings", query_string=[*form, ("per_page", "100")])
    assert {hit["kind"] for hit in response.json["hits"]} == {"scholarship", "shared-course"}  # type: ignore[index]


@pytest.mark.parametrize(
    ("parameters", "field", "values"),
    [
        ({"country": "VN"}, "host_country", {"VN"}),
        ({"level": "doctoral"}, "levels", {"doctoral"}),
        ({"funded": "true"}, "funding", {"full", "partly"}),
        ({"funded": "0"}, "funding", {"none"}),
        ({"funded": "1", "funding": "full,none"}, "funding", {"full"}),
        ({"open_to": "LA"}, "open_to", {"LA"}),
        ({"source_language": "lo"}, "source_language", {"lo"}),
        ({"working_language": "zh-Hans"}, "working_languages", {"zh-Hans"}),
        ({"mode": "online"}, "mode", {"online"}),
    ],
)
def test_facets_narrow_the_hits(client: FlaskClient, parameters: dict[str, str], field: str, values: set[str]) -> None:
    found = get(client, "/listings", per_page=100, **parameters)
    assert 0 < found["total"] < get(client, "/listings")["total"]
    for hit in found["hits"]:
        value = hit[field]
        shown = {v["id"] if isinstance(v, dict) else v for v in value} if isinstance(value, list) else {value}
        assert shown & values, hit["id"]


def test_contradicting_parameters_find_nothing(client: FlaskClient) -> None:
    assert get(client, "/listings", funded="false", funding="full")["total"] == 0


def test_counts_of_facets_are_what_choosing_a_value_gives(client: FlaskClient) -> None:
    facets = get(client, "/listings", q="data science")["facets"]
    for name in ("kind", "country", "level", "organisation", "closes_at", "isced", "place", "concept"):
        for value in facets[name][:3]:
            assert value["label"]
            assert get(client, "/listings", q="data science", **{name: value["value"]})["total"] == value["count"]


def test_closed_listings_are_found_only_when_asked_for(client: FlaskClient) -> None:
    open_now, with_closed = get(client, "/listings"), get(client, "/listings", closed="true")
    assert with_closed["total"] > open_now["total"]
    moments = [hit["deadline"]["at"] for hit in open_now["hits"] if hit["deadline"]]
    assert moments
    assert min(moments) >= "2026-11-23T08:00"


def test_deadline_order(client: FlaskClient) -> None:
    hits = get(client, "/listings", sort="deadline", per_page=100)["hits"]
    moments = [hit["deadline"]["at"] for hit in hits if hit["deadline"]]
    assert moments == sorted(moments)


def test_links_lead_through_all_pages_once(client: FlaskClient) -> None:
    address: str | None = "/api/v1/listings?kind=visiting-scholar&per_page=17"
    seen: list[str] = []
    while address:
        parts = urlsplit(address)
        page = client.get(f"{parts.path}?{parts.query}").json
        assert page is not None
        assert len(page["hits"]) <= 17
        seen += [hit["id"] for hit in page["hits"]]
        address = page["links"]["next"]
    assert len(seen) == len(set(seen)) == page["total"]
    assert page["links"]["prev"]


def test_page_past_the_end_is_not_found(client: FlaskClient) -> None:
    for path in ("/listings", "/organisations", "/concepts"):
        document = problem(client.get(f"/api/v1{path}?page=9999"), 404)
        assert document["code"] == "page.unknown"


# -- one thing


def test_listing_in_full_can_be_imported_again(client: FlaskClient) -> None:
    listing_id = get(client, "/listings", kind="joint-programme")["hits"][0]["id"]
    record = get(client, f"/listings/{listing_id}", lang="km")
    organisations = {record["organisation_id"], *(p["organisation_id"] for p in record["partners"])}
    organisations |= {degree["organisation"] for degree in record["joint_degrees"]}
    concepts = load_thesaurus().concepts
    listing = from_record(record, Known(organisations, concepts, concepts, load_isced().fields))
    assert listing.id == listing_id
    assert record["url"].endswith(f"/km/listings/{listing_id}")
    assert [text["origin"] for text in record["translations"]].count("source") == 1


def test_organisations_are_found_by_any_of_their_names(client: FlaskClient) -> None:
    found = get(client, "/organisations", q="广西大学", lang="vi")
    assert "Guangxi University" in {item["name"] for item in found["items"]}
    item = next(item for item in found["items"] if item["name"] == "Guangxi University")
    organisation = get(client, f"/organisations/{item['id']}", lang="zh-Hans")
    assert organisation["name"] == "广西大学"
    assert {"Guangxi University", "广西大学"} <= {name["value"] for name in organisation["names"]}


def test_organisations_by_country_and_type(client: FlaskClient) -> None:
    items = get(client, "/organisations", country="LA", type="education")["items"]
    assert items
    assert {item["country"] for item in items} == {"LA"}
    assert all("education" in item["types"] for item in items)


def test_concept_has_labels_in_all_languages_and_its_neighbours(client: FlaskClient) -> None:
    concept = get(client, "/concepts/machine-learning", lang="th")
    assert set(concept["labels"]) == set(TAGS)
    assert concept["label"] == concept["labels"]["th"][0]
    assert "artificial-intelligence" in {other["id"] for other in concept["broader"]}
    assert "deep-learning" in {other["id"] for other in concept["narrower"]}


def test_concepts_are_found_by_a_label_of_any_language(client: FlaskClient) -> None:
    found = get(client, "/concepts", q="机器学习", lang="fil", scheme="topic")
    assert "machine-learning" in {item["id"] for item in found["items"]}
    assert get(client, "/concepts", scheme="place", per_page=100)["total"] > 50
    assert get(client, "/concepts", q="no such thing at all")["total"] == 0


@pytest.mark.parametrize(
    "path", ["/listings/nothing0", "/organisations/nothing", "/concepts/nothing", "/nothing", "/listings/%00"]
)
def test_unknown_things_are_not_found(client: FlaskClient, path: str) -> None:
    problem(client.get(f"/api/v1{path}"), 404)


# -- suggestions


def test_suggestions_in_the_script_that_is_typed(client: FlaskClient, app: Flask) -> None:
    found = get(client, "/suggest", q="ปัญญา", lang="th")["suggestions"]
    assert found[0]["kind"] == "topic"
    assert found[0]["id"] == "artificial-intelligence"
    assert found[0]["matched"].startswith("ปัญญา")
    chinese = get(client, "/suggest", q="人工", lang="th")["suggestions"]
    assert "artificial-intelligence" in {item["id"] for item in chinese}
    adapter = app.url_map.bind("localhost")
    endpoints = {adapter.match(urlsplit(item["url"]).path)[0] for item in found + chinese}
    assert endpoints <= {"discovery.search", "listings.show", "organisations.show"}


def test_suggestions_know_organisations_and_listings(client: FlaskClient) -> None:
    kinds = {item["kind"] for item in get(client, "/suggest", q="guangxi u", limit=20)["suggestions"]}
    assert "organisation" in kinds
    title = get(client, "/listings", source_language="en")["hits"][0]["title"]
    listings = [
        item for item in get(client, "/suggest", q=title, lang="en")["suggestions"] if item["kind"] == "listing"
    ]
    assert title in {item["label"] for item in listings}


@pytest.mark.parametrize(
    ("typed", "language", "label"),
    [
        ("scholarship machine lear", "en", "scholarship machine learning"), ("奖学金人工", "zh-Hans", "奖学金人工智能"),
        ("ทุนปัญญาประ", "th", "ทุนปัญญาประดิษฐ์"), ("học bổng trí tu", "vi", "học bổng trí tuệ nhân tạo"),
    ],
)  # fmt: skip
def test_the_last_words_are_completed(client: FlaskClient, typed: str, language: str, label: str) -> None:
    assert label in [item["label"] for item in get(client, "/suggest", q=typed, lang=language)["suggestions"]]


def test_what_a_number_counts_is_completed_to_nothing_else(client: FlaskClient) -> None:
    assert not get(client, "/suggest", q="AI 3 chin", lang="en")["suggestions"]
    assert get(client, "/suggest", q="AI 2027 chin", lang="en")["suggestions"]


@pytest.mark.parametrize(
    ("typed", "language", "label"),
    [
        ("广西大学 人工", "en", "广西大学 人工智能"), ("广西大学人工", "en", "广西大学人工智能"),
        ("machine learning 广", "vi", "machine learning 广西"), ("ทุน machine lear", "th", "ทุน machine learning"),
    ],
)  # fmt: skip
def test_what_is_completed_stands_in_the_language_typed(
    client: FlaskClient, typed: str, language: str, label: str
) -> None:
    assert label in [item["label"] for item in get(client, "/suggest", q=typed, lang=language)["suggestions"]]


@pytest.mark.parametrize(
    ("typed", "language", "first"),
    [
        ("học bổng", "vi", "funding-paid"), ("hoc bong", "vi", "funding-paid"), ("ทุน", "th", "funding-paid"),
        ("អាហារូបករណ៍", "km", "funding-paid"), ("AI", "en", "artificial-intelligence"),
        ("ai", "vi", "artificial-intelligence"),
    ],
)  # fmt: skip
def test_an_exact_label_is_suggested_first(client: FlaskClient, typed: str, language: str, first: str) -> None:
    assert get(client, "/suggest", q=typed, lang=language)["suggestions"][0]["id"] == first


def test_what_has_no_listing_is_suggested_last(client: FlaskClient) -> None:
    for typed, language in (("học bổng", "vi"), ("data", "en"), ("beasiswa", "id")):
        items = get(client, "/suggest", q=typed, lang=language, limit=20)["suggestions"]
        topics = [item["id"] for item in items if item["kind"] == "topic"][1:]  # the first may be exact
        found = [get(client, "/listings", concept=topic)["total"] > 0 for topic in topics]
        assert found == sorted(found, reverse=True)
        assert False in found


@pytest.mark.parametrize(
    ("typed", "language"), [("students from viet", "en"), ("mahasiswa dari viet", "id"), ("来自 越", "zh-Hans")]
)
def test_only_places_follow_words_for_places(client: FlaskClient, typed: str, language: str) -> None:
    found = get(client, "/suggest", q=typed, lang=language)["suggestions"]
    assert {item["kind"] for item in found} - {"listing"} == {"place"}


def test_pinyin_is_completed_and_not_shown(client: FlaskClient) -> None:
    found = {item["id"]: item for item in get(client, "/suggest", q="rengongzhi", lang="zh-Hans")["suggestions"]}
    assert found["artificial-intelligence"]["label"] == "人工智能"
    assert found["artificial-intelligence"]["matched"] == ""


def test_nothing_typed_suggests_nothing(client: FlaskClient) -> None:
    assert get(client, "/suggest") == {"suggestions": []}
    assert len(get(client, "/suggest", q="a", limit=3)["suggestions"]) <= 3


# -- what is refused


@pytest.mark.parametrize(
    ("path", "name", "value", "reason"),
    [
        ("/listings", "kind", "holiday", "unknown-value"),
        ("/listings", "kind", "scholarship,holiday", "unknown-value"),
        ("/listings", "country", "FR", "unknown-value"),
        ("/listings", "country", "cn", "unknown-value"),
        ("/listings", "concept", "no-such-topic", "unknown-value"),
        ("/listings", "concept", "guangxi", "unknown-value"),
        ("/listings", "concept", "Ω", "malformed"),
        ("/listings", "place", "atlantis", "unknown-value"),
        ("/listings", "isced", "06", "malformed"),
        ("/listings", "isced", "998", "unknown-value"),
        ("/listings", "organisation", "nobody", "unknown-value"),
        ("/listings", "closes_at", "8d", "unknown-value"),
        ("/listings", "funded", "maybe", "unknown-value"),
        ("/listings", "lang", "xx", "unknown-value"),
        ("/listings", "lang", "zh", "unknown-value"),
        ("/listings", "sort", "price", "unknown-value"),
        ("/listings", "page", "0", "out-of-range"),
        ("/listings", "page", "-1", "malformed"),
        ("/listings", "page", "two", "malformed"),
        ("/listings", "page", "１", "malformed"),
        ("/listings", "page", "1" * 5000, "malformed"),
        ("/listings", "per_page", "101", "out-of-range"),
        ("/listings", "q", "x" * 301, "too-long"),
        ("/listings", "knid", "scholarship", "unknown-parameter"),
        ("/listings", "per-page", "5", "unknown-parameter"),
        ("/organisations", "type", "castle", "unknown-value"),
        ("/concepts", "scheme", "organisation", "unknown-value"),
        ("/suggest", "limit", "21", "out-of-range"),
        ("/concepts/machine-learning", "lang", "klingon", "unknown-value"),
        ("/openapi.json", "lang", "en", "unknown-parameter"),
    ],
)
def test_bad_parameters_are_named_with_the_reason(
    client: FlaskClient, path: str, name: str, value: str, reason: str
) -> None:
    parameters = refused(client, path, **{name: value})
    assert (parameters["parameter"], parameters["reason"]) == (name, reason)


def test_parameter_given_twice_is_refused(client: FlaskClient) -> None:
    response = client.get("/api/v1/listings?page=1&page=2")
    assert problem(response, 400)["parameters"]["reason"] == "repeated"


def test_empty_parameters_count_as_not_given(client: FlaskClient) -> None:
    empty = "q=&lang=&kind=&country=&concept=&level=&funded=&page=&per_page="
    assert client.get(f"/api/v1/listings?{empty}").json["total"] == get(client, "/listings")["total"]  # type: ignore[index]


ODD = [
    '"',
    '""',
    "AND",
    "NEAR(a b)",
    "title:ai",
    "a*",
    "(",
    "' OR 1=1 --",
    "<script>",
    "\u200b",
    "%",
    "{}",
    "ก",
    "=",
    "~",
]


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("path", ["/listings", "/organisations", "/concepts", "/suggest"])
def test_odd_text_is_searched_as_text(client: FlaskClient, path: str, odd: str) -> None:
    get(client, path, q=odd)


@pytest.mark.parametrize("path", ["/listings?q=a%00b", "/listings/all?cursor=%00", "/listings?%00=1", "/suggest?q=%00"])
def test_a_null_character_is_refused(client: FlaskClient, path: str) -> None:
    assert problem(client.get(f"/api/v1{path}"), 400)["code"] == "text.null"


@given(text=TEXTS, path=st.sampled_from(["/listings", "/organisations", "/concepts", "/suggest"]))
@example(text="\ud800", path="/listings")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_answered(client: FlaskClient, text: str, path: str) -> None:
    address = f"/api/v1{path}?q={quote(text.encode('utf-8', 'surrogatepass'))}"
    assert client.get(address).status_code == 200


# -- languages


def test_language_is_the_parameter_then_what_the_asker_accepts_then_english(client: FlaskClient) -> None:
    def label(path: str, **headers: str) -> Any:
        return client.get(f"/api/v1{path}", headers=headers).json["label"]  # type: ignore[index]

    labels = load_thesaurus()["machine-learning"]
    accepts = {"Accept-Language": "vi-VN,vi;q=0.9"}
    assert label("/concepts/machine-learning") == labels.label("en")
    assert label("/concepts/machine-learning", **accepts) == labels.label("vi")
    assert label("/concepts/machine-learning?lang=km", **accepts) == labels.label("km")


def test_cookie_of_the_pages_plays_no_part(client: FlaskClient) -> None:
    client.set_cookie("language", "th")
    concept = get(client, "/concepts/machine-learning")
    assert concept["label"] == load_thesaurus().label("machine-learning", "en")


# -- keeping answers


def test_answers_have_a_strong_etag_and_are_not_sent_twice(client: FlaskClient) -> None:
    first = client.get("/api/v1/listings?q=robotics&lang=en")
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = client.get("/api/v1/listings?q=robotics&lang=en", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == tag
    other = client.get("/api/v1/listings?q=robotics&lang=vi", headers={"If-None-Match": tag})
    assert other.status_code == 200
    assert other.headers["ETag"] != tag


def test_compressed_answers_are_not_sent_twice_either(client: FlaskClient) -> None:
    compressed = {"Accept-Encoding": "gzip"}
    first = client.get("/api/v1/listings", headers=compressed)
    assert first.headers["Content-Encoding"] == "gzip"
    again = client.get("/api/v1/listings", headers={**compressed, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "varies"),
    [("/listings", True), ("/listings?lang=th", False), ("/concepts/machine-learning", True), ("/openapi.json", False)],
)
def test_answers_vary_by_language_only_where_it_matters(client: FlaskClient, path: str, varies: bool) -> None:
    assert ("Accept-Language" in client.get(f"/api/v1{path}").headers.get("Vary", "")) is varies


def test_any_web_page_may_read(client: FlaskClient) -> None:
    origin = {"Origin": "https://example.org"}
    asked = client.options("/api/v1/listings", headers={**origin, "Access-Control-Request-Method": "GET"})
    assert asked.status_code == 200
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]
    assert client.get("/api/v1/listings", headers=origin).headers["Access-Control-Allow-Origin"] == "*"
    head = client.head("/api/v1/listings", headers=origin)
    assert head.data == b""
    assert head.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in head.headers


def test_nothing_can_be_written_without_a_key(client: FlaskClient) -> None:
    for path in ("/listings", "/listings/all", "/organisations", "/concepts"):
        for method in ("post", "put", "patch", "delete"):
            if (method, path) != ("post", "/listings"):
                response = getattr(client, method)(f"/api/v1{path}", data=json.dumps({}))
                problem(response, 405)
                assert "GET" in response.headers["Allow"]
    for method, path in (("post", "/listings"), ("put", "/listings/zzzzzzzz"), ("delete", "/listings/zzzzzzzz")):
        problem(getattr(client, method)(f"/api/v1{path}", data=json.dumps({})), 401)


def test_kinds_are_those_of_the_codes(client: FlaskClient) -> None:
    values = {value["value"] for value in get(client, "/listings", closed="1")["facets"]["kind"]}
    assert values == set(codes.KINDS)
