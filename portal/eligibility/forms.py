"""The questions as a form: what was typed becomes `Answers`, and what was kept is typed in again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from wtforms import Field, FieldList, FormField, StringField

from portal.core.messages import N_
from portal.eligibility.kept import MOST_KEPT
from portal.eligibility.questions import ANSWERS
from portal.listings import codes, language_tests
from portal.listings import typed as shapes
from portal.listings.answers import Answers, Day, LanguageResult, Stay
from portal.listings.language_tests import LANGUAGES
from portal.listings.rules import add_months, full_years
from portal.listings.typed import line_of
from portal.locales import TAGS
from portal.vocabulary.cldr import language_name
from portal.web import filters
from portal.web.choices import BLANK, Choices, all_countries, codes_of, yes_no
from portal.web.fields import CodeField, CodesField, DayField, OneField, RowForm, StayRow, number_field
from portal.web.forms import PortalForm, cleaned, lazy
from portal.web.messages import gettext as _

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
OLDEST, MOST_YEARS = 120, 80


def _tests() -> Choices:
    """Tests with the language they are of; those of the Common European Framework for each language."""
    pairs = [(LANGUAGES[test], test) for test in codes.LANGUAGE_TESTS if test in LANGUAGES]
    pairs += [(tag, "CEFR") for tag in TAGS]
    name = filters.tag()
    return [BLANK, *((f"{language}:{test}", f"{test} · {language_name(language, name)}") for language, test in pairs)]


class TestRow(RowForm):
    """A result of a language test."""

    test = CodeField(lazy(N_("Test")), _tests)
    result = StringField(lazy(N_("Result")), filters=[cleaned], render_kw={"class": "short", "maxlength": "20"})


def _rows(field: Any, label: str) -> Any:
    return FieldList(field, lazy(label), min_entries=1, max_entries=MOST_KEPT)


class AnswersForm(PortalForm):
    """All questions; each may be left open. Only those in `asked` are read."""

    citizenships = _rows(CodeField(lazy(N_("Citizenship")), all_countries), N_("Citizenship"))
    born_day = DayField(lazy(N_("Day of birth")))
    born_year = number_field(lazy(N_("Year of birth")))
    age = number_field(lazy(N_("Age in years")))
    degree = CodeField(lazy(N_("Highest degree you have completed")), codes_of("degree", blank=True))
    degree_year = number_field(lazy(N_("Year in which you completed it")))
    degree_day = DayField(lazy(N_("Day on which you completed it")))
    research_years = number_field(lazy(N_("Years of research")))
    employed = OneField(lazy(N_("Are you employed at present?")), yes_no)
    work_years = number_field(lazy(N_("Years of work in all")))
    abroad = OneField(lazy(N_("Have you lived in a country other than your own in the last ten years?")), yes_no)
    stays = _rows(FormField(StayRow), N_("Stays"))
    awarded = OneField(lazy(N_("Do you hold a scholarship or award at present?")), yes_no)
    awards = _rows(CodeField(lazy(N_("Given by")), all_countries), N_("Awards"))
    tested = OneField(lazy(N_("Have you taken a language test?")), yes_no)
    tests = _rows(FormField(TestRow), N_("Language tests"))
    nominated = OneField(lazy(N_("Has somebody nominated you already?")), yes_no)
    nominated_by = CodesField(lazy(N_("Nominated by")), codes_of("nominator"))

    @property
    def all_errors(self) -> list[tuple[Field, str]]:
        """Every field with a message, those of rows too."""
        return [(field, str(message)) for field in _leaves(self) for message in field.errors]

    def read(self, known: Answers, asked: Collection[str], today: date) -> Answers:
        """The answers typed, and for what was not asked those known. What cannot be read has a message then."""
        said = {answer: self._said(question, today) for question, answer in ANSWERS.items() if question in asked}
        return replace(known, **said)

    def _said(self, question: str, today: date) -> Any:
        readers: Mapping[str, Callable[[], Any]] = {
            "citizenship": lambda: self._countries(self.citizenships) or None,
            "age": lambda: self._born(today),
            "degree": lambda: _code(self.degree, codes.DEGREES),
            "degree-date": lambda: self._degree_on(today),
            "research": lambda: _whole(self.research_years, 0, MOST_YEARS),
            "work": lambda: {"yes": True, "no": False}.get(self.employed.data or ""),
            "work-years": lambda: _whole(self.work_years, 0, MOST_YEARS),
            "stays": lambda: _listed(self.abroad, self.stays[0].country, self._stays(today)),
            "awards": lambda: _listed(self.awarded, self.awards[0], self._countries(self.awards)),
            "tests": lambda: _listed(self.tested, self.tests[0].test, self._tests()),
            "nomination": lambda: _listed(self.nominated, self.nominated_by, self._nominators()),
        }
        return readers[question]()

    def _countries(self, rows: Iterable[Field]) -> tuple[str, ...]:
        known = _codes(all_countries())
        return tuple(dict.fromkeys(code for row in rows if (code := _code(row, known))))

    def _born(self, today: date) -> Day | None:
        filled = _only_one(self.born_day, self.born_year, self.age)
        if filled is self.born_day:
            return _exact(_date(self.born_day, EARLIEST, today))
        if filled is self.born_year:
            return _year(self.born_year, today)
        age = _whole(self.age, 0, OLDEST) if filled is self.age else None
        return None if age is None else aged(age, today)

    def _degree_on(self, today: date) -> Day | None:
        filled = _only_one(self.degree_year, self.degree_day)
        if filled is self.degree_year:
            return _year(self.degree_year, today)
        return _exact(_date(self.degree_day, EARLIEST, today)) if filled is self.degree_day else None

    def _stays(self, today: date) -> tuple[Stay, ...]:
        known = _codes(all_countries())
        filled = [row for row in self.stays if any(map(_says, (row.country, row.since, row.until)))]
        return tuple(stay for row in filled if (stay := _stay(row, known, today)))

    def _tests(self) -> tuple[LanguageResult, ...]:
        known = _codes(_tests())
        filled = [row for row in self.tests if row.test.data or row.result.data]
        return tuple(result for row in filled if (result := _result(row, known)))

    def _nominators(self) -> tuple[str, ...]:
        return tuple(code for code in codes.NOMINATORS if code in (self.nominated_by.data or ()))


def typed(answers: Answers, today: date) -> dict[str, Any]:
    """Answers as the data of the form."""
    return {
        "citizenships": list(answers.citizenships or ()),
        **_typed_age(answers.born, today),
        "degree": answers.degree or "",
        **_typed_degree(answers.degree_on),
        "research_years": _text(answers.research_years),
        "employed": {True: "yes", False: "no", None: ""}[answers.employed],
        "work_years": _text(answers.work_years),
        "abroad": _yes(answers.stays),
        "stays": [
            {
                "country": stay.country,
                "since": stay.since.isoformat(),
                "until": stay.until.isoformat() if stay.until else "",
            }
            for stay in answers.stays or ()
        ],
        "awarded": _yes(answers.awards_from),
        "awards": list(answers.awards_from or ()),
        "tested": _yes(answers.tests),
        "tests": [{"test": f"{one.language}:{one.test}", "result": one.result} for one in answers.tests or ()],
        "nominated": _yes(answers.nominated_by),
        "nominated_by": list(answers.nominated_by or ()),
    }


def aged(age: int, today: date) -> Day:
    """When somebody was born who is so many years old today."""
    return Day(_last_birthday(age + 1, today) + timedelta(days=1), _last_birthday(age, today))


def _last_birthday(age: int, today: date) -> date:
    """The latest day on which somebody can be born who is at least so old; in years without it, 29 February is the day
    before 1 March."""
    return add_months(today, -12 * age)


def _typed_age(born: Day | None, today: date) -> dict[str, str]:
    if born is None:
        return {}
    if born.first == born.last:
        return {"born_day": born.first.isoformat()}
    if born == Day.in_year(born.first.year):
        return {"born_year": str(born.first.year)}
    return {"age": str(full_years(born.last, today))}


def _typed_degree(day: Day | None) -> dict[str, str]:
    if day is None:
        return {}
    return {"degree_day": day.first.isoformat()} if day.first == day.last else {"degree_year": str(day.first.year)}


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _yes(values: Collection[Any] | None) -> str:
    return "" if values is None else "yes" if values else "no"


def _leaves(fields: Iterable[Field]) -> Iterator[Field]:
    for field in fields:
        if isinstance(field, FieldList | FormField):
            yield from _leaves(field)
        else:
            yield field


def _complain(field: Field, message: str) -> None:
    field.errors = [*field.errors, message]


def _code(field: Field, known: Collection[str]) -> str | None:
    if not field.data:
        return None
    if field.data not in known:
        _complain(field, _("Please choose one of the list."))
        return None
    return str(field.data)


def _codes(offered: Choices) -> set[str]:
    return {code for code, _name in offered if code}


def _says(field: Field) -> bool:
    return bool(line_of(field.data))


def _whole(field: Field, low: int, high: int, shape: type[shapes.Whole] = shapes.Whole) -> int | None:
    number = shape().read(field.data)
    if number is None:
        return None
    if not isinstance(number, int) or not low <= number <= high:
        _complain(field, _("Please write a whole number from %(low)s to %(high)s.", low=low, high=high))
        return None
    return number


def _year(field: Field, today: date) -> Day | None:
    year = _whole(field, EARLIEST.year, today.year, shapes.Year)
    return None if year is None else Day.in_year(year)


def _date(field: Field, low: date, high: date) -> date | None:
    if not _says(field):
        return None
    try:
        day = date.fromisoformat(shapes.Day().read(field.data))
    except ValueError:
        _complain(field, _("Please write the date as year-month-day, for example 2020-09-30."))
        return None
    if low <= day <= high:
        return day
    _complain(field, _("This day cannot be right. Please look at the year."))
    return None


def _only_one(*fields: Field) -> Field | None:
    """The field that is filled in, of several that ask for the same."""
    filled = [field for field in fields if _says(field)]
    if len(filled) > 1:
        _complain(filled[1], _("Please fill in one of these only, and empty the others."))
        return None
    return filled[0] if filled else None


def _exact(day: date | None) -> Day | None:
    return None if day is None else Day.exactly(day)


def _stay(row: Any, known: Collection[str], today: date) -> Stay | None:
    country, since, until = (
        _code(row.country, known),
        _date(row.since, EARLIEST, today),
        _date(row.until, EARLIEST, LATEST),
    )
    for field in (row.country, row.since):
        if not _says(field):
            _complain(field, _("Please fill this in, or empty the whole line."))
    if since and until and until < since:
        _complain(row.until, _("The stay ends before it begins."))
    return Stay(country, since, until) if country and since else None


def _result(row: Any, known: Collection[str]) -> LanguageResult | None:
    chosen = _code(row.test, known)
    for field in (row.test, row.result):
        if not field.data:
            _complain(field, _("Please fill this in, or empty the whole line."))
    if not chosen or not row.result.data:
        return None
    language, _colon, test = chosen.partition(":")
    result = language_tests.canonical(test, row.result.data)
    if result is None:
        low, high = language_tests.ends(test)
        _complain(row.result, _("Results of %(test)s go from %(low)s to %(high)s.", test=test, low=low, high=high))
        return None
    return LanguageResult(language, test, result)


def _listed(question: Field, first: Field, rows: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """What was listed; nothing after a plain no, None if the question was left open and nothing was listed."""
    if question.data == "no" and rows:
        _complain(question, _("You answered no, but filled in more below. Please empty that, or answer yes."))
    elif question.data == "yes" and not rows and not first.errors:
        _complain(first, _("Please fill in at least one, or answer no."))
    return rows or (() if question.data == "no" else None)
