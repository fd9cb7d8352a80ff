"""Whole answers as files, written while they are read: a line of JSON or a row of a table for each listing found."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from portal.api import representations
from portal.api.representations import Node
from portal.core.spreadsheets import harmless
from search.results import Hit

NDJSON, CSV = "application/x-ndjson", "text/csv; charset=utf-8"
_LINK = "; "


def _listed(values: Iterable[str]) -> str:
    return _LINK.join(values)


_COLUMNS: dict[str, Callable[[Node], object]] = {
    "id": lambda hit: hit["id"],
    "url": lambda hit: hit["url"],
    "title": lambda hit: hit["title"],
    "summary": lambda hit: hit["summary"],
    "text_language": lambda hit: hit["text_language"],
    "languages": lambda hit: _listed(hit["languages"]),
    "kind": lambda hit: hit["kind"],
    "organisation": lambda hit: hit["organisation"] and hit["organisation"]["name"],
    "host_country": lambda hit: hit["host_country"],
    "place": lambda hit: hit["place"],
    "concepts": lambda hit: _listed(concept["label"] for concept in hit["concepts"]),
    "isced": lambda hit: _listed(hit["isced"]),
    "levels": lambda hit: _listed(hit["levels"]),
    "mode": lambda hit: hit["mode"],
    "award": lambda hit: hit["award"],
    "working_languages": lambda hit: _listed(hit["working_languages"]),
    "funding": lambda hit: hit["funding"],
    "stipend": lambda hit: hit["stipend"] and hit["stipend"]["amount"],
    "stipend_currency": lambda hit: hit["stipend"] and hit["stipend"]["currency"],
    "stipend_per": lambda hit: hit["stipend"] and hit["stipend"]["per"],
    "benefits": lambda hit: _listed(hit["benefits"]),
    "open_to": lambda hit: _listed(hit["open_to"]),
    "deadline": lambda hit: hit["deadline"] and hit["deadline"]["local_time"],
    "deadline_zone": lambda hit: hit["deadline"] and hit["deadline"]["zone"],
    "deadline_utc": lambda hit: hit["deadline"] and hit["deadline"]["at"],
    "rolling": lambda hit: "yes" if hit["rolling"] else "no",
    "posted_at": lambda hit: hit["posted_at"],
    "updated_at": lambda hit: hit["updated_at"],
    "confirmed_at": lambda hit: hit["confirmed_at"],
    "demonstration": lambda hit: "yes" if hit["demonstration"] else "no",
}
COLUMNS = tuple(_COLUMNS)


def begin(hits: Iterator[Hit]) -> Iterator[Hit]:
    """The same hits, the first of them read already: what fails at once fails before an answer has begun."""
    for first in hits:
        return chain((first,), hits)
    return iter(())


def ndjson(hits: Iterator[Hit], language: str) -> Iterator[str]:
    """Each listing on a line of its own, in the shape that searches answer with."""
    for hit in hits:
        yield json.dumps(representations.hit(hit, language), ensure_ascii=False, separators=(",", ":")) + "\n"


def table(hits: Iterator[Hit], language: str) -> Iterator[str]:
    """A table with a head, as spreadsheets open it: UTF-8 with a mark that says so."""
    yield "\ufeff" + _row(COLUMNS)
    for hit in hits:
        node = representations.hit(hit, language)
        yield _row(_cell(read(node)) for read in _COLUMNS.values())


def _cell(value: object) -> str:
    return "" if value is None else harmless(str(value))


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
