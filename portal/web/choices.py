"""What can be chosen in forms, each with its name for the reader, and what is found by a few letters of a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from portal.listings.codes import LANGUAGE_TESTS
from portal.listings.labels import LABELS
from portal.listings.language_tests import grades
from portal.locales import COUNTRIES, TAGS
from portal.organisations.names import names_by_language
from portal.organisations.queries import OrganisationFilter, find_organisations, list_organisations
from portal.site import Site
from portal.vocabulary.isced import load_isced
from portal.vocabulary.thesaurus import load_thesaurus
from portal.web import filters, formats
from portal.web.messages import gettext
from portal.web.text import name_in
from search.analysis.cleaning import clean, simplify
from search.analysis.folding import fold

Choices = list[tuple[str, str]]
BLANK = ("", "—")
FOUND = 12  # most that a search for a name shows


@dataclass(frozen=True)
class Found:
    """Something that a search for a name found."""

    id: str
    label: str
    note: str = ""

    @property
    def choice(self) -> tuple[str, str]:
        """As it stands among choices."""
        return self.id, f"{self.label} · {self.note}" if self.note else self.label


def codes_of(vocabulary: str, blank: bool = False) -> Callable[[], Choices]:
    """The codes of a vocabulary of `listings.labels`, in its order."""
    return lambda: [BLANK] * blank + [(code, filters.label(code, vocabulary)) for code in LABELS[vocabulary]]


def countries() -> Choices:
    """The countries of this site."""
    return [BLANK, *((code, formats.country(code, filters.tag())) for code in COUNTRIES)]


def home_countries() -> Choices:
    """The same, to choose several of."""
    return countries()[1:]


def all_countries() -> Choices:
    """Every country there is: first those of the reader's language and of this site, then all by their names."""
    tag = filters.tag()
    first = dict.fromkeys((*formats.READER_COUNTRIES.get(tag, ()), *COUNTRIES))
    others = (pair for pair in formats.countries(tag) if pair[0] not in first)
    return [BLANK, *((code, formats.country(code, tag)) for code in first), *others]


def yes_no() -> Choices:
    """The answers to a plain question, which may be left open."""
    return [("yes", gettext("Yes")), ("no", gettext("No")), ("", gettext("I leave this open"))]


def languages() -> Choices:
    """The languages of the site by their names for the reader, and in themselves."""
    return [(tag, filters.FILTERS["language_name"](tag)) for tag in TAGS]


def own_languages() -> Choices:
    """The languages of the site, each by its own name."""
    return [(tag, filters.own_name(tag)) for tag in TAGS]


def tested_languages() -> Choices:
    """Languages that people are tested in."""
    name = filters.FILTERS["language_name"]
    return [BLANK, *((tag, name(tag)) for tag in (*TAGS, "ja"))]


def tests() -> Choices:
    """Language tests, each with the results it can have."""
    return [
        BLANK,
        *((test, f"{test} ({' · '.join(grades(test))})" if grades(test) else test) for test in LANGUAGE_TESTS),
    ]


def fields_of_study() -> Choices:
    """The detailed fields of ISCED-F."""
    return [(field.code, filters.isced(field.code).value) for field in load_isced().of_level("detailed")]


def place_names(ids: Iterable[str]) -> list[Found]:
    """Places by their ids, each with what it lies in."""
    known = load_thesaurus()
    return [Found(one, filters.concept(one), _within(one)) if one in known else Found(one, one) for one in ids]


def topic_names(ids: Iterable[str]) -> list[Found]:
    """Topics by their ids."""
    return [Found(one, filters.concept(one)) for one in ids]


def organisation_names(site: Site, ids: Iterable[str]) -> list[Found]:
    """Organisations by their ids; an id that is not known stands for itself."""
    wanted = [one for one in ids if one]
    if not wanted:
        return []
    with site.sessions() as session:
        known = find_organisations(session, wanted)
    tag = filters.tag()
    return [
        Found(one, name_in(names_by_language(known[one]), tag).value, formats.country(known[one].country, tag))
        if one in known
        else Found(one, one)
        for one in wanted
    ]


def find_places(text: str, country: str = "") -> list[Found]:
    """Places with these words in one of their names, in any language; those of a country first."""
    concepts = load_thesaurus().concepts
    ids = [one for one in _having(text, "place") if not one.startswith(("country-", "region-"))]
    ids.sort(key=lambda one: concepts[one].facts.get("country") != country)
    return place_names(ids[:FOUND])


def find_topics(text: str) -> list[Found]:
    """Topics with these words in one of their names, in any language."""
    return topic_names(_having(text, "topic")[:FOUND])


def find_organisations_by_name(site: Site, text: str) -> list[Found]:
    """Organisations of the directory with these words in one of their names."""
    if not clean(text):
        return []
    tag = filters.tag()
    with site.sessions() as session:
        page = list_organisations(session, OrganisationFilter(clean(text)[:120]), tag, 1, FOUND)
    return [
        Found(one.id, name_in(names_by_language(one), tag).value, formats.country(one.country, tag))
        for one in page.items
    ]


def _within(place: str) -> str:
    facts = load_thesaurus().concepts[place].facts
    names = [filters.concept(facts["within"])] if facts.get("within") in load_thesaurus() else []
    return ", ".join([*names, formats.country(facts["country"], filters.tag())]) if "country" in facts else ""


def _having(text: str, scheme: str) -> list[str]:
    """The concepts of a scheme with all words in one label; those that begin with them first, the shortest of these."""
    words = fold(simplify(clean(text[:200]))).split()[:8]
    found: list[tuple[bool, int, str]] = []
    for concept_id, labels in _folded(scheme).items() if words else ():
        having = [label for label in labels if all(word in label for word in words)]
        if having:
            starting = [label for label in having if label.startswith(words[0])]
            found.append((not starting, min(map(len, starting or having)), concept_id))
    return [concept_id for _starts, _length, concept_id in sorted(found)]


@cache
def _folded(scheme: str) -> dict[str, tuple[str, ...]]:
    """All labels of each concept, in the form in which they are compared."""
    return {
        concept.id: tuple({fold(simplify(label)) for labels in concept.labels.values() for label in labels})
        for concept in load_thesaurus().of_scheme(scheme)
    }
