"""Reads organisations from files of the Research Organization Registry (ROR), strictly: nothing odd comes in silently.

Two containers: JSON lines, or one JSON array (the registry's dump); each plain, .gz or .xz.
Two shapes of a record: the registry's own (schema 2) and the flat one of our packaged file.
"""

from __future__ import annotations

import gzip
import json
import lzma
import tomllib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import IO, Any

from portal.core.errors import Invalid
from portal.locales import REGIONS
from portal.organisations.checking import Checker
from search.analysis.cleaning import clean, simplify

PACKAGED = Path(__file__).parent / "data" / "ror-china-asean.jsonl.xz"
CORRECTIONS = Path(__file__).parent / "data" / "corrections.toml"
_CHUNK = 1 << 18
_LONGEST_RECORD = 1 << 22
_TRADITIONAL_REGIONS = ("HK", "MO")


@dataclass(frozen=True)
class NameRecord:
    """One name as it will be stored."""

    value: str
    language: str | None
    kind: str
    display: bool


@dataclass(frozen=True)
class OrganisationRecord:
    """One organisation as it will be stored; `values` are the columns of its row, but for `updated_at`."""

    id: str
    values: dict[str, Any]
    names: tuple[NameRecord, ...]


def read_records(path: Path) -> Iterator[OrganisationRecord]:
    """The active organisations of our region, one at a time.

    Raises `Invalid` at the first thing that is not as it should be: "record.broken" with `line` and `field`, or
    "file.unreadable".
    """
    seen: set[str] = set()
    for line, raw in _raw_records(path):
        record = _record(Checker(line, raw))
        if record is None:
            continue
        if record.id in seen:
            raise Invalid("record.broken", line=line, field="id", value=record.id)
        seen.add(record.id)
        yield record


def _raw_records(path: Path) -> Iterator[tuple[int, Any]]:
    """(line the record begins on, record)."""
    try:
        with _opened(path) as file:
            head = file.read(1)
            while head.isspace():
                head = file.read(1)
            file.seek(0)
            yield from _of_array(file) if head == "[" else _of_lines(file)
    except (OSError, EOFError, lzma.LZMAError, zlib.error, UnicodeDecodeError) as error:
        raise Invalid("file.unreadable", field="file", reason=str(error)) from error


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig")
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8-sig")
    return path.open(encoding="utf-8-sig")


def _of_lines(file: IO[str]) -> Iterator[tuple[int, Any]]:
    number = 0
    while text := file.readline(_LONGEST_RECORD + 1):
        number += 1
        if len(text) > _LONGEST_RECORD:
            raise _no_json(number, text)
        if text.strip():
            try:
                yield number, _DECODER.decode(text)
            except (ValueError, RecursionError) as error:
                raise _no_json(number, text) from error


def _no_json(line: int, text: str) -> Invalid:
    return Invalid("record.broken", line=line, field="json", value=clean(text[:80]))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field is there twice")
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_object)


def _of_array(file: IO[str]) -> Iterator[tuple[int, Any]]:
    """The items of a JSON array, without ever holding the whole of it."""
    before, _bracket, buffer = file.read(_CHUNK).partition("[")
    line = 1 + before.count("\n")
    while True:
        item = buffer.lstrip(" \t\r\n,")
        line += buffer.count("\n", 0, len(buffer) - len(item))
        if item.startswith("]"):
            if (item[1:] + file.read(_CHUNK)).strip():
                raise _no_json(line, item)
            return
        try:
            raw, end = _DECODER.raw_decode(item)
        except (ValueError, RecursionError) as error:  # half a record, or a broken one
            more = file.read(_CHUNK) if len(item) < _LONGEST_RECORD else ""
            if not more:
                raise _no_json(line, item) from error
            buffer = item + more
            continue
        yield line, raw
        line += item.count("\n", 0, end)
        buffer = item[end:]


def _record(raw: Checker) -> OrganisationRecord | None:
    flat = _flattened(raw) if "locations" in raw else raw
    country = flat.text("country", longest=2)
    if country not in REGIONS or flat.optional_text("status", longest=20) not in (None, "active"):
        return None
    ror_id = flat.matching("id", r"https://ror\.org/0[a-z0-9]{8}")
    names = tuple(_name(flat.inside("names", item), str(country)) for item in flat.items("names"))
    if not names:
        raise flat.broken("names")
    organisation_id = ror_id.rpartition("/")[2]
    values = {
        "ror_id": ror_id,
        "country": country,
        "subdivision": flat.optional_text("subdivision", longest=80),
        "subdivision_code": flat.optional_text("subdivision_code", longest=10),
        "city": flat.optional_text("city", longest=80),
        "latitude": flat.number("lat", 90),
        "longitude": flat.number("lng", 180),
        "geonames_id": flat.whole("geonames_id"),
        "types": flat.texts("types"),
        "links": flat.links("links"),
        "domains": flat.texts("domains"),
        "established": flat.whole("established"),
        "wikidata": flat.optional_text("wikidata", longest=20),
        "relationships": flat.relationships("relationships"),
        "ror_release": flat.optional_text("ror_release", longest=20),
        "complete": flat.flag("complete", default=True),
    }
    return OrganisationRecord(organisation_id, values, corrected(organisation_id, names))


def _flattened(raw: Checker) -> Checker:
    """A record of schema 2 in the flat shape; its release is not told, so the day it was last changed stands for it."""
    place = raw.inside("locations", next(iter(raw.items("locations")), None))
    details = place.inside("geonames_details", place.raw.get("geonames_details"))
    changed = raw.inside("admin", raw.raw.get("admin", {})).raw.get("last_modified")
    kept = ("id", "names", "types", "links", "established", "status", "relationships")
    flat = {key: raw.raw.get(key) for key in kept} | {
        "domains": raw.raw.get("domains", []),
        "country": details.raw.get("country_code"),
        "city": details.raw.get("name"),
        "subdivision": details.raw.get("country_subdivision_name"),
        "subdivision_code": details.raw.get("country_subdivision_code"),
        "lat": details.raw.get("lat"),
        "lng": details.raw.get("lng"),
        "geonames_id": place.raw.get("geonames_id"),
        "wikidata": _wikidata(raw),
        "ror_release": changed.get("date") if isinstance(changed, dict) else None,
    }
    return Checker(raw.line, flat)


def _wikidata(raw: Checker) -> Any:
    for item in raw.items("external_ids", default=[]):
        entry = raw.inside("external_ids", item)
        if entry.raw.get("type") == "wikidata":
            return entry.raw.get("preferred") or next(iter(entry.items("all")), None)
    return None


def _name(raw: Checker, country: str) -> NameRecord:
    value = raw.text("value", longest=300)
    types = raw.texts("types")
    kind = next((kind for kind in ("label", "alias", "acronym") if kind in types), "label")
    return NameRecord(value, _language(raw, value, country), kind, "ror_display" in types)


def corrected(organisation_id: str, names: tuple[NameRecord, ...]) -> tuple[NameRecord, ...]:
    """The names of an organisation after the corrections of this site."""
    slips, renamed = (_corrections()[kind].get(organisation_id, {}) for kind in ("slips", "renamed"))
    if not (slips or renamed):
        return names
    right = [replace(name, value={**slips, **renamed}.get(name.value, name.value)) for name in names]
    former = [replace(name, kind="alias", display=False) for name in names if name.value in renamed]
    labels = {name.value for name in right if name.kind == "label"}
    kept = (name for name in (*right, *former) if name.value and (name.kind == "label" or name.value not in labels))
    return tuple(dict.fromkeys(kept)) or names


@cache
def _corrections() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Kind of correction → organisation → name of the registry → name here."""
    tables: dict[str, dict[str, dict[str, str]]] = tomllib.loads(CORRECTIONS.read_text("utf-8"))
    return tables


def _language(raw: Checker, value: str, country: str) -> str | None:
    """Our tag for the registry's: it does not tell the two Chinese scripts apart, and says Tagalog for Filipino."""
    language = raw.optional_text("lang", longest=3)
    if language == "zh":
        return "zh-Hant" if country in _TRADITIONAL_REGIONS or simplify(value) != value else "zh-Hans"
    return "fil" if language == "tl" else language
