"""What the site's team types, and words that people propose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    EmailField,
    FieldList,
    Form,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from portal.accounts.addresses import normal
from portal.core.actor import SITE_ROLES
from portal.core.errors import Invalid
from portal.core.messages import N_
from portal.core.preferences import Preferences
from portal.locales import LANGUAGES, TAGS
from portal.moderation import labels
from portal.moderation.models import Announcement
from portal.moderation.queries import LogFilter
from portal.moderation.service import Notice, Word
from portal.web.formats import READER_ZONES
from portal.web.forms import PortalForm, ValidationError, at_most, cleaned, lazy, needed
from portal.web.language import current_language
from portal.web.messages import gettext
from search.analysis.cleaning import clean

LONGEST_NAME, LONGEST_SITE_NAME, LONGEST_NOTICE, LONGEST_REASON = 300, 80, 500, 1000
EARLIEST, LATEST = 2020, 2099  # years that a date may be in


class TextsField(FieldList):  # type: ignore[misc]
    """A text in each language of the site, in the order of the registry; all may be empty."""

    errors: list[Any]

    def __init__(self, field: type[StringField], longest: int, **values: Any) -> None:
        one = field(filters=[cleaned], validators=[at_most(longest)])
        super().__init__(one, min_entries=len(TAGS), max_entries=len(TAGS), **values)

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterable[int]:
        """Every language has its place, also where a browser leaves some out."""
        return range(len(TAGS))

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Check all; each message is told once."""
        super().validate(form, extra_validators)
        found = [message for error in self.errors for message in ([error] if isinstance(error, str) else error)]
        self.errors = list(dict.fromkeys(found))
        return not self.errors

    @property
    def texts(self) -> dict[str, str]:
        """Language → what was typed, the writer's own language first; what is empty is left out."""
        given = {tag: entry.data for tag, entry in zip(TAGS, self, strict=True) if entry.data}
        own = current_language().tag
        return {tag: given[tag] for tag in sorted(given, key=lambda tag: tag != own)}


def _texts_for(names: Mapping[str, str]) -> list[str]:
    return [names.get(tag, "") for tag in TAGS]


class ReasonForm(PortalForm):
    """Why something is refused or suspended; the person concerned reads it."""

    reason = TextAreaField(lazy(N_("Reason")), filters=[cleaned], validators=[needed(), at_most(LONGEST_REASON)])


class AcceptanceForm(PortalForm):
    """What may be said beside a yes."""

    reason = TextAreaField(lazy(N_("Reason")), filters=[cleaned], validators=[at_most(LONGEST_REASON)])


class NamesForm(PortalForm):
    """The names of an organisation, by language."""

    names = TextsField(StringField, LONGEST_NAME)

    def __init__(self, names: Mapping[str, str] | None = None, **values: Any) -> None:
        super().__init__(names=_texts_for(names) if names is not None else None, **values)
        self.names.label.text = gettext("Names")

    def validate_names(self, field: FieldList) -> None:
        """At least one."""
        if not field.texts:
            raise ValidationError(gettext("Please give the name in at least one language."))


class RoleForm(PortalForm):
    """A place in the site's team."""

    role = SelectField(lazy(N_("Place in the site's team")))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        names = [SelectChoice(role, gettext(labels.SITE_ROLES[role])) for role in SITE_ROLES]
        self.role.choices = [SelectChoice("", gettext("None")), *names]


class WordForm(PortalForm):
    """A word that somebody misses."""

    language = SelectField(lazy(N_("Language")), choices=[SelectChoice(one.tag, one.name) for one in LANGUAGES])
    label = StringField(lazy(N_("Word")), filters=[cleaned], validators=[needed(), at_most(120)])
    note = TextAreaField(
        lazy(N_("Where is it used, or what does it mean?")), filters=[cleaned], validators=[at_most(1000)]
    )

    def word(self, concept: str | None) -> Word:
        """What is proposed."""
        return Word(self.language.data, self.label.data, concept, self.note.data or "")


class AnnouncementForm(PortalForm):
    """A notice in some languages, and from when until when. Times are those of the writer's clock."""

    texts = TextsField(TextAreaField, LONGEST_NOTICE)
    shown_from = DateTimeLocalField(lazy(N_("Shown from")), format="%Y-%m-%dT%H:%M", validators=[Optional()])
    shown_until = DateTimeLocalField(lazy(N_("Shown until")), format="%Y-%m-%dT%H:%M", validators=[Optional()])

    def __init__(self, known: Announcement | None = None, **values: Any) -> None:
        self.zone = READER_ZONES[current_language().tag]
        if known is not None:
            until = self._local(known.shown_until) if known.shown_until else None
            values |= {"texts": _texts_for(known.texts), "shown_from": self._local(known.shown_from)}
            values |= {"shown_until": until}
        super().__init__(**values)
        self.texts.label.text = gettext("Text")

    def validate_shown_from(self, field: DateTimeLocalField) -> None:
        """A moment that can be."""
        _check_year(field.data)

    validate_shown_until = validate_shown_from

    def notice(self) -> Notice:
        """What is announced."""
        return Notice(self.texts.texts, self._moment(self.shown_from.data), self._moment(self.shown_until.data))

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def _moment(self, local: datetime | None) -> datetime | None:
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC) if local else None


class PreferencesForm(PortalForm):
    """The site's settings."""

    site_names = TextsField(StringField, LONGEST_SITE_NAME)
    contact = EmailField(lazy(N_("Address for readers")), filters=[cleaned], validators=[at_most(254)])
    believes_domains = BooleanField(lazy(N_("An address at the organisation’s own domain is proof enough")))
    sign_up_open = BooleanField(lazy(N_("Anybody may make an account")))

    def __init__(self, known: Preferences | None = None) -> None:
        values: dict[str, Any] = {}
        if known is not None:
            values = {"contact": known.contact, "believes_domains": known.believes_domains}
            values |= {"sign_up_open": known.sign_up_open, "site_names": _texts_for(known.site_names)}
        super().__init__(**values)
        self.site_names.label.text = gettext("Name of the site")

    def validate_contact(self, field: EmailField) -> None:
        """An address, or nothing."""
        if field.data:
            try:
                normal(field.data)
            except Invalid as error:
                raise ValidationError(gettext(labels.PROBLEMS[error.code])) from error

    @property
    def preferences(self) -> Preferences:
        """What was chosen."""
        names = self.site_names.texts
        return Preferences(names, self.contact.data or "", self.believes_domains.data, self.sign_up_open.data)


class LogForm(Form):  # type: ignore[misc]
    """What the log is narrowed to, in the address of the page."""

    event = StringField(lazy(N_("What")))
    person = StringField(lazy(N_("By whom")), filters=[cleaned])
    organisation = StringField(lazy(N_("Organisation (its id)")), filters=[cleaned])
    object = StringField(lazy(N_("Object (its id)")), filters=[cleaned])
    first = DateField(lazy(N_("From")), validators=[Optional()])
    last = DateField(lazy(N_("Until")), validators=[Optional()])
    before = StringField()

    def validate_first(self, field: DateField) -> None:
        """A day that can be."""
        _check_year(field.data)

    validate_last = validate_first

    @property
    def wanted(self) -> LogFilter:
        """What is asked for; values that cannot be are left out."""
        event = self.event.data if self.event.data in labels.EVENTS else ""
        person, organisation, object_id = (clean(one.data or "")[:254] for one in self.texts)
        first, last = (None if field.errors else field.data for field in (self.first, self.last))
        return LogFilter(event, person, organisation, object_id, first, last, READER_ZONES[current_language().tag])

    @property
    def texts(self) -> tuple[StringField, ...]:
        """What is typed freely."""
        return self.person, self.organisation, self.object

    @property
    def place(self) -> int | None:
        """The event below which to go on."""
        text = self.before.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _check_year(value: Any) -> None:
    if value is not None and not EARLIEST <= value.year <= LATEST:
        raise ValidationError(
            gettext("Please choose a date between %(first)s and %(last)s.", first=EARLIEST, last=LATEST)
        )
