"""Demonstration data: repeatable, complete, consistent, never taken for real; and the real schemes."""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.orm import Session, selectinload

from portal.cli import main
from portal.core.database import create_engine
from portal.core.errors import Invalid
from portal.demo.amounts import nice
from portal.demo.directory import Directory
from portal.demo.generate import Generator
from portal.demo.programmes import KINDS_WITH_PARTNER, Edition, Programme, load_programmes, read_programmes
from portal.demo.schemes import CHECKED_ON, PATH, load_schemes
from portal.demo.service import fill_demonstration
from portal.indexing.service import states
from portal.listings import codes, eligibility, money, queries
from portal.listings.importing import known_references
from portal.listings.models import Listing
from portal.listings.records import from_record, to_record
from portal.listings.time import deadline_at, is_open
from portal.locales import COUNTRIES, TAGS
from portal.organisations.importing import PACKAGED, read_records
from portal.organisations.models import Organisation, OrganisationName
from portal.organisations.service import import_organisations
from portal.settings import Settings
from portal.site import Site
from portal.vocabulary.thesaurus import load_thesaurus, place_ids
from tests.moments import NOW

SEED = 2026
DEADLINE_ORDER = ("home-nomination", "agency", "referee", "host", "documents")


@pytest.fixture(scope="module")
def filled_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the whole directory, the demonstration listings and the schemes."""
    path = tmp_path_factory.mktemp("demo") / "portal.sqlite3"
    shutil.copyfile(migrated_file, path)
    engine = create_engine(f"sqlite:///{path}")
    with Session(engine) as session, session.begin():
        import_organisations(session, read_records(PACKAGED), NOW)
        assert fill_demonstration(session, load_thesaurus(), SEED, NOW) > 400
    engine.dispose()
    return path


@pytest.fixture
def filled(filled_file: Path) -> Iterator[Session]:
    engine = create_engine(f"sqlite:///{filled_file}")
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture(scope="module")
def everything(filled_file: Path) -> list[Listing]:
    engine = create_engine(f"sqlite:///{filled_file}")
    with Session(engine) as session:
        found = list(session.scalars(queries.whole_listings().order_by(Listing.id)))
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def listings(everything: list[Listing]) -> list[Listing]:
    return [listing for listing in everything if listing.demonstration]


@pytest.fixture(scope="module")
def schemes(everything: list[Listing]) -> list[Listing]:
    return [listing for listing in everything if not listing.demonstration]


@pytest.fixture(scope="module")
def directory(filled_file: Path) -> Directory:
    engine = create_engine(f"sqlite:///{filled_file}")
    with Session(engine) as session:
        found = Directory.load(session, load_thesaurus())
    engine.dispose()
    return found


def generated(directory: Directory, seed: int = SEED, day: datetime = NOW) -> list[dict[str, object]]:
    generator = Generator(load_thesaurus(), directory, seed, day.date())
    return [to_record(listing) for listing in generator.listings(load_programmes())]


# -- what there is


def test_there_is_enough_of_everything(listings: list[Listing]) -> None:
    assert len(listings) >= 400
    assert len(load_programmes()) >= 60
    kinds = Counter(listing.kind for listing in listings)
    assert set(kinds) == set(codes.KINDS)
    assert min(kinds.values()) >= 50
    assert {listing.country for listing in listings} == set(COUNTRIES)
    assert {listing.source_language for listing in listings} == set(TAGS)
    assert sum(len(listing.translations) > 1 for listing in listings) * 3 >= len(listings)
    fundings = Counter(money.funding_of(listing) for listing in listings)
    assert min(fundings.values()) >= 60


def test_half_of_chinas_listings_are_in_guangxi(listings: list[Listing]) -> None:
    china = [listing for listing in listings if listing.country == "CN"]
    guangxi = [listing for listing in china if "guangxi" in place_ids(listing.place)]
    assert 0.4 <= len(guangxi) / len(china) <= 0.7


def test_most_are_open_some_are_over_and_some_take_applications_at_any_time(listings: list[Listing]) -> None:
    share = len(listings) / 100
    assert 2 * share <= sum(not is_open(listing, NOW) for listing in listings) <= 8 * share
    assert 3 * share <= sum(listing.rolling for listing in listings) <= 9 * share
    soon = [listing for listing in listings if is_open(listing, NOW) and not is_open(listing, NOW + timedelta(days=30))]
    assert len(soon) >= 20
    assert all(not is_open(listing, NOW + timedelta(days=275)) or listing.rolling for listing in listings)


def test_no_two_listings_read_the_same(listings: list[Listing]) -> None:
    for part in ("title", "summary", "description"):
        texts = Counter(getattr(text, part) for listing in listings for text in listing.translations)
        assert texts.most_common(1)[0][1] == 1, texts.most_common(1)
    assert len({listing.reference for listing in listings}) == len(listings)


def test_awkward_cases_are_among_them(listings: list[Listing]) -> None:
    assert any(len(text.title) > 150 for listing in listings for text in listing.translations)
    assert any(listing.confirmed_at is None for listing in listings)
    assert any(listing.place is None and listing.department is None for listing in listings)
    assert any(len(listing.translations) == 1 for listing in listings)


# -- repeatable


def test_the_same_seed_day_and_directory_give_the_same_listings(directory: Directory, listings: list[Listing]) -> None:
    again = sorted(generated(directory), key=lambda record: str(record["id"]))
    assert again == [to_record(listing) for listing in listings]


def test_another_seed_or_day_gives_others(directory: Directory) -> None:
    first, other = generated(directory), generated(directory, seed=7)
    assert {record["id"] for record in first}.isdisjoint(record["id"] for record in other)
    later = generated(directory, day=NOW + timedelta(days=30))
    assert [record["id"] for record in first] == [record["id"] for record in later]
    assert [record["organisation_id"] for record in first] == [record["organisation_id"] for record in later]
    assert [record["posted_at"] for record in first] != [record["posted_at"] for record in later]


def test_filling_twice_adds_nothing(filled: Session) -> None:
    assert fill_demonstration(filled, load_thesaurus(), SEED, NOW) == 0


@pytest.mark.parametrize("day", ["2028-02-29", "2026-12-31"])
def test_any_day_will_do(filled: Session, directory: Directory, day: str) -> None:
    known = known_references(filled, load_thesaurus())
    for record in generated(directory, day=datetime.fromisoformat(day).replace(tzinfo=UTC)):
        from_record(record, known)


# -- consistent


def test_every_listing_passes_the_checks_of_an_import(filled: Session, everything: list[Listing]) -> None:
    known = known_references(filled, load_thesaurus())
    for listing in everything:
        record = to_record(listing)
        assert to_record(from_record(record, known)) == record


def test_hosts_exist_teach_and_are_in_the_listings_country(filled: Session, listings: list[Listing]) -> None:
    hosts = {one.id: one for one in filled.scalars(sa.select(Organisation).options(selectinload(Organisation.names)))}
    for listing in listings:
        host = hosts[str(listing.organisation_id)]
        assert "education" in host.types
        assert host.country == listing.country
        thesaurus = load_thesaurus()
        assert listing.place is None or thesaurus[listing.place].facts["country"] == listing.country


def test_partners_are_from_the_other_side(listings: list[Listing]) -> None:
    for listing in listings:
        assert bool(listing.partners) == (listing.kind in KINDS_WITH_PARTNER), listing.id
        for other in listing.partners:
            assert (other.organisation.country == "CN") != (listing.country == "CN")
            assert other.organisation_id != listing.organisation_id


def test_prose_is_filled_in(listings: list[Listing]) -> None:
    for listing in listings:
        for text in listing.translations:
            assert not re.search(r"[{}]", f"{text.title}{text.summary}{text.description}")
            assert text.description.count("\n\n") >= 2


def test_deadlines_are_a_chain(listings: list[Listing]) -> None:
    for listing in listings:
        chain = sorted(listing.deadlines, key=lambda line: DEADLINE_ORDER.index(line.purpose))
        moments = [deadline_at(line) for line in chain]
        assert moments == sorted(moments), listing.id
        assert listing.rolling == (not chain)
        assert sum(line.purpose == "host" for line in chain) == (0 if listing.rolling else 1)
        assert all(line.local_time.time() in (time(17), time(23, 59)) for line in chain)
        nominated = any(line.purpose == "home-nomination" for line in chain)
        assert nominated == any(rule.kind == "nomination" for rule in listing.rules)
        referees = any(document.kind == "reference-letter" for document in listing.documents)
        assert referees or not any(line.purpose == "referee" for line in chain)


def test_dates_follow_one_another(listings: list[Listing]) -> None:
    for listing in listings:
        confirmed = listing.confirmed_at or listing.updated_at
        assert listing.posted_at <= listing.updated_at <= confirmed <= NOW, listing.id
        closing = [line.local_time.date() for line in listing.deadlines if line.purpose == "host"]
        if closing:
            assert listing.posted_at.date() < closing[0]
            assert listing.result_on is None or listing.result_on > closing[0]
            assert listing.starts_from is not None
            assert listing.starts_from > (listing.result_on or closing[0])
            assert listing.starts_until is not None
            assert listing.starts_until >= listing.starts_from
        else:
            assert listing.result_on is None


def test_places_fit_into_one_another(listings: list[Listing]) -> None:
    for listing in listings:
        total = listing.places_total or 0
        per_country = listing.places_per_country or total
        assert total >= per_country >= (listing.places_per_institution or 1) >= 1
        assert 0 <= listing.places_filled <= total


def edition_of(listing: Listing) -> tuple[Programme, Edition]:
    title = listing.translations[0].title
    for programme in load_programmes():
        for edition in programme.editions:
            if title.startswith(edition.prose[programme.source].title):
                return programme, edition
    raise AssertionError(title)


def programme_of(listing: Listing) -> Programme:
    return edition_of(listing)[0]


# Prose that says for whose citizens alone a listing is.
SAYS_FOR_WHOM = re.compile(
    r"\b[Ff]or (Cambodian|Lao|Vietnamese|Thai|Burmese|Filipino|Malaysian|Indonesian|Timorese|Chinese)"
    r" (applicants|candidates|citizens|graduates|researchers|students|teachers|trainees)\b"
    r"|young people from ASEAN countries|面向东盟国家本科毕业生|让越南学员|cho sinh viên Việt Nam"
    r"|ສຳລັບຊາວລາວ|ສຳລັບຜູ້ສະໝັກຈາກ ສປປ ລາວ|ສຳລັບຜູ້ປະກອບການລາວ|សម្រាប់(បេក្ខជន|សិក្ខាកាម)កម្ពុជា"
)


def test_where_the_prose_says_for_whom_it_is_the_rules_say_so_too(listings: list[Listing]) -> None:
    found = 0
    for listing in listings:
        programme, edition = edition_of(listing)
        shared = [text for texts in programme.shared.values() for text in texts]
        own = [text for prose in edition.prose.values() for text in (prose.title, prose.summary, prose.focus)]
        if any(map(SAYS_FOR_WHOM.search, shared + own)):
            assert edition.citizens, own[0]
        if edition.citizens:
            found += 1
            assert set(eligibility.open_to(listing.rules)) == set(edition.citizens), listing.id
    assert found >= 15


def test_money_comes_to_what_the_programme_says_in_the_hosts_currency(listings: list[Listing]) -> None:
    for listing in listings:
        programme = programme_of(listing)
        assert money.funding_of(listing) == programme.funding, listing.id
        assert len({line.currency for line in listing.money if line.currency}) <= 1
        assert all(
            line.amount is None or (line.amount > 0 and line.amount == nice(line.amount)) for line in listing.money
        )
        assert all(line.level is None or line.level in listing.levels for line in listing.money)
        if listing.country == "CN":
            stipend = money.highest_stipend(listing.money)
            assert stipend is None or 200 <= money.monthly_value(stipend) <= 12500


def test_eligibility_makes_sense(listings: list[Listing]) -> None:
    for listing in listings:
        allowed = eligibility.open_to(listing.rules)
        assert allowed, listing.id
        assert listing.country not in allowed
        if listing.country != "CN":
            assert "CN" in allowed
        for other in listing.partners:
            if listing.country == "CN" and other.role == "home":
                assert other.organisation.country in allowed
        for row in listing.rules:
            eligibility.rule_of(row)


def test_sensitive_papers_are_asked_for_only_after_an_offer(listings: list[Listing]) -> None:
    for listing in listings:
        wanted = {document.kind: document.due for document in listing.documents}
        assert wanted.get("passport-copy", "after-offer") == "after-offer"
        assert wanted.get("health-certificate", "after-offer") == "after-offer"
        assert len(wanted) == len(listing.documents)
        tested = any(rule.kind == "language-test" for rule in listing.rules)
        assert not tested or "language-certificate" in wanted
        weights = [criterion.weight for criterion in listing.criteria if criterion.weight is not None]
        assert sum(weights) in (0, 100), listing.id


def test_the_extra_facts_belong_to_their_kinds(listings: list[Listing]) -> None:
    for listing in listings:
        assert bool(listing.base_equipment) == (listing.kind == "training-base")
        assert bool(listing.joint_degrees) == (listing.kind == "joint-programme")
        if listing.kind == "joint-programme":
            assert (listing.joint_months_home or 0) + (listing.joint_months_host or 0) == listing.months_max
            assert listing.months_min == listing.months_max
            parties = {listing.organisation_id, *(other.organisation_id for other in listing.partners)}
            assert {degree["organisation"] for degree in listing.joint_degrees} <= parties
            assert listing.joint_approval is not None
            assert listing.joint_approval.startswith("DEMO-")


def test_nobody_real_is_reached_by_a_demonstration(listings: list[Listing]) -> None:
    for listing in listings:
        assert str(listing.contact_email).endswith(".example")
        assert listing.apply_url is None or re.match(r"https://[a-z.]+\.example/", listing.apply_url)
        assert listing.source_url is None


# -- real schemes


def test_schemes_are_real_and_say_where_from(schemes: list[Listing]) -> None:
    assert len(schemes) >= 12
    for scheme in schemes:
        assert scheme.scheme
        assert str(scheme.source_url).startswith("http")
        assert scheme.source_checked_on == CHECKED_ON
        assert scheme.confirmed_at is None
        assert scheme.reference is None
        assert not scheme.deadlines
        assert not scheme.rolling
        assert "decide" in scheme.translations[0].description or "Ask the centre" in scheme.translations[0].description
        assert "ASEAN" not in str([rule.parameters for rule in scheme.rules])


HOME_LANGUAGES = {
    "csc-th": "th", "luban-th": "th", "luban-kh": "km", "brin-visit": "id", "unpad-visit": "id", "balik": "fil",
    "ai-laos": "lo",
}  # fmt: skip


def test_schemes_can_be_read_by_both_sides(schemes: list[Listing]) -> None:
    for scheme in schemes:
        origins = {text.language: text.origin for text in scheme.translations}
        own = {HOME_LANGUAGES[scheme.id]} if scheme.id in HOME_LANGUAGES else set()
        assert origins == {"en": "source", **dict.fromkeys({"zh-Hans", "vi"} | own, "machine")}
        source = scheme.translations[0]
        for text in scheme.translations:
            assert text.description.count("\n\n") == source.description.count("\n\n"), scheme.id
            assert re.findall(r"https?://[^\s)）]+", text.description) == re.findall(
                r"https?://[^\s)）]+", source.description
            )


def test_translations_of_schemes_tell_the_same_numbers(schemes: list[Listing]) -> None:
    """Written as digits in English: years, amounts, counts and days stand in every translation."""
    khmer = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
    for scheme in schemes:
        for part in ("summary", "description"):
            wanted = numbers(getattr(scheme.translations[0], part))
            for text in scheme.translations[1:]:
                assert wanted <= numbers(getattr(text, part).translate(khmer)), (scheme.id, text.language, part)


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", re.sub(r"(?<=\d)[,.\u00a0 ](?=\d{3}\b)", "", text)))


def test_a_scheme_whose_only_known_round_is_over_is_closed_and_says_so_first(schemes: list[Listing]) -> None:
    closed = [scheme for scheme in schemes if scheme.state == "closed"]
    assert {scheme.id for scheme in closed} == {"acyls", "csc-th", "nafosted-pd"}
    over = {"en": "over", "zh-Hans": "已经结束", "vi": "đã kết thúc", "th": "สิ้นสุดแล้ว"}
    for text in (text for scheme in closed for text in scheme.translations):
        start, said, _rest = text.summary.partition(over[text.language])
        assert said
        assert re.search(r"20\d\d", text.summary[: len(start) + 20])
        assert len(start) < 50
    assert sum(scheme.state == "published" for scheme in schemes) >= 12


def test_schemes_are_as_old_as_their_sources(schemes: list[Listing]) -> None:
    assert all(scheme.posted_at.date() < CHECKED_ON - timedelta(days=180) for scheme in schemes)
    assert {scheme.id: str(scheme.posted_at.date()) for scheme in schemes}["ai-laos"] == "2025-02-25"


def test_schemes_name_organisations_of_the_directory_where_there_are(schemes: list[Listing]) -> None:
    known = {scheme.id: scheme.organisation_id for scheme in schemes}
    assert known["tysp"] == "027s68j25"
    assert known["nafosted-pd"] == "04rw64z44"
    assert known["luban-th"] is None


def test_schemes_do_without_a_directory(session: Session) -> None:
    found = load_schemes(session)
    assert {scheme.organisation_id for scheme in found} == {None}
    assert PATH.exists()


# -- programmes


BROKEN = {
    'kind = "scholarship"': ('kind = "gift"', "kind"),
    'concepts = ["machine-learning"]': ('concepts = ["alchemy"]', "concepts[0]"),
    'funding = "full"': ('funding = "full"\npays = "living"', "pays"),
    "months = [24, 36]": ("months = [36, 24]", "months"),
    "Study at {host}.": ("Study at {partner}.", "shared"),
    "A focus.": ("A {focus", "shared"),
    'host = "CN"': ('host = "FR"', "host"),
    'minimum = "6.0"': ('minimum = "good"', "minimum"),
}
PROGRAMME = """
[[programme]]
slug = "en-test"
source = "en"
kind = "scholarship"
concepts = ["machine-learning"]
isced = ["0613"]
levels = ["master"]
mode = "onsite"
working_languages = ["en"]
award = "degree"
months = [24, 36]
funding = "full"
places = [1, 2]
tests = [{language = "en", test = "IELTS", minimum = "6.0"}]
documents = ["cv"]
criteria = [{code = "motivation", weight = 100}]
[programme.shared]
en = ["Study at {host}.", "Two."]
[[programme.edition]]
host = "CN"
concepts = []
[programme.edition.en]
title = "A title"
summary = "A summary."
focus = "A focus."
"""


@pytest.mark.parametrize("right", BROKEN)
def test_a_mistake_in_a_programme_is_named(tmp_path: Path, right: str) -> None:
    path = tmp_path / "en.toml"
    path.write_text(PROGRAMME)
    assert [programme.slug for programme in read_programmes(path)] == ["en-test"]
    wrong, field = BROKEN[right]
    path.write_text(PROGRAMME.replace(right, wrong))
    with pytest.raises(Invalid) as caught:
        list(read_programmes(path))
    assert caught.value.parameters["field"].startswith("en.toml.programme[0].")
    assert caught.value.parameters["field"].endswith(field)


def test_hosts_are_drawn_from_the_places_the_prose_names(directory: Directory) -> None:
    drawn = [directory.draw(random.Random(n), "CN", ("zh-Hans",), ["liuzhou"]) for n in range(20)]  # noqa: S311
    assert {host.place for host in drawn} == {"liuzhou"}
    assert all(host.names["zh-Hans"] for host in drawn)


def test_no_school_of_armed_forces_police_or_secret_services_is_a_host(filled: Session, directory: Directory) -> None:
    hosts = {host.id for host in directory.hosts}
    assert len(hosts) > 2000
    for word in ("PLA", "Liberation", "Air Force", "Rocket Force", "Police", "Public Security", "Le Quy Don"):
        named = sa.select(OrganisationName.organisation_id).where(
            OrganisationName.kind == "label", OrganisationName.value.regexp_match(rf"\b{word}\b")
        )
        assert hosts.isdisjoint(filled.scalars(named)), word
    assert hosts.isdisjoint({"00mm1qk40", "02n6w8087", "01xdzh226", "05qq5b157", "03x80pn82"})


# -- the command


def test_one_command_sets_up_a_site_and_a_second_run_keeps_it(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    first = CliRunner().invoke(main, ["demo", "--data", str(folder), "--no-serve"])
    assert first.exit_code == 0, first.output
    assert "listings added" in first.output
    second = CliRunner().invoke(main, ["demo", "--data", str(folder), "--no-serve"])
    assert "there already" in second.output
    site = Site.open(Settings(data_dir=str(folder)))
    found, people = states(site)
    site.database.dispose()
    assert found.complete
    assert (people.complete, people.documents) == (True, 0)
    assert found.documents > 400
