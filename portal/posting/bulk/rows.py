"""A listing's record as one row of a file, and a row as what it changes in a record."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import groupby
from typing import Any

from portal.core.errors import Invalid
from portal.locales import TAGS
from portal.posting.bulk import values
from portal.posting.bulk.columns import MACHINE, PARTS, RULES, TEXTS, by_code, by_key, codes_of, columns, keys_of
from portal.posting.bulk.values import Cell

Record = Mapping[str, Any]
Flat = dict[str, Any]  # code of a column → value

KEPT = "[…]"
"""Stands for what no cell can hold: it stays as it is on the site."""
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_PLACE = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.(.+))?")
# What an empty cell means where it is not "nothing".
_DEFAULTS: Mapping[str, Any] = {
    "rolling": False, "waiting_list": False, "places_filled": 0, "documents.count": 1,
    "documents.notarised_translation": False, "documents.due": "application", "award": "none",
    "rules.employment.years": 0, "rules.employment.proof": False,
}  # fmt: skip
_SHOWN_DEFAULTS = ("award", "documents.due", "rules.employment.years")
_NUMBERS = ("months_min", "months_max")


@dataclass
class Row:
    """What a row says: values by key of the record, the cells that may mean two things (column → the error), and which
    numbered columns the rows of a part came from."""

    changes: dict[str, Any] = field(default_factory=dict)
    unclear: dict[str, Invalid] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    numbers: dict[str, list[int]] = field(default_factory=dict)


def write_row(record: Record, tag: str, longest: int) -> dict[str, Cell]:
    """The cells of a record, at most `longest` characters each, in the words of a language; empty ones are left out.
    A fact that would not be read back the same from its columns is `KEPT`."""
    cells: dict[str, Cell] = {"id": record.get("id")}
    for key, group in by_key().items():
        try:
            flat = _flatten(record, key)
            written = {c.code: values.write(c, flat[c.code], tag) for c in group if c.code in flat}
            written = {code: cell for code, cell in written.items() if cell is not None}
            good = all(_is_writable(cell, longest) for cell in written.values()) and _reads_back(record, key, written)
        except (ArithmeticError, AttributeError, Invalid, KeyError, TypeError, ValueError):
            good = False  # a draft may hold anything
        cells |= written if good else {group[0].code: KEPT}
    return cells


def _is_writable(cell: Cell, longest: int) -> bool:
    return not isinstance(cell, str) or (len(cell) <= longest and not _UNWRITABLE.search(cell))


def _reads_back(record: Record, key: str, written: Mapping[str, Cell]) -> bool:
    source = {"source_language": record.get("source_language")}
    row = read_row(written, codes_of(key), source)
    return not row.unclear and same(key, row.changes.get(key), record.get(key))


def read_row(cells: Mapping[str, Cell], present: tuple[str, ...], base: Record) -> Row:
    """What the cells of a row say about the facts whose columns the file has; `base` is the record as it is."""
    row, known = Row(), by_code()
    filled: dict[str, Flat] = defaultdict(dict)  # by the facts that the cells are of
    for code, cell in cells.items():
        column = known[code]
        if isinstance(cell, str) and ((text := cell.strip()) == KEPT or not text):
            if text:
                row.kept.add(column.key)
        elif cell is not None:
            try:
                filled[column.key][code] = values.read(column, cell)
            except Invalid as error:
                row.unclear[code] = error
                filled[column.key][code] = None
    for key in keys_of(present):
        if key in row.kept:
            continue
        if key in filled or key == "translations":
            row.changes[key] = _unflatten(key, filled[key], present, base, row)
        else:
            row.changes[key] = [] if _is_list(key) else _DEFAULTS.get(key)
    return row


def merge(base: Record, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The values that change a record: those that say the same as before are left out."""
    return {key: value for key, value in changes.items() if not same(key, value, base.get(key))}


def column_of(place: str, content: Record, row: Row) -> str:
    """The code of the column that a place in the record ("deadlines[0].zone") was read from."""
    found = _PLACE.match(place)
    key, number, part = (found[1], int(found[2] or 0), found[3] or "") if found else (place, 0, "")
    rows = content.get(key)
    one = rows[number] if isinstance(rows, list) and number < len(rows) and isinstance(rows[number], dict) else {}
    if key == "translations":
        language = one.get("language")
        is_source = language == content.get("source_language") or not one
        wanted = (part or "title") if is_source else f"{part or 'title'}.{language}"
    elif key == "rules":
        name = part.removeprefix("parameters.").partition("[")[0]
        wanted = f"rules.{one.get('kind')}.{name}"
    elif key in PARTS:
        numbers = row.numbers.get(key) or [number + 1]
        wanted = f"{key}.{numbers[min(number, len(numbers) - 1)]}.{part}"
    else:
        wanted = key
    return wanted if wanted in by_code() else next((c.code for c in columns() if wanted.startswith(c.key)), "id")


def same(key: str, first: Any, second: Any) -> bool:
    """Whether two values of a fact say the same: the order of translations and conditions, and the ways to write
    numbers and what is not there, do not count."""
    if first == second:
        return True
    if second is None:
        return _says_nothing(key, first)
    return bool(_settled(key, first) == _settled(key, second))


def _settled(key: str, value: Any) -> Any:
    if not value or not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        return _plain(key, value)
    if key == "rules":
        return sorted((_settled_rule(rule) for rule in value), key=lambda rule: rule[0])
    found = [_without_blanks(key, one) for one in value]
    return sorted(found, key=lambda one: str(one.get("language"))) if key == "translations" else found


def _settled_rule(rule: Record) -> tuple[str, Any]:
    kind, parameters = str(rule.get("kind")), rule.get("parameters") or {}
    return kind, _without_blanks(f"rules.{kind}", parameters) if isinstance(parameters, Mapping) else parameters


def _without_blanks(key: str, part: Record) -> dict[str, Any]:
    settled = {name: _plain(f"{key}.{name}", value) for name, value in part.items()}
    return {name: value for name, value in settled.items() if value is not None}


def _says_nothing(key: str, value: Any) -> bool:
    """Whether a value says no more than an empty cell."""
    if isinstance(value, str):
        value = value.strip()
    return value in ("", [], None) or (
        key in _DEFAULTS and value == _DEFAULTS[key] and type(value) is type(_DEFAULTS[key])
    )


def _plain(key: str, value: Any) -> Any:
    """A value without its blanks and ways of writing; None for what an empty cell means too."""
    if _says_nothing(key, value):
        return None
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    try:
        if key in _NUMBERS or key == "money.amount":
            return Decimal(str(value))
        if key == "deadlines.local_time":
            return datetime.fromisoformat(value).isoformat()
    except (InvalidOperation, TypeError, ValueError):
        return value
    return value


def _flatten(record: Record, key: str) -> Flat:
    value = record.get(key)
    if key == "translations":
        return _flat_texts(record, value or [])
    if key == "rules":
        return _flat_rules(value or [])
    if key in PARTS:
        return {
            f"{key}.{number}.{name}": part
            for number, one in enumerate(value or [], 1)
            for name, part in one.items()
            if _is_shown(f"{key}.{name}", part)
        }
    return {key: value} if _is_shown(key, value) else {}


def _is_shown(key: str, value: Any) -> bool:
    return key in _SHOWN_DEFAULTS or key not in _DEFAULTS or value != _DEFAULTS[key]


def _flat_texts(record: Record, texts: Sequence[Record]) -> Flat:
    source = record.get("source_language")
    flat: Flat = {MACHINE: [text["language"] for text in texts if text.get("origin") == "machine"]}
    for text in texts:
        ending = "" if text["language"] == source else f".{text['language']}"
        flat |= {f"{name}{ending}": text.get(name) for name in TEXTS}
    return flat


def _flat_rules(rules: Sequence[Record]) -> Flat:
    flat: Flat = {}
    for rule in rules:
        parameters = rule.get("parameters") or {}
        flat |= {f"rules.{rule['kind']}.{name}": value for name, value in parameters.items()}
        if rule["kind"] == "no-concurrent-award":
            flat["rules.no-concurrent-award.asked"] = True
    return flat


def _unflatten(key: str, flat: Flat, present: tuple[str, ...], base: Record, row: Row) -> Any:
    """The value of a fact whose filled cells are `flat`."""
    if key == "translations":
        return _texts(flat, present, {**base, **row.changes})
    if key == "rules":
        return _rules(flat)
    return _parts(key, flat, row) if key in PARTS else flat[key]


def _parts(key: str, flat: Flat, row: Row) -> list[dict[str, Any]]:
    filled = sorted(map(by_code().__getitem__, flat), key=lambda column: column.number)
    found = []
    for number, group in groupby(filled, key=lambda column: column.number):
        row.numbers.setdefault(key, []).append(number)
        found.append({column.part: flat[column.code] for column in group})
    return found


@lru_cache
def _is_list(key: str) -> bool:
    """Whether an empty cell means that there is none of several."""
    return key == "rules" or key in PARTS or by_code()[key].form in ("codes", "lines")


def _rules(flat: Flat) -> list[dict[str, Any]]:
    given: dict[str, dict[str, Any]] = defaultdict(dict)
    for code, value in flat.items():
        kind, _, name = by_code()[code].part.partition(".")
        given[kind][name] = value
    found = []
    for kind in RULES:
        if kind in given and not (kind == "no-concurrent-award" and given[kind] == {"asked": False}):
            given[kind].pop("asked", None)
            found.append({"kind": kind, "parameters": given[kind]})
    return found


def _texts(flat: Flat, present: tuple[str, ...], base: Record) -> list[dict[str, Any]]:
    """The texts of a row, and those there are in languages that the file has no column of."""
    source, machine = base.get("source_language"), flat.get(MACHINE) or []
    before = {text.get("language"): text for text in base.get("translations") or [] if isinstance(text, dict)}
    there = {*before, *(by_code()[code].language or source for code in flat)}
    found = []
    for language in filter(there.__contains__, dict.fromkeys((source, *TAGS))):
        codes = _codes_of_texts(language, language == source)
        texts = {name: flat[code] for code, name in codes.items() if code in flat}
        if texts:
            origin = "source" if language == source else "machine" if language in machine else "human"
            found.append({"language": language, "origin": origin, **texts})
        elif language in before and not any(code in present for code, name in codes.items() if name == "title"):
            found.append(before[language])
    return found


@lru_cache
def _codes_of_texts(language: Any, is_source: bool) -> Mapping[str, str]:
    """The columns of a language by their codes, and which text stands there. The original has columns of its own; who
    fills in those of its language has said the same."""
    codes = {f"{name}.{language}": name for name in TEXTS}
    return codes | {name: name for name in TEXTS} if is_source else codes
