"""Listings in the database and in the index: reads, imports, the outbox, the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal.cli import main
from portal.core.errors import NotFound
from portal.core.outbox import OutboxEntry, enqueue
from portal.demo.builders import (
    deadline,
    make_listing,
    make_organisation,
    money_line,
    new_listing,
    partner,
    rule,
    translation,
)
from portal.discovery import home
from portal.indexing import service as indexing
from portal.listings import queries, service
from portal.listings.document import NEVER, SCHEMA, proposed_concepts, to_card, to_document
from portal.listings.importing import known_references, read_listings
from portal.listings.models import Listing
from portal.listings.records import to_record
from portal.listings.service import ImportCounts, import_listings
from portal.organisations.models import Organisation
from portal.settings import Settings
from portal.site import Site
from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.documents import Role
from search.engine import SearchRequest
from search.errors import EngineUnavailable
from tests.moments import NOW, fixed_clock

CARD_KEYS = {
    "kind", "source_language", "state", "demonstration", "real", "titles", "summaries", "origins", "organisation",
    "country", "place", "partners", "concepts", "isced", "levels", "mode", "award", "working_languages", "funding",
    "money_stated", "stipend", "benefits", "months", "starts", "deadline", "rolling", "places", "open_to", "posted_at",
    "updated_at", "confirmed_at", "source_url", "source_checked_on", "rules",
}  # fmt: skip


@pytest.fixture
def site(settings: Settings, database: Engine) -> Iterator[Site]:
    opened = Site.open(settings, fixed_clock)
    yield opened
    opened.database.dispose()


@pytest.fixture
def universities(session: Session) -> tuple[Organisation, Organisation]:
    host = make_organisation(session, "Guangxi University", id="gxu", names={"zh-Hans": "广西大学"})
    home = make_organisation(session, "National University of Laos", "LA", id="nuol")
    session.commit()
    return host, home


def fill(session: Session, universities: tuple[Organisation, Organisation]) -> None:
    host, home = universities
    make_listing(
        session,
        "Federated learning for hospitals",
        id="federated",
        organisation=host,
        place="nanning",
        concepts=["federated-learning"],
        partners=[partner(home, "home")],
        translations=[
            translation("en", "Federated learning for hospitals"),
            translation("vi", "Học liên kết cho bệnh viện", "human", summary="Nghiên cứu bảo mật dữ liệu."),
        ],
    )
    make_listing(
        session, "Rolling place", id="rolling", organisation=home, rolling=True, deadlines=[], places_total=None
    )
    make_listing(session, "Over", id="over", organisation=host, deadlines=[deadline("host", "2026-11-01T17:00")])
    make_listing(session, "Draft", id="draft", organisation=host, state="draft")
    session.commit()


# -- reading


def test_a_listing_is_loaded_whole_in_few_queries(
    session: Session, universities: tuple[Organisation, Organisation], database: Engine
) -> None:
    fill(session, universities)
    session.expunge_all()
    asked: list[str] = []
    event.listen(database, "before_cursor_execute", lambda *args: asked.append(args[2]))
    listing = queries.get_listing(session, "federated")
    assert to_card(listing).keys() == CARD_KEYS
    assert to_record(listing)["partners"] == [{"organisation_id": "nuol", "role": "home"}]
    assert len(asked) <= 12
    before = len(asked)
    assert [found.id for found in queries.find_listings(session, ["over", "nothing", "federated", "draft"])] == [
        "over", "federated",
    ]  # fmt: skip
    assert len(asked) - before <= 12


@pytest.mark.parametrize("listing_id", ["draft", "nothing", ""])
def test_what_is_not_public_is_not_found(
    session: Session, universities: tuple[Organisation, Organisation], listing_id: str
) -> None:
    fill(session, universities)
    with pytest.raises(NotFound):
        queries.get_listing(session, listing_id)


def test_lists_of_ids(session: Session, universities: tuple[Organisation, Organisation]) -> None:
    fill(session, universities)
    assert queries.list_published_ids(session) == ["federated", "over", "rolling"]
    assert queries.list_ids_naming(session, ["nuol"]) == ["federated", "rolling"]


# -- the home page


def test_corridors_count_open_listings_from_each_home_but_the_hosts_own(
    session: Session, universities: tuple[Organisation, Organisation], site: Site
) -> None:
    fill(session, universities)
    indexing.rebuild(site)
    pairs = (("VN", "CN"), ("TH", "CN"), ("LA", "CN"), ("VN", "LA"), ("TH", "LA"))
    assert home.corridors(site, NOW) == dict.fromkeys(pairs, 1)


def test_the_home_page_is_worked_out_anew_after_some_seconds(
    session: Session, universities: tuple[Organisation, Organisation], site: Site
) -> None:
    fill(session, universities)
    indexing.rebuild(site)
    assert [card.id for card in home.home_page(site, "th").closing] == ["federated"]
    site.engine.delete(["federated"])
    assert [card.id for card in home.home_page(site, "vi").closing] == ["federated"]
    later = replace(site, clock=lambda: NOW + home.KEPT)
    assert home.home_page(later, "vi").closing == ()


# -- the document


def test_the_document_has_every_declared_field(
    session: Session, universities: tuple[Organisation, Organisation], site: Site
) -> None:
    fill(session, universities)
    labels = LabelIndex(site.thesaurus.of_scheme("topic"))
    document = to_document(queries.get_listing(session, "federated"), site.thesaurus, labels)
    names = {role: {field.name for field in SCHEMA.of_role(role)} for role in Role}
    assert set(document.texts) == {"en", "vi"}
    assert all(set(fields) == names[Role.TEXT] for fields in document.texts.values())
    assert set(document.facets) == names[Role.FACET] | names[Role.FILTER]
    assert set(document.numbers) == names[Role.NUMBER]
    assert document.facets["place"] == ("nanning", "guangxi")
    assert document.facets["organisation"] == ("gxu", "nuol")
    assert document.facets["isced"] == ("061",)
    assert document.numbers["closes_at"] == datetime(2026, 12, 20, 9, tzinfo=UTC).timestamp()
    assert document.numbers["open_until"] == document.numbers["closes_at"]
    assert json.loads(json.dumps(document.stored)) == document.stored
    sources = {(evidence.concept, evidence.source, evidence.language) for evidence in document.concepts}
    assert {("federated-learning", "tag", None), ("federated-learning", "title", "en")} <= sources


def test_without_a_deadline_it_is_open_until_never(
    session: Session, universities: tuple[Organisation, Organisation], site: Site
) -> None:
    fill(session, universities)
    document = to_document(queries.get_listing(session, "rolling"), site.thesaurus, LabelIndex([]))
    assert "closes_at" not in document.numbers
    assert document.numbers["open_until"] == NEVER
    assert document.stored["deadline"] is None


def test_the_card_tells_the_facts_that_lists_show(
    session: Session, universities: tuple[Organisation, Organisation]
) -> None:
    fill(session, universities)
    card = to_card(queries.get_listing(session, "federated"))
    assert card["organisation"] == {
        "id": "gxu",
        "names": {"zh-Hans": "广西大学", "en": "Guangxi University", "": "Guangxi University"},
    }
    assert card["stipend"] == {"amount": "12500.00", "lowest": "12500.00", "currency": "CNY", "per": "month"}
    assert card["funding"] == "full"
    assert card["benefits"] == ["stipend", "housing"]
    assert card["months"] == [3, 6]
    assert card["deadline"] == {
        "purpose": "host",
        "local_time": "2026-12-20T17:00:00",
        "zone": "Asia/Shanghai",
        "at": "2026-12-20T09:00:00+00:00",
    }
    assert card["open_to"] == ["VN", "LA", "TH"]
    assert card["origins"] == {"en": "source", "vi": "human"}


# -- files


def lines(session: Session) -> list[str]:
    found = queries.find_listings(session, queries.list_published_ids(session))
    return [json.dumps(to_record(listing)) for listing in found]


def test_importing_twice_changes_nothing_and_a_change_makes_a_version(
    session: Session, universities: tuple[Organisation, Organisation], site: Site
) -> None:
    fill(session, universities)
    known = known_references(session, site.thesaurus)
    written = lines(session)
    session.execute(sa.delete(OutboxEntry))
    assert import_listings(session, read_listings(written, known), NOW) == ImportCounts(0, 0, 3)
    assert session.scalars(sa.select(OutboxEntry)).all() == []

    changed: dict[str, Any] = json.loads(written[0])
    changed["translations"][1]["title"] = "Học máy liên kết cho bệnh viện"
    changed["money"] = changed["money"][:1]
    added = {**json.loads(written[1]), "id": "another"}
    counts = import_listings(session, read_listings([json.dumps(changed), json.dumps(added)], known), NOW)
    session.commit()
    assert counts == ImportCounts(1, 1, 0)
    session.expunge_all()
    listing = queries.get_listing(session, changed["id"])
    assert listing.version == 2
    assert {**to_record(listing), "version": 1} == changed
    assert sorted(row.object_id for row in session.scalars(sa.select(OutboxEntry))) == sorted(
        ["another", changed["id"]]
    )


def test_an_import_of_any_size_takes_no_statement_of_any_size(
    session: Session, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Databases take only so many ids in one statement."""
    monkeypatch.setattr(service, "BATCH", 10)
    sizes: list[int] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            sizes.append(len(parameters))

    event.listen(site.database, "before_cursor_execute", note)
    with site.unit_of_work().begin() as writing:
        for _time in range(2):
            counts = import_listings(writing, (new_listing(f"n{number:03}") for number in range(57)), NOW)
    assert counts == ImportCounts(0, 0, 57)
    assert len(queries.list_published_ids(session)) == 57
    assert 10 <= max(sizes) < 57


def test_the_command_line_imports_all_or_nothing(
    session: Session, universities: tuple[Organisation, Organisation], settings: Settings, tmp_path: Path
) -> None:
    fill(session, universities)
    written = lines(session)
    session.execute(sa.delete(Listing))
    session.commit()
    environment = {"PORTAL_DATA_DIR": settings.data_dir}
    path = tmp_path / "listings.jsonl"

    path.write_text(
        "\n".join([*written, written[0].replace('"federated"', '"other"').replace("Asia/Shanghai", "Nowhere")])
    )
    broken = CliRunner().invoke(main, ["listings", "import", str(path)], env=environment)
    assert broken.exit_code == 1
    assert "line 4, field “deadlines[0].zone”: unknown-zone (Nowhere). Nothing was imported." in broken.output
    assert queries.list_published_ids(session) == []

    path.write_text("\n".join(written))
    assert (
        "3 listings, no mistake" in CliRunner().invoke(main, ["listings", "check", str(path)], env=environment).output
    )
    imported = CliRunner().invoke(main, ["listings", "import", str(path)], env=environment)
    assert imported.output == "3 added, 0 changed, 0 unchanged.\n"
    exported = CliRunner().invoke(main, ["listings", "export"], env=environment)
    assert [json.loads(line) for line in exported.output.splitlines()] == [json.loads(line) for line in written]


# -- the index


def found(site: Site, text: str, language: str = "en") -> list[str]:
    understanding = understand(text, language, site.labels, site.thesaurus)
    return [hit.id for hit in site.engine.search(SearchRequest(understanding, language, NOW)).hits]


def test_rebuild_indexes_what_is_published_and_empties_the_outbox(
    session: Session, universities: tuple[Organisation, Organisation], site: Site
) -> None:
    fill(session, universities)
    assert not any(one.complete for one in indexing.states(site))
    told: list[int] = []
    assert indexing.rebuild(site, told.append) == 3
    assert sum(told) == 3
    assert all(one.complete for one in indexing.states(site))
    assert found(site, "federated learning")[0] == "federated"
    assert found(site, "học liên kết", "vi")[0] == "federated"


def test_drain_tells_the_engine_of_changes_and_removals(
    session: Session, universities: tuple[Organisation, Organisation], site: Site
) -> None:
    fill(session, universities)
    indexing.rebuild(site)
    with site.unit_of_work().begin() as changing:
        make_listing(changing, "Quantum computing for weather", id="quantum", concepts=["quantum-computing"])
        for _time in range(3):
            enqueue(changing, "listing", "quantum", NOW)
        over = changing.get_one(Listing, "over")
        over.state = "suspended"
        over.version += 1
        enqueue(changing, "listing", "over", NOW)
        enqueue(changing, "listing", "never-was", NOW)
    assert indexing.drain(site) == indexing.Drained(written=1, removed=1)
    assert found(site, "quantum computing")[0] == "quantum"
    assert "over" not in found(site, "")
    assert all(one.complete for one in indexing.states(site))
    assert indexing.drain(site) == indexing.Drained()


def test_a_renamed_organisation_shows_on_the_cards_that_name_it(
    session: Session, universities: tuple[Organisation, Organisation], site: Site
) -> None:
    fill(session, universities)
    indexing.rebuild(site)
    with site.unit_of_work().begin() as changing:
        renamed = changing.get_one(Organisation, "nuol")
        renamed.updated_at = NOW + timedelta(seconds=1)
        changing.execute(sa.text("UPDATE organisation_names SET value = 'NUOL' WHERE organisation_id = 'nuol'"))
        enqueue(changing, "organisation", "nuol", NOW)
    assert indexing.drain(site).written == 2
    hits = site.engine.search(SearchRequest(understand("", "en", site.labels, site.thesaurus), "en", NOW)).hits
    cards = {hit.id: hit.stored for hit in hits}
    assert cards["rolling"]["organisation"]["names"]["en"] == "NUOL"
    assert cards["federated"]["partners"][0]["names"]["en"] == "NUOL"


def test_a_failed_drain_loses_nothing(
    session: Session,
    universities: tuple[Organisation, Organisation],
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(session, universities)

    def fail(*_documents: object) -> int:
        raise EngineUnavailable("the engine is away")

    with monkeypatch.context() as patched:
        patched.setattr(site.engine, "put", fail)
        patched.setattr(site.engine, "status", fail)
        assert indexing.drain(site) == indexing.Drained(away=True)
    assert [one.waiting for one in indexing.states(site)] == [4, 0]


def test_the_command_line_shows_what_was_understood_and_why(
    session: Session, universities: tuple[Organisation, Organisation], settings: Settings
) -> None:
    fill(session, universities)
    environment = {"PORTAL_DATA_DIR": settings.data_dir}
    assert CliRunner().invoke(main, ["search", "status"], env=environment).exit_code == 1
    assert "3 listings indexed" in CliRunner().invoke(main, ["search", "rebuild"], env=environment).output
    assert CliRunner().invoke(main, ["search", "status"], env=environment).exit_code == 0
    assert "0 written" in CliRunner().invoke(main, ["search", "drain"], env=environment).output
    shown = CliRunner().invoke(
        main, ["search", "query", "học liên kết Trung Quốc xyzzy", "--lang", "vi"], env=environment
    )
    assert "topic   federated-learning" in shown.output
    assert "filter  country = CN" in shown.output
    assert "word    “xyzzy”" in shown.output
    assert "Học liên kết cho bệnh viện" in shown.output


def test_the_builders_make_a_listing_that_can_be_imported_again(
    session: Session, universities: tuple[Organisation, Organisation], site: Site
) -> None:
    host, _home = universities
    make_listing(
        session,
        "Changed",
        id="changed",
        organisation=host,
        result_on=date(2027, 2, 1),
        money=[money_line("fee", "participant", 300, per="once")],
        rules=[rule("age-max", age=30)],
    )
    session.commit()
    listing = queries.get_listing(session, "changed")
    again = read_listings([json.dumps(to_record(listing))], known_references(session, site.thesaurus))
    assert to_record(again[0]) == to_record(listing)
    assert to_card(listing)["funding"] == "none"


def test_a_host_takes_out_a_topic_that_was_found_in_its_text(site: Site) -> None:
    listing = new_listing("Robotics and machine learning for ports", concepts=["robotics"])
    named = {mention.concept: mention for mention in proposed_concepts(listing, site.thesaurus, site.labels)}
    assert "robotics" not in named
    found = [m for m in proposed_concepts(listing, site.thesaurus, site.labels) if m.field == "title"]
    assert [(m.concept, m.surface, m.start, m.end) for m in found] == [("machine-learning", "machine learning", 13, 29)]
    listing.concepts_refused = ["machine-learning"]
    assert "machine-learning" not in {m.concept for m in proposed_concepts(listing, site.thesaurus, site.labels)}
    evidence = to_document(listing, site.thesaurus, site.labels).concepts
    assert "machine-learning" not in {one.concept for one in evidence}


def test_what_numbers_and_conditions_ask_for_is_found(site: Site, session: Session) -> None:
    tests = rule("language-test", any_of=[{"language": "zh-Hans", "test": "HSK", "minimum": "4"}])
    make_listing(session, "Short", months_min=Decimal(3), months_max=Decimal(6), rules=[tests])
    make_listing(session, "Long", months_min=Decimal(12), months_max=Decimal(24), rules=[])
    session.commit()
    indexing.rebuild(site)

    def titles(query: str) -> set[str]:
        understanding = understand(query, "en", site.labels, site.thesaurus, NOW.date())
        hits = site.engine.search(SearchRequest(understanding, "en", NOW)).hits
        return {hit.stored["titles"]["en"] for hit in hits}

    assert titles("6 months") == {"Short"}
    assert titles("两年") == {"Long"}
    assert titles("stipend at least 12000 RMB") == {"Short", "Long"}
    assert titles("at least 20000 RMB") == set()
    assert titles("ก่อนกุมภาพันธ์") == {"Short", "Long"}
    assert titles("starts in 2028") == set()
