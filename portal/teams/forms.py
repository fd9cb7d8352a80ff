"""What people fill in to act for an organisation, to invite others, and to name keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField
from wtforms import EmailField, Field, SelectField, StringField, TextAreaField, URLField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Regexp

from portal.core.actor import ORGANISATION_ROLES
from portal.core.errors import Invalid
from portal.core.messages import N_
from portal.locales import LANGUAGES, REGIONS, TAGS
from portal.teams.claims import Proposal
from portal.teams.labels import PROBLEMS, ROLES
from portal.teams.papers import LARGEST, Paper, read_paper
from portal.web import formats
from portal.web.forms import PortalForm, ValidationError, at_most, cleaned, lazy, needed
from portal.web.language import current_language
from portal.web.messages import gettext

LONGEST_NAME = 300
_WEBSITE = r"https?://[^\s\"<>/?#@]+\.[^\s\"<>/?#@]+([/?#][^\s\"<>]*)?$"


def _message() -> TextAreaField:
    label = lazy(N_("Your position there, and what else helps us to decide"))
    return TextAreaField(label, filters=[cleaned], validators=[needed(), at_most(1000)])


def _document() -> FileField:
    return FileField(lazy(N_("Document")), render_kw={"accept": ".pdf,.png,.jpg,.jpeg"})


class ClaimForm(PortalForm):
    """Who one is there, and a paper that shows it."""

    message = _message()
    document = _document()

    paper: Paper | None = None

    def validate_document(self, field: FileField) -> None:
        """Look at the bytes; what the browser says about a file is not asked."""
        if field.data:
            try:
                self.paper = read_paper(field.data.filename or "", field.data.stream.read(LARGEST + 1))
            except Invalid as error:
                raise ValidationError(gettext(PROBLEMS[error.code]) % error.parameters) from error


class NamesField(Field):  # type: ignore[misc]
    """The name in each language of the site: a control for each on the page, one value of them all."""

    def process(self, formdata: Mapping[str, str] | None, data: Any = None, extra_filters: Any = None) -> None:
        """Language → name, of those that were filled in."""
        sent = formdata or {}
        given = {tag: str(cleaned(sent.get(f"{self.name}-{tag}", ""))) for tag in TAGS}
        self.data: dict[str, str] = {tag: name for tag, name in given.items() if name}
        self.process_errors: list[str] = []


class ProposalForm(ClaimForm):
    """The same for an organisation that the directory lacks."""

    names = NamesField(lazy(N_("Name of the organisation")))
    country = SelectField(lazy(N_("Country or region")), validators=[needed()])
    city = StringField(lazy(N_("City")), filters=[cleaned], validators=[needed(), at_most(80)])
    website = URLField(
        lazy(N_("Website")),
        filters=[cleaned],
        validators=[
            needed(),
            at_most(300),
            Regexp(_WEBSITE, message=lazy(N_("Please give the whole address, beginning with https://."))),
        ],
    )

    message = _message()  # again: the summary of mistakes keeps the order of the page
    document = _document()

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        tag = current_language().tag
        names = {"": "", **{code: formats.country(code, tag) for code in REGIONS}}
        self.country.choices = [SelectChoice(code, name) for code, name in names.items()]

    def validate_names(self, field: NamesField) -> None:
        """At least one; in which language does not matter."""
        if not field.data:
            raise ValidationError(gettext("Please give the name in at least one language."))
        if max(map(len, field.data.values())) > LONGEST_NAME:
            raise ValidationError(gettext("At most %(max)d characters, please.") % {"max": LONGEST_NAME})

    @property
    def proposal(self) -> Proposal:
        """The organisation that was described; its name in the writer's language comes first."""
        given, own = self.names.data, current_language().tag
        names = {tag: given[tag] for tag in sorted(given, key=lambda tag: tag != own)}
        return Proposal(names, self.country.data, self.city.data, self.website.data)


class InvitationForm(PortalForm):
    """Whom to invite, as what, and in which language to write."""

    email = EmailField(lazy(N_("E-mail address")), filters=[cleaned], validators=[needed(), at_most(254)])
    role = SelectField(lazy(N_("Role")), default="editor")
    language = SelectField(
        lazy(N_("Language of the letter")), choices=[SelectChoice(one.tag, one.name) for one in LANGUAGES]
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.role.choices = [SelectChoice(role, gettext(ROLES[role])) for role in ORGANISATION_ROLES]


class KeyForm(PortalForm):
    """What a key is for."""

    name = StringField(lazy(N_("What is the key for?")), filters=[cleaned], validators=[needed(), at_most(80)])
