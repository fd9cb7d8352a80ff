"""What is wrong with a posting, said so that one knows what to write instead."""

from __future__ import annotations

from collections.abc import Mapping

from portal.core.messages import N_
from portal.posting.drafts.checking import Problem
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
# Where a general sentence would not help enough: (end of the field's place, reason).
AT: Mapping[tuple[str, str], str] = {
    ("title", "missing-field"): N_("Please give it a title."),
    ("summary", "missing-field"): N_("Please say in two or three sentences what it is."),
    ("description", "missing-field"): N_("Please describe it: what people do, what they get, and who it is for."),
    ("mode", "missing-field"): N_("Please say whether it is on site, online or both."),
    ("source_url", "wrong-type"): N_("Please write the whole address, beginning with https://"),
    ("apply_url", "wrong-type"): N_("Please write the whole address, beginning with https://"),
    ("apply_url", "missing-field"): N_("Please give the address, or say that people apply on this site."),
    ("local_time", "missing-field"): N_("Please give the date and the time."),
    ("months_max", "out-of-range"): N_("The longest duration must not be shorter than the shortest."),
    ("starts_until", "out-of-range"): N_("The latest start must not be before the earliest."),
    ("places_total", "out-of-range"): N_("There are fewer places in all than for one country or institution."),
    ("countries", "missing-field"): N_("Please choose at least one country."),
    ("any_of", "missing-field"): N_("Please name at least one test that is accepted."),
    ("minimum", "unknown-code"): N_("This test has no such result. Please check it."),
    ("of_last", "out-of-range"): N_("The whole time has to be longer than the time allowed, and at most 1200 months."),
    ("years", "out-of-range"): N_("Please write a number of years from 1 to 150."),
    ("age", "out-of-range"): N_("Please write an age from 1 to 150."),
    ("role", "missing-field"): N_("Please say what part this organisation takes."),
}  # fmt: skip
ADVICE: Mapping[str, str] = {
    "summary-longer": N_("The summary is longer than the description. Move the details to the description."),
    "summary-long": N_("The summary has %(length)s characters. Lists show two or three sentences of it."),
    "contact-missing": N_("Nobody can ask you anything: please give an e-mail address."),
    "no-address": N_("This is no e-mail address. Please check it."),
    "place-missing": N_("People want to know the city. Please search for it."),
    "no-time": N_("It would last no time at all. Please give the number of months."),
    "deadline-past": N_("This deadline is over. Please check the year."),
    "deadline-order": N_("This comes before the application to the host, but is due later. Please check both."),
    "rolling-with-deadline": N_("People may apply at any time, yet there is a deadline. Readers are told the former."),
    "start-before-deadline": N_("It starts before the deadline of the host. Please check both dates."),
    "start-past": N_("This start is over. Please check the year."),
    "result-before-deadline": N_("The result would be known before the deadline of the host. Please check both dates."),
    "no-places": N_("Zero places: then nobody can apply. Leave it empty if the number is not known."),
    "quota-too-small": N_("With this limit at most %(most)s places can be filled. Please check both numbers."),
    "amount-missing": N_("Please say how much people have to pay."),
    "period-missing": N_("Please say whether this is paid each month, each year or once."),
    "age-excludes-all": N_("At this age nobody can apply. Please check the number."),
    "age-below-degree": N_("Few people have this degree before they are %(age)s. Please check both conditions."),
    "citizens-none": N_("The conditions on citizenship leave nobody who may apply."),
    "weights-do-not-add-up": N_("The weights come to %(sum)s percent. They should come to 100, or be left empty."),
    "partner-twice": N_("This organisation is there twice with the same role."),
    "partner-missing": N_("A joint programme has a partner. Please name it."),
}  # fmt: skip
_LARGEST = 10**20  # of a number that is written as people do


def sentence(problem: Problem) -> str:
    """What to do about a problem, in the reader's language."""
    end = problem.field.split(".")[-1].partition("[")[0]
    message = (
        AT.get((end, problem.reason))
        or ADVICE.get(problem.reason)
        or EXPECTED.get(str(problem.parameters.get("expected")))
        or REASONS.get(problem.reason, REASONS["wrong-type"])
    )
    number = filters.FILTERS["number"]
    numbers = {
        name: number(value) if abs(value) < _LARGEST else str(value)
        for name, value in problem.parameters.items()
        if _is_number(value)
    }
    return gettext(message, **numbers) if numbers else gettext(message)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
