"""Feeds, calendars, the sitemap, robots.txt, and structured data."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from portal.listings.models import Listing
from portal.listings.queries import find_listings, list_published_ids
from portal.listings.structured import DEMONSTRATION, embeddable, json_ld
from portal.listings.time import deadline_at
from portal.locales import TAGS
from portal.site import Site
from portal.syndication import sitemap

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
TYPES = {
    "joint-programme": "EducationalOccupationalProgram",
    "visiting-scholar": "EducationalOccupationalProgram",
    "training-base": "WorkBasedProgram",
    "overseas-training": "Course",
    "shared-course": "Course",
}


@pytest.fixture(scope="module")
def listings(app: Flask) -> list[Listing]:
    site: Site = app.extensions["site"]
    with site.sessions() as session:
        return find_listings(session, list_published_ids(session))


def feed(client: FlaskClient, address: str) -> ElementTree.Element:
    response = client.get(address)
    assert response.status_code == 200
    assert response.mimetype == "application/atom+xml"
    return ElementTree.fromstring(response.data)


def local(address: str | None) -> str:
    parts = urlsplit(address or "")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def links(element: ElementTree.Element) -> dict[str, str]:
    return {str(link.get("rel")): local(link.get("href")) for link in element.findall(f"{ATOM}link")}


def text(element: ElementTree.Element, name: str) -> str:
    found = element.findtext(f"{ATOM}{name}")
    assert found, name
    return found


# -- feeds


@pytest.mark.parametrize("language", TAGS)
def test_feed_has_what_atom_asks_for(client: FlaskClient, language: str) -> None:
    found = feed(client, f"/{language}/listings.atom")
    assert found.get(f"{XML}lang") == language
    entries = found.findall(f"{ATOM}entry")
    assert len(entries) == 20
    for element in (found, *entries):
        assert text(element, "title")
        assert text(element, "updated")[-6:] == "+00:00"
    assert len({text(entry, "id") for entry in entries}) == len(entries)
    assert found.find(f"{ATOM}author/{ATOM}name") is not None
    assert text(found, "updated") == max(text(entry, "updated") for entry in entries)
    assert all(f"/{language}/listings/" in links(entry)["alternate"] for entry in entries)


def test_titles_in_other_languages_say_so(client: FlaskClient) -> None:
    entries = feed(client, "/my/listings.atom?source_language=zh-Hans").findall(f"{ATOM}entry")
    marked = {title.get(f"{XML}lang") for entry in entries if (title := entry.find(f"{ATOM}title")) is not None}
    assert "zh-Hans" in marked
    assert marked <= {"zh-Hans", "en", None}  # English before what third languages say


def test_feed_asks_what_the_page_asks(client: FlaskClient) -> None:
    found = feed(client, "/en/listings.atom?q=machine+learning&kind=scholarship&sort=relevance")
    hits = client.get("/api/v1/listings?q=machine+learning&kind=scholarship&lang=en").json["hits"]  # type: ignore[index]
    shown = [text(entry, "id").rpartition("/")[2] for entry in found.findall(f"{ATOM}entry")]
    assert shown == [hit["id"] for hit in hits]
    kinds = {c.get("term") for entry in found.findall(f"{ATOM}entry") for c in entry.findall(f"{ATOM}category")}
    assert "scholarship" in kinds
    assert links(found)["alternate"].startswith("/en/listings?q=machine+learning&kind=scholarship")


def test_feed_is_newest_first(client: FlaskClient) -> None:
    entries = feed(client, "/en/listings.atom?q=data").findall(f"{ATOM}entry")
    posted = [text(entry, "published") for entry in entries]
    assert posted == sorted(posted, reverse=True)


def test_pages_of_a_feed_are_linked(client: FlaskClient) -> None:
    first = feed(client, "/vi/listings.atom")
    assert "previous" not in links(first)
    second = feed(client, links(first)["next"])
    assert links(second)["previous"] == links(first)["self"]
    ids = [text(entry, "id") for page in (first, second) for entry in page.findall(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    assert client.get("/vi/listings.atom?page=999").status_code == 404


def test_warning_of_demonstration_listings_comes_first(client: FlaskClient) -> None:
    response = client.get("/api/v1/listings?lang=en&sort=newest")
    made_up = {hit["id"] for hit in response.json["hits"] if hit["demonstration"]}  # type: ignore[index]
    assert made_up
    for entry in feed(client, "/en/listings.atom").findall(f"{ATOM}entry"):
        if text(entry, "id").rpartition("/")[2] in made_up:
            assert text(entry, "summary").startswith("This listing is an example")


@pytest.mark.parametrize("odd", ["%0c%1b", "%3Cscript%3E%26", "%ed%a0%80", "x" * 400, "]]%3E"])
def test_odd_queries_make_valid_feeds(client: FlaskClient, odd: str) -> None:
    feed(client, f"/en/listings.atom?q={odd}&kind=nonsense&page=x")


def test_feed_is_not_sent_twice(client: FlaskClient) -> None:
    first = client.get("/th/listings.atom")
    again = client.get("/th/listings.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


# -- calendars


def calendar(client: FlaskClient, listing: Listing, language: str) -> Any:
    response = client.get(f"/{language}/listings/{listing.id}/calendar.ics")
    assert response.status_code == 200
    assert response.mimetype == "text/calendar"
    return Calendar.from_ical(response.data)


def test_each_deadline_is_an_event_at_its_moment(client: FlaskClient, listings: list[Listing]) -> None:
    chosen = max(listings, key=lambda listing: len(listing.deadlines))
    assert len(chosen.deadlines) > 1
    found = calendar(client, chosen, "th")
    events = found.walk("VEVENT")
    assert sorted(e.decoded("dtstart") for e in events) == sorted(map(deadline_at, chosen.deadlines))
    zones = {str(zone["TZID"]) for zone in found.walk("VTIMEZONE")}
    assert {e["dtstart"].params["TZID"] for e in events} == zones == {d.zone for d in chosen.deadlines}
    assert len({str(e["uid"]) for e in events}) == len(events)
    assert all(f"/th/listings/{chosen.id}" in str(e["url"]) for e in events)


def test_events_keep_their_id_in_all_languages(client: FlaskClient, listings: list[Listing]) -> None:
    chosen = next(listing for listing in listings if listing.deadlines)
    ids = {tuple(str(e["uid"]) for e in calendar(client, chosen, tag).walk("VEVENT")) for tag in TAGS}
    assert len(ids) == 1


def test_description_shows_both_clocks(client: FlaskClient, listings: list[Listing]) -> None:
    chosen = next(listing for listing in listings if any(d.zone == "Asia/Shanghai" for d in listing.deadlines))
    number = [d.zone for d in chosen.deadlines].index("Asia/Shanghai")
    lines = str(calendar(client, chosen, "vi").walk("VEVENT")[number]["description"]).splitlines()
    clock = chosen.deadlines[number].local_time
    assert f"{clock:%H:%M}" in lines[0]
    assert f"{(clock.hour - 1) % 24:02}:{clock:%M}" in lines[1]  # Viet Nam is an hour behind China


def test_without_deadlines_there_is_no_calendar(client: FlaskClient, listings: list[Listing]) -> None:
    chosen = next(listing for listing in listings if not listing.deadlines)
    for address in (chosen.id, "nothing0"):
        assert client.get(f"/en/listings/{address}/calendar.ics").status_code == 404


# -- sitemap and robots


def addresses(client: FlaskClient, path: str) -> list[ElementTree.Element]:
    response = client.get(path)
    assert response.status_code == 200
    return list(ElementTree.fromstring(response.data))


def files(client: FlaskClient) -> list[str]:
    return [local(one.findtext(f"{SITEMAP}loc")) for one in addresses(client, "/sitemap.xml")]


@pytest.fixture
def urls(client: FlaskClient) -> list[ElementTree.Element]:
    return [url for file in files(client) for url in addresses(client, file)]


def test_sitemap_names_every_page_in_every_language(urls: list[ElementTree.Element], listings: list[Listing]) -> None:
    paths = [local(url.findtext(f"{SITEMAP}loc")) for url in urls]
    assert len(set(paths)) == len(paths)
    assert {f"/{tag}/listings/{listing.id}" for tag in TAGS for listing in listings} <= set(paths)
    assert {
        f"/{tag}/organisations/{one.organisation_id}" for tag in TAGS for one in listings if one.organisation_id
    } <= set(paths)
    assert {f"/{tag}/" for tag in TAGS} <= set(paths)
    for url, path in zip(urls, paths, strict=True):
        alternates = {link.get("hreflang"): local(link.get("href")) for link in url.findall(f"{XHTML}link")}
        assert set(alternates) == {*TAGS, "x-default"}
        assert path in alternates.values()
        assert "/listings/" not in path or url.findtext(f"{SITEMAP}lastmod")


def test_pages_of_the_sitemap_exist(app: Flask, urls: list[ElementTree.Element]) -> None:
    adapter = app.url_map.bind("localhost")
    for url in urls:
        adapter.match(urlsplit(url.findtext(f"{SITEMAP}loc") or "").path)


def test_the_sitemap_is_an_index_of_files_of_two_thousand_addresses(
    client: FlaskClient, urls: list[ElementTree.Element], monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = files(client)
    assert len(parts) > 1
    assert all(1000 < len(addresses(client, part)) <= 2000 for part in parts[:-1])
    assert client.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404
    monkeypatch.setattr(sitemap, "PAGES_A_FILE", 100_000)
    whole = {url.findtext(f"{SITEMAP}loc") for url in addresses(client, "/sitemap.xml")}
    assert whole == {url.findtext(f"{SITEMAP}loc") for url in urls}


@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemap-1.xml"])
def test_a_sitemap_is_compressed_and_not_sent_again_while_it_is_the_same(client: FlaskClient, path: str) -> None:
    first = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.cache_control.max_age
    again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_robots_of_a_demonstration_may_crawl_nothing(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert "Disallow: /" in lines
    assert any(line.startswith("Sitemap: http") for line in lines)


def test_robots_of_a_real_site_may_crawl_pages(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    site: Site = app.extensions["site"]
    real = replace(site, settings=replace(site.settings, demonstration="", site_url="https://example.org/"))
    monkeypatch.setitem(app.extensions, "site", real)
    lines = client.get("/robots.txt").text.splitlines()
    assert "Disallow: /" not in lines
    assert "Disallow: /api/" in lines
    assert "Sitemap: https://example.org/sitemap.xml" in lines


# -- structured data


def test_each_kind_has_its_type(listings: list[Listing]) -> None:
    for listing in listings:
        data = json_ld(listing, "en", f"https://example.org/en/listings/{listing.id}")
        assert data["@context"] == "https://schema.org"
        stated = any(line.item == "stipend" and line.amount for line in listing.money)
        grant = "MonetaryGrant" if stated else "Grant"
        assert data["@type"] == TYPES.get(listing.kind, grant)
        assert data["url"] == f"https://example.org/en/listings/{listing.id}"
        assert data["name"]
        assert "null" not in json.dumps(data)


def test_demonstration_listings_do_not_pretend_to_be_real(listings: list[Listing]) -> None:
    for listing in listings:
        data = json_ld(listing, "en", "https://example.org/en/listings/x")
        page = data["mainEntityOfPage"]
        assert (page.get("creativeWorkStatus") == DEMONSTRATION) is listing.demonstration
        assert ("disambiguatingDescription" in data) is listing.demonstration
        if listing.demonstration:
            assert data["potentialAction"]["target"].startswith("https://example.org/")


def test_deadline_and_language_of_structured_data(listings: list[Listing]) -> None:
    listing = next(one for one in listings if one.kind == "joint-programme" and one.deadlines and not one.rolling)
    data = json_ld(listing, "th", "https://example.org/th/listings/x")
    assert data["applicationDeadline"] == data["potentialAction"]["endTime"]
    assert data["mainEntityOfPage"]["inLanguage"] == "th"
    assert data["provider"]["address"]["addressCountry"] == listing.country
    titles = {prose.language: prose.title for prose in listing.translations}
    name = data["name"]
    assert name == titles["th"] if "th" in titles else name["@value"] == titles[name["@language"]]


def test_course_says_when_where_and_in_which_language(listings: list[Listing]) -> None:
    course = next(one for one in listings if one.kind == "overseas-training" and one.starts_from)
    data = json_ld(course, "en", "https://example.org/en/listings/x")
    instance = data["hasCourseInstance"]
    assert instance["@type"] == "CourseInstance"
    assert instance["inLanguage"] == data["inLanguage"] == course.working_languages
    assert instance["startDate"] == str(course.starts_from)


def test_embedded_data_cannot_end_the_script() -> None:
    data = {"name": "</script><script>alert(1)</script><!-- & \u2028"}
    embedded = embeddable(data)
    assert not set("<>&\u2028") & set(embedded)
    assert json.loads(embedded) == data
