"""A profile as a Europass CV and back: the XML document `Candidate` (HR Open 3 with OAGIS and EURES names), which the
Europass editor takes and which stands in its PDFs as `attachment.xml`.

Why this one: the older `SkillsPassport` is refused by the editor, and the European Learning Model is for credentials.
The schema that documents name (Candidate.xsd) was never published; what is written and read here follows documents that
the editor wrote, as those describe them element by element who took them apart (such as the engineering reference of
the project `europass-cv` for Typst). Elements are read by their local names, in any order.

Background (but for citizenship and birth), tests of languages, wishes, and names in another script have no place in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import islice
from xml.etree.ElementTree import Element, ParseError, SubElement, register_namespace, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from portal.core.errors import Invalid
from portal.listings import codes
from portal.researchers.identifiers import read_doi
from portal.researchers.intake.dates import read_day
from portal.researchers.intake.language_names import language_of, three_letters
from portal.researchers.intake.outside import country, web_address
from portal.researchers.intake.proposals import Brought, Finds, short
from portal.researchers.intake.wording import degree_level, first_cue, folded
from portal.researchers.profile import Background, Degree, Language, Name, Place, Post, Profile, Publication
from portal.researchers.records import NAME

LARGEST = 8 * 1024**2  # bytes: documents may carry a picture
_EUROPASS, _HR = "http://www.europass.eu/1.0", "http://www.hr-xml.org/3"
_OA, _EURES = "http://www.openapplications.org/oagis/9", "http://www.europass_eures.eu/1.0"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SPACES = {"": _EUROPASS, "hr": _HR, "oa": _OA, "eures": _EURES}
_EQF = {"upper-secondary": "4", "short-cycle": "5", "bachelor": "6", "master": "7", "doctoral": "8"}
_LEVELS = {eqf: level for level, eqf in _EQF.items()}
_CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
_DIMENSIONS = (
    "CEF-Understanding-Listening", "CEF-Understanding-Reading", "CEF-Speaking-Interaction", "CEF-Speaking-Production",
    "CEF-Writing-Production",
)  # fmt: skip
_PERIOD, _DAY = "EmploymentPeriod", "FormattedDateTime"
_SECTIONS = ("work-experience", "education-training", "language", "publication")
_MOST_ROWS = 500
_MOST_ELEMENTS, _DEEPEST = 50_000, 50  # the editor's documents stay far below


def write_europass(profile: Profile, reader: str) -> bytes:
    """A profile as a `Candidate` document; `reader` is the language of its words."""
    for prefix, space in (*_SPACES.items(), ("xsi", _XSI)):
        register_namespace(prefix, space)
    root = Element(f"{{{_EUROPASS}}}Candidate", {f"{{{_XSI}}}schemaLocation": f"{_EUROPASS} Candidate.xsd"})
    _add(root, "hr:DocumentID", schemeName="DocumentIdentifier", schemeAgencyName="EUROPASS", schemeVersionID="4.0")
    supplier = _add(root, "CandidateSupplier")
    _add(supplier, "hr:PartyName", "Owner")
    _write_name(_add(supplier, "PersonContact"), profile.name)
    _write_person(_add(root, "CandidatePerson"), profile)
    candidate = _add(root, "CandidateProfile", languageCode=reader.partition("-")[0])
    _write_rows(candidate, profile)
    order = _add(_add(_add(root, "RenderingInformation"), "Design"), "SectionsOrder")
    for section in _SECTIONS:
        _add(_add(order, "Section"), "Title", section)
    written: bytes = tostring(root, "UTF-8", xml_declaration=True)
    return written


def _add(parent: Element, name: str, said: str | None = None, **attributes: str) -> Element:
    prefix, _colon, local = name.rpartition(":")
    element = SubElement(parent, f"{{{_SPACES[prefix]}}}{local}", attributes)
    element.text = said
    return element


def _write_name(parent: Element, name: Name) -> None:
    person = _add(parent, "PersonName")
    _add(person, "oa:GivenName", name.given)
    _add(person, "hr:FamilyName", name.family)


def _write_person(person: Element, profile: Profile) -> None:
    _write_name(person, profile.name)
    for code in profile.background.citizenships or ():
        _add(person, "NationalityCode", code.lower())
    if profile.background.born_on:
        _add(person, "hr:BirthDate", profile.background.born_on.isoformat())
    for one in profile.languages:
        if one.level == "native":
            _add(person, "PrimaryLanguageCode", three_letters(one.language)).set("name", "NORMAL")


def _write_rows(candidate: Element, profile: Profile) -> None:
    history = _add(candidate, "EmploymentHistory")
    for post in profile.posts:
        _write_post(_add(history, "EmployerHistory"), post)
    history = _add(candidate, "EducationHistory")
    for degree in profile.degrees:
        _write_degree(_add(history, "EducationOrganizationAttendance"), degree)
    history = _add(candidate, "PublicationHistory")
    for publication in profile.publications:
        _write_publication(_add(history, "Publication"), publication)
    qualifications = _add(candidate, "PersonQualifications")
    for language in profile.languages:
        if language.level != "native":
            _write_language(_add(qualifications, "PersonCompetency"), language)


def _write_place(parent: Element, at: Place) -> None:
    _add(parent, "hr:OrganizationName", at.name)
    if at.country:
        address = _add(_add(_add(parent, "OrganizationContact"), "Communication"), "Address")
        _add(address, "CountryCode", at.country.lower())


def _write_post(parent: Element, post: Post) -> None:
    _write_place(parent, post.at)
    position = _add(parent, "PositionHistory")
    _add(position, "PositionTitle", post.title, typeCode="FREETEXT")
    period = _add(position, "eures:EmploymentPeriod")
    _write_day(period, "eures:StartDate", post.since)
    if post.until:
        _write_day(period, "eures:EndDate", post.until)
    _add(period, "hr:CurrentIndicator", "false" if post.until else "true")


def _write_degree(parent: Element, degree: Degree) -> None:
    _write_place(parent, degree.at)
    period = _add(parent, "AttendancePeriod")
    if degree.completed_on:
        _write_day(period, "EndDate", degree.completed_on)
    _add(period, "Ongoing", "false" if degree.completed_on else "true")
    studies = _add(parent, "EducationDegree")
    _add(studies, "hr:DegreeName", degree.subject)
    _add(parent, "EducationLevelCode", _EQF[degree.level])


def _write_day(parent: Element, name: str, day: date) -> None:
    _add(_add(parent, name), "hr:FormattedDateTime", day.isoformat())


def _write_publication(parent: Element, publication: Publication) -> None:
    _add(parent, "Title", publication.title)
    if publication.year:
        _add(parent, "Year", str(publication.year))
    link = f"https://doi.org/{publication.doi}" if publication.doi else publication.url
    if link:
        _add(_add(parent, "DOI"), "Link", link)
    if publication.venue:
        _add(parent, "Journal", publication.venue)
    if publication.authors:
        _add(parent, "Authors", "; ".join(publication.authors))


def _write_language(parent: Element, language: Language) -> None:
    _add(parent, "CompetencyID", three_letters(language.language), schemeName="NORMAL")
    _add(parent, "hr:TaxonomyID", "language")
    for dimension in _DIMENSIONS if language.level else ():
        one = _add(parent, "eures:CompetencyDimension")
        _add(one, "hr:CompetencyDimensionTypeCode", dimension)
        _add(_add(one, "eures:Score"), "hr:ScoreText", language.level)


def read_europass(content: bytes) -> Brought:
    """What a `Candidate` document says. Raises `Invalid` ("intake.large", "intake.xml", "intake.old-europass",
    "intake.costly")."""
    if len(content) > LARGEST:
        raise Invalid("intake.large", field="file", megabytes=LARGEST // 1024**2)
    try:
        root = _parsed(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Invalid("intake.xml", field="file") from error
    if _local(root) != "Candidate":
        raise Invalid("intake.old-europass" if _local(root) == "SkillsPassport" else "intake.xml", field="file")
    finds = Finds()
    _read_person(root, finds)
    for section, name, read in (
        ("EducationHistory", "EducationOrganizationAttendance", _read_degree),
        ("EmploymentHistory", "EmployerHistory", _read_employer),
        ("PublicationHistory", "Publication", _read_publication),
        ("PersonQualifications", "PersonCompetency", _read_language),
    ):
        for element in islice(_all(root, "CandidateProfile", section, name), _MOST_ROWS):
            read(element, finds)
    return finds.brought()


def _parsed(content: bytes) -> Element:
    """The root of a document; what is too large or too deep is refused while it is read."""
    root: Element | None = None
    depth = count = 0
    for event, element in iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True):
        root = element if root is None else root
        started = event == "start"
        depth, count = depth + (1 if started else -1), count + started
        if depth > _DEEPEST or count > _MOST_ELEMENTS:
            raise Invalid("intake.costly", field="file")
    if root is None:
        raise Invalid("intake.xml", field="file")
    return root


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _all(element: Element, name: str, *path: str) -> Iterator[Element]:
    """The elements at a path, each step of which leads to children: no subtree is walked through."""
    for child in element:
        if _local(child) == name:
            if path:
                yield from _all(child, *path)
            else:
                yield child


def _first(element: Element, *path: str) -> Element | None:
    return next(_all(element, *path), None)


def _said(element: Element, *path: str, longest: int = 300) -> str:
    found = _first(element, *path)
    return short(found.text, longest) if found is not None else ""


def _read_person(root: Element, finds: Finds) -> None:
    person = _first(root, "CandidatePerson")
    if person is None:
        return
    given, family = (_said(person, "PersonName", key, longest=NAME) for key in ("GivenName", "FamilyName"))
    finds.add("name", Name(given, family), f"{given} {family}".strip())
    nations = [found for one in _all(person, "NationalityCode") if (found := country({"": one.text}, ""))]
    born = _said(person, "BirthDate")
    citizenships = tuple(dict.fromkeys(nations)) or None
    day = read_day(born) if len(born) >= len("2000-01-01") else None
    finds.add("background", Background(citizenships, day), " ".join((*nations, born)))
    for one in _all(person, "PrimaryLanguageCode"):
        _propose_language(short(one.text), "native", finds)


def _propose_language(name: str, level: str | None, finds: Finds) -> None:
    tag = language_of(name)
    if tag is None:
        finds.leave_out("languages", name, "unknown-code")
    else:
        finds.add("languages", Language(tag, level), name)


def _read_language(element: Element, finds: Finds) -> None:
    """The level is the lowest of those that are told for reading, speaking and so on."""
    if _said(element, "TaxonomyID").lower() != "language":
        return
    scores = {short(one.text).upper() for one in _all(element, "CompetencyDimension", "Score", "ScoreText")}
    level = next((one for one in _CEFR if one in scores), None)
    _propose_language(_said(element, "CompetencyID"), level, finds)


def _read_employer(element: Element, finds: Finds) -> None:
    employer = _read_place(element)
    for position in islice(_all(element, "PositionHistory"), _MOST_ROWS):
        title, since = _said(position, "PositionTitle"), read_day(_said(position, _PERIOD, "StartDate", _DAY))
        at = replace(employer, country=employer.country or country({"": _said(position, "Country")}, ""))
        words = ", ".join(filter(None, (title, at.name)))
        if not title or since is None:
            finds.leave_out("posts", words, "missing-field")
            continue
        until = read_day(_said(position, _PERIOD, "EndDate", _DAY), last=True)
        finds.add("posts", Post(first_cue("posts", folded(title)) or "other", title, at, since, until), words)


def _read_place(element: Element) -> Place:
    code = _said(element, "OrganizationContact", "Communication", "Address", "CountryCode")
    return Place(name=_said(element, "OrganizationName"), country=country({"": code}, ""))


def _read_degree(element: Element, finds: Finds) -> None:
    title, at = _said(element, "EducationDegree", "DegreeName"), _read_place(element)
    level = _LEVELS.get(_said(element, "EducationLevelCode")) or degree_level(title)
    words = ", ".join(filter(None, (title, at.name)))
    if level not in codes.DEGREES:
        finds.leave_out("degrees", words, "level")
        return
    until = read_day(_said(element, "AttendancePeriod", "EndDate", _DAY), last=True)
    completed = None if _said(element, "AttendancePeriod", "Ongoing").lower() == "true" else until
    finds.add("degrees", Degree(str(level), title, at=at, completed_on=completed), words)


def _read_publication(element: Element, finds: Finds) -> None:
    title, link = _said(element, "Title", longest=1000), _said(element, "DOI", "Link", longest=500)
    day, doi = read_day(_said(element, "Year")), read_doi(link)
    authors = dict.fromkeys(
        filter(None, (short(one, NAME) for one in _said(element, "Authors", longest=5000).split(";")))
    )
    finds.add(
        "publications",
        Publication(
            title, "other", day.year if day else None, _said(element, "Journal"), tuple(authors), doi,
            None if doi else web_address({"": link}, ""),
        ),
        title or link,
    )  # fmt: skip
