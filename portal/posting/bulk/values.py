"""One cell: a value of a record as words, numbers and dates that people read, and back.

What cannot be read stays what was typed: the checking of drafts is the one judge, and tells of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from portal.core.errors import Invalid
from portal.posting.bulk.columns import Column
from portal.posting.bulk.words import vocabulary

Cell = str | int | float | Decimal | date | None
"""What a file has in a cell."""


class Formula(str):
    """A formula or its failure, which is nobody's value."""

    __slots__ = ()


class Counted(float):
    """A number of a workbook whose days are counted from later than usual; `shift` days later."""

    def __new__(cls, value: float, shift: int = 0) -> Counted:
        """The number with its shift."""
        made = super().__new__(cls, value)
        made.shift = shift
        return made

    shift: int


LIST = "; "
_SHORT = 80  # characters of a cell
_REPEATED = frozenset({"code", "codes", "flag", "whole", "tenths", "amount", "day", "clock"})
"""Forms whose cells say the same few things in row after row: each is read once."""
_DAY = re.compile(r"(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,4})\s*日?")
_CLOCK = re.compile(r"(.+?)[T\s]+(\d{1,2})[:：](\d{2})(?:[:：](\d{2}(?:\.\d{1,6})?))?")
_UNCLEAR_NUMBER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - the day from which spreadsheets count; no zone


def read(column: Column, cell: Cell) -> Any:
    """The value of a cell that is not empty. Raises `Invalid` ("cell.unclear" with a `reason`) where what stands there
    may mean two things, or nothing."""
    if type(cell) is str and len(cell) <= _SHORT and column.form in _REPEATED:
        found = _read_once(column.form, column.vocabulary, cell)
        return [*found] if isinstance(found, list) else found
    if isinstance(cell, Formula):
        raise Invalid("cell.unclear", reason="formula", value=str(cell))
    return _READERS[column.form](cell, column.vocabulary)


@lru_cache(4096)
def _read_once(form: str, vocabulary_name: str, cell: str) -> Any:
    return _READERS[form](cell, vocabulary_name)


def write(column: Column, value: Any, tag: str) -> Cell:
    """A value as a cell, its codes in the words of a language."""
    if value is None or value in ("", []):
        return None
    return _WRITERS[column.form](value, column.vocabulary, tag)


def plain(cell: Cell) -> str:
    """A cell as text, as files without types have it."""
    if isinstance(cell, str):
        return str(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes" if not cell.second and not cell.microsecond else "auto")
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _text(cell: Cell, _vocabulary: str = "") -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = plain(cell)
    return (text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text).strip()


def _code(cell: Cell, name: str) -> str:
    return vocabulary(name).read(_text(cell))


def _codes(cell: Cell, name: str) -> list[str]:
    return vocabulary(name).read_all(_text(cell))


def _lines(cell: Cell, _vocabulary: str) -> list[str]:
    return [line.strip() for line in _text(cell).splitlines() if line.strip()]


def _flag(cell: Cell, name: str) -> bool | str:
    if isinstance(cell, bool):
        return cell
    found = _code(cell, name)
    return {"yes": True, "no": False}.get(found, found)


def _number(cell: Cell) -> Decimal | None:
    """A number in any digits, with a point or a comma; None for what is none."""
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return Decimal(str(cell))
    text = re.sub(r"[\s'’]", "", _digits(unicodedata.normalize("NFKC", _text(cell))))
    if _UNCLEAR_NUMBER.fullmatch(text):
        raise Invalid("cell.unclear", reason="unclear-number", value=text)
    if "," in text and "." in text:  # what comes last divides the whole from its parts
        text = text.replace("," if text.rindex(".") > text.rindex(",") else ".", "")
    elif text.count(",") > 1 or text.count(".") > 1:
        text = text.replace(",", "").replace(".", "")
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def _whole(cell: Cell, _vocabulary: str) -> Any:
    number = _number(cell)
    if number is None or not number.is_finite() or number != int(number):
        return _text(cell)
    return int(number)


def _tenths(cell: Cell, _vocabulary: str) -> Any:
    number = _number(cell)
    if number is None or not number.is_finite():
        return _text(cell)
    return int(number) if number == int(number) else float(number)


def _amount(cell: Cell, _vocabulary: str) -> str:
    number = _number(cell)
    if number is None or not number.is_finite() or abs(number) >= 10**15:
        return _text(cell)
    return f"{number:.2f}" if number == round(number, 2) else str(number)


def _day(cell: Cell, _vocabulary: str) -> str:
    moment = _counted(cell)
    if isinstance(moment, datetime):
        return moment.date().isoformat() if moment.time() == time() else moment.isoformat()
    return _iso_day(_text(moment)) or _text(moment)


def _clock(cell: Cell, _vocabulary: str) -> str:
    """A day and the time on the wall: with the day alone, nobody knows when it ends."""
    moment = _counted(cell)
    if isinstance(moment, datetime):
        return moment.isoformat()
    text = _text(moment)
    found = _CLOCK.fullmatch(_digits(text))
    day = _iso_day(found[1] if found else text)
    if day and not found:
        raise Invalid("cell.unclear", reason="time-missing", value=text)
    return f"{day}T{int(found[2]):02}:{found[3]}:{found[4] or '00'}" if found and day else text


def _counted(cell: Cell) -> Cell:
    """Spreadsheets count days; a number of them that has lost its form of a date is one all the same."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 < cell < 100_000:
        days = cell + (cell.shift if isinstance(cell, Counted) else 0)
        return _DAY_ZERO + timedelta(seconds=round(days * 86400))
    return cell


def _iso_day(text: str) -> str | None:
    """A day as ISO 8601 writes it; None for what is none. Raises `Invalid` where day and month may be exchanged."""
    found = _DAY.fullmatch(_digits(text))
    if not found:
        return None
    first, second, third = (int(part) for part in found.groups())
    if len(found[1]) == 4:
        return f"{first:04}-{second:02}-{third:02}"
    if len(found[3]) < 4 or (first <= 12 and second <= 12 and first != second):
        raise Invalid("cell.unclear", reason="unclear-date", value=text)
    day, month = (first, second) if first > 12 or first == second else (second, first)
    return f"{third:04}-{month:02}-{day:02}"


def _digits(text: str) -> str:
    return text if text.isascii() else "".join(str(unicodedata.decimal(c, c)) for c in text)


def _tests(cell: Cell, _vocabulary: str) -> list[dict[str, str]]:
    """Language tests: language, test and result, such as “Chinese HSK 4”."""
    return [_test(line.strip()) for line in re.split("[;；\n]", _text(cell)) if line.strip()]


def _test(text: str) -> dict[str, str]:
    words = text.split()
    for place, word in enumerate(words):
        if place and word.upper() in vocabulary("test").offered:
            language = vocabulary("language").read(" ".join(words[:place]))
            return {"language": language, "test": word.upper(), "minimum": " ".join(words[place + 1 :])}
    return {"test": text}


def _write_tests(value: Any, _vocabulary: str, tag: str) -> Cell:
    language = vocabulary("language").write
    return LIST.join(f"{language(one['language'], tag)} {one['test']} {one['minimum']}" for one in value)


def _write_clock(value: Any, _vocabulary: str, _tag: str) -> Cell:
    moment = datetime.fromisoformat(value)
    return moment.isoformat(" ") if moment.microsecond else moment  # spreadsheets round parts of seconds


def _write_codes(value: Any, name: str, tag: str) -> Cell:
    return LIST.join(vocabulary(name).write(code, tag) for code in value)


_READERS: Mapping[str, Callable[[Cell, str], Any]] = {
    "text": _text, "code": _code, "codes": _codes, "lines": _lines, "flag": _flag, "whole": _whole, "tenths": _tenths,
    "amount": _amount, "day": _day, "clock": _clock, "tests": _tests,
}  # fmt: skip
_WRITERS: Mapping[str, Callable[[Any, str, str], Cell]] = {
    "text": lambda value, _name, _tag: str(value),
    "code": lambda value, name, tag: vocabulary(name).write(value, tag),
    "codes": _write_codes,
    "lines": lambda value, _name, _tag: "\n".join(value),
    "flag": lambda value, name, tag: vocabulary(name).write("yes" if value else "no", tag),
    "whole": lambda value, _name, _tag: value,
    "tenths": lambda value, _name, _tag: value,
    "amount": lambda value, _name, _tag: Decimal(str(value)),
    "day": lambda value, _name, _tag: date.fromisoformat(value),
    "clock": _write_clock,
    "tests": _write_tests,
}  # fmt: skip
