"""What people type about themselves. These forms hold text as it was typed and refuse nothing: `parts` turns it into
the JSON of a part, and what is wrong with that is said by `checking`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from wtforms import FieldList, FormField, StringField, TextAreaField

from portal.core.messages import N_
from portal.locales import TAGS
from portal.researchers import labels
from portal.researchers.parts import WINDOW
from portal.vocabulary.cldr import language_name
from portal.vocabulary.collation import sort_key
from portal.web import choices, filters
from portal.web.choices import BLANK, Choices, Found, yes_no
from portal.web.current import site
from portal.web.fields import (
    CodeField,
    CodesField,
    CountriesField,
    DayField,
    FoundField,
    FoundsField,
    OneField,
    RowForm,
    StayRow,
    number_field,
    rows_of,
)
from portal.web.forms import PortalForm, lazy
from portal.web.messages import gettext

# Languages that people of the region speak beside those of the site, and those that are much taught there.
OTHER_LANGUAGES = (
    "ar", "ban", "bn", "bo", "bug", "ceb", "de", "es", "fr", "hak", "hi", "hil", "hmn", "hsn", "ii", "ilo", "it", "ja",
    "jv", "kac", "kk", "ko", "mad", "min", "mn", "nan", "nl", "pa", "pam", "ru", "shn", "su", "sv", "ta", "te",
    "tet", "tr", "ug", "uk", "ur", "war", "wuu", "yue", "za",
)  # fmt: skip


def spoken_languages() -> Choices:
    """Languages that people speak: those of the site, then others by their names."""
    tag = filters.tag()
    own, others = ([(code, language_name(code, tag)) for code in codes] for codes in (TAGS, OTHER_LANGUAGES))
    return [BLANK, *own, *sorted(others, key=lambda pair: sort_key(pair[1], tag))]


def _named(names: Mapping[str, str], blank: bool = True) -> Callable[[], Choices]:
    return lambda: [BLANK] * blank + [(code, gettext(name)) for code, name in names.items()]


def _organisations(ids: Iterable[str]) -> list[Found]:
    return choices.organisation_names(site(), ids)


class NameForm(PortalForm):
    """What somebody is called."""

    given = StringField(lazy(N_("Given names")), render_kw={"autocomplete": "given-name"})
    family = StringField(lazy(N_("Family name")), render_kw={"autocomplete": "family-name"})
    native = StringField(lazy(N_("The whole name as you write it")), render_kw={"dir": "auto", "autocomplete": "off"})


class BackgroundForm(PortalForm):
    """Where somebody is from, and where they have been."""

    citizenships = CountriesField(lazy(N_("Citizenship")), choices.home_countries)
    another_citizenship = CodeField(lazy(N_("Another country")), choices.all_countries)
    born_on = DayField(lazy(N_("Date of birth")), render_kw={"autocomplete": "bday"})
    residence = CodeField(lazy(N_("Country in which you live")), choices.all_countries)
    abroad = OneField(lazy(N_("Have you lived in a country other than your own in the last ten years?")), yes_no)
    stays = rows_of(StayRow, lazy(N_("Stays")))
    awarded = OneField(lazy(N_("Do you hold a scholarship or award at present?")), yes_no)
    awards_from = CountriesField(lazy(N_("Which country gives it?")), choices.home_countries)
    another_award = CodeField(lazy(N_("Another country")), choices.all_countries)


class PlacedRow(RowForm):
    """Something that was done somewhere: at an organisation of the directory, or at one that is written by name."""

    organisation_id = FoundField(lazy(N_("Organisation")), _organisations)
    place = StringField(lazy(N_("If it is not in the directory: its name")))
    country = CodeField(lazy(N_("Country")), choices.all_countries)


class DegreeRow(PlacedRow):
    """A degree."""

    level = CodeField(lazy(N_("Degree")), choices.codes_of("degree", blank=True))
    subject = StringField(lazy(N_("Subject")))
    isced = CodeField(lazy(N_("Field of study")), lambda: [BLANK, *choices.fields_of_study()])
    completed_on = DayField(lazy(N_("Completed on (empty: not yet)")))


class DegreesForm(PortalForm):
    """What somebody has studied."""

    degrees = rows_of(DegreeRow, lazy(N_("Degree")))


class PostRow(PlacedRow):
    """A post."""

    kind = CodeField(lazy(N_("What is it mainly?")), _named(labels.POST_KINDS))
    title = StringField(lazy(N_("What are you called there?")))
    since = DayField(lazy(N_("From")))
    until = DayField(lazy(N_("Until (empty: you still hold it)")))


class PostsForm(PortalForm):
    """Where somebody works and has worked."""

    posts = rows_of(PostRow, lazy(N_("Post")))


class PublicationRow(RowForm):
    """Something published."""

    title = StringField(lazy(N_("Title of the work")), render_kw={"dir": "auto"})
    kind = CodeField(lazy(N_("What is it?")), _named(labels.PUBLICATION_KINDS, blank=False))
    year = number_field(lazy(N_("Year")))
    venue = StringField(lazy(N_("Where did it appear?")), render_kw={"dir": "auto"})
    authors = TextAreaField(lazy(N_("Authors, one a line")), render_kw={"rows": 3, "class": "low", "dir": "auto"})
    doi = StringField(lazy(N_("DOI")), render_kw={"dir": "ltr"})
    url = StringField(lazy(N_("Web address")), render_kw={"type": "url", "dir": "ltr"})


class PublicationsForm(PortalForm):
    """What somebody has published."""

    publications = rows_of(PublicationRow, lazy(N_("Published work")))


class TestRow(RowForm):
    """A result of a language test."""

    test = CodeField(lazy(N_("Test")), choices.tests)
    result = StringField(lazy(N_("Result")), render_kw={"class": "short"})
    taken_on = DayField(lazy(N_("Taken on")))


class LanguageRow(RowForm):
    """A language."""

    language = CodeField(lazy(N_("Language")), spoken_languages)
    level = CodeField(lazy(N_("How well?")), _named(labels.SPOKEN))
    tests = FieldList(FormField(TestRow), lazy(N_("Tests")), max_entries=WINDOW)


class LanguagesForm(PortalForm):
    """What somebody speaks."""

    languages = rows_of(LanguageRow, lazy(N_("Language")))


class SkillsForm(PortalForm):
    """What somebody works on."""

    summary = TextAreaField(lazy(N_("A few sentences about what you work on")), render_kw={"rows": 7, "dir": "auto"})
    summary_language = CodeField(lazy(N_("In which language is it?")), lambda: [BLANK, *choices.own_languages()])
    concepts = FoundsField(lazy(N_("Topics you work on")), choices.topic_names)
    concepts_refused = FoundsField(lazy(N_("Only mentioned")), choices.topic_names)
    isced = CodesField(lazy(N_("Fields of study")), choices.fields_of_study)
    research_years = number_field(lazy(N_("Years of research")))


class WishesForm(PortalForm):
    """What somebody looks for."""

    kinds = CodesField(lazy(N_("Kind of listing")), choices.codes_of("kind"))
    levels = CodesField(lazy(N_("Level")), choices.codes_of("level"))
    countries = CodesField(lazy(N_("Countries")), choices.home_countries)
    concepts = FoundsField(lazy(N_("Other topics than those you work on")), choices.topic_names)
    modes = CodesField(lazy(N_("Where?")), choices.codes_of("mode"))
    starts_from = DayField(lazy(N_("Earliest start")))
    starts_until = DayField(lazy(N_("Latest start")))
    months_min = number_field(lazy(N_("At least so many months")), decimal=True)
    months_max = number_field(lazy(N_("At most so many months")), decimal=True)
    funding = OneField(
        lazy(N_("How much has to be paid for you?")),
        lambda: [*_named(labels.FUNDING_NEEDS, blank=False)(), ("", gettext("I leave this open"))],
    )


FORMS: Mapping[str, type[PortalForm]] = {
    "name": NameForm, "background": BackgroundForm, "degrees": DegreesForm, "posts": PostsForm,
    "publications": PublicationsForm, "languages": LanguagesForm, "skills": SkillsForm, "wishes": WishesForm,
}  # fmt: skip
