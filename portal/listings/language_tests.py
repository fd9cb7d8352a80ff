"""Results of language tests as places on the test's own scale. Two tests are never compared with each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
# Worst first. UKBI: Badan Bahasa's seven predicates; CAPLE: the certificates from A2 to C2; TOCFL: bands by CEFR level.
_GRADES: Mapping[str, tuple[str, ...]] = {
    "CEFR": _CEFR,
    "TOCFL": _CEFR,
    "UKBI": ("Terbatas", "Marginal", "Semenjana", "Madya", "Unggul", "Sangat Unggul", "Istimewa"),
    "JLPT": ("N5", "N4", "N3", "N2", "N1"),
    "CAPLE": ("CIPLE", "DEPLE", "DIPLE", "DAPLE", "DUPLE"),
}
# The other tests have numbers: (lowest, highest, step).
_NUMBERS: Mapping[str, tuple[float, float, float]] = {
    "IELTS": (0, 9, 0.5),
    "TOEFL": (0, 120, 1),
    "HSK": (1, 9, 1),
    "VSTEP": (0, 10, 0.5),
    "CU-TFL": (1, 5, 1),
    "MUET": (1, 5.5, 0.5),
}


# The language that each test is of; CEFR alone is of any.
LANGUAGES: Mapping[str, str] = {
    "IELTS": "en", "TOEFL": "en", "VSTEP": "en", "MUET": "en", "HSK": "zh-Hans", "TOCFL": "zh-Hans", "CU-TFL": "th",
    "UKBI": "id", "JLPT": "ja", "CAPLE": "pt",
}  # fmt: skip


def canonical(test: str, result: str) -> str | None:
    """A result as its scale writes it; None for what the scale does not have."""
    place = position(test, result)
    if place is None:
        return None
    return _GRADES[test][int(place)] if test in _GRADES else f"{place:g}"


def ends(test: str) -> tuple[str, str]:
    """The lowest and the highest result of a test."""
    if test in _GRADES:
        return _GRADES[test][0], _GRADES[test][-1]
    low, high, _step = _NUMBERS[test]
    return f"{low:g}", f"{high:g}"


def position(test: str, result: str) -> float | None:
    """Where a result stands on the test's scale, higher being better; None for what the scale does not have."""
    grades = _GRADES.get(test)
    if grades is not None:
        wanted = result.strip().casefold()
        return next((float(place) for place, grade in enumerate(grades) if grade.casefold() == wanted), None)
    return _number(test, result)


def results_from(test: str, minimum: str) -> Iterator[str]:
    """The results of a test's scale that reach a minimum, worst first; none for a minimum the scale does not have."""
    lowest = position(test, minimum)
    if lowest is None:
        return
    if test in _GRADES:
        yield from (grade.upper() for grade in _GRADES[test][int(lowest) :])
        return
    _low, high, step = _NUMBERS[test]
    while lowest <= high:
        yield f"{lowest:g}"
        lowest += step


def grades(test: str) -> tuple[str, ...]:
    """The results a test can have, worst first; none for a test with numbers."""
    return _GRADES.get(test, ())


def _number(test: str, result: str) -> float | None:
    low, high, _step = _NUMBERS.get(test, (1.0, 0.0, 1.0))
    try:
        value = float(result.replace(",", "."))
    except ValueError:
        return None
    return value if low <= value <= high else None
