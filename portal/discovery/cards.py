"""Why a listing was found: reasons as sentences, and the parts of its score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from markupsafe import Markup, escape

from portal.eligibility.rulebook import Standing
from portal.vocabulary.cldr import language_name
from portal.vocabulary.thesaurus import load_thesaurus, topic_ids
from portal.web import filters, formats
from portal.web.cards import Card, card
from portal.web.messages import gettext as _
from search.results import Hit, Reason

__all__ = ["Card", "FoundCard", "card", "facet_value", "found"]


class Part(NamedTuple):
    """An addend of a score: what it stands for, the factors it is the product of, and their product."""

    name: str
    factors: tuple[float, ...]
    value: float


@dataclass(frozen=True)
class FoundCard:
    """A card with why it was found, how its score came about, and how the reader stands to it."""

    card: Card
    reasons: tuple[str, ...]
    score: float
    parts: tuple[Part, ...]
    standing: Standing | None = None


def found(
    hit: Hit, reader: str, now: datetime, chosen: Iterable[str] = (), standing: Standing | None = None
) -> FoundCard:
    """The card of a hit, with its reasons as sentences and the parts of its score. `chosen`: topics of the facet."""
    return FoundCard(
        card(hit.id, hit.stored, reader, now, set(_met(hit, chosen))),
        tuple(dict.fromkeys(filter(None, (reason_sentence(reason, reader) for reason in hit.reasons)))),
        hit.score,
        tuple(Part(part_label(p.name, reader), tuple(p.factors.values()), p.value) for p in hit.parts),
        standing,
    )


def _met(hit: Hit, chosen: Iterable[str]) -> Iterator[str]:
    """The topics because of which it was found: of each asked for the best, of each chosen the first."""
    yield from (str(reason.concept) for reason in hit.reasons if reason.kind == "concept")
    for topic in chosen:
        yield from islice((tag for tag in hit.stored["concepts"] if topic in topic_ids(tag)), 1)


@lru_cache(20_000)
def reason_sentence(reason: Reason, reader: str) -> str | None:
    """One reason as a sentence."""
    if reason.kind == "concept" and reason.concept:
        return _concept_sentence(reason, reader)
    if reason.kind == "meaning":
        return _("A language model finds it close in meaning to your words")
    if reason.kind == "filter" and reason.value is None:
        return _sentence(_("It meets “%(words)s”"), words=_mark(reason.asked))
    if reason.kind == "filter" and reason.field and reason.value:
        fact = fact_sentence(reason.field, reason.value)
        return _sentence(_("%(fact)s (you asked for “%(words)s”)"), fact=fact, words=reason.asked)
    if reason.kind == "word":
        return _sentence(_("Its text has the word %(word)s"), word=_mark(reason.asked))
    return None


def _concept_sentence(reason: Reason, reader: str) -> Markup:
    thesaurus = load_thesaurus()
    met, asked = str(reason.concept), str(reason.asked_concept)
    name = thesaurus.label(met, reader)
    values: dict[str, str] = {"concept": _mark(name), "asked": thesaurus.label(asked, reader)}
    narrower = met != asked and met in thesaurus.descendants(asked)
    if reason.surface is None:
        message = (
            _("The host lists it under %(concept)s, which is part of %(asked)s")
            if narrower
            else _("The host lists it under %(concept)s")
        )
    else:
        values["words"] = _mark(reason.surface, None if reason.language == reader else reason.language)
        message = _in_text_message(str(reason.source), narrower, reason.surface.casefold() == name.casefold())
    sentence = _sentence(message, **values)
    if narrower or met == asked:
        return sentence
    return _sentence(_beside(met in thesaurus.ancestors(asked)), reason=sentence, asked=values["asked"])


def _beside(broader: bool) -> str:
    """What is added to the reason for a topic that does not lie below the one asked for."""
    if broader:
        return _("%(reason)s (broader than what you asked for: %(asked)s)")
    return _("%(reason)s (close to what you asked for: %(asked)s)")


def _sentence(message: str, **values: str) -> Markup:
    """A translated message with values, which are escaped unless they are marked up already."""
    return Markup(message) % values  # noqa: S704 - messages are our own


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


def fact_sentence(field: str, value: str) -> str:
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
        return filters.concept(value)
    if field in ("working_language", "source_language"):
        return language_name(value, reader)
    if field == "isced":
        return filters.isced(value).value
    if field == "closes_at":
        return window_label(int(value.removesuffix("d")))
    if field == "language_test":
        return value.replace(":", " ")
    if field in ("benefit", "document"):
        return filters.label(value, "money-item" if field == "benefit" else field)
    if field in ("rolling", "nomination"):
        return _("Applications at any time") if field == "rolling" else _("No nomination needed")
    return filters.label(value, field) if field in ("kind", "level", "mode", "award", "funding") else value


def window_label(days: int) -> str:
    """A window of deadlines in words."""
    return _("In the next %(num)d days", num=days)


@lru_cache(10_000)
def part_label(part_name: str, reader: str) -> str:
    """What an addend of a score stands for."""
    name, _colon, concept = part_name.partition(":")
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
