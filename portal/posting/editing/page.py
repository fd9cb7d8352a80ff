"""What the pages of a posting show, for one reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, FieldList, FormField, SelectField, SelectMultipleField

from portal.listings.codes import PROSE
from portal.listings.importing import known_references
from portal.locales import BY_TAG
from portal.posting.drafts.advice import advise
from portal.posting.drafts.checking import Problem, read_draft
from portal.posting.drafts.completeness import Question, questions, state_of
from portal.posting.drafts.sections import BY_CODE, Section, section_of, sections_of, source_text
from portal.posting.editing import choices
from portal.posting.editing.forms import FORMS, SectionForm
from portal.posting.labels import SECTIONS as SECTION_NAMES
from portal.posting.sentences import sentence
from portal.posting.translations.texts import language_at
from portal.site import Site
from portal.web import filters, formats
from portal.web.messages import gettext
from portal.web.text import Text
from search.concepts.reading import find_mentions


@dataclass(frozen=True)
class Step:
    """One section in the list of sections."""

    code: str
    name: str
    state: str


@dataclass(frozen=True)
class Told:
    """A problem as it is told: where it leads to, and what to do."""

    section: str | None
    field: str | None  # name of the field of the form; its id, too
    name: str
    message: str
    warning: bool


@dataclass(frozen=True)
class Overview:
    """A posting as a whole."""

    title: Text
    kind: str
    steps: tuple[Step, ...]
    questions: tuple[Question, ...]
    errors: tuple[Told, ...]
    warnings: tuple[Told, ...]

    @property
    def answered(self) -> int:
        """How many of the questions of readers have an answer."""
        return sum(question.answered for question in self.questions)


@dataclass(frozen=True)
class Saved:
    """When something was saved: for programs, and in words."""

    at: str
    text: str


@dataclass(frozen=True)
class Version:
    """A field that two people changed: what each wrote, line by line."""

    field: str
    name: str
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True)
class SectionPage:
    """One section of the form."""

    section: Section
    title: Text
    form: SectionForm
    content: Mapping[str, Any]
    steps: tuple[Step, ...]
    before: Step | None
    after: Step | None
    told: tuple[Told, ...]  # what stands at its fields
    found: tuple[choices.Found, ...] | None  # what a search on this page found; None: nothing was searched for
    names: Mapping[str, choices.Found]  # of organisations

    @property
    def isced_groups(self) -> list[tuple[str, list[Any]]]:
        """The fields of study by their broad field."""
        return [(broad, list(options)) for broad, options in groupby(self.form["isced"], lambda one: one.data[:2])]


def title_of(content: Mapping[str, Any], reader: str) -> Text:
    """The title for a reader: in the reader's language if it is there, else as it was written."""
    texts = {str(text.get("language")): str(text.get("title") or "") for text in _texts(content)}
    if texts.get(reader):
        return Text(texts[reader])
    source = source_text(content)
    title, language = str(source.get("title") or ""), str(source.get("language") or "")
    return Text(title, language if language in BY_TAG else "") if title else Text(gettext("Without a title"))


def overview(site: Site, content: Mapping[str, Any], reader: str) -> Overview:
    """A posting as a whole, with all that is wrong with it."""
    problems = problems_of(site, content)
    told = [tell(problem, content) for problem in problems]
    return Overview(
        title=title_of(content, reader),
        kind=str(content.get("kind") or ""),
        steps=_steps(content, problems),
        questions=tuple(questions(content)),
        errors=tuple(one for one in told if not one.warning),
        warnings=tuple(one for one in told if one.warning),
    )


def problems_of(site: Site, content: Mapping[str, Any]) -> list[Problem]:
    """All that is wrong with a draft, then all that may be."""
    with site.sessions() as session:
        _listing, problems = read_draft(content, known_references(session, site.thesaurus))
    places = {problem.field for problem in problems}
    return [*problems, *(one for one in advise(content, site.clock()) if one.field not in places)]


def tell(problem: Problem, content: Mapping[str, Any]) -> Told:
    """A problem as it is told."""
    if language := language_at(problem.field, content):
        name = gettext("Text in %(language)s", language=filters.FILTERS["language_name"](language))
        return Told("languages", language, name, sentence(problem), problem.warning)
    section = section_of(problem.field)
    field = section.field_of(problem.field, content) if section else None
    if section is None or field is None:
        return Told(None, None, problem.field, sentence(problem), problem.warning)
    labels, parts = _labels(section.code), field.split("-")
    name = labels.get(_plain(field), problem.field)
    if len(parts) > 1:
        name = f"{labels.get(parts[0], parts[0])} {int(parts[1]) + 1} · {name}"
    return Told(section.code, field, name, sentence(problem), problem.warning)


def section_page(
    site: Site, content: Mapping[str, Any], section: Section, reader: str, *, checked: bool, add: str = "",
    query: tuple[str, str] = ("", ""),
) -> SectionPage:  # fmt: skip
    """One section as it stands in the draft. `checked`: also what is still missing is told; `add`: the rows that get
    an empty one; `query`: the field that is searched for, and the words."""
    problems = problems_of(site, content)
    form = FORMS[section.code](formdata=None, data=_with_empty_rows(section, content, add))
    names = _organisations(site, content)
    found = _offer(site, form, content, names, query)
    told = [tell(one, content) for one in problems if section_of(one.field) is section and (checked or _is_wrong(one))]
    own = [one for one in told if one.section == section.code]
    _put(form, own)
    steps = _steps(content, problems)
    place = next(number for number, step in enumerate(steps) if step.code == section.code)
    return SectionPage(
        section, title_of(content, reader), form, content, steps, steps[place - 1] if place else None,
        steps[place + 1] if place + 1 < len(steps) else None, tuple(own), found, names,
    )  # fmt: skip


def is_clean(site: Site, content: Mapping[str, Any], section: Section) -> bool:
    """Whether nothing in a section is wrong; it may lack things, but its rows may not."""
    own = [one for one in problems_of(site, content) if section_of(one.field) is section and not one.warning]
    return not any(_is_wrong(one) or _is_in_row(one) for one in own)


def versions(
    site: Site, section: Section, content: Mapping[str, Any], typed: Mapping[str, Any], fields: Iterable[str]
) -> list[Version]:
    """The fields of a section that were changed twice."""
    own = section.show({**content, **section.read(typed, content)})
    mine, theirs = (FORMS[section.code](formdata=None, data=data) for data in (own, section.show(content)))
    names = {**_organisations(site, content), **_organisations(site, {**content, **own})}
    return [
        Version(name, str(mine[name].label.text), *(tuple(readable(form[name], names)) for form in (mine, theirs)))
        for name in fields
    ]


def readable(field: Any, names: Mapping[str, choices.Found]) -> list[str]:
    """What stands in a field, in words, line by line."""
    if isinstance(field, FieldList):
        return [" · ".join(filter(None, (" ".join(readable(one, names)) for one in entry.form))) for entry in field]
    if isinstance(field, FormField):
        return [" ".join(readable(one, names)) for one in field.form]
    if isinstance(field, BooleanField):
        return [gettext("Yes") if field.data else gettext("No")]
    if isinstance(field, SelectMultipleField | SelectField):
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return [str(name) for code, name in field.choices if code and code in chosen]
    data = str(field.data or "")
    return [names[data].label] if data in names else data.splitlines()


def saved_at(moment: datetime, now: datetime, reader: str) -> Saved:
    """When something was saved, on the clock of the reader's country; with its date unless that is today."""
    zone = formats.READER_ZONES[reader]
    local, today = (one.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for one in (moment, now))
    written = (formats.hour if local.date() == today.date() else formats.clock)(local, reader)
    time = gettext("%(time)s (%(zone)s)", time=written, zone=formats.zone(zone, reader))
    return Saved(moment.isoformat(), gettext("Saved %(time)s", time=time))


def _texts(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    texts = content.get("translations")
    yield from (text for text in (texts if isinstance(texts, list) else ()) if isinstance(text, dict))


def _steps(content: Mapping[str, Any], problems: Sequence[Problem]) -> tuple[Step, ...]:
    own = [one for one in problems if not language_at(one.field, content)]  # translations are no step
    return tuple(
        Step(section.code, gettext(SECTION_NAMES[section.code]), state_of(section, content, own))
        for section in sections_of(content.get("kind"))
    )


def _is_wrong(problem: Problem) -> bool:
    """Whether something stands there that cannot stay; what only lacks is told when it is asked for."""
    return problem.reason not in ("missing-field", "contact-missing", "place-missing", "partner-missing")


def _is_in_row(problem: Problem) -> bool:
    return "[" in problem.field and not problem.field.startswith("translations")


def _with_empty_rows(section: Section, content: Mapping[str, Any], add: str) -> dict[str, Any]:
    """What is shown, with an empty row where one was asked for or there is none yet."""
    shown = section.show(content)
    zone = choices.ZONE_OF_COUNTRY.get(str(content.get("country")), "Asia/Shanghai")
    empty: dict[str, dict[str, Any]] = {
        "deadlines": {"zone": zone, "time": "23:59"}, "money": {}, "documents": {"count": "1", "due": "application"},
        "criteria": {}, "apply_steps": {}, "joint_degrees": {},
    }  # fmt: skip
    for name, row in empty.items():
        if name in shown and (name == add or not shown[name]):
            shown[name] = [*shown[name], row]
    for row in shown.get("rules", ()):
        if "any_of" in row:
            row["any_of"] = [*row["any_of"], {}]
    return shown


def _organisations(site: Site, content: Mapping[str, Any]) -> dict[str, choices.Found]:
    partners = [row["organisation_id"] for row in BY_CODE["partners"].show(content)["partners"]]
    ids = dict.fromkeys([str(content.get("organisation_id") or ""), *partners])
    return {one.id: one for one in choices.organisation_names(site, ids)}


def _offer(
    site: Site, form: SectionForm, content: Mapping[str, Any], names: Mapping[str, choices.Found],
    query: tuple[str, str],
) -> tuple[choices.Found, ...] | None:  # fmt: skip
    """Let be chosen what was searched for, and what the draft itself names."""
    degrees = form["joint_degrees"] if "joint_degrees" in form else ()  # noqa: SIM401 - forms have no `get`
    for entry in degrees:
        entry.form.organisation.offer([choices.BLANK, *((one.id, one.label) for one in names.values())])
    if "concepts" in form:
        named = choices.topic_names(_named_topics(site, content))
        form.concepts_refused.offer([(one.id, one.label) for one in named if one.id not in form.concepts.data])
        form.concepts.offer([(one.id, one.label) for one in named if one.id not in form.concepts_refused.data])
    name, words = query
    if name not in ("place", "concepts", "found") or name not in form:
        return None
    found = search(site, name, words, str(content.get("country") or ""))
    offered = [*form[name].choices, *(one.choice for one in found)]
    form[name].offer(list(dict(offered).items()))
    return tuple(found)


def search(site: Site, name: str, words: str, country: str = "") -> list[choices.Found]:
    """What can be chosen in a field for some words of a name."""
    if name == "place":
        return choices.find_places(words, country)
    return choices.find_topics(words) if name == "concepts" else choices.find_organisations_by_name(site, words)


def _named_topics(site: Site, content: Mapping[str, Any]) -> list[str]:
    """The topics that the text of a draft names, in its order."""
    text = source_text(content)
    language = str(text.get("language"))
    if language not in BY_TAG:
        return []
    prose = {key: str(text.get(key) or "") for key in PROSE}
    return list(dict.fromkeys(one.concept for one in find_mentions({language: prose}, site.labels, site.thesaurus)))


def _put(form: SectionForm, told: Iterable[Told]) -> None:
    """Each message to its field."""
    fields = {field.name: field for field in _fields(form)}
    for one in told:
        field = fields.get(one.field or "")
        if field is None:
            continue
        if one.warning:
            field.warnings = [*getattr(field, "warnings", []), one.message]
        else:
            field.errors = [*field.errors, one.message]


def _fields(form: Any) -> Iterator[Any]:
    """All fields of a form, also those in its rows."""
    for field in form:
        yield field
        for entry in field if isinstance(field, FieldList) else ():
            yield from _fields(entry.form)


def _plain(field: str) -> str:
    """“money-0-amount” as “money-amount”: the column, whichever the row."""
    return "-".join(part for part in field.split("-") if not part.isdigit())


def _labels(section: str) -> dict[str, str]:
    """What the fields of a section are called, rows by their column."""
    labels: dict[str, str] = {}

    def read(form: Any, prefix: str) -> None:
        for field in form:
            name = f"{prefix}{field.short_name}"
            labels[name] = str(field.label.text)
            if isinstance(field, FieldList):
                field.append_entry()
                read(field[0].form, f"{name}-")

    read(FORMS[section](formdata=None), "")
    return labels
