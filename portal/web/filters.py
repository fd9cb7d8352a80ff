"""What templates may call: labels of codes and everything CLDR writes, in the language of the request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from portal.listings.facts import BY_CODE
from portal.listings.labels import label as label_id
from portal.locales import BY_TAG, LANGUAGES
from portal.organisations.labels import LINKS, TYPES
from portal.organisations.models import Organisation
from portal.organisations.names import names_by_language
from portal.vocabulary.cldr import language_name
from portal.vocabulary.isced import load_isced
from portal.vocabulary.thesaurus import load_thesaurus, place_of
from portal.web import addresses, formats, messages
from portal.web.current import site
from portal.web.fragments import fragment
from portal.web.language import current_language, same_page
from portal.web.messages import gettext, ngettext
from portal.web.text import Text, capitalised, name_in
from search.engine import MAX_QUERY_LENGTH

COUNTED_DAYS = 60


def tag() -> str:
    """The tag of the reader's language."""
    return current_language().tag


def label(code: str, vocabulary: str) -> str:
    """A code of one of the vocabularies in words."""
    return _label(code, vocabulary, tag())


@lru_cache(10_000)
def _label(code: str, vocabulary: str, _tag: str) -> str:
    """Remembered for each language: catalogues do not change while the process runs."""
    return gettext(label_id(vocabulary, code))


def concept(concept_id: str) -> str:
    """The preferred label of a thesaurus concept, as it begins a line."""
    return capitalised(load_thesaurus().label(concept_id, tag()))


def isced(code: str) -> Text:
    """The name of a field of study; in English where the language has none."""
    return _isced(code, tag())


@lru_cache(10_000)
def _isced(code: str, language: str) -> Text:
    vocabulary = load_isced()
    field = vocabulary.fields.get(code)
    known = field is None or language in field.labels
    return Text(vocabulary.label(code, language), None if known else "en")


def organisation_name(names: Mapping[str, str]) -> Text:
    """An organisation's name for the reader."""
    return name_in(names, tag())


def zoned(local: datetime, zone: str) -> str:
    """A wall-clock time with the zone it is kept at."""
    reader = tag()
    return gettext("%(time)s (%(zone)s)", time=formats.clock(local, reader), zone=formats.zone(zone, reader))


def at_readers(local: datetime, zone: str) -> str | None:
    """The same moment on the reader's clock, without the date if that is the same; None where both clocks agree."""
    found = formats.readers_clock(local, zone, tag())
    if found is None or zone == found[1]:
        return None
    shown, own_zone = found
    if shown.date() != local.date():
        return zoned(shown, own_zone)
    return gettext("%(time)s (%(zone)s)", time=formats.hour(shown, tag()), zone=formats.zone(own_zone, tag()))


def moment(value: datetime | str, zone: str | None = None) -> str:
    """A moment, also one written in ISO 8601, on the clock of a zone; by default that of the country that the language
    is mainly read in."""
    at, own = datetime.fromisoformat(value) if isinstance(value, str) else value, zone or formats.READER_ZONES[tag()]
    return zoned(at.astimezone(ZoneInfo(own)).replace(tzinfo=None), own)


def days_left(days: int) -> str:
    """How long it is until a deadline; far ones are only called deadlines."""
    return _days_left(days, tag()) if days <= COUNTED_DAYS else gettext("Deadline")


@lru_cache(10_000)
def _days_left(days: int, _tag: str) -> str:
    if days <= 0:
        return gettext("Last day")
    return ngettext("%(num)d day left", "%(num)d days left", days)


def money(amount: str | Decimal | None, currency: str | None = None, per: str | None = None) -> str:
    """An amount of money, with the period it is paid for; without an amount: in kind."""
    if amount is None or currency is None:
        return gettext("In kind")
    text = formats.money(Decimal(amount), currency, tag())
    return _per(text, per, tag())


def stipend(stored: Mapping[str, Any]) -> str:
    """The stipend of a listing, as its document has it: a range where levels get different ones."""
    low, high = Decimal(stored["lowest"]), Decimal(stored["amount"])
    return _per(formats.amounts(low, high, stored["currency"], tag()), stored["per"], tag())


@lru_cache(20_000)
def _per(text: str, per: str | None, _tag: str) -> str:
    if per == "month":
        return gettext("%(amount)s a month", amount=text)
    if per == "year":
        return gettext("%(amount)s a year", amount=text)
    return gettext("%(amount)s once", amount=text) if per == "once" else text


def joined(values: Iterable[Any], style: str = "standard") -> str | Markup:
    """A list in words; keeps the language marks of its members."""
    parts = [escape(value) for value in values]
    return Markup(formats.joined(tuple(str(part) for part in parts), tag(), style))  # noqa: S704 - every part is escaped


_RULES = ["list", "emphasis", "link", "newline", "escape", "entity", "heading"]
_PROSE = MarkdownIt("zero", {"html": False}).enable(_RULES)


@lru_cache(500)
def prose(text: str) -> Markup:
    """Markdown's paragraphs, lists, emphasis and links; headings of the writer become paragraphs."""
    tokens = _PROSE.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "p"
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("rel", "nofollow noopener external")
    return Markup(_PROSE.renderer.render(tokens, _PROSE.options, {}))  # noqa: S704 - raw HTML is off


def place_name(organisation: Organisation) -> Text:
    """The city of an organisation: from the thesaurus if it knows it, else as the registry writes it, in English."""
    place = place_of(organisation.country, organisation.city, organisation.subdivision_code, organisation.subdivision)
    known = load_thesaurus().concepts[place] if place else None
    if known is not None and (organisation.city or "").casefold() in {text.casefold() for text in known.labels["en"]}:
        return Text(known.label(tag()))
    return Text(organisation.city or "", "en")


def languages_of_page() -> list[dict[str, str]]:
    """The languages of the switch, each with the address of this page in it: its first part names the language."""
    own = f"/{tag()}"
    rest = same_page(tag()).removeprefix(own)
    return [{"tag": other.tag, "name": other.name, "address": f"/{other.tag}{rest}"} for other in LANGUAGES]


def own_name(code: str) -> str:
    """A language's name in itself."""
    return BY_TAG[code].name if code in BY_TAG else language_name(code, tag())


def fact_name(code: str) -> str:
    """What a fact of a listing is called."""
    return gettext(BY_CODE[code].label)


FILTERS: dict[str, Any] = {
    "label": label, "concept": concept, "isced": isced, "organisation_name": organisation_name, "money": money,
    "stipend": stipend, "joined": joined, "prose": prose, "zoned": zoned, "at_readers": at_readers,
    "days_left": days_left, "moment": moment,
    "own_names": names_by_language,
    "place_name": place_name,
    "short_address": lambda address: address.partition("://")[2].removeprefix("www.").rstrip("/"),
    "organisation_type": lambda code: gettext(TYPES.get(code) or str(code)),
    "link_type": lambda code: gettext(LINKS.get(code) or str(code)),
    "country": lambda code: formats.country(code, tag()),
    "language_name": lambda code: language_name(code, tag()),
    "date": lambda value: formats.day(value.date() if isinstance(value, datetime) else value, tag()),
    "ago": lambda moment: formats.ago(site().clock() - moment, tag()),
    "days": lambda ends: formats.period(*ends, tag()),
    "iso_date": lambda text: formats.day(date.fromisoformat(text), tag()),
    "number": lambda value: formats.number(value, tag()),
    "percent": lambda value: formats.percent(value, tag()),
    "months": lambda low, high: formats.months(low, high, tag()),
}  # fmt: skip
GLOBALS: dict[str, Any] = {
    "own_name": own_name, "fact_name": fact_name, "page_languages": languages_of_page, "fragment": fragment,
    "longest_query": MAX_QUERY_LENGTH, **addresses.GLOBALS,
}  # fmt: skip


def _of_request(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that depends on the request: Jinja would work out filters of constants once, for all languages."""

    @pass_context
    def filtered(_context: Context, *arguments: Any) -> Any:
        return function(*arguments)

    return filtered


def init_app(app: Flask) -> None:
    """Register the filters, globals and messages."""
    messages.init_app(app)
    app.jinja_env.filters.update({name: _of_request(function) for name, function in FILTERS.items()})
    app.jinja_env.globals.update(GLOBALS)
    app.jinja_env.tests["endpoint"] = app.view_functions.__contains__  # pages link to what this site has

    @app.context_processor
    def add_globals() -> dict[str, Any]:
        return {"reader": current_language(), "settings": site().settings}
