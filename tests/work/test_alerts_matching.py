"""Which saved searches new listings answer: what the plain search says of them, found without asking every search."""

from __future__ import annotations

import random
import sqlite3
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.pool import StaticPool

from portal.alerts.keys import keys_of_listing
from portal.alerts.matching import Batch, find_matches
from portal.alerts.models import SavedSearch, SharedSearch, SharedSearchKey
from portal.alerts.shared_searches import ask, canonical, parse
from portal.demo.builders import deadline, money_line, new_listing, rule, translation
from portal.listings import codes
from portal.listings.document import SCHEMA, open_ranges, to_document
from portal.site import Site
from search.documents import Document
from search.embedded.engine import EmbeddedEngine
from search.engine import SearchRequest
from tests import people
from tests.moments import NOW
from tests.work.saving import labels_file, searcher, shared_labels

__all__ = ["labels_file", "shared_labels"]  # fixtures of another file
pytestmark = [pytest.mark.usefixtures("shared_labels"), pytest.mark.database("sqlite")]

TITLES = (
    ("en", "Machine learning for river floods"), ("en", "Cross-border logistics"), ("zh-Hans", "网络安全联合培养"),
    ("th", "ทุนปริญญาเอก วิทยาการข้อมูล"), ("vi", "Học bổng trí tuệ nhân tạo"), ("my", "ပညာသင်ဆု ဉာဏ်ရည်တု"),
    ("en", "Zebra crossing project"), ("id", "Beasiswa S2 ilmu data di Tiongkok"),
)  # fmt: skip
WORDS = (
    "", "machine learning", "logistics", "网络安全", "วิทยาการข้อมูล", "trí tuệ nhân tạo", "zebra", "\"river floods\"",
    "scholarship", "master Nanning", "zebra crossing", "machine learning logistics", "6 months", "ဉာဏ်ရည်တု", "beasiswa",
    "fully funded China", "data science zebra", "not for me", "学", "2000 CNY a month",
)  # fmt: skip
CHOICES: dict[str, tuple[str, ...]] = {
    "kind": codes.KINDS, "country": ("CN", "TH", "VN"), "level": codes.LEVELS, "mode": codes.MODES,
    "open_to": ("VN", "LA", "MM"), "funding": codes.FUNDINGS, "concept": ("machine-learning", "cybersecurity"),
    "closes_at": ("7d", "30d", "90d"), "working_language": ("en", "th"), "isced": ("061",), "award": codes.AWARDS,
}  # fmt: skip
LANGUAGES = ("en", "zh-Hans", "th", "vi", "my", "id")


def draw_listing(chance: random.Random, number: int) -> Any:
    language, title = chance.choice(TITLES)
    return new_listing(
        title, id=f"l{number:05}", source_language=language, translations=[translation(language, title)],
        kind=chance.choice(codes.KINDS), country=chance.choice(CHOICES["country"]),
        levels=chance.sample(codes.LEVELS, 2), mode=chance.choice(codes.MODES), award=chance.choice(codes.AWARDS),
        concepts=chance.sample(["machine-learning", "cybersecurity", "logistics", "robotics"], chance.randrange(3)),
        working_languages=[chance.choice(("en", "th", "zh-Hans"))],
        deadlines=[deadline("host", chance.choice(("2026-11-01T17:00", "2026-12-20T17:00", "2027-02-01T17:00")))],
        money=[money_line("stipend", "host", chance.choice((1500, 2500)), per="month")] * chance.randrange(2),
        rules=[rule("citizenship", countries=chance.sample(["VN", "LA", "MM", "TH"], 2))],
    )  # fmt: skip


def draw_search(chance: random.Random) -> tuple[str, str]:
    pairs = [("q", chance.choice(WORDS))] if chance.random() < 0.7 else []
    for name in chance.sample(sorted(CHOICES), chance.choice((0, 0, 1, 1, 2))):
        pairs += [
            (name, value) for value in chance.sample(CHOICES[name], min(chance.choice((1, 1, 2)), len(CHOICES[name])))
        ]
    return canonical(parse(urlencode(pairs))), chance.choice(LANGUAGES)


def documents_of(site: Site, chance: random.Random, count: int, first: int = 0) -> list[Document]:
    made = (draw_listing(chance, first + number) for number in range(count))
    return [to_document(listing, site.thesaurus, site.labels) for listing in made]


def plain(site: Site, engine: EmbeddedEngine, query: str, language: str, limit: int) -> set[str]:
    """What the search of the page finds, as it stands."""
    asked = parse(query)
    understanding = site.understand(asked.q, language, NOW)
    found = engine.search(
        SearchRequest(understanding, language, NOW, chosen=asked.chosen, ranges=open_ranges(NOW), limit=limit)
    )
    return set() if found.relaxed or found.widened else {hit.id for hit in found.hits}


def test_alerts_are_the_plain_search_of_the_new_listings(site: Site) -> None:
    """The whole index has old and new listings; what it finds among the new ones is what people are told of."""
    people_id = searcher(site, "Linh", "q=robotics")
    checked = [0]

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(0, 2**32))
    def check(seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - repeatable
        old, new = documents_of(site, chance, 12), documents_of(site, chance, 8, first=100)
        whole = memory_engine(site)
        whole.put([*old, *new])
        searches = {draw_search(chance) for _number in range(25)}
        with site.sessions() as session:
            asked = {ask(session, site, query, language): (query, language) for query, language in searches}
            wait_for(session, people_id, asked)
            found = find_matches(site, session, new, NOW)
            session.rollback()
        for digest, (query, language) in asked.items():
            expected = plain(site, whole, query, language, 20) & {document.id for document in new}
            assert {hit.id for hit in found.get(digest, ())} == expected, (query, language)
            checked[0] += len(expected)

    check()
    assert checked[0] > 200  # searches that find nothing would prove nothing


def memory_engine(site: Site) -> EmbeddedEngine:
    def connect() -> Any:
        return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)

    return EmbeddedEngine(SCHEMA, site.thesaurus, StaticPool(connect).connect)


def wait_for(session: Any, user_id: str, asked: dict[str, tuple[str, str]]) -> None:
    for number, (digest, (query, language)) in enumerate(asked.items()):
        session.add(
            SavedSearch(
                id=f"s{number}", user_id=user_id, name="x", query=query, language=language, frequency="daily",
                digest=digest, saved_at=NOW,
            )
        )  # fmt: skip
    session.flush()


def test_only_searches_whose_keys_a_listing_has_are_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    searcher(
        site, "Linh", "q=machine+learning", "q=machine+learning&country=TH", "q=robotics", "organisation=x1",
        "kind=scholarship", "q=zebra", "",
    )  # fmt: skip
    asked: list[str] = []
    answers = Batch.answers
    monkeypatch.setattr(Batch, "answers", lambda own, query, tag: asked.append(query) or answers(own, query, tag))
    document = to_document(new_listing("Machine learning for rice"), site.thesaurus, site.labels)
    with site.sessions() as session:
        find_matches(site, session, [document], NOW)
    assert sorted(asked) == ["", "q=machine+learning"]


def test_a_search_that_nobody_wants_letters_about_is_not_asked(site: Site) -> None:
    searcher(site, "Linh", frequency="never")
    document = to_document(new_listing("Machine learning for rice"), site.thesaurus, site.labels)
    with site.sessions() as session:
        assert find_matches(site, session, [document], NOW) == {}


def test_keys_of_a_search_are_few_and_those_of_a_listing_include_them(site: Site) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh")
        digest = ask(session, site, "q=machine+learning&country=CN", "en")
    with site.sessions() as session:
        keys = set(session.scalars(sa.select(SharedSearchKey.key).where(SharedSearchKey.digest == digest)))
        assert session.get_one(SharedSearch, digest).read_with == site.labels_edition
    assert "topic=machine-learning" in keys
    assert "country=cn" not in keys
    document = to_document(new_listing("Machine learning for rice"), site.thesaurus, site.labels)
    assert keys & keys_of_listing(document)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("q=a&sort=newest&page=3&closed=1", "q=a"),
        ("country=TH&kind=scholarship&country=CN", "country=CN&country=TH&kind=scholarship"),
        ("kind=nonsense&x=1", ""),
        ("q=%00%E2%80%AE", ""),
    ],
)
def test_a_search_is_saved_in_one_form(address: str, kept: str) -> None:
    assert canonical(parse(address)) == kept
    assert canonical(parse(kept)) == kept
