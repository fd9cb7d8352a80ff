"""Turns the hand-written programmes into listings: the same seed, day and directory always give the same ones."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.ids import new_id
from portal.demo import wording
from portal.demo.amounts import make_money
from portal.demo.builders import new_listing, partner, translation
from portal.demo.calendar import Calendar, make_calendar
from portal.demo.conditions import ASEAN, READERS, make_criteria, make_documents, make_rules, make_selection
from portal.demo.directory import Directory, Host
from portal.demo.draft import Draft
from portal.demo.extras import make_extras
from portal.demo.programmes import KINDS_WITH_PARTNER, Edition, Programme, Prose
from portal.listings.models import Listing, Partner, Translation
from search.analysis.scripts import CLUSTER_SCRIPTS, class_of
from search.concepts.index import LabelIndex
from search.concepts.thesaurus import Thesaurus

_PARTNER_WEIGHTS = {"VN": 5, "TH": 4, "MY": 3, "ID": 3, "LA": 3, "KH": 3, "MM": 2, "PH": 2, "SG": 2, "BN": 1, "TL": 1}
_NOMINATION = {  # kind → (how often, who may nominate)
    "joint-programme": (0.6, ("home-university",)),
    "scholarship": (0.5, ("home-university", "ministry", "agency")),
    "overseas-training": (0.45, ("employer", "home-university")),
    "training-base": (0.2, ("home-university",)),
    "shared-course": (0.1, ("home-university",)),
    "visiting-scholar": (0.1, ("home-university",)),
}
_PARTNER_ROLES = {
    "joint-programme": ("home",),
    "overseas-training": ("home",),
    "training-base": ("home", "home", "funder"),
    "shared-course": ("home", "host"),
}
_UNSPACED = class_of(*CLUSTER_SCRIPTS)
_SCANT_EVERY = 37  # one listing in so many lacks the facts that may be missing
_LONG_TITLE_EVERY = 9  # among Burmese and Khmer ones


@dataclass(frozen=True)
class Generator:
    """What all listings of one run have in common."""

    thesaurus: Thesaurus
    directory: Directory
    seed: int
    base: date

    def listings(self, programmes: Sequence[Programme]) -> Iterator[Listing]:
        """One listing for each edition."""
        places = LabelIndex(self.thesaurus.of_scheme("place"))
        references: Counter[str] = Counter()
        for programme in programmes:
            for number, edition in enumerate(programme.editions):
                draft = self._draft(programme, edition, number, places)
                references[draft.host.code] += 1
                yield _listing(
                    draft, self.thesaurus, f"{self.seed}/{programme.slug}/{number}", references[draft.host.code]
                )

    def _draft(self, programme: Programme, edition: Edition, number: int, places: LabelIndex) -> Draft:
        rng = random.Random(f"{self.seed}/{programme.slug}/{number}")
        named = _places_named(edition, places, self.thesaurus)
        languages = (programme.source, *edition.prose)
        host = self.directory.draw(rng, edition.host, languages, _within(named, edition.host, self.thesaurus))
        country = _partner_country(rng, programme, edition, _countries(named, self.thesaurus))
        with_partner = programme.kind in KINDS_WITH_PARTNER
        other = self.directory.draw(rng, country, languages, avoid=host.id) if with_partner else None
        often, nominators = _NOMINATION[programme.kind]
        roles = _PARTNER_ROLES.get(programme.kind, ("",))
        return Draft(
            programme=programme,
            edition=edition,
            rng=rng,
            base=self.base,
            host=host,
            partner=other,
            partner_role=rng.choice(roles if programme.funding != "none" else roles[:1]),
            months=_months(rng, programme),
            nominated_by=rng.choice(nominators) if rng.random() < often else None,
            concepts=tuple(dict.fromkeys((*programme.concepts, *edition.concepts))),
        )


def _listing(draft: Draft, thesaurus: Thesaurus, key: str, count: int) -> Listing:
    """All facts of one listing."""
    programme, host, calendar = draft.programme, draft.host, make_calendar(draft)
    facts: dict[str, Any] = {
        "id": new_id(random.Random(key)),
        "kind": programme.kind,
        "source_language": programme.source,
        "reference": f"{host.code}-{(calendar.starts_from or draft.base).year}-{count:03}",
        "organisation_id": host.id,
        "country": host.country,
        "place": host.place,
        "department": wording.department(programme.isced, programme.source),
        "contact_name": wording.office(programme.source),
        "contact_email": f"international@{host.code.lower()}.example",
        "isced": list(programme.isced),
        "concepts": list(draft.concepts),
        "levels": list(programme.levels),
        "mode": programme.mode,
        "working_languages": list(programme.working_languages),
        "award": programme.award,
        "months_min": Decimal(draft.months[0]),
        "months_max": Decimal(draft.months[1]),
        **_dates(calendar),
        **_places(draft, calendar),
        **make_extras(draft, thesaurus),
        **make_selection(draft),
    }
    if draft.rng.randrange(_SCANT_EVERY) == 0:
        facts |= _scant(facts)
    return new_listing(
        programme.slug,
        **facts,
        translations=_translations(draft, thesaurus),
        partners=_partners(draft),
        deadlines=list(calendar.deadlines),
        money=make_money(draft),
        rules=make_rules(draft, calendar),
        documents=make_documents(draft),
        criteria=make_criteria(draft),
    )


def _dates(calendar: Calendar) -> dict[str, Any]:
    names = (
        "rolling",
        "result_on",
        "starts_from",
        "starts_until",
        "next_cycle_on",
        "posted_at",
        "updated_at",
        "confirmed_at",
    )
    return {name: getattr(calendar, name) for name in names}


def _places(draft: Draft, calendar: Calendar) -> dict[str, Any]:
    """total ≥ per country ≥ per institution; places fill up only where applications come in at any time."""
    rng = draft.rng
    total = rng.randint(*draft.programme.places)
    per_country = rng.randint(max(1, total // 4), total) if total > 3 and draft.chance(0.35) else None
    per_institution = rng.randint(1, per_country or total) if draft.nominated_by and draft.chance(0.6) else None
    return {
        "places_total": total,
        "places_per_country": per_country,
        "places_per_institution": per_institution,
        "places_filled": rng.randint(0, total // 2) if calendar.rolling else 0,
        "waiting_list": draft.chance(0.25),
    }


def _scant(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A host that left out whatever may be left out."""
    optional = (
        "department", "contact_name", "place", "credits", "result_on", "next_cycle_on", "confirmed_at",
        "places_per_country", "places_per_institution", "apply_url", "base_seats", "base_courses_a_year", "decided_by",
    )  # fmt: skip
    return {**{name: None for name in optional if name in facts}, "outputs": [], "stages": []}


def _partners(draft: Draft) -> list[Partner]:
    return [partner(draft.partner.id, draft.partner_role)] if draft.partner else []


def _translations(draft: Draft, thesaurus: Thesaurus) -> list[Translation]:
    """The original first, then the translations; {host}, {city} and {partner} are named in each text's language."""
    found = []
    for language, paragraphs in draft.programme.shared.items():
        prose, names = draft.edition.prose[language], _names(draft, language, thesaurus)
        first, *others = paragraphs
        texts = [_filled(text, names) for text in (first, prose.focus, *others)]
        origin = "source" if language == draft.programme.source else "human"
        found.append(
            translation(
                language, _title(draft, language, prose), origin,
                summary=_filled(prose.summary, names), description="\n\n".join(texts),
            )
        )  # fmt: skip
    return found


def _title(draft: Draft, language: str, prose: Prose) -> str:
    """Now and then the summary's beginning is made part of a Burmese or Khmer title: titles as long as that exist."""
    if language in ("my", "km") and draft.rng.randrange(_LONG_TITLE_EVERY) == 0:
        return f"{prose.title} — {prose.summary}"[:300].rstrip()
    return prose.title


def _names(draft: Draft, language: str, thesaurus: Thesaurus) -> dict[str, str]:
    names = {"host": draft.host.name(language), "city": _city(draft.host, language, thesaurus)}
    return {**names, "partner": draft.partner.name(language)} if draft.partner else names


def _city(host: Host, language: str, thesaurus: Thesaurus) -> str:
    """The city's name; the registry's English one where the thesaurus has none; at worst the country's."""
    if host.place and "city" in thesaurus[host.place].facts:
        return thesaurus.label(host.place, language)
    return host.city or thesaurus.label(host.place or f"country-{host.country}", language)


def _filled(text: str, names: Mapping[str, str]) -> str:
    for placeholder, name in names.items():
        if name.isascii():  # scripts without spaces set off what is written in Latin letters
            text = re.sub(rf"(?<=[{_UNSPACED}])\{{{placeholder}\}}", f" {{{placeholder}}}", text)
            text = re.sub(rf"\{{{placeholder}\}}(?=[{_UNSPACED}])", f"{{{placeholder}}} ", text)
        text = text.replace(f"{{{placeholder}}}", name)
    return text


def _months(rng: random.Random, programme: Programme) -> tuple[int, int]:
    """A joint programme has one length; other kinds leave some choice."""
    low, high = programme.months
    if programme.kind == "joint-programme":
        length = rng.choice(range(low, high + 1, 6))
        return length, length
    return (low, high) if rng.random() < 0.7 else (low, rng.randint(low, high))


def _places_named(edition: Edition, places: LabelIndex, thesaurus: Thesaurus) -> list[str]:
    """The places an edition's own prose speaks of, in any of its languages."""
    texts = [(language, f"{p.title}\n{p.summary}\n{p.focus}") for language, p in edition.prose.items()]
    found = [match.entries[0].concept for language, text in texts for match in places.find(text, language)]
    return [place for place in found if place in thesaurus]


def _within(named: Iterable[str], country: str, thesaurus: Thesaurus) -> list[str]:
    """Cities and provinces among them that are in the host's country: the host is best sought there."""
    own = [place for place in named if thesaurus[place].facts.get("country") == country]
    return [place for place in own if not place.startswith("country-")]


def _countries(named: Iterable[str], thesaurus: Thesaurus) -> list[str]:
    """The countries of ASEAN the named places are in, most often named first."""
    counts = Counter(thesaurus[place].facts.get("country", "") for place in named)
    return [country for country, _count in counts.most_common() if country in ASEAN]


def _partner_country(rng: random.Random, programme: Programme, edition: Edition, named: Sequence[str]) -> str:
    """China for hosts in ASEAN; else the country the prose speaks of, the languages point to, or any."""
    if edition.host != "CN":
        return "CN"
    if named:
        return named[0]
    readers = [country for language in (programme.source, *edition.prose) for country in READERS.get(language, ())]
    if readers:
        return rng.choice(readers)
    return rng.choices(list(_PARTNER_WEIGHTS), list(_PARTNER_WEIGHTS.values()))[0]
