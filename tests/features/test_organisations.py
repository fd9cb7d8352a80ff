"""Organisations: reading the registry's files, importing twice, the directory, names, and their labels in searches."""

from __future__ import annotations

import gzip
import json
import lzma
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from portal.cli import main
from portal.core.errors import Invalid, NotFound
from portal.core.outbox import OutboxEntry
from portal.indexing.labels import CHECK_EVERY, LabelIndexCache
from portal.locales import TAGS
from portal.organisations.importing import (
    CORRECTIONS,
    PACKAGED,
    NameRecord,
    OrganisationRecord,
    corrected,
    read_records,
)
from portal.organisations.models import Organisation
from portal.organisations.names import local_name, names_by_language
from portal.organisations.queries import (
    OrganisationFilter,
    count_by_country,
    count_by_type,
    count_organisations,
    get_organisation,
    list_organisations,
)
from portal.organisations.service import ImportCounts, import_organisations
from portal.settings import Settings
from search.concepts.thesaurus import Concept, Thesaurus
from tests.moments import NOW


def flat(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A record of the packaged shape."""
    return {
        "id": f"https://ror.org/0{number:08d}",
        "names": [{"value": f"University {number}", "lang": "en", "types": ["label", "ror_display"]}],
        "country": "CN",
        "city": "Nanning",
        "subdivision": "Guangxi",
        "subdivision_code": "GX",
        "lat": 22.8,
        "lng": 108.3,
        "geonames_id": 1799869,
        "types": ["education"],
        "links": [{"type": "website", "value": "https://example.org"}],
        "established": 1928,
        "domains": [],
        "wikidata": "Q1",
        "relationships": [],
        "ror_release": "v2.9",
        "complete": True,
        **changes,
    }


def dumped(number: int = 1, country: str = "CN", **changes: Any) -> dict[str, Any]:
    """A record of the registry's dump (schema 2)."""
    return {
        "admin": {
            "created": {"date": "2020-01-01", "schema_version": "1.0"},
            "last_modified": {"date": "2026-09-30", "schema_version": "2.1"},
        },
        "domains": [],
        "established": 1911,
        "id": f"https://ror.org/0{number:08d}",
        "status": "active",
        "external_ids": [
            {"all": ["Q16955"], "preferred": None, "type": "wikidata"},
            {"all": ["x"], "preferred": "x", "type": "isni"},
        ],
        "links": [{"type": "website", "value": "http://example.org/"}],
        "locations": [
            {
                "geonames_id": 7,
                "geonames_details": {
                    "country_code": country,
                    "country_name": "?",
                    "country_subdivision_code": "GX",
                    "country_subdivision_name": "Guangxi",
                    "continent_code": "AS",
                    "continent_name": "Asia",
                    "lat": 1.5,
                    "lng": 2.5,
                    "name": "Nanning",
                },
            }
        ],
        "names": [
            {"lang": "zh", "types": ["label", "ror_display"], "value": "广西大学"},
            {"lang": None, "types": ["acronym"], "value": "GXU"},
        ],
        "relationships": [{"label": "Other", "type": "child", "id": "https://ror.org/000000002"}],
        "types": ["education", "funder"],
        **changes,
    }


def written(path: Path, records: list[Any]) -> Path:
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), "utf-8")
    return path


def imported(session: Session, *records: dict[str, Any], tmp: Path) -> None:
    import_organisations(session, read_records(written(tmp / "some.jsonl", list(records))), NOW)


def named(*names: tuple[str, str | None, str], number: int = 1, **changes: Any) -> dict[str, Any]:
    return flat(number, names=[{"value": v, "lang": lang, "types": [kind]} for v, lang, kind in names], **changes)


@pytest.fixture(scope="module")
def packaged() -> list[OrganisationRecord]:
    return list(read_records(PACKAGED))


# Importing


def test_the_packaged_file_twice(session: Session, packaged: list[OrganisationRecord]) -> None:
    told: list[int] = []
    assert import_organisations(session, packaged, NOW, told.append) == ImportCounts(added=5474)
    assert sum(told) == 5474
    session.commit()
    later = NOW + timedelta(days=1)
    assert import_organisations(session, packaged, later) == ImportCounts(unchanged=5474)
    assert session.scalar(sa.select(sa.func.max(Organisation.updated_at))) == NOW
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxEntry)) == 0
    assert count_by_country(session, OrganisationFilter())["CN"] == 2983


def test_what_changed_is_replaced_and_told_to_the_index(session: Session, tmp_path: Path) -> None:
    imported(session, flat(1), flat(2), tmp=tmp_path)
    session.commit()
    before = get_organisation(session, "000000001")
    newer = [flat(1, established=1930), flat(2), flat(3)]
    counts = import_organisations(
        session, read_records(written(tmp_path / "new.jsonl", newer)), NOW + timedelta(hours=1)
    )
    assert counts == ImportCounts(added=1, changed=1, unchanged=1)
    after = get_organisation(session, "000000001")
    assert (after.established, len(after.names), after.updated_at) == (1930, 1, NOW + timedelta(hours=1))
    assert before.id == after.id
    assert [entry.object_id for entry in session.scalars(sa.select(OutboxEntry))] == ["000000001"]


def test_a_changed_name_replaces_the_old_ones(session: Session, tmp_path: Path) -> None:
    imported(session, named(("Old", "en", "label"), ("Older", None, "alias")), tmp=tmp_path)
    imported(session, named(("New", "en", "label")), tmp=tmp_path)
    assert [name.value for name in get_organisation(session, "000000001").names] == ["New"]


@pytest.mark.parametrize("container", ["lines", "array", "array, indented", "gz"])
def test_the_registrys_own_records(tmp_path: Path, container: str) -> None:
    records = [dumped(1), dumped(2, "FR"), dumped(3, status="inactive"), dumped(4, "VN")]
    path = tmp_path / ("dump.json.gz" if container == "gz" else "dump.json")
    if container == "lines":
        written(path, records)
    elif container == "gz":
        path.write_bytes(gzip.compress(json.dumps(records).encode()))
    else:
        path.write_text(json.dumps(records, indent=4 if "indented" in container else None), "utf-8")
    found = list(read_records(path))
    assert [record.id for record in found] == ["000000001", "000000004"]
    values = found[0].values
    assert (values["city"], values["subdivision_code"], values["latitude"], values["geonames_id"]) == (
        "Nanning",
        "GX",
        1.5,
        7,
    )
    assert (values["wikidata"], values["ror_release"], values["complete"]) == ("Q16955", "2026-09-30", True)
    assert [(name.value, name.language, name.kind, name.display) for name in found[0].names] == [
        ("广西大学", "zh-Hans", "label", True),
        ("GXU", None, "acronym", False),
    ]


@pytest.mark.parametrize(
    ("country", "lang", "value", "tag"),
    [
        ("CN", "zh", "广西大学", "zh-Hans"),
        ("CN", "zh", "廣西大學", "zh-Hant"),
        ("HK", "zh", "香港中文大学", "zh-Hant"),
        ("MO", "zh", "澳門大學", "zh-Hant"),
        ("PH", "tl", "Unibersidad ng Pilipinas", "fil"),
        ("VN", "vi", "Đại học", "vi"),
        ("CN", None, "GXU", None),
    ],
)
def test_language_codes_of_the_registry(
    tmp_path: Path, country: str, lang: str | None, value: str, tag: str | None
) -> None:
    (record,) = read_records(written(tmp_path / "x.jsonl", [named((value, lang, "label"), country=country)]))
    assert record.names[0].language == tag


def test_names_the_registry_has_wrong_are_mended(packaged: list[OrganisationRecord]) -> None:
    names = {record.id: [(name.value, name.language, name.kind) for name in record.names] for record in packaged}
    assert names["0495efn48"] == [
        ("Guangxi Minzu University", "en", "label"),
        ("Guangxi University for Nationalities", "en", "alias"),
        ("广西民族大学", "zh-Hans", "label"),
    ]
    assert ("中华人民共和国商务部", "zh-Hans", "label") in names["056hf8h17"]
    assert ("对外贸易经济合作部", "zh-Hans", "alias") in names["056hf8h17"]  # the old name is still found
    assert "长江所简介" not in str(names["00rny2m53"])


def test_every_correction_has_its_name_in_the_packaged_file(packaged: list[OrganisationRecord]) -> None:
    raw: dict[str, set[str]] = {}
    for line in lzma.decompress(PACKAGED.read_bytes()).decode().splitlines():
        record = json.loads(line)
        raw[record["id"].rpartition("/")[2]] = {name["value"] for name in record["names"]}
    labels = {record.id: [name for name in record.names if name.kind == "label"] for record in packaged}
    for mended in tomllib.loads(CORRECTIONS.read_text("utf-8")).values():
        for organisation_id, changes in mended.items():
            assert set(changes) <= raw[organisation_id]
            assert labels[organisation_id]


def test_a_name_the_registry_has_mended_itself_is_left_alone() -> None:
    names = (NameRecord("广西民族大学（新）", "zh-Hans", "label", True),)
    assert corrected("0495efn48", names) == names
    assert corrected("000000001", names) == names


BROKEN: list[tuple[Any, str]] = [
    ({"country": None}, "country"),
    ({"country": 7}, "country"),
    ({"id": "x"}, "id"),
    ({"id": "https://ror.org/0../../etc"}, "id"),
    ({"names": []}, "names"),
    ({"names": "x"}, "names"),
    ({"names": [7]}, "names"),
    ({"names": [{"value": "", "lang": "en", "types": ["label"]}]}, "names.value"),
    ({"names": [{"value": "x" * 301, "lang": "en", "types": ["label"]}]}, "names.value"),
    ({"names": [{"value": "x", "lang": 4, "types": ["label"]}]}, "names.lang"),
    ({"lat": 91}, "lat"),
    ({"lng": "east"}, "lng"),
    ({"geonames_id": 1.5}, "geonames_id"),
    ({"established": True}, "established"),
    ({"types": None}, "types"),
    ({"types": [1]}, "types"),
    ({"complete": "yes"}, "complete"),
    ({"links": [{"type": "website", "value": "javascript:alert(1)"}]}, "links.value"),
    ({"relationships": [{"type": "child"}]}, "relationships.id"),
    ({"domains": {}}, "domains"),
]


@pytest.mark.parametrize(("changes", "field"), BROKEN)
def test_a_broken_record_names_line_and_field(tmp_path: Path, changes: dict[str, Any], field: str) -> None:
    path = written(tmp_path / "x.jsonl", [flat(1), flat(2, **changes)])
    with pytest.raises(Invalid) as caught:
        list(read_records(path))
    assert (caught.value.code, caught.value.parameters["line"], caught.value.parameters["field"]) == (
        "record.broken",
        2,
        field,
    )


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ('{"id": ', 1, "json"),
        ("\n\n[1]x", 3, "record"),
        ("[\n1", 2, "record"),
        ('[\n{},\n{"a": tru}]', 2, "country"),
        ('[\n\n{"country": "FR"},\n{"country": "F', 4, "json"),
        ("7", 1, "record"),
        ("[" * 5000, 1, "json"),
    ],
)
def test_a_broken_file_names_the_line(tmp_path: Path, text: str, line: int, field: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, "utf-8")
    with pytest.raises(Invalid) as caught:
        list(read_records(path))
    assert (caught.value.parameters.get("line"), caught.value.parameters["field"]) == (line, field)


@pytest.mark.parametrize(
    ("name", "content"), [("x.jsonl", b"\xff\xfe{"), ("x.jsonl.gz", b"plain"), ("x.jsonl.xz", b"plain")]
)
def test_an_unreadable_file(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Invalid, match="unreadable"):
        list(read_records(tmp_path / name))


def test_an_organisation_may_be_there_once(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        list(read_records(written(tmp_path / "x.jsonl", [flat(1), flat(1)])))
    assert caught.value.parameters["field"] == "id"


# The command


@pytest.fixture
def run(settings: Settings, database: Engine, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("PORTAL_DATA_DIR", settings.data_dir)
    monkeypatch.setenv("DATABASE_URL", settings.database_url)  # never one of the developer's own
    return CliRunner()


def test_import_command(run: CliRunner, session: Session) -> None:
    assert "5474 added, 0 changed, 0 unchanged." in run.invoke(main, ["organisations", "import"]).output
    assert "0 added, 0 changed, 5474 unchanged." in run.invoke(main, ["organisations", "import", str(PACKAGED)]).output
    assert "all   5474" in run.invoke(main, ["organisations", "count"]).output
    assert count_organisations(session) == 5474


def test_a_file_with_a_mistake_imports_nothing(run: CliRunner, session: Session, tmp_path: Path) -> None:
    path = written(tmp_path / "x.jsonl", [*(flat(number) for number in range(1, 2500)), flat(2500, names=[])])
    result = run.invoke(main, ["organisations", "import", str(path)])
    assert result.exit_code == 1
    assert "line 2500" in result.output
    assert "“names”" in result.output
    assert count_organisations(session) == 0


def test_a_missing_database_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "nowhere"))
    result = CliRunner().invoke(main, ["organisations", "count"])
    assert (result.exit_code, "portal database upgrade" in result.output) == (1, True)


def test_help_names_every_command(run: CliRunner) -> None:
    output = run.invoke(main, ["--help"]).output
    assert all(name in output for name in ("database", "organisations", "listings", "search", "demo", "settings"))
    assert "PORTAL_DATA_DIR" in run.invoke(main, ["settings"]).output
    assert run.invoke(main, ["nothing"]).exit_code == 2


def test_database_commands(run: CliRunner) -> None:
    assert run.invoke(main, ["database", "current"]).exit_code == 0
    assert run.invoke(main, ["database", "downgrade", "base", "--yes"]).exit_code == 0
    assert run.invoke(main, ["database", "current"]).exit_code == 1
    assert run.invoke(main, ["database", "upgrade"]).exit_code == 0
    assert run.invoke(main, ["database", "current"]).exit_code == 0


# The directory


@pytest.fixture
def directory(session: Session, packaged: list[OrganisationRecord]) -> Session:
    import_organisations(session, packaged, NOW)
    return session


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("北京大學", "Peking University"),
        ("北京大学", "Peking University"),
        ("dai hoc thai nguyen", "Thai Nguyen University"),
        ("ĐẠI HỌC THÁI NGUYÊN", "Thai Nguyen University"),
        ("จุฬาลงกรณ์", "Chulalongkorn University"),
        ("guangxi  UNIVERSITY", "Guangxi University"),
        ("university guangxi", "Guangxi University"),
    ],
)
def test_names_are_found_in_any_language_and_spelling(directory: Session, text: str, expected: str) -> None:
    page = list_organisations(directory, OrganisationFilter(text=text), "en")
    assert expected in [local_name(organisation, "en").value for organisation in page.items]
    assert page.total < 60


@pytest.mark.parametrize("text", ["%", "_", "'; DROP TABLE organisations; --", "\x00", "\ud800", "zz qq"])
def test_signs_of_the_database_are_text(directory: Session, text: str) -> None:
    assert list_organisations(directory, OrganisationFilter(text=text), "en").total in (0, 1, 5474)


def test_pages(directory: Session) -> None:
    first = list_organisations(directory, OrganisationFilter(country="VN"), "vi", per_page=50)
    assert (first.total, first.pages, len(first.items)) == (268, 6, 50)
    last = list_organisations(directory, OrganisationFilter(country="VN"), "vi", page=6, per_page=50)
    assert len(last.items) == 18
    assert {o.id for o in first.items}.isdisjoint(o.id for o in last.items)
    for page in (7, 0, -1):
        with pytest.raises(NotFound):
            list_organisations(directory, OrganisationFilter(country="VN"), "vi", page=page, per_page=50)
    assert list_organisations(directory, OrganisationFilter(text="zzqq"), "vi").pages == 1


def test_counts_ignore_their_own_filter(directory: Session) -> None:
    wanted = OrganisationFilter(text="guangxi", country="CN", type="education")
    countries, types = count_by_country(directory, wanted), count_by_type(directory, wanted)
    total = list_organisations(directory, wanted, "en").total
    assert countries["CN"] == types["education"] == total > 0
    assert len(types) > 1


def test_filter_by_type(directory: Session) -> None:
    page = list_organisations(directory, OrganisationFilter(type="government"), "en", per_page=1000)
    assert page.total == 697
    assert all("government" in organisation.types for organisation in page.items)
    assert list_organisations(directory, OrganisationFilter(type='gov"ernment'), "en").total == 0


def test_an_unknown_organisation(session: Session) -> None:
    with pytest.raises(NotFound):
        get_organisation(session, "nothing")


# Names


@pytest.fixture
def organisation(session: Session, tmp_path: Path) -> Organisation:
    imported(
        session,
        named(
            ("CUHK", None, "acronym"),
            ("The Chinese University of Hong Kong", "en", "label"),
            ("香港中文大學", "zh", "label"),
            country="HK",
        ),
        tmp=tmp_path,
    )
    return get_organisation(session, "000000001")


def test_names_of_the_reader(organisation: Organisation) -> None:
    assert local_name(organisation, "zh-Hans").value == "香港中文大学"  # written as the reader writes
    assert local_name(organisation, "th").value == "The Chinese University of Hong Kong"
    assert local_name(organisation, "th").language == "en"
    assert names_by_language(organisation) == {
        "zh-Hans": "香港中文大学",
        "en": "The Chinese University of Hong Kong",
        "": "The Chinese University of Hong Kong",
    }


def test_without_an_english_label_the_registrys_choice_counts(session: Session, tmp_path: Path) -> None:
    display = {"value": "Universitas Riau", "lang": "id", "types": ["label", "ror_display"]}
    imported(session, flat(names=[{"value": "UNRI", "lang": None, "types": ["acronym"]}, display]), tmp=tmp_path)
    found = get_organisation(session, "000000001")
    assert (local_name(found, "th").value, names_by_language(found)) == (
        "Universitas Riau",
        {"id": "Universitas Riau", "": "Universitas Riau"},
    )


# Organisations as concepts of the search


@pytest.fixture
def thesaurus() -> Thesaurus:
    every = dict.fromkeys(TAGS, ("smart logistics",))
    return Thesaurus([Concept("smart-logistics", "topic", every)], TAGS)


def test_searches_find_organisations_by_any_name(
    sessions: sessionmaker[Session], thesaurus: Thesaurus, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        imported(
            session,
            named(
                ("Đại học Thái Nguyên", "vi", "label"),
                ("Thai Nguyen University", "en", "label"),
                ("TNU", None, "acronym"),
                ("TN", None, "acronym"),
                ("SMART", None, "acronym"),
                ("MOST", None, "acronym"),
                ("Smart Logistics", None, "alias"),
                ("泰原大學", None, "alias"),
            ),
            tmp=tmp_path,
        )
    index = LabelIndexCache(sessions, thesaurus, tmp_path).get()

    def found(text: str) -> list[str]:
        return [match.entries[0].concept for match in index.find(text)]

    assert found("hoc bong dai hoc thai nguyen") == found("thai nguyen university") == found("TNU") == ["000000001"]
    assert found("泰原大学") == ["000000001"]
    assert found("TN") == []  # too short
    assert found("smart") == []  # a word of the thesaurus
    assert found("the most") == []  # an ordinary word
    assert [entry.concept for entry in index.readings("smart logistics")] == ["smart-logistics"]


def test_the_label_index_follows_the_directory(
    sessions: sessionmaker[Session], thesaurus: Thesaurus, tmp_path: Path
) -> None:
    seconds = [0.0]
    cache = LabelIndexCache(sessions, thesaurus, tmp_path, timer=lambda: seconds[0])
    empty = cache.get()
    with sessions.begin() as session:
        imported(session, flat(), tmp=tmp_path)
    assert cache.get() is empty  # not looked again yet
    seconds[0] += CHECK_EVERY
    filled = cache.get()
    assert len(filled) > len(empty)
    seconds[0] += CHECK_EVERY
    assert cache.get() is filled


def test_the_label_index_is_kept_for_other_processes(
    sessions: sessionmaker[Session], thesaurus: Thesaurus, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        imported(session, flat(), tmp=tmp_path)
    built = LabelIndexCache(sessions, thesaurus, tmp_path).get()
    kept = LabelIndexCache(sessions, thesaurus, tmp_path).get()
    assert kept is not built
    assert list(kept.to_lines()) == list(built.to_lines())
    file = tmp_path / "labels.jsonl"
    head, _newline, rest = file.read_text("utf-8").partition("\n")
    for damaged in ("", "no such head\n" + rest, head + "\n" + rest[:-10], head + "\n[]"):
        file.write_text(damaged, "utf-8")
        assert list(LabelIndexCache(sessions, thesaurus, tmp_path).get().to_lines()) == list(built.to_lines())
    assert file.read_text("utf-8").partition("\n")[2] == "".join(built.to_lines())


def test_a_folder_that_cannot_be_written_does_no_harm(sessions: sessionmaker[Session], thesaurus: Thesaurus) -> None:
    assert len(LabelIndexCache(sessions, thesaurus, Path("/proc/nowhere")).get()) > 0
