"""Fields of forms that hold text as it was typed and refuse nothing: choices, days, rows; and what stands in them, in
words. What is typed becomes a record elsewhere (`portal.listings.typed`), and its reader says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
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
)
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from portal.core.messages import N_
from portal.listings.typed import MOST_ROWS, showable
from portal.web import filters, formats
from portal.web.choices import Choices, Found, all_countries
from portal.web.forms import PortalForm, lazy
from portal.web.messages import gettext

_NAME = re.compile(r"[a-z][a-z_]*(-[0-9]{1,3}(-[a-z_]+)?){0,2}", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ISO_HOUR = re.compile(r"\d\d:\d\d", re.ASCII)


def typed_fields(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was sent, without names that no field of ours has, and without characters that no page can show again."""
    return MultiDict([(name, showable(value)) for name, value in sent.items(multi=True) if _NAME.fullmatch(name)])


@dataclass(frozen=True)
class Version:
    """A field that was changed twice at once: what each wrote, line by line."""

    field: str
    name: str
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


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


class CountriesField(CodesField):
    """Several countries: some are offered, others that are chosen stand there with their names, too."""

    def offer(self, offered: Choices) -> None:
        """Let these be chosen, and what is chosen already."""
        tag = filters.tag()
        chosen = {code: formats.country(code, tag) for code in self.data or ()}
        super().offer(list({**dict(offered), **chosen}.items()))


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


class RowForm(PortalForm):
    """A row of a section; the form around it has the token."""

    class Meta(PortalForm.Meta):
        """As all our forms."""

        csrf = False


class StayRow(RowForm):
    """A time in a country."""

    country = CodeField(lazy(N_("Country")), all_countries)
    since = DayField(lazy(N_("From")))
    until = DayField(lazy(N_("Until (empty: still there)")))


def rows_of(form: type[Form], label: Any) -> Any:
    """Rows of one kind."""
    return FieldList(FormField(form), label, max_entries=MOST_ROWS)


def readable(field: Any, names: Mapping[str, Found]) -> list[str]:
    """What stands in a field, in words, line by line."""
    if isinstance(field, FieldList):
        return [" · ".join(filter(None, (" ".join(readable(one, names)) for one in entry.form))) for entry in field]
    if isinstance(field, FormField):
        return [" ".join(readable(one, names)) for one in field.form]
    if isinstance(field, BooleanField):
        return [gettext("Yes") if field.data else gettext("No")]
    if isinstance(field, SelectMultipleField | SelectField):
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return [str(name) for code, name in field.choices if code and code in chosen]
    data = str(field.data or "")
    return [names[data].label] if data in names else data.splitlines()


def by_broad_field(field: Any) -> list[tuple[str, list[Any]]]:
    """The options of a field for fields of study, by their broad field."""
    return [(broad, list(options)) for broad, options in groupby(field, lambda one: one.data[:2])]


def fields_in(form: Any) -> Iterator[Any]:
    """All fields of a form, also those in its rows."""
    for field in form:
        yield field
        for entry in field if isinstance(field, FieldList) else ():
            yield from fields_in(entry.form)


def name_in_rows(field: str, labels: Mapping[str, str], start: int = 0) -> str:
    """What a field is called, with the number of its row: “Degree 2 · Level”; the form begins with row `start`."""
    parts = field.split("-")
    own = labels.get("-".join(part for part in parts if not part.isdigit()), field)
    return f"{labels.get(parts[0], parts[0])} {int(parts[1]) + start + 1} · {own}" if len(parts) > 1 else own


def labels_of(kind: type[Form]) -> dict[str, str]:
    """What the fields of a form are called, rows by their column."""
    labels: dict[str, str] = {}

    def read(form: Any, prefix: str) -> None:
        for field in form:
            name = f"{prefix}{field.short_name}"
            labels[name] = str(field.label.text)
            if isinstance(field, FieldList):
                field.append_entry()
                read(field[0].form, f"{name}-")

    read(kind(formdata=None), "")
    return labels
