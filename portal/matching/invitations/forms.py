"""What comes in about invitations."""

from __future__ import annotations

from wtforms import BooleanField, SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.messages import N_
from portal.matching.invitations.labels import REVEALABLE
from portal.web.forms import PortalForm, at_most, cleaned, lazy, needed
from portal.web.messages import gettext

LONGEST_MESSAGE = 1000


class InviteForm(PortalForm):
    """What a host writes to somebody whose name it does not know; plain text."""

    message = TextAreaField(
        lazy(N_("Your message")), filters=[cleaned], validators=[needed(), at_most(LONGEST_MESSAGE)],
        render_kw={"rows": 6, "dir": "auto", "maxlength": LONGEST_MESSAGE},
    )  # fmt: skip


def _revealable() -> list[tuple[str, str]]:
    return [(code, gettext(text)) for code, text in REVEALABLE.items()]


class AcceptForm(PortalForm):
    """What a host may see besides the name."""

    parts = SelectMultipleField(
        lazy(N_("What else may they see?")), choices=_revealable, validate_choice=False,
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
    )  # fmt: skip


class DeclineForm(PortalForm):
    """A no; the host reads nothing but that."""

    refuse = BooleanField(lazy(N_("No more invitations of this organisation; it does not find me any more")))
