"""Listings as they stand in lists: typed read models made from `Document.stored` for one reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from portal.vocabulary.cldr import language_name
from portal.vocabulary.thesaurus import load_thesaurus
from portal.web import filters, formats
from portal.web.filters import Text
from search.results import Hit, Reason, ScorePart

SOON_DAYS = 14
SHOWN_CONCEPTS = 2
DAY = 86400


@dataclass(frozen=True)
class Deadline:
    """The decisive deadline: the host's clock, the reader's, and the days that are left (negative: it has passed)."""

    host: str
    reader: str | None
    left: int
    at: str

    @property
    def soon(self) -> bool:
        """Whether the reader should hurry."""
        return 0 <= self.left <= SOON_DAYS


@dataclass(frozen=True)
class Card:
    """One listing in a list."""

    id: str
    kind: str
    title: Text
    summary: Text
    source_language: str
    translated_from: str | None  # the origin of the text shown, if it is a translation: human, machine
    also_in: tuple[str, ...]  # other languages it can be read in
    organisation: Text | None
    organisation_id: str | None
    where: str
    partners: tuple[Text, ...]
    facts: tuple[str, ...]
    money: str
    funding: str
    deadline: Deadline | None
    rolling: bool
    demonstration: bool
    real: bool
    checked_on: date | None


@dataclass(frozen=True)
class FoundCard:
    """A card with why it was found and how its score came about."""

    card: Card
    reasons: tuple[str, ...]
    score: float
    parts: tuple[tuple[str, float], ...]


def card(listing_id: str, stored: Mapping[str, Any], reader: str, now: datetime) -> Card:
    """The card of a listing for a reader of one language."""
    shown = _shown_language(stored, reader)
    organisation = stored["organisation"]
    origin = stored["origins"].get(shown, "source")
    checked = stored.get("source_checked_on")
    return Card(
        id=listing_id,
        kind=stored["kind"],
        title=_text(stored["titles"], shown, reader),
        summary=_text(stored["summaries"], shown, reader),
        source_language=stored["source_language"],
        translated_from=None if origin == "source" else origin,
        also_in=tuple(tag for tag in stored["titles"] if tag != shown),
        organisation=filters.name_in(organisation["names"], reader) if organisation else None,
        organisation_id=organisation["id"] if organisation else None,
        where=_where(stored["place"], stored["country"], reader),
        partners=tuple(filters.name_in(partner["names"], reader) for partner in stored["partners"]),
        facts=tuple(_facts(stored, reader)),
        money=_money(stored),
        funding=stored["funding"],
        deadline=_deadline(stored["deadline"], reader, now),
        rolling=stored["rolling"],
        demonstration=stored["demonstration"],
        real=stored.get("real", False),
        checked_on=date.fromisoformat(checked) if checked else None,
    )


def found(hit: Hit, reader: str, now: datetime) -> FoundCard:
    """The card of a hit, with its reasons as sentences and the parts of its score."""
    return FoundCard(
        card(hit.id, hit.stored, reader, now),
        tuple(dict.fromkeys(filter(None, (reason_sentence(reason, reader) for reason in hit.reasons)))),
        hit.score,
        tuple((part_label(part, reader), part.value) for part in hit.parts),
    )


def _shown_language(stored: Mapping[str, Any], reader: str) -> str:
    """The reader's language if it is there, else the one it was written in."""
    titles: Mapping[str, str] = stored["titles"]
    source: str = stored["source_language"]
    return reader if reader in titles else source if source in titles else next(iter(titles), reader)


def _text(texts: Mapping[str, str], shown: str, reader: str) -> Text:
    return Text(texts.get(shown, ""), None if shown == reader else shown)


def _where(place: str | None, country: str, reader: str) -> str:
    names = [formats.country(country, reader)]
    if place and place != f"country-{country}":
        names.insert(0, load_thesaurus().label(place, reader))
    return ", ".join(dict.fromkeys(names)) if reader != "zh-Hans" else "".join(dict.fromkeys(reversed(names)))


def _facts(stored: Mapping[str, Any], reader: str) -> Iterable[str]:
    """The short tags: topics, level, award, length, mode."""
    thesaurus = load_thesaurus()
    for concept in stored["concepts"][:SHOWN_CONCEPTS]:
        yield thesaurus.label(concept, reader)
    if stored["levels"]:
        yield _levels(tuple(stored["levels"]), reader)
    if stored["award"] != "none":
        yield filters.label(stored["award"], "award")
    if stored["months"]:
        yield formats.months(*stored["months"], reader)
    if stored["mode"] != "onsite":
        yield filters.label(stored["mode"], "mode")


@lru_cache(2000)
def _levels(levels: tuple[str, ...], reader: str) -> str:
    return formats.joined(tuple(filters.label(level, "level") for level in levels), reader, "unit")


def _money(stored: Mapping[str, Any]) -> str:
    """What one gets, as short as can be: the stipend if there is one, else how far it is funded."""
    stipend = stored["stipend"]
    if stipend:
        return filters.money(stipend["amount"], stipend["currency"], stipend["per"])
    return filters.label(stored["funding"], "funding")


def _deadline(stored: Mapping[str, str] | None, reader: str, now: datetime) -> Deadline | None:
    if stored is None:
        return None
    at = _moment(stored["at"])
    left = int((at.timestamp() - now.timestamp()) // DAY)
    host, own = _clocks(stored["local_time"], stored["zone"], reader)
    return Deadline(host, own, left, at.isoformat())


@lru_cache(20_000)
def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@lru_cache(20_000)
def _clocks(local_time: str, zone: str, _reader: str) -> tuple[str, str | None]:
    local = datetime.fromisoformat(local_time)
    return filters.zoned(local, zone), filters.at_readers(local, zone)


# -- why it was found


def reason_sentence(reason: Reason, reader: str) -> str | None:
    """One reason as a sentence."""
    if reason.kind == "concept" and reason.concept:
        return _concept_sentence(reason, reader)
    if reason.kind == "filter" and reason.field and reason.value:
        fact = fact_sentence(reason.field, reason.value)
        return fact and Markup(_("%(fact)s (you asked for “%(words)s”)")) % {"fact": fact, "words": reason.asked}
    if reason.kind == "word":
        return Markup(_("Its text has the word %(word)s")) % {"word": _mark(reason.asked)}
    return None


def _concept_sentence(reason: Reason, reader: str) -> Markup:
    thesaurus = load_thesaurus()
    met = thesaurus.label(str(reason.concept), reader)
    values: dict[str, Any] = {"concept": _mark(met), "asked": thesaurus.label(str(reason.asked_concept), reader)}
    narrower = reason.distance > 0
    if reason.surface is None:
        message = (
            _("The host lists it under %(concept)s, which is part of %(asked)s")
            if narrower
            else _("The host lists it under %(concept)s")
        )
    else:
        values["words"] = _mark(reason.surface, None if reason.language == reader else reason.language)
        message = _in_text_message(str(reason.source), narrower, reason.surface.casefold() == met.casefold())
    return Markup(message) % values


def _in_text_message(source: str, narrower: bool, same: bool) -> str:
    """The sentence for words found in the prose; `same`: they are the concept's own name."""
    if same and not narrower:
        return _("%(words)s stands in its title") if source == "title" else _("%(words)s stands in its text")
    if source == "title":
        if narrower:
            return _("%(words)s in its title means %(concept)s, which is part of %(asked)s")
        return _("%(words)s in its title means %(concept)s")
    if narrower:
        return _("%(words)s in its text means %(concept)s, which is part of %(asked)s")
    return _("%(words)s in its text means %(concept)s")


def fact_sentence(field: str, value: str) -> str | None:
    """A fact that was asked for, in words."""
    name = facet_value(field, value)
    sentences = {
        "country": lambda: _("Hosted in %(place)s", place=name),
        "place": lambda: _("Hosted in %(place)s", place=name),
        "open_to": lambda: _("Open to citizens of %(country)s", country=name),
        "organisation": lambda: _("The organisation takes part"),
        "working_language": lambda: _("Working language: %(language)s", language=name),
    }
    return sentences[field]() if field in sentences else str(name)


def facet_value(field: str, value: str) -> str:
    """What a value of a facet is called (organisations are named by `queries`, from the database)."""
    reader = filters.tag()
    if field in ("country", "open_to"):
        return formats.country(value, reader)
    if field in ("concept", "place"):
        return load_thesaurus().label(value, reader)
    if field in ("working_language", "source_language"):
        return language_name(value, reader)
    if field == "isced":
        return filters.isced(value).value
    if field == "closes_at":
        return window_label(int(value.removesuffix("d")))
    return filters.label(value, field) if field in ("kind", "level", "mode", "award", "funding") else value


def window_label(days: int) -> str:
    """A window of deadlines in words."""
    return _("In the next %(num)d days", num=days)


def part_label(part: ScorePart, reader: str) -> str:
    """What an addend of a score stands for."""
    name, _colon, concept = part.name.partition(":")
    if name == "topic":
        return _("Topic: %(concept)s", concept=load_thesaurus().label(concept, reader))
    names = {
        "words": _("Words of the text"),
        "recently-confirmed": _("Confirmed by the host recently"),
        "deadline-ahead": _("Deadline is still ahead"),
    }
    return names.get(name, name)


def _mark(text: str, language: str | None = None) -> Markup:
    if language:
        return Markup('<mark lang="{}">{}</mark>').format(language, text)
    return Markup("<mark>{}</mark>").format(escape(text))
