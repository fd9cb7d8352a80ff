"""What people say about what they save."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.alerts.labels import FREQUENCIES
from portal.alerts.models import NAME_LENGTH, NOTE_LENGTH
from portal.core.messages import N_
from portal.web.forms import PortalForm, at_most, cleaned, lazy, needed


class NoteForm(PortalForm):
    """A kept listing: one's own note, and the wish to hear of it."""

    note = TextAreaField(lazy(N_("My note")), validators=[at_most(NOTE_LENGTH)], filters=[cleaned])
    tell = BooleanField(lazy(N_("Write to me once when it takes applications again")))


class SearchForm(PortalForm):
    """A kept search: its name, and how often letters are wanted."""

    name = StringField(lazy(N_("Name")), validators=[needed(), at_most(NAME_LENGTH)], filters=[cleaned])
    frequency = RadioField(
        lazy(N_("Letters about new listings")), default="daily",
        choices=[SelectChoice(code, lazy(text)) for code, text in FREQUENCIES.items()],
    )  # fmt: skip
