"""Judges the ranking for people over the demonstration listings: `judged.toml`, each person in every language, held
against a floor.

How a listing is graded for a person, by facts alone:

- 0 if a rule says that they may not apply, or if none of their topics is met;
- else, where a tag of the listing is one of their topics or something narrower: 3 if it has all that they wish for
  (kind, level, country, mode, enough funding, a language they can work in; as far as both sides say it), 2 if all but
  one, 1 if all but two;
- where only a topic one step wider is met: 1 if it has all that they wish for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from portal.demo.judging import open_documents
from portal.eligibility.rulebook import decide_rules
from portal.listings.answers import Answers, Outcome
from portal.listings.eligibility import decide_all, overall, rule_of
from portal.listings.models import Listing
from portal.listings.queries import whole_listings
from portal.locales import TAGS
from portal.matching.fit import Seeker
from portal.matching.queries import find_matches
from portal.researchers.answers import answers_of
from portal.researchers.profile import Profile
from portal.researchers.records import read_profile
from portal.site import Site
from search.concepts.reading import find_concepts
from search.concepts.thesaurus import Thesaurus
from search.documents import Document
from search.evaluate import REPORT, TUNE, ndcg

JUDGED = Path(__file__).parent / "judged.toml"
FLOOR = 0.93  # of nDCG@10 in every language, of the half that is reported; it only rises
CITIZENS: Mapping[str, str] = {
    "zh-Hans": "CN", "en": "SG", "vi": "VN", "th": "TH", "id": "ID", "ms": "MY", "lo": "LA", "km": "KH", "my": "MM",
    "fil": "PH", "pt": "TL",
}  # fmt: skip
ABROAD = ("TH", "VN", "MY", "SG", "ID")  # where those look who are from the country that the others wish for
_WORKED_IN = ("B1", "B2", "C1", "C2", "native")
_ENOUGH: Mapping[str | None, tuple[str, ...]] = {"full": ("full",), "partly": ("full", "partly")}


@dataclass(frozen=True)
class Judged:
    """One person in one language, with what the judge knows of them."""

    id: str
    language: str
    half: str
    topics: tuple[str, ...]
    profile: Profile


@dataclass(frozen=True)
class Ranked:
    """How well the listings of one person are ordered. `wrongly`: listings that the person may not apply for, shown
    above or among those they may."""

    person: str
    language: str
    half: str
    ndcg: float
    wrongly: int


@dataclass(frozen=True)
class Summary:
    """The means of one language and half."""

    language: str
    half: str
    people: int
    ndcg: float
    wrongly: int


def read_people(site: Site) -> Iterator[Judged]:
    """Every person in every language; their topics are those that the site proposes for their sentences."""
    for table in tomllib.loads(JUDGED.read_text("utf-8"))["person"]:
        for language, text in table["texts"].items():
            yield Judged(
                table["id"], language, table["half"], tuple(table["topics"]), _profile(site, table, language, text)
            )


def _profile(site: Site, table: Mapping[str, Any], language: str, text: str) -> Profile:
    proposed = find_concepts({language: {"summary": text}}, site.labels, site.thesaurus)
    citizen, wishes = CITIZENS[language], dict(table["wishes"])
    if citizen in wishes.get("countries", ()):
        wishes["countries"] = list(ABROAD)
    spoken = [one for one in table["languages"] if one["language"] != language]
    skills = {
        "concepts": list(dict.fromkeys(one.concept for one in proposed)),
        "summary": text,
        "summary_language": language,
    }
    background = {"citizenships": [citizen], "born_on": table["born_on"], "stays": [], "awards_from": []}
    return read_profile(
        {
            "background": background, "degrees": table["degrees"], "posts": table["posts"], "skills": skills,
            "languages": [{"language": language, "level": "native"}, *spoken], "wishes": wishes,
        }
    )  # fmt: skip


def judge(site: Site) -> list[Ranked]:
    """How well the listings that are open now are ordered for each person."""
    documents = open_documents(site)
    allowed = _Allowed(site)
    return [_ranked(site, person, documents, allowed) for person in read_people(site)]


def _ranked(site: Site, person: Judged, documents: Sequence[Document], allowed: _Allowed) -> Ranked:
    today = site.clock().date()
    answers = answers_of(person.profile, today)
    grades = {
        one.id: value for one in documents if (value := grade(person, one, site.thesaurus, allowed(answers, one)))
    }
    with site.sessions() as session:
        decisions = decide_rules(session, answers, today)
    seeker = Seeker.of(person.profile, site.thesaurus)
    matches, _degraded = find_matches(site, seeker, decisions, person.language)
    ids = [match.id for match in matches]
    by_id = {one.id: one for one in documents}
    wrongly = sum(not allowed(answers, by_id[one]) for one in ids)
    return Ranked(person.id, person.language, person.half, ndcg(ids[:10], grades), wrongly)


def grade(person: Judged, document: Document, thesaurus: Thesaurus, allowed: bool) -> int:
    """What a listing is worth to a person, 0 to 3."""
    tags = set(document.stored["concepts"])
    failed = sum(not met for met in _wishes_met(person, document))
    if not allowed:
        return 0
    if any(tags & set(thesaurus.descendants(topic)) for topic in person.topics):
        return max(3 - failed, 0)
    wider = any(tags & set(thesaurus[topic].broader) for topic in person.topics)
    return int(wider and not failed)


def _wishes_met(person: Judged, document: Document) -> Iterator[bool]:
    """Each wish that the listing says anything about: whether it is met."""
    wishes, facets = person.profile.wishes, document.facets
    speaks = [one.language for one in person.profile.languages if one.level in _WORKED_IN]
    enough = _ENOUGH.get(wishes.funding, ()) if document.stored["money_stated"] else ()
    wanted = {
        "kind": wishes.kinds, "level": wishes.levels, "country": wishes.countries, "mode": wishes.modes,
        "funding": enough, "working_language": speaks,
    }  # fmt: skip
    for name, values in wanted.items():
        if values and facets[name]:
            yield not set(values).isdisjoint(facets[name])


class _Allowed:
    """Whether somebody may apply for a listing, as far as is known: each rule decided by itself."""

    def __init__(self, site: Site) -> None:
        self._today = site.clock().date()
        with site.sessions() as session:
            listings = session.scalars(whole_listings().where(Listing.state == "published"))
            self._rules = {listing.id: tuple(map(rule_of, listing.rules)) for listing in listings}

    def __call__(self, answers: Answers, document: Document) -> bool:
        return overall(decide_all(self._rules[document.id], answers, self._today)) is not Outcome.UNMET


def summarise(ranked: Sequence[Ranked]) -> list[Summary]:
    """The means for each half and language."""
    rows = []
    for half in (REPORT, TUNE):
        for language in TAGS:
            own = [one for one in ranked if (one.half, one.language) == (half, language)]
            mean = fmean(one.ndcg for one in own)
            rows.append(Summary(language, half, len(own), mean, sum(one.wrongly for one in own)))
    return rows


def below_floor(ranked: Sequence[Ranked]) -> list[str]:
    """One sentence for each language of the reported half that is below the floor, and for whoever was shown a listing
    that they may not apply for."""
    failures = [
        f"{row.language}: nDCG@10 {row.ndcg:.3f} is below the floor {FLOOR}"
        for row in summarise(ranked)
        if row.half == REPORT and row.ndcg < FLOOR
    ]
    return failures + [f"{one.person}, {one.language}: {one.wrongly} wrongly shown" for one in ranked if one.wrongly]
