"""What people type about their accounts."""

from __future__ import annotations

from wtforms import EmailField, PasswordField

from portal.core.messages import N_
from portal.web.forms import PortalForm, at_most, cleaned, lazy, needed


class SignInForm(PortalForm):
    """Address and password."""

    email = EmailField(
        lazy(N_("E-mail address")),
        filters=[cleaned],
        validators=[needed(), at_most(254)],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        lazy(N_("Password")),
        validators=[needed(), at_most(200)],
        render_kw={"autocomplete": "current-password"},
    )
