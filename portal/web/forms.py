"""The base of all forms: WTForms with our own catalogues, and errors of the domain put to their fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import DataRequired, Length, ValidationError

from portal.core.errors import Invalid, PortalError
from portal.core.messages import N_
from portal.web.messages import gettext, ngettext
from search.analysis.cleaning import clean

# What WTForms itself says, so that the catalogues have it.
OF_WTFORMS = (
    N_("Not a valid choice."), N_("Not a valid integer value."), N_("Not a valid decimal value."),
    N_("Not a valid date value."), N_("Not a valid datetime value."), N_("Invalid Choice: could not coerce."),
)  # fmt: skip


class _Catalogues:
    """Our messages, as WTForms asks for them."""

    def gettext(self, message: str) -> str:
        """A message."""
        return gettext(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """A message that depends on a number."""
        return ngettext(singular, plural, number)


class PortalForm(FlaskForm):  # type: ignore[misc]
    """A form of the site. It is sent where it came from; what was typed is cleaned of what nobody can see."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Messages in the reader's language."""

        def get_translations(self, _form: Any) -> _Catalogues:
            """Ours instead of those of WTForms, which has too few languages."""
            return _Catalogues()

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
            """A control with its help (`helped`) and its message tied to it."""
            ids = ["help"] * bool(render_kw.pop("helped", False)) + ["error"] * bool(field.errors)
            if ids:
                render_kw["aria_describedby"] = " ".join(f"{field.id}-{part}" for part in ids)
            if field.errors:
                render_kw["aria_invalid"] = "true"
            return super().render_field(field, render_kw)

    @property
    def all_errors(self) -> list[tuple[Field, str]]:
        """Every field with a message, in the order of the page: the summary links to them."""
        return [(field, message) for field in self for message in field.errors]

    @contextmanager
    def taking_errors(
        self, sentences: Mapping[str, Callable[[], str] | str], *also: type[PortalError], field: str = ""
    ) -> Iterator[None]:
        """Put what is `Invalid` in the block, or an error of the kinds `also`, to its field, or to `field` where it
        names none; what the block has changed is undone by its transaction."""
        try:
            yield
        except PortalError as error:
            if not isinstance(error, (Invalid, *also)):
                raise
            self.take_error(error, sentences, field)

    def take_error(
        self, error: PortalError, sentences: Mapping[str, Callable[[], str] | str], otherwise: str = ""
    ) -> None:
        """Put an error of the domain to the field that it names; the sentence is that of its code."""
        name = str(error.parameters.get("field", otherwise))
        field = self[name] if name in self else next(iter(self))
        field.errors = [*field.errors, gettext(str(sentences[error.code])) % error.parameters]


def cleaned(value: object) -> object:
    """A filter: text without control characters, bidirectional overrides and spaces around it."""
    return clean(value).strip() if isinstance(value, str) else value


def needed() -> DataRequired:
    """Says what to do about an empty field."""
    return DataRequired(message=_Lazy(N_("Please fill this in.")))


def at_most(length: int) -> Length:
    """Says how long a text may be."""
    return Length(max=length, message=_Lazy(N_("At most %(max)d characters, please.")))


class _Lazy:
    """A message that is looked up when it is shown: validators are made once, for all readers."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __str__(self) -> str:
        return gettext(self.message)

    def __mod__(self, values: Any) -> str:
        return str(gettext(self.message) % values)


lazy = _Lazy
__all__ = ["PortalForm", "ValidationError", "at_most", "cleaned", "lazy", "needed"]
