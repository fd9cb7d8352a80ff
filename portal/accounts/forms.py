"""What people type about their accounts. Whether a password is good enough, or the right one, is for the services to
say."""

from __future__ import annotations

from typing import Any

from wtforms import EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from portal.accounts.addresses import normal
from portal.accounts.labels import SENTENCES
from portal.accounts.passwords import LONGEST, check_password
from portal.core.errors import Invalid
from portal.core.messages import N_
from portal.locales import LANGUAGES
from portal.web.forms import PortalForm, ValidationError, at_most, cleaned, lazy, needed
from portal.web.messages import gettext


def _an_address(_form: PortalForm, field: EmailField) -> None:
    try:
        normal(field.data)
    except Invalid as error:
        raise ValidationError(gettext(SENTENCES[error.code])) from error


def _email(label: str, autocomplete: str = "email") -> Any:
    checks = [needed(), at_most(254), _an_address]
    return EmailField(
        lazy(label),
        filters=[cleaned],
        validators=checks,
        render_kw={"autocomplete": autocomplete, "spellcheck": "false"},
    )


def _password(label: str, autocomplete: str) -> Any:
    checks = [needed(), at_most(LONGEST)]
    return PasswordField(lazy(label), validators=checks, render_kw={"autocomplete": autocomplete})


def _name() -> Any:
    checks = [needed(), at_most(120)]
    return StringField(lazy(N_("Your name")), filters=[cleaned], validators=checks, render_kw={"autocomplete": "name"})


def _present() -> Any:
    return _password(N_("Present password"), "current-password")


def _code() -> Any:
    kw = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
    return StringField(lazy(N_("Code")), filters=[cleaned], validators=[needed(), at_most(40)], render_kw=kw)


class _AddressForm(PortalForm):
    """A form with an e-mail address."""

    @property
    def address(self) -> str:
        """The address in the form in which it is kept and compared; only once the form was found valid."""
        return normal(self.email.data)


class SignUpForm(_AddressForm):
    """A new account."""

    name = _name()
    email = _email(N_("E-mail address"))
    password = _password(N_("Password"), "new-password")

    def validate_password(self, field: PasswordField) -> None:
        """Said at once, before an attempt is counted."""
        try:
            check_password(field.data, self.name.data or "", self.email.data or "")
        except Invalid as error:
            raise ValidationError(gettext(SENTENCES[error.code]) % error.parameters) from error


class SignInForm(_AddressForm):
    """Address and password."""

    email = _email(N_("E-mail address"), "username")
    password = _password(N_("Password"), "current-password")


class ConfirmForm(PortalForm):
    """The password that was chosen with a new account."""

    password = _password(N_("Password"), "current-password")


class CodeForm(PortalForm):
    """A code of the second factor."""

    code = _code()


class ResetForm(_AddressForm):
    """Whose password is to be replaced."""

    email = _email(N_("E-mail address"), "username")


class NewPasswordForm(PortalForm):
    """A password in place of a forgotten one."""

    password = _password(N_("New password"), "new-password")


class ChangePasswordForm(PortalForm):
    """Another password."""

    present = _present()
    password = _password(N_("New password"), "new-password")


class DetailsForm(PortalForm):
    """Name, and the language of letters."""

    name = _name()
    language = SelectField(
        lazy(N_("Language of letters to you")), choices=[SelectChoice(one.tag, one.name) for one in LANGUAGES]
    )


class ChangeEmailForm(_AddressForm):
    """Another address."""

    email = _email(N_("New e-mail address"))
    present = _present()


class SecondFactorForm(PortalForm):
    """The first code of an app; and the password, so that nobody does it at an unattended browser."""

    code = _code()
    present = _present()


class PresentPasswordForm(PortalForm):
    """The password, asked again."""

    present = _present()


def _passkey_name() -> Any:
    checks = [needed(), at_most(60)]
    return StringField(lazy(N_("Name of the passkey")), filters=[cleaned], validators=checks)


class AddPasskeyForm(PortalForm):
    """What a new passkey is called; and the password, so that nobody adds one at an unattended browser."""

    name = _passkey_name()
    present = _present()


class PasskeyNameForm(PortalForm):
    """What a passkey is called."""

    name = _passkey_name()


class CredentialForm(PortalForm):
    """What a device answered, as JSON: the script of the page writes it."""

    credential = HiddenField(
        lazy(N_("Passkey")), validators=[DataRequired(lazy(SENTENCES["passkey.wrong"])), at_most(20_000)]
    )
