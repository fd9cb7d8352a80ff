"""What is wrong with a record, said so that one knows what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.core.messages import N_
from portal.web import filters
from portal.web.messages import gettext

# Reasons of the reader of records (`portal.listings.shapes` and what stands on it).
REASONS: Mapping[str, str] = {
    "missing-field": N_("Please fill this in."),
    "wrong-type": N_("This cannot be read here. Please write it anew."),
    "out-of-range": N_("This number or date is too small or too large. Please check it."),
    "too-long": N_("This is too long. At most %(longest)s characters, please."),
    "control-character": N_("There are characters in it that cannot be shown. Please type it anew."),
    "unknown-code": N_("Please choose one from the list."),
    "repeated-code": N_("This is there twice. Please leave one out."),
    "unknown-reference": N_("This is not known here. Please search for it and choose it from what is found."),
    "unknown-field": N_("This site knows no fact of this name. It has to be left out."),
    "unknown-zone": N_("There is no such time zone. Please choose one by its country or city."),
    "one-source-wanted": N_("There has to be one text in the original language."),
    "amount-and-currency-go-together": N_("Give both the amount and its currency, or neither."),
}
EXPECTED: Mapping[str, str] = {
    "whole number": N_("Please write a whole number in figures, such as 12."),
    "number": N_("Please write a number in figures, such as 12500 or 12.50."),
    "date": N_("Please write the date as year, month and day, such as 2027-03-01."),
    "local time": N_("Please give both the date and the time, such as 2027-03-01 and 17:00."),
    "local time without offset": N_("Please give both the date and the time, such as 2027-03-01 and 17:00."),
}
_LARGEST = 10**20  # of a number that is written as people do


def sentence_of(
    field: str, reason: str, parameters: Mapping[str, Any], at: Mapping[tuple[str, str], str],
    own: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """What to do about a `field` of a record that is wrong for a `reason`, in the reader's language. `at`: where a
    general sentence would not help enough, (end of the field's place, reason) → sentence; `own`: further reasons."""
    end = field.rsplit(".", maxsplit=1)[-1].partition("[")[0]
    message = (
        at.get((end, reason))
        or (own or {}).get(reason)
        or EXPECTED.get(str(parameters.get("expected")))
        or REASONS.get(reason, REASONS["wrong-type"])
    )
    number = filters.FILTERS["number"]
    numbers = {
        name: number(value) if abs(value) < _LARGEST else str(value)
        for name, value in parameters.items()
        if isinstance(value, int) and not isinstance(value, bool)
    }
    return gettext(message, **numbers) if numbers else gettext(message)
