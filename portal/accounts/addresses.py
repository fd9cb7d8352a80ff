"""E-mail addresses: how they are compared, and which are none."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from portal.core.errors import Invalid


def normal(address: str) -> str:
    """The form in which an address is kept and compared: as it can be reached, in small letters. Raises `Invalid`."""
    try:
        checked = validate_email(address.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise Invalid("email.invalid", field="email") from error
    return checked.normalized.casefold()
