"""What people type about a posting. These forms hold text as it was typed and refuse nothing: `sections` turns it into
the record, and what is wrong with that is said by `checking` and `advice`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget, TextInput

from portal.core.messages import N_
from portal.listings.codes import LANGUAGE_TESTS
from portal.listings.facts import BY_CODE
from portal.listings.language_tests import grades
from portal.posting.drafts.typed import MOST_ROWS
from portal.posting.editing import choices
from portal.posting.editing.choices import Choices, Found
from portal.web.forms import PortalForm, ValidationError, at_most, cleaned, lazy, needed
from portal.web.messages import gettext

_NAME = re.compile(r"[a-z][a-z_]*(-[0-9]{1,3}-[a-z_]+){0,2}", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ISO_HOUR = re.compile(r"\d\d:\d\d", re.ASCII)


def typed_fields(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was sent, without names that no field of ours has."""
    return MultiDict([(name, value) for name, value in sent.items(multi=True) if _NAME.fullmatch(name)])


def fact(code: str) -> Any:
    """What a fact is called, as the label of its field."""
    return lazy(BY_CODE[code].label)


class _Offering:
    """A choice that offers what the draft says already, even where the list lacks it."""

    def __init__(self, label: Any, offered: Callable[[], Choices], **settings: Any) -> None:
        self.offered = offered
        super().__init__(label, choices=[], validate_choice=False, **settings)  # type: ignore[call-arg]

    def process(self, *arguments: Any, **named: Any) -> None:
        """Read the value, then offer it."""
        super().process(*arguments, **named)  # type: ignore[misc]
        self.offer(self.offered())

    def offer(self, offered: Choices) -> None:
        """Let these be chosen, and what is chosen already."""
        data = getattr(self, "data", None)
        chosen = [data] if isinstance(data, str) else data or []
        known = {code for code, _name in offered}
        self.choices = [*offered, *((code, code) for code in chosen if code and code not in known)]


class CodeField(_Offering, SelectField):  # type: ignore[misc]
    """One code of a list."""

    def __init__(self, label: Any, offered: Callable[[], Choices], **settings: Any) -> None:
        super().__init__(label, offered, default="", **settings)


class CodesField(_Offering, SelectMultipleField):  # type: ignore[misc]
    """Several codes of a list, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class OneField(_Offering, RadioField):  # type: ignore[misc]
    """One of a few, all in view."""

    def __init__(self, label: Any, offered: Callable[[], Choices], **settings: Any) -> None:
        super().__init__(label, offered, default="", **settings)


class _Finding:
    """A choice among what was found by a name: `names` says what the chosen ones are called."""

    def __init__(self, label: Any, names: Callable[[Iterable[str]], list[Found]], **settings: Any) -> None:
        self.names = names
        super().__init__(label, list, **settings)  # type: ignore[call-arg]

    def offer(self, offered: Choices) -> None:
        """Let these be chosen, and what is chosen already."""
        data = getattr(self, "data", None)
        chosen = [data] if isinstance(data, str) else data or []
        known = [one.choice for one in self.names(filter(None, chosen))]
        self.choices = [*known, *(pair for pair in offered if pair[0] not in chosen)]


class FoundField(_Finding, OneField):
    """One thing found by its name."""


class FoundsField(_Finding, CodesField):
    """Several things found by their names."""


class _DayInput(TextInput):  # type: ignore[misc]
    """A calendar, but plain text for what is no date: a calendar would not show it."""

    def __call__(self, field: Any, **settings: Any) -> Any:
        whole = not field.data or _ISO_DAY.fullmatch(field.data)
        return super().__call__(field, **{"type": "date" if whole else "text", "class": "short", **settings})


class _HourInput(TextInput):  # type: ignore[misc]
    """A clock, but plain text for what is no time."""

    def __call__(self, field: Any, **settings: Any) -> Any:
        whole = not field.data or _ISO_HOUR.fullmatch(field.data)
        return super().__call__(field, **{"type": "time" if whole else "text", "class": "short", **settings})


class DayField(StringField):  # type: ignore[misc]
    """A date."""

    widget = _DayInput()


class HourField(StringField):  # type: ignore[misc]
    """A time of day."""

    widget = _HourInput()


def number_field(label: Any, decimal: bool = False) -> Any:
    """A number, typed as text: so nothing typed is swallowed by the browser."""
    return StringField(label, render_kw={"inputmode": "decimal" if decimal else "numeric", "class": "short"})


class SectionForm(PortalForm):
    """A section of a posting."""


class RowForm(PortalForm):
    """A row of a section; the form around it has the token."""

    class Meta(PortalForm.Meta):
        """As all our forms."""

        csrf = False


def rows_of(form: type[Form], label: Any) -> Any:
    """Rows of one kind."""
    return FieldList(FormField(form), label, max_entries=MOST_ROWS)


class BeginForm(PortalForm):
    """The three questions before the form."""

    organisation = CodeField(lazy(N_("For which organisation?")), list)
    kind = OneField(lazy(N_("What do you offer?")), choices.codes_of("kind"))
    source_language = CodeField(lazy(N_("In which language will you write?")), choices.own_languages)
    title = StringField(lazy(N_("What is it called?")), filters=[cleaned], validators=[needed(), at_most(300)])

    def offer_organisations(self, named: Choices) -> None:
        """Those that the person works for."""
        self.organisation.offered = lambda: named
        self.organisation.offer(named)

    def validate_kind(self, field: Any) -> None:
        """One of the kinds."""
        self._check(field)

    def validate_source_language(self, field: Any) -> None:
        """One of the languages."""
        self._check(field)

    def validate_organisation(self, field: Any) -> None:
        """One that the person works for."""
        self._check(field)

    def _check(self, field: Any) -> None:
        if field.data not in {code for code, _name in field.offered()}:
            raise ValidationError(gettext("Please choose one."))


class BasicsForm(SectionForm):
    """Kind and origin."""

    kind = OneField(fact("kind"), choices.codes_of("kind"))
    scheme = StringField(fact("scheme"))
    funder = StringField(fact("funder"))
    reference = StringField(fact("reference"))
    source_url = StringField(fact("source_url"), render_kw={"type": "url", "dir": "ltr"})
    source_checked_on = DayField(fact("source_checked_on"))


class TextsForm(SectionForm):
    """Title and prose."""

    source_language = CodeField(fact("source_language"), choices.own_languages)
    title = StringField(fact("title"))
    summary = TextAreaField(fact("summary"), render_kw={"rows": 3, "class": "low"})
    description = TextAreaField(fact("description"), render_kw={"rows": 16})


class HostForm(SectionForm):
    """Who offers it, and where."""

    department = StringField(fact("department"))
    country = CodeField(fact("country"), choices.countries)
    place = FoundField(fact("place"), choices.place_names)
    contact_name = StringField(fact("contact_name"), render_kw={"autocomplete": "off"})
    contact_email = StringField(fact("contact_email"), render_kw={"type": "email", "dir": "ltr", "autocomplete": "off"})


class ContentForm(SectionForm):
    """What it is about."""

    isced = CodesField(fact("isced"), choices.fields_of_study)
    concepts = FoundsField(fact("concepts"), choices.topic_names)
    concepts_refused = FoundsField(fact("concepts_refused"), choices.topic_names)
    levels = CodesField(fact("level"), choices.codes_of("level"))
    mode = OneField(fact("mode"), choices.codes_of("mode"))
    working_languages = CodesField(fact("working_language"), choices.languages)
    award = CodeField(fact("award"), choices.codes_of("award", blank=True))
    credits = number_field(fact("credits"))
    outputs = CodesField(fact("outputs"), choices.codes_of("output"))


class PlacesForm(SectionForm):
    """How many."""

    places_total = number_field(fact("places_total"))
    places_per_country = number_field(fact("places_per_country"))
    places_per_institution = number_field(fact("places_per_institution"))
    places_filled = number_field(fact("places_filled"))
    waiting_list = BooleanField(lazy(N_("There is a waiting list")))


class BaseForm(SectionForm):
    """What a training base has."""

    base_equipment = CodesField(fact("base_equipment"), choices.codes_of("equipment"))
    base_seats = number_field(fact("base_seats"))
    base_courses_a_year = number_field(fact("base_courses_a_year"))
    base_certifications = TextAreaField(fact("base_certifications"), render_kw={"rows": 3, "class": "low"})
    base_open_to_third_parties = OneField(
        fact("base_open_to_third_parties"),
        lambda: [("yes", gettext("Yes")), ("no", gettext("No")), ("", gettext("Not stated"))],
    )


class DeadlineRow(RowForm):
    """A deadline."""

    purpose = CodeField(lazy(N_("What is due?")), choices.codes_of("deadline", blank=True))
    date = DayField(lazy(N_("Date")))
    time = HourField(lazy(N_("Time there")))
    zone = CodeField(lazy(N_("Whose clock?")), choices.zones)


class TimeForm(SectionForm):
    """When."""

    rolling = BooleanField(lazy(N_("People may apply at any time")))
    deadlines = rows_of(DeadlineRow, fact("deadlines"))
    starts_from = DayField(lazy(N_("Earliest start")))
    starts_until = DayField(fact("starts_until"))
    months_min = number_field(fact("months_min"), decimal=True)
    months_max = number_field(fact("months_max"), decimal=True)
    result_on = DayField(fact("result_on"))
    next_cycle_on = DayField(fact("next_cycle_on"))


class MoneyRow(RowForm):
    """A line of money."""

    item = CodeField(lazy(N_("What for?")), choices.codes_of("money-item", blank=True))
    payer = CodeField(lazy(N_("Who pays?")), choices.codes_of("money-payer", blank=True))
    amount = number_field(lazy(N_("Amount")), decimal=True)
    currency = CodeField(lazy(N_("Currency")), choices.currencies)
    per = CodeField(lazy(N_("How often?")), choices.codes_of("money-period", blank=True))
    level = CodeField(lazy(N_("At which level?")), lambda: [("", gettext("All levels")), *choices.codes_of("level")()])


class MoneyForm(SectionForm):
    """Who pays what."""

    money = rows_of(MoneyRow, fact("money"))


class TestRow(RowForm):
    """A language test that is accepted."""

    language = CodeField(lazy(N_("Language")), choices.tested_languages)
    test = CodeField(lazy(N_("Test")), lambda: [choices.BLANK, *_tests()])
    minimum = StringField(lazy(N_("Lowest result")), render_kw={"class": "short"})


def _tests() -> Choices:
    return [(test, f"{test} ({' · '.join(grades(test))})" if grades(test) else test) for test in LANGUAGE_TESTS]


class RuleRow(RowForm):
    """A condition: of these fields a kind has those that its parameters name."""

    kind = StringField(widget=HiddenInput())
    countries = CodesField(lazy(N_("Countries")), choices.home_countries)
    another_country = CodeField(lazy(N_("Another country")), choices.all_countries)
    age = number_field(lazy(N_("Oldest age in full years")))
    on = DayField(lazy(N_("On which day?")))
    degree = CodeField(lazy(N_("At least")), choices.codes_of("degree", blank=True))
    research_years = number_field(lazy(N_("Or so many years of research instead")))
    years = number_field(lazy(N_("Years")))
    proof = BooleanField(lazy(N_("The employer has to confirm it")))
    country = CodeField(lazy(N_("Country")), choices.all_countries)
    months = number_field(lazy(N_("At most so many months")))
    of_last = number_field(lazy(N_("Of the last so many months")))
    any_of = FieldList(FormField(TestRow), lazy(N_("Tests that are accepted")), max_entries=MOST_ROWS)
    by = CodeField(lazy(N_("By whom?")), choices.codes_of("nominator", blank=True))


class EligibilityForm(SectionForm):
    """Who may apply."""

    rules = rows_of(RuleRow, fact("rules"))


class DocumentRow(RowForm):
    """A paper that is wanted."""

    kind = CodeField(lazy(N_("Document")), choices.codes_of("document", blank=True))
    count = number_field(lazy(N_("How many?")))
    due = CodeField(lazy(N_("When?")), choices.codes_of("document-due"))
    languages = CodesField(lazy(N_("Accepted languages")), choices.languages)
    notarised_translation = BooleanField(lazy(N_("With a notarised translation")))
    pages_max = number_field(lazy(N_("Most pages")))
    words_max = number_field(lazy(N_("Most words")))


class DocumentsForm(SectionForm):
    """What people have to send."""

    documents = rows_of(DocumentRow, fact("documents"))


class CriterionRow(RowForm):
    """What decides, and how much."""

    code = CodeField(lazy(N_("Criterion")), choices.codes_of("criterion", blank=True))
    weight = number_field(lazy(N_("Weight in percent")))


class SelectionForm(SectionForm):
    """How it is decided."""

    criteria = rows_of(CriterionRow, fact("criteria"))
    stages = CodesField(fact("stages"), choices.codes_of("stage"))
    decided_by = CodeField(fact("decided_by"), choices.codes_of("decider", blank=True))


class PartnerRow(RowForm):
    """A partner."""

    organisation_id = StringField(fact("organisation"), widget=HiddenInput())
    role = CodeField(lazy(N_("Role")), choices.codes_of("partner-role", blank=True))


class PartnersForm(SectionForm):
    """Who takes part."""

    partners = rows_of(PartnerRow, fact("partners"))
    found = CodesField(lazy(N_("Add these organisations")), list)


class StepRow(RowForm):
    """A step of applying."""

    step = CodeField(lazy(N_("Step")), choices.codes_of("apply-step", blank=True))


class ApplyForm(SectionForm):
    """How to apply."""

    apply_where = OneField(
        lazy(N_("Where do people apply?")),
        lambda: [("here", gettext("On this site")), ("elsewhere", gettext("At an address of ours"))],
    )
    apply_url = StringField(lazy(N_("Address of the page where people apply")), render_kw={"type": "url", "dir": "ltr"})
    apply_steps = rows_of(StepRow, fact("apply_steps"))


class DegreeRow(RowForm):
    """A degree, and who awards it."""

    degree = CodeField(lazy(N_("Degree")), choices.codes_of("degree", blank=True))
    organisation = CodeField(lazy(N_("Awarded by")), list)


class JointForm(SectionForm):
    """What a joint programme leads to."""

    joint_months_home = number_field(fact("joint_months_home"))
    joint_months_host = number_field(fact("joint_months_host"))
    joint_degrees = rows_of(DegreeRow, fact("joint_degrees"))
    joint_approval = StringField(fact("joint_approval"))


FORMS: dict[str, type[SectionForm]] = {
    "basics": BasicsForm, "texts": TextsForm, "host": HostForm, "content": ContentForm, "time": TimeForm,
    "places": PlacesForm, "money": MoneyForm, "eligibility": EligibilityForm, "documents": DocumentsForm,
    "selection": SelectionForm, "partners": PartnersForm, "apply": ApplyForm, "base": BaseForm, "joint": JointForm,
}  # fmt: skip
