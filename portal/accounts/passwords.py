"""Passwords: long, not among the common ones, kept as argon2id hashes. There are no rules about which characters."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from portal.core.errors import Invalid

SHORTEST, LONGEST = 10, 200  # characters
_HASHER = PasswordHasher()  # argon2id, with the library's present parameters (RFC 9106, low memory)


def check_password(password: str, *own: str) -> None:
    """Raise `Invalid` for a password that is too short, too long, common, or one of the person's `own` words."""
    if not SHORTEST <= len(password) <= LONGEST:
        code = "password.short" if len(password) < SHORTEST else "password.long"
        raise Invalid(code, field="password", shortest=SHORTEST, longest=LONGEST)
    lower = password.casefold()
    if lower in _common() or len(set(lower)) < 3 or any(lower == word.casefold() for word in own):
        raise Invalid("password.common", field="password")


def hash_password(password: str) -> str:
    """What the database keeps."""
    return _HASHER.hash(password)


def is_password(stored: str, password: str) -> bool:
    """Whether this is the password; takes as long whether or not it is."""
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with parameters of former times."""
    return _HASHER.check_needs_rehash(stored)


@cache
def nobodys() -> str:
    """A hash to compare with where there is no account, so that the time does not tell."""
    return hash_password("nobody has this password")


@cache
def _common() -> frozenset[str]:
    return frozenset(word for words in FREQUENCY_LISTS.values() for word in words if len(word) >= SHORTEST)
