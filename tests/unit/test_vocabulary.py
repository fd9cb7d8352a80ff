"""Fields of education, CLDR names, the thesaurus put together from its files, places, and the order of names."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.locales import REGIONS, TAGS
from portal.organisations.importing import PACKAGED, read_records
from portal.vocabulary.cldr import country_name, language_name
from portal.vocabulary.collation import sort_key
from portal.vocabulary.isced import load_isced
from portal.vocabulary.thesaurus import build_thesaurus, load_thesaurus, place_ids, place_of
from search.concepts.index import LabelIndex
from search.concepts.thesaurus import FACETS, TOPICS, Thesaurus
from search.errors import InvalidThesaurus


def test_isced_is_a_tree_of_220_fields() -> None:
    isced = load_isced()
    assert {level: len(isced.of_level(level)) for level in ("broad", "narrow", "detailed")} == {
        "broad": 12, "narrow": 58, "detailed": 150,
    }  # fmt: skip
    for field in isced.fields.values():
        assert (field.parent is None) == (field.level == "broad")
        assert field.parent is None or (isced.exists(field.parent) and field.code.startswith(field.parent))


def test_isced_labels_fall_back_to_english() -> None:
    isced = load_isced()
    assert isced.label("0613", "en") == "Software and applications development and analysis"
    assert isced.label("0613", "pt").startswith("Desenvolvimento e análise de software")
    assert isced.label("0613", "tlh") == isced.label("0613", "en")
    assert isced.label("9999x", "en") == "9999x"
    assert isced.narrow("0613") == isced.narrow("061") == "061"
    assert not isced.exists("061x")


def test_every_country_and_language_has_a_cldr_name_everywhere() -> None:
    for tag in TAGS:
        assert all(country_name(code, tag) not in ("", code) for code in REGIONS)
        assert all(language_name(language, tag) not in ("", language) for language in TAGS)
    assert country_name("CN", "th") == "จีน"
    assert language_name("zh-Hans", "zh-Hans") == "中文"
    assert language_name("zh-Hans", "vi") == "Tiếng Trung"


def labels(text: str) -> str:
    return "\n".join(f'{tag} = ["{text} {tag}"]' for tag in TAGS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in TOPICS:
        (tmp_path / name).write_text(f"[{name.removesuffix('.toml')}]\n{labels(name)}\n", "utf-8")
    (tmp_path / "places.toml").write_text(
        '[country-TH]\ncountry = "TH"\nen = ["Thai", "Siam"]\n'
        f'[guangxi]\ncountry = "CN"\nsubdivision = "GX"\n{labels("Guangxi")}\n',
        "utf-8",
    )
    (tmp_path / "facets.toml").write_text(
        '[working-language-th]\nfilter = {field = "working_language", values = ["th"]}\n' + labels("taught in Thai"),
        "utf-8",
    )
    for name in FACETS[1:]:
        (tmp_path / name).write_text("", "utf-8")
    (tmp_path / "pinyin.toml").write_text('guangxi = "guang xi"\n', "utf-8")
    return tmp_path


@pytest.fixture
def small(folder: Path) -> Thesaurus:
    return build_thesaurus(folder)


def test_countries_have_their_cldr_name_first_then_the_everyday_ones(small: Thesaurus) -> None:
    assert small["country-TH"].labels["en"] == ("Thailand", "Thai", "Siam")
    assert small["country-TH"].filter == ("country", ("TH",))
    assert small["country-VN"].labels["zh-Hans"] == ("越南",)
    assert {f"country-{code}" for code in REGIONS} <= set(small.concepts)


def test_a_country_named_with_a_bracket_is_found_without_it(small: Thesaurus) -> None:
    assert [entry.concept for entry in LabelIndex(small.concepts.values()).readings("myanmar")] == ["country-MM"]


def test_plain_language_names_are_labels_unless_they_name_a_place(small: Thesaurus) -> None:
    found = small["working-language-th"].labels
    assert found["vi"] == ("taught in Thai vi", "Tiếng Thái")
    assert found["th"] == ("taught in Thai th",)  # ไทย is the country
    assert found["en"] == ("taught in Thai en",)  # so is Thai, says places.toml


def test_a_broken_file_is_named(folder: Path) -> None:
    (folder / TOPICS[0]).write_text("[x]\nen = [", "utf-8")
    with pytest.raises(InvalidThesaurus, match=TOPICS[0]):
        build_thesaurus(folder)


def test_the_thesaurus_of_the_site_is_whole() -> None:
    thesaurus = load_thesaurus()
    assert len(thesaurus.of_scheme("topic")) >= 250
    assert all(
        thesaurus[place].facts["within"] in thesaurus
        for place in thesaurus.concepts
        if "within" in thesaurus[place].facts
    )
    assert {f"working-language-{tag}" for tag in TAGS} <= set(thesaurus.concepts)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        (("CN", "Nanning", "GX"), "nanning"),
        (("CN", "nanning", None), "nanning"),
        (("CN", "Beijing", "BJ"), "beijing"),
        (("CN", "Beijing", None), "beijing"),
        (("CN", "Suzhou", "JS"), "suzhou"),
        (("CN", "Suzhou", "AH"), "anhui"),  # another city of that name
        (("CN", None, None, "Hubei"), "hubei"),
        (("CN", "A village", "GX"), "guangxi"),
        (("VN", "Nanning", None), None),
        (("TH", None, None), None),
    ],
)
def test_the_place_of_an_address(address: tuple[str, ...], place: str | None) -> None:
    assert place_of(*address) == place


def test_a_city_is_also_found_by_its_province() -> None:
    assert place_ids("nanning") == ("nanning", "guangxi")
    assert place_ids("guangxi") == ("guangxi",)
    assert place_ids(None) == place_ids("atlantis") == ()


def test_a_name_that_vietnamese_readers_know_of_another_place_is_not_used_alone() -> None:
    thesaurus = load_thesaurus()
    index = LabelIndex([thesaurus.concepts["changsha"]])
    assert thesaurus.label("changsha", "vi") == "Trường Sa (Hồ Nam)"
    for words in ("Trường Sa Hồ Nam", "truong sa ho nam", "Changsha"):
        assert [match.entries[0].concept for match in index.find(words, "vi")] == ["changsha"]
    assert index.find("Trường Sa", "vi") == []


def test_organisations_in_china_with_an_address_have_a_place() -> None:
    known = [
        record.values for record in read_records(PACKAGED) if record.values["country"] == "CN" and record.values["city"]
    ]
    placed = [v for v in known if place_of("CN", v["city"], v["subdivision_code"], v["subdivision"])]
    assert len(placed) >= 0.95 * len(known)


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("vi", ["Đại học Đà Nẵng", "đại học Huế", "Viện Toán học"]),
        ("zh-Hans", ["北京大学", "廣西大學", "清华大学", "Anhui University"]),
        ("th", ["เกษตร", "ขอนแก่น", "จุฬา", "เชียงใหม่", "University"]),
        ("en", ["Amity", "zenith", "北京大学"]),
    ],
)
def test_names_stand_in_the_order_of_the_language(language: str, wanted: list[str]) -> None:
    assert sorted(wanted, key=lambda name: sort_key(name, language)) == wanted
