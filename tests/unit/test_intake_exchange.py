"""Profiles as JSON Resume and Europass, there and back; and such files from elsewhere."""

# ruff: noqa: E501 - documents of other programs

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Invalid
from portal.listings import codes
from portal.locales import TAGS
from portal.researchers import profile as p
from portal.researchers.intake.europass import read_europass, write_europass
from portal.researchers.intake.json_resume import read_resume, write_resume
from portal.researchers.intake.proposals import Brought, joined

# JSON Resume 1.0.0, as far as it says something about what is written here (https://jsonresume.org/schema).
_DAY = {"type": "string", "pattern": r"^([1-2][0-9]{3}-[0-1][0-9]-[0-3][0-9]|[1-2][0-9]{3}-[0-1][0-9]|[1-2][0-9]{3})$"}
_TEXT = {"type": "string"}


def _rows(**fields: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "additionalProperties": True, "properties": fields}}


SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "basics": {"type": "object", "additionalProperties": True, "properties": {
            "name": _TEXT, "label": _TEXT, "image": _TEXT, "email": _TEXT, "phone": _TEXT,
            "url": _TEXT, "summary": _TEXT,
            "location": {"type": "object", "properties": {"countryCode": _TEXT, "city": _TEXT}},
            "profiles": _rows(network=_TEXT, username=_TEXT, url=_TEXT)}},
        "work": _rows(name=_TEXT, location=_TEXT, description=_TEXT, position=_TEXT, url=_TEXT,
                      startDate=_DAY, endDate=_DAY, summary=_TEXT, highlights={"type": "array", "items": _TEXT}),
        "volunteer": {"type": "array"},
        "education": _rows(institution=_TEXT, url=_TEXT, area=_TEXT, studyType=_TEXT, startDate=_DAY, endDate=_DAY,
                           score=_TEXT, courses={"type": "array", "items": _TEXT}),
        "awards": {"type": "array"}, "certificates": {"type": "array"},
        "publications": _rows(name=_TEXT, publisher=_TEXT, releaseDate=_DAY, url={"type": "string", "format": "uri"},
                              summary=_TEXT),
        "skills": _rows(name=_TEXT, level=_TEXT, keywords={"type": "array", "items": _TEXT}),
        "languages": _rows(language=_TEXT, fluency=_TEXT), "interests": {"type": "array"},
        "references": {"type": "array"}, "projects": {"type": "array"},
        "meta": {"type": "object", "additionalProperties": True,
                 "properties": {"canonical": _TEXT, "version": _TEXT, "lastModified": _TEXT}},
    },
}  # fmt: skip

WORDS = st.text(st.sampled_from("aZ é中ไทยျမ<>&\"'\\/;,.-3"), max_size=12).map(lambda text: " ".join(text.split()))
SAID = WORDS.filter(lambda text: any(map(str.isalnum, text)))
DAYS = st.dates(date(1950, 1, 1), date(2050, 12, 31))
PLACES = st.builds(p.Place, st.none(), WORDS, st.none() | st.sampled_from(["TH", "CN"]))
SPANS = st.tuples(DAYS, st.none() | DAYS).filter(lambda span: span[1] is None or span[0] <= span[1])
DOIS = st.none() | st.from_regex(r"10\.1[0-9]{3}/[a-z0-9]{1,8}", fullmatch=True)


def _lists(rows: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Lists of rows that nobody takes for the same."""
    return st.lists(rows, max_size=3, unique_by=_key).map(tuple)


def _key(row: Any) -> Any:
    return next(getattr(row, name) for name in ("since", "doi", "language", "level") if hasattr(row, name))


PROFILES = st.builds(
    p.Profile,
    name=st.builds(p.Name, WORDS, WORDS, WORDS),
    background=st.builds(p.Background, st.none() | st.just(("TH", "LA")), st.none() | DAYS),
    degrees=_lists(st.builds(p.Degree, st.sampled_from(codes.DEGREES), WORDS, st.none() | st.just("0613"), PLACES,
                            st.none() | DAYS)),
    posts=_lists(st.builds(lambda kind, title, at, span: p.Post(kind, title, at, *span),
                          st.sampled_from(p.POST_KINDS), SAID, PLACES, SPANS)),
    publications=_lists(
        st.builds(p.Publication, SAID, st.sampled_from(p.PUBLICATION_KINDS), st.none() | st.integers(1950, 2050),
                  WORDS,
                  st.lists(SAID.filter(lambda text: ";" not in text), unique=True, max_size=2).map(tuple), DOIS.filter(bool))),
    languages=_lists(
        st.builds(p.Language, st.sampled_from(TAGS), st.none() | st.sampled_from(p.SPOKEN),
                  st.lists(st.builds(p.TestResult, st.just("HSK"), st.sampled_from("345"), st.none() | DAYS),
                           max_size=2, unique_by=lambda test: test.result).map(tuple))),
    skills=st.builds(p.Skills, summary=WORDS, summary_language=st.none() | st.just("th")),
)  # fmt: skip


@given(PROFILES, st.sampled_from(TAGS))
def test_json_resume_there_and_back(profile: p.Profile, reader: str) -> None:
    written = write_resume(profile, reader)
    jsonschema.validate(written, SCHEMA)
    back = read_resume(json.dumps(written).encode())
    assert not back.left_out
    skills = profile.skills if profile.skills.summary else p.Skills()
    assert joined(p.Profile(), back.proposals) == replace(profile, background=p.Background(), skills=skills)


@given(PROFILES, st.sampled_from(TAGS))
def test_europass_there_and_back(profile: p.Profile, reader: str) -> None:
    back = read_europass(write_europass(profile, reader))
    assert not back.left_out
    found = joined(p.Profile(), back.proposals)
    assert found == replace(
        profile, name=replace(profile.name, native=""), skills=p.Skills(),
        degrees=tuple(replace(one, isced=None) for one in profile.degrees),
        posts=_same_kinds(profile.posts, found.posts),
        publications=tuple(replace(one, kind="other") for one in profile.publications),
        languages=_native_first(tuple(replace(one, tests=()) for one in profile.languages), found.languages),
    )  # fmt: skip


def _same_kinds(posts: tuple[p.Post, ...], found: tuple[p.Post, ...]) -> tuple[p.Post, ...]:
    """Kinds of posts have no place in a Europass: they are guessed from the title."""
    return tuple(replace(one, kind=other.kind) for one, other in zip(posts, found, strict=True))


def _native_first(languages: tuple[p.Language, ...], found: tuple[p.Language, ...]) -> tuple[p.Language, ...]:
    """Mother tongues stand apart there, before the other languages."""
    assert len(languages) == len(found)
    return tuple(sorted(languages, key=lambda one: (one.level != "native", languages.index(one))))


FOREIGN = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Candidate xmlns="http://www.europass.eu/1.0" xmlns:oa="http://www.openapplications.org/oagis/9"
 xmlns:eures="http://www.europass_eures.eu/1.0" xmlns:hr="http://www.hr-xml.org/3">
 <hr:DocumentID schemeAgencyName="EUROPASS" schemeVersionID="4.0"/>
 <CandidatePerson><PersonName><hr:FamilyName>dos Santos</hr:FamilyName><oa:GivenName>Ana</oa:GivenName></PersonName>
  <Communication><oa:URI>ana@example.tl</oa:URI></Communication>
  <NationalityCode>tl</NationalityCode><hr:BirthDate>1998-04</hr:BirthDate><GenderCode>female</GenderCode>
  <PrimaryLanguageCode name="FREE_TEXT">Tétum</PrimaryLanguageCode><PrimaryLanguageCode name="NORMAL">por</PrimaryLanguageCode>
 </CandidatePerson>
 <CandidateProfile languageCode="pt">
  <EmploymentHistory><EmployerHistory><hr:OrganizationName>UNTL</hr:OrganizationName>
   <PositionHistory><PositionTitle typeCode="FREETEXT">Docente</PositionTitle><eures:EmploymentPeriod>
     <eures:StartDate><hr:FormattedDateTime>2021-03</hr:FormattedDateTime></eures:StartDate>
     <hr:CurrentIndicator>true</hr:CurrentIndicator></eures:EmploymentPeriod>
     <oa:Description>&lt;p&gt;Aulas&lt;/p&gt;</oa:Description><Country>tl</Country></PositionHistory>
   <PositionHistory><PositionTitle>Sem data</PositionTitle></PositionHistory></EmployerHistory></EmploymentHistory>
  <EducationHistory><EducationOrganizationAttendance><hr:OrganizationName>Universidade do Minho</hr:OrganizationName>
    <AttendancePeriod><EndDate><hr:FormattedDateTime>2020</hr:FormattedDateTime></EndDate><Ongoing>false</Ongoing></AttendancePeriod>
    <EducationDegree><hr:DegreeName>Mestrado em Informática</hr:DegreeName></EducationDegree>
   </EducationOrganizationAttendance><EducationOrganizationAttendance><hr:OrganizationName>Curso</hr:OrganizationName>
   </EducationOrganizationAttendance></EducationHistory>
  <PersonQualifications><PersonCompetency><CompetencyID schemeName="NORMAL">eng</CompetencyID><hr:TaxonomyID>language</hr:TaxonomyID>
    <eures:CompetencyDimension><eures:Score><hr:ScoreText>C1</hr:ScoreText></eures:Score></eures:CompetencyDimension>
    <eures:CompetencyDimension><eures:Score><hr:ScoreText>B2</hr:ScoreText></eures:Score></eures:CompetencyDimension>
   </PersonCompetency></PersonQualifications>
 </CandidateProfile></Candidate>"""


def test_a_europass_of_the_editor() -> None:
    brought = read_europass(FOREIGN.encode())
    found = joined(p.Profile(), brought.proposals)
    assert found.name == p.Name("Ana", "dos Santos")
    assert found.background == p.Background(citizenships=("TL",))  # a month is no date of birth; sex is not read at all
    assert [(one.title, one.kind, one.at.country, one.since) for one in found.posts] == [
        ("Docente", "teaching", "TL", date(2021, 3, 1))
    ]
    assert [(one.level, one.completed_on) for one in found.degrees] == [("master", date(2020, 12, 31))]
    levels = {one.language: one.level for one in found.languages}
    assert levels == {"tet": "native", "pt": "native", "en": "B2"}  # the lowest of what is told
    assert [(one.part, one.reason) for one in brought.left_out] == [("degrees", "level"), ("posts", "missing-field")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "intake.xml"), (b"<a", "intake.xml"), (b"<a/>", "intake.xml"),
        (b'<SkillsPassport xmlns="http://europass.cedefop.europa.eu/Europass"/>', "intake.old-europass"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Candidate>&b;</Candidate>', "intake.xml"),
        (b'<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><Candidate>&c;</Candidate>', "intake.xml"),
        (b"<Candidate>" + b" " * 9_000_000, "intake.large"), (b'<?xml version="1.0" encoding="none"?><a/>', "intake.xml"),
    ],
)  # fmt: skip
def test_hostile_europass(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_europass(content)
    assert refused.value.code == code


def test_europass_that_is_nested_deeply_or_says_nothing() -> None:
    assert read_europass(b"<Candidate><a><b/></a></Candidate>") == Brought()
    assert ElementTree.fromstring(write_europass(p.Profile(), "my")).tag.endswith("Candidate")


_EMPLOYER = b"<CandidateProfile><EmploymentHistory>%b</EmploymentHistory></CandidateProfile>"


@pytest.mark.parametrize(
    "content", [b"<a>" * 50_000 + b"</a>" * 50_000, b"<a/>" * 50_000, _EMPLOYER % (b"<EmployerHistory>" * 400_000)]
)
def test_europass_too_large_or_too_deep_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match=r"intake\.costly"):
        read_europass(b"<Candidate>" + content + b"</Candidate>")


def test_europass_rows_within_rows_are_not_read() -> None:
    inner = b"<EmployerHistory><PositionHistory><PositionTitle>Dean</PositionTitle></PositionHistory></EmployerHistory>"
    content = _EMPLOYER % (b"<EmployerHistory><PositionHistory>" + inner + b"</PositionHistory></EmployerHistory>")
    brought = read_europass(b"<Candidate>" + content + b"</Candidate>")
    assert [one.words for one in brought.left_out] == [""]  # the outer one, which has no title


def test_what_many_publications_say_twice_is_proposed_once() -> None:
    rows = [{"name": f"A paper about rice, number {number}", "releaseDate": "2020"} for number in range(500)]
    brought = read_resume(json.dumps({"publications": [*rows, *rows]}).encode())
    assert len(joined(p.Profile(), brought.proposals).publications) == len(rows)


def test_a_resume_of_another_program() -> None:
    resume = {
        "basics": {"name": "Ana dos Santos", "summary": "I teach.", "email": "ana@example.tl", "image": 7},
        "work": [{"name": "UNTL", "position": "Lecturer", "startDate": "2021-03"}, {"name": "no date", "position": "x"}, 3],
        "education": [
            {"institution": "Minho", "studyType": "Master", "area": "Informatics", "endDate": "2020"},
            {"institution": "Course", "studyType": "Certificate"},
        ],
        "languages": [{"language": "Inglês", "fluency": "C1 (advanced)"}, {"language": "Tetum", "fluency": "Native speaker"},
                      {"language": "Martian"}],
        "publications": [{"name": "A paper", "releaseDate": "2021-01-01", "url": "https://doi.org/10.1000/a"}],
        "skills": "none",
    }  # fmt: skip
    brought = read_resume(json.dumps(resume).encode())
    found = joined(p.Profile(), brought.proposals)
    assert found.name == p.Name(native="Ana dos Santos")
    assert found.posts == (p.Post("teaching", "Lecturer", p.Place(name="UNTL"), date(2021, 3, 1)),)
    assert found.degrees == (
        p.Degree("master", "Informatics", at=p.Place(name="Minho"), completed_on=date(2020, 12, 31)),
    )
    assert found.languages == (p.Language("en", "C1"), p.Language("tet", "native"))
    assert found.publications == (p.Publication("A paper", "other", 2021, doi="10.1000/a"),)
    assert len(brought.left_out) == 3


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["basics", "work", "name", "position", "startDate", "education", "studyType", "languages", "language",
                         "publications", "x-tests", "x-authors", "x-kind", "summary"]), inner, max_size=5), max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_any_json_is_read_or_refused(value: Any) -> None:
    try:
        read_resume(json.dumps(value).encode())
    except Invalid as refused:
        assert refused.code == "intake.json"  # noqa: PT017 - both are right


def test_what_is_no_resume_at_all() -> None:
    for content in (b"", b"{", b"[]", b"{}", b"\xff", b"[" * 100_000):
        with pytest.raises(Invalid, match=r"intake\.json"):
            read_resume(content)
