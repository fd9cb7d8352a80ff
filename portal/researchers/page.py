"""What the pages of a profile show, for one reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.listings.typed import says_something
from portal.locales import BY_TAG, TAGS
from portal.organisations.queries import find_organisations
from portal.researchers import labels
from portal.researchers.checking import Known, Problem, organisations_in, problems_of
from portal.researchers.forms import FORMS, OTHER_LANGUAGES
from portal.researchers.hints import Hint, open_hints
from portal.researchers.models import Researcher
from portal.researchers.parts import WINDOW, Seen, field_of
from portal.researchers.profile import PARTS, Profile
from portal.researchers.queries import find_researcher, get_profile, list_parts
from portal.researchers.records import LISTS, read_profile
from portal.site import Site
from portal.vocabulary.named import Decided, NamedTopic, topics_named
from portal.web import choices
from portal.web.choices import Found
from portal.web.fields import Version, by_broad_field, fields_in, labels_of, name_in_rows, readable
from portal.web.forms import PortalForm
from portal.web.sentences import sentence_of

ROWS = ("stays", *LISTS)
"""What a form adds empty rows to."""


@dataclass(frozen=True)
class Told:
    """A problem as it is told: the field of the form (its id, too), what that is called, and what to do."""

    field: str
    name: str
    message: str


@dataclass(frozen=True)
class Card:
    """One part in the overview."""

    part: str
    audience: str
    is_written: bool
    hints: tuple[Hint, ...]


@dataclass(frozen=True)
class Overview:
    """A profile as a whole."""

    researcher: Researcher | None
    profile: Profile
    cards: tuple[Card, ...]
    names: Mapping[str, Found]  # of organisations

    @property
    def shown(self) -> Profile:
        """What hosts see of it, or would see."""
        return self.profile.showing(tuple(one.part for one in self.cards if one.audience == "hosts"))

    @property
    def is_findable(self) -> bool:
        """Whether organisations can find this person."""
        return self.researcher is not None and self.researcher.findable


@dataclass(frozen=True)
class PartPage:
    """One part as a form. `seen`: the revision and the rows that it shows, of `total` rows."""

    part: str
    form: PortalForm
    told: tuple[Told, ...]
    found: tuple[Found, ...] | None  # what a search on this page found; None: nothing was searched for
    topics: tuple[NamedTopic, ...]  # that the sentences name
    seen: Seen
    total: int

    @property
    def start(self) -> int:
        """The first row in view."""
        return self.seen.start

    @property
    def isced_groups(self) -> list[tuple[str, list[Any]]]:
        """The fields of study by their broad field."""
        return by_broad_field(self.form["isced"])

    @property
    def windows(self) -> list[int]:
        """Where the windows of a long list begin; none where all is in view."""
        return list(range(0, self.total, WINDOW)) if self.total > WINDOW else []


def overview(site: Site, session: Session, user_id: str) -> Overview:
    """The profile of a person, with what might be added."""
    rows = list_parts(session, user_id)
    profile = read_profile({part: row.content for part, row in rows.items()})
    hints, audiences = open_hints(profile), {part: row.audience for part, row in rows.items()}
    cards = tuple(
        Card(part, audiences.get(part, "me"), part in profile.written, tuple(hints.get(part, ()))) for part in PARTS
    )
    return Overview(find_researcher(session, user_id), profile, cards, organisation_names(site, profile))


def organisation_names(site: Site, profile: Profile) -> dict[str, Found]:
    """The organisations that a profile names, for the reader."""
    places = [*(one.at for one in profile.degrees), *(one.at for one in profile.posts)]
    ids = (place.organisation_id for place in places)
    return {one.id: one for one in choices.organisation_names(site, dict.fromkeys(filter(None, ids)))}


def part_page(
    site: Site, part: str, typed: Mapping[str, Any], seen: Seen, total: int = 0, *, add: str = "",
    query: tuple[str, str] = ("", ""), problems: Sequence[Problem] = (),
) -> PartPage:  # fmt: skip
    """One part as it is typed. `total`: how many rows there are in all; `add`: the rows that get an empty one; `query`:
    the field that is searched for, and the words."""
    form = FORMS[part](formdata=None, data=_with_empty_rows(typed, add))
    told = tuple(_tell(part, problem, seen.start) for problem in problems)
    fields = {field.name: field for field in fields_in(form)}
    for one in told:
        if one.field in fields:
            fields[one.field].errors = [*fields[one.field].errors, one.message]
    found = _offer(site, fields.get(query[0]), query[1])
    topics = _named(site, typed) if part == "skills" else ()
    return PartPage(part, form, told, found, topics, seen, total)


def problems_in(site: Site, session: Session, part: str, content: Any, typed: Mapping[str, Any]) -> list[Problem]:
    """All that is wrong with a part as it was typed."""
    organisations = find_organisations(session, organisations_in(content))
    topics = {concept.id for concept in site.thesaurus.of_scheme("topic")}
    return problems_of(part, content, typed, Known(organisations, topics, {*TAGS, *OTHER_LANGUAGES}))


def versions(part: str, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Version]:
    """The fields of a part in which two windows differ."""
    forms = [FORMS[part](formdata=None, data=dict(typed)) for typed in (mine, theirs)]
    return [
        Version(field.name, str(field.label.text), *lines)
        for field, other in zip(*forms, strict=True)
        if field.name != "csrf_token"
        and (lines := (tuple(readable(field, {})), tuple(readable(other, {}))))[0] != lines[1]
    ]


def search(site: Site, name: str, words: str) -> list[Found]:
    """What can be chosen in a field for some words of a name."""
    if name.endswith("organisation_id"):
        return choices.find_organisations_by_name(site, words)
    return choices.find_topics(words)


def total_of(part: str, content: Any) -> int:
    """How many rows a part has, if it has rows."""
    return len(content or ()) if part in LISTS else 0


def _with_empty_rows(typed: Mapping[str, Any], add: str) -> dict[str, Any]:
    """What is typed, with an empty row where one was asked for or there is none yet."""
    shown = dict(typed)
    for name in ROWS:
        if name in shown and (name == add or not shown[name]) and (name != "stays" or add or shown["abroad"] == "yes"):
            shown[name] = [*shown[name], {}]
    shown["languages"] = [_with_empty_test(row) for row in shown.get("languages", ())]
    return shown


def _with_empty_test(row: Mapping[str, Any]) -> dict[str, Any]:
    tests = list(row.get("tests") or ())
    return {**row, "tests": [*filter(says_something, tests), {}]}


def _tell(part: str, problem: Problem, start: int) -> Told:
    field = field_of(problem.place, start)
    name = name_in_rows(field, labels_of(FORMS[part]), start)
    return Told(field, name, sentence_of(problem.place, problem.reason, problem.parameters, labels.MISTAKES))


def _offer(site: Site, field: Any, words: str) -> tuple[Found, ...] | None:
    """Let be chosen what was searched for."""
    if field is None or field.type not in ("FoundField", "FoundsField"):
        return None
    found = search(site, field.name, words)
    field.offer([one.choice for one in found])
    return tuple(found)


def undecided_topics(site: Site, user_id: str) -> tuple[NamedTopic, ...]:
    """The topics that somebody's sentences name, and that count in no match until they say that they work on them."""
    with site.sessions() as session:
        skills = get_profile(session, user_id).skills
    return _undecided(site, skills.summary, skills.summary_language or "", skills.concepts, skills.concepts_refused)


def _named(site: Site, typed: Mapping[str, Any]) -> tuple[NamedTopic, ...]:
    """The same of sentences as they are typed."""
    summary, language = str(typed.get("summary") or ""), str(typed.get("summary_language") or "")
    return _undecided(site, summary, language, typed.get("concepts") or (), typed.get("concepts_refused") or ())


def _undecided(
    site: Site, summary: str, language: str, accepted: Sequence[str], refused: Sequence[str]
) -> tuple[NamedTopic, ...]:
    if language not in BY_TAG:
        return ()
    named = topics_named({language: {"summary": summary}}, Decided(accepted, refused), site.labels, site.thesaurus)
    return tuple(topic for topic in named if topic.state == "proposed")
