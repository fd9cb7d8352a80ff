"""Listings as they stand in lists: read models made from the stored part of a document, for one reader."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from portal.locales import edition_for
from portal.vocabulary.thesaurus import load_thesaurus
from portal.web import filters, formats
from portal.web.messages import gettext
from portal.web.text import Text, name_in

SOON_DAYS = 14
SHOWN_CONCEPTS = 2


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
    address: str = ""  # of a draft: it has no page of its own yet


def card(listing_id: str, stored: Mapping[str, Any], reader: str, now: datetime, met: Collection[str] = ()) -> Card:
    """The card of a listing for a reader of one language. `met`: the topics because of which it was found."""
    shown = edition_for(reader, stored["titles"], stored["source_language"])
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
        organisation=name_in(organisation["names"], reader) if organisation else None,
        organisation_id=organisation["id"] if organisation else None,
        where=_where(stored["place"], stored["country"], reader),
        partners=tuple(name_in(partner["names"], reader) for partner in stored["partners"]),
        facts=tuple(_facts(stored, reader, met)),
        money=_money(stored),
        funding=stored["funding"],
        deadline=_deadline(stored["deadline"], reader, now),
        rolling=stored["rolling"],
        demonstration=stored["demonstration"],
        real=stored["real"],
        checked_on=date.fromisoformat(checked) if checked else None,
    )


def _text(texts: Mapping[str, str], shown: str, reader: str) -> Text:
    return Text(texts.get(shown, ""), None if shown == reader else shown)


def _where(place: str | None, country: str, reader: str) -> str:
    names = [formats.country(country, reader)]
    if place and place != f"country-{country}":
        names.insert(0, load_thesaurus().label(place, reader))
    return ", ".join(dict.fromkeys(names)) if reader != "zh-Hans" else "".join(dict.fromkeys(reversed(names)))


def _facts(stored: Mapping[str, Any], reader: str, met: Collection[str]) -> Iterable[str]:
    """The short tags: topics (all that were met, then the host's order), level, award, length, mode."""
    first = [concept for concept in stored["concepts"] if concept in met]
    others = [concept for concept in stored["concepts"] if concept not in met]
    for concept in (*first, *others)[: max(SHOWN_CONCEPTS, len(first))]:
        yield filters.concept(concept)
    if stored["levels"]:
        yield _levels(tuple(stored["levels"]), reader)
    if stored["award"] != "none":
        yield filters.label(stored["award"], "award")
    if stored["months"]:
        yield formats.months(*stored["months"], reader)
    if stored["mode"] not in ("onsite", ""):
        yield filters.label(stored["mode"], "mode")


@lru_cache(2000)
def _levels(levels: tuple[str, ...], _reader: str) -> str:
    return " · ".join(filters.label(level, "level") for level in levels)


def _money(stored: Mapping[str, Any]) -> str:
    """What one gets, as short as can be: the stipend if there is one, else how far it is funded."""
    stipend = stored["stipend"]
    if stipend:
        return filters.stipend(stipend)
    if not stored["money_stated"]:
        return gettext("Funding not stated")  # nothing in the source is not a "no"
    return filters.label(stored["funding"], "funding")


def _deadline(stored: Mapping[str, str] | None, reader: str, now: datetime) -> Deadline | None:
    if stored is None:
        return None
    at = _moment(stored["at"])
    host, own = _clocks(stored["local_time"], stored["zone"], reader)
    return Deadline(host, own, formats.days_until(at, now, stored["zone"]), at.isoformat())


@lru_cache(20_000)
def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@lru_cache(20_000)
def _clocks(local_time: str, zone: str, _reader: str) -> tuple[str, str | None]:
    local = datetime.fromisoformat(local_time)
    return filters.zoned(local, zone), filters.at_readers(local, zone)
