"""What people call universities: everyday names and shortened ones, beside those of the registry."""

from __future__ import annotations

import pytest

from portal.indexing.labels import concepts_of
from portal.locales import TAGS
from portal.organisations.importing import PACKAGED, OrganisationRecord, read_records
from portal.organisations.patterns import everyday_names, names_by_rule, shorter_names
from portal.vocabulary.thesaurus import load_thesaurus
from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.concepts.thesaurus import Thesaurus


@pytest.fixture(scope="module")
def records() -> list[OrganisationRecord]:
    return list(read_records(PACKAGED))


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return load_thesaurus()


@pytest.fixture(scope="module")
def labels(records: list[OrganisationRecord], thesaurus: Thesaurus) -> LabelIndex:
    names = ((record.id, name.value, name.language, name.kind) for record in records for name in record.names)
    return LabelIndex([*thesaurus.concepts.values(), *concepts_of(names, thesaurus)], english=False)


def test_everyday_names_are_of_known_organisations(records: list[OrganisationRecord]) -> None:
    assert len(everyday_names()) > 200
    assert set(everyday_names()) <= {record.id for record in records}
    assert {language for names in everyday_names().values() for language in names} <= set(TAGS)


def test_every_everyday_name_finds_its_organisation(labels: LabelIndex, thesaurus: Thesaurus) -> None:
    lost = []
    for organisation, by_language in everyday_names().items():
        for language, names in by_language.items():
            for name in names:
                found = understand(name, language, labels, thesaurus)
                whole = [part for part in found.filters if part.field == "organisation" and part.span.text == name]
                if found.topics or not whole or organisation not in whole[0].values:
                    lost.append((name, language))
    assert not lost


def test_every_everyday_name_is_new(records: list[OrganisationRecord]) -> None:
    known = {record.id: {name.value for name in record.names if len(name.value) > 2} for record in records}
    again = {
        organisation: found
        for organisation, names in everyday_names().items()
        if (found := known[organisation] & {one for language in names.values() for one in language})
    }
    assert not again


@pytest.mark.parametrize(
    ("query", "language", "organisations"),
    [
        ("khóa AI ở ĐH Bách khoa HN", "vi", ["04nyv3z04"]), ("dh can tho", "vi", ["0071qz696"]),
        ("ทุน ม.แม่โจ้", "th", ["03c7s1f64"]), ("西大的人工智能课程", "zh-Hans", ["02c9qn167"]),
        ("univ brawijaya", "id", ["01wk3d929"]), ("UP Diliman AI", "fil", ["03tbh6y23"]),
        ("ĐH Quảng Tây", "vi", ["02c9qn167"]), ("dh quang tay", "vi", ["02c9qn167"]),
        ("ม.กว่างซี", "th", ["02c9qn167"]), ("มหาวิทยาลัยกวางสี", "th", ["02c9qn167"]),
        ("guangxi univ", "en", ["02c9qn167"]), ("University of Guangxi", "en", ["02c9qn167"]),
        ("quế lâm điện tử", "vi", ["05arjae42"]), ("guilin univ of electronic tech", "en", ["05arjae42"]),
        ("Asia Pacific University", "en", ["03c52a632"]), ("AIT", "en", ["0403qcr87"]),
        ("AI at UTM", "en", ["026w31v75", "00nx0vn86"]), ("MUST", "en", ["03jqs2n27"]),
        ("SUT", "th", ["00d7f8730", "056m91h77", "05sgb8g78"]),
        # What only looks like a name
        ("utm biasiswa", "ms", []), ("must have AI", "en", []), ("HOW MUST I APPLY", "en", []),
        ("广西大数据", "zh-Hans", []), ("广西大学生交流", "zh-Hans", []), ("我想上大学", "zh-Hans", []),
        ("阿里云大数据", "zh-Hans", []), ("ĐH Hà Nội", "vi", []),
        ("belajar ui ux", "id", []), ("how to sign up for AI", "fil", []),
    ],
)  # fmt: skip
def test_names_are_found_in_queries(
    query: str, language: str, organisations: list[str], labels: LabelIndex, thesaurus: Thesaurus
) -> None:
    found = understand(query, language, labels, thesaurus).filters
    assert [value for part in found if part.field == "organisation" for value in part.values] == organisations


def test_openings_of_names_are_shortened_unless_only_a_place_is_left() -> None:
    assert list(shorter_names("Trường Đại Học Cần Thơ X", "vi")) == ["Đại học Cần Thơ X", "ĐH Cần Thơ X"]
    assert list(shorter_names("Trường Đại học Hà Nội", "vi")) == []
    assert list(shorter_names("Universitas Brawijaya", "id")) == ["Univ Brawijaya"]
    assert list(shorter_names("Universitas Brawijaya", "ms")) == []
    assert list(shorter_names("Guilin University of Electronic Technology", "en")) == [
        "Guilin University of Electronic Tech"
    ]
    made = list(names_by_rule("Guangxi University"))
    assert {("vi", "Đại học Quảng Tây"), ("vi", "ĐH Quảng Tây"), ("en", "University of Guangxi")} <= set(made)


def test_a_name_by_rule_is_not_that_of_another(labels: LabelIndex, thesaurus: Thesaurus) -> None:
    for name, organisation in (("University of Jinan", "02mjz6f26"), ("Jinan University", "02xe5ns62")):
        (found,) = understand(name, "en", labels, thesaurus).filters
        assert found.values == (organisation,)
