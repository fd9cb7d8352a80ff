"""What people type before their data leaves the site, or goes for good."""

from __future__ import annotations

from wtforms import PasswordField, StringField

from portal.accounts.passwords import LONGEST
from portal.core.messages import N_
from portal.web.forms import PortalForm, at_most, cleaned, lazy, needed


class ExportForm(PortalForm):
    """The password, so that nobody does it at an unattended browser."""

    present = PasswordField(
        lazy(N_("Present password")), validators=[needed(), at_most(LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )  # fmt: skip


class DeletionForm(ExportForm):
    """And the own address, typed, so that nobody does it by mistake."""

    typed = StringField(
        lazy(N_("Your e-mail address, as a confirmation")), filters=[cleaned], validators=[needed(), at_most(254)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", "dir": "ltr"},
    )  # fmt: skip
