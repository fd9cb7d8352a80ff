"""Made-up rules and answers, for tests of properties."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from portal.listings import codes
from portal.listings.answers import Answers, Day, LanguageResult, Stay
from portal.locales import COUNTRIES

COUNTRY = st.sampled_from([*COUNTRIES, "FR", "US"])
DAYS = st.dates(date(1950, 1, 1), date(2040, 12, 31))
SPANS = st.tuples(DAYS, st.integers(0, 366)).map(lambda pair: Day(pair[0], pair[0] + timedelta(days=pair[1])))

PARAMETERS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "citizenship": st.fixed_dictionaries({"countries": st.lists(COUNTRY, min_size=1, unique=True)}),
    "citizenship-excluded": st.fixed_dictionaries({"countries": st.lists(COUNTRY, min_size=1, unique=True)}),
    "age-max": st.fixed_dictionaries({"age": st.integers(1, 90)}, optional={"on": DAYS.map(date.isoformat)}),
    "degree-min": st.fixed_dictionaries(
        {"degree": st.sampled_from(codes.DEGREES)}, optional={"research_years": st.integers(1, 10)}
    ),
    "degree-within": st.fixed_dictionaries({"years": st.integers(1, 30)}),
    "employment": st.fixed_dictionaries({"years": st.integers(0, 10), "proof": st.booleans()}),
    "residence-max": st.fixed_dictionaries(
        {"country": COUNTRY, "months": st.integers(0, 12), "of_last": st.integers(13, 60)}
    ),
    "no-concurrent-award": st.fixed_dictionaries({}, optional={"country": COUNTRY}),
    "language-test": st.fixed_dictionaries(
        {
            "any_of": st.lists(
                st.sampled_from(
                    [
                        {"language": "en", "test": "IELTS", "minimum": "6.0"},
                        {"language": "en", "test": "TOEFL", "minimum": "80"},
                        {"language": "zh-Hans", "test": "HSK", "minimum": "4"},
                        {"language": "pt", "test": "CEFR", "minimum": "B2"},
                    ]
                ),
                min_size=1,
                max_size=3,
            )
        }
    ),
    "nomination": st.fixed_dictionaries({"by": st.sampled_from(codes.NOMINATORS)}),
}
RULES = st.sampled_from(codes.RULE_KINDS).flatmap(lambda kind: st.tuples(st.just(kind), PARAMETERS[kind]))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


ANSWERS = st.builds(
    Answers,
    citizenships=maybe(st.lists(COUNTRY, max_size=3).map(tuple)),
    born=maybe(SPANS),
    degree=maybe(st.sampled_from(codes.DEGREES)),
    degree_on=maybe(SPANS),
    research_years=maybe(st.integers(0, 20)),
    employed=maybe(st.booleans()),
    work_years=maybe(st.integers(0, 20)),
    stays=maybe(st.lists(st.builds(Stay, COUNTRY, DAYS, maybe(DAYS)), max_size=3).map(tuple)),
    awards_from=maybe(st.lists(COUNTRY, max_size=2).map(tuple)),
    tests=maybe(
        st.lists(
            st.sampled_from(
                [
                    LanguageResult("en", "IELTS", "5.5"),
                    LanguageResult("en", "IELTS", "7"),
                    LanguageResult("en", "CEFR", "C1"),
                    LanguageResult("zh-Hans", "HSK", "5"),
                    LanguageResult("pt", "CEFR", "A2"),
                    LanguageResult("en", "TOEFL", "not a number"),
                ]
            ),
            max_size=3,
        ).map(tuple)
    ),
    nominated_by=maybe(st.lists(st.sampled_from(codes.NOMINATORS), max_size=2).map(tuple)),
)
