"""What can be chosen in the form, each with its name for the reader."""

from __future__ import annotations

from portal.listings import codes
from portal.listings.language_tests import LANGUAGES
from portal.locales import TAGS
from portal.vocabulary.cldr import language_name
from portal.web import filters, formats
from portal.web.messages import gettext as _

Choices = list[tuple[str, str]]
BLANK = ("", "—")


def countries() -> Choices:
    """Every country there is."""
    return [BLANK, *formats.countries(filters.tag())]


def degrees() -> Choices:
    """Degrees, lowest first."""
    return [BLANK, *((code, filters.label(code, "degree")) for code in codes.DEGREES)]


def nominators() -> Choices:
    """Who may nominate."""
    return [(code, filters.label(code, "nominator")) for code in codes.NOMINATORS]


def tests() -> Choices:
    """Tests with the language they are of; those of the Common European Framework for each language."""
    pairs = [(LANGUAGES[test], test) for test in codes.LANGUAGE_TESTS if test in LANGUAGES]
    pairs += [(tag, "CEFR") for tag in TAGS]
    name = filters.tag()
    return [BLANK, *((f"{language}:{test}", f"{test} · {language_name(language, name)}") for language, test in pairs)]


def yes_no() -> Choices:
    """The answers to a plain question, which may be left open."""
    return [("yes", _("Yes")), ("no", _("No")), ("", _("I leave this open"))]
