"""Passwords: long, not among the common ones, kept as argon2id hashes. There are no rules about which characters.

A password is compared in its normal form (Unicode NFKC): the same letters may come differently from another keyboard.
"""

from __future__ import annotations

from functools import cache
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from portal.core.errors import Invalid

SHORTEST, LONGEST = 10, 200  # characters
_HASHER = PasswordHasher()  # argon2id, with the library's present parameters (RFC 9106, low memory)


def check_password(password: str, *own: str) -> None:
    """Raise `Invalid` for a password that is too short, too long, common, or made of one of the person's `own` words:
    name and address."""
    plain = _normal(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        code = "password.short" if len(plain) < SHORTEST else "password.long"
        raise Invalid(code, field="password", shortest=SHORTEST, longest=LONGEST)
    lower = plain.casefold()
    if lower in _common() or len(set(lower)) < 3:
        raise Invalid("password.common", field="password")
    if _word(lower) in {_word(part) for one in own for part in (one, one.partition("@")[0])} - {""}:
        raise Invalid("password.own", field="password")


def hash_password(password: str) -> str:
    """What the database keeps."""
    return _HASHER.hash(_normal(password))


def is_password(stored: str, password: str) -> bool:
    """Whether this is the password; takes as long whether or not it is."""
    try:
        return _HASHER.verify(stored, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with parameters of former times."""
    return _HASHER.check_needs_rehash(stored)


@cache
def nobodys() -> str:
    """A hash to compare with where there is no account, so that the time does not tell."""
    return hash_password("nobody has this password")


def _normal(password: str) -> str:
    return normalize("NFKC", password)


def _word(text: str) -> str:
    """The letters and digits of a text, without the digits that people put behind a word to make it longer."""
    letters = "".join(letter for letter in _normal(text).casefold() if letter.isalnum())
    return letters.rstrip("0123456789") or letters


@cache
def _common() -> frozenset[str]:
    return frozenset(word for words in FREQUENCY_LISTS.values() for word in words if len(word) >= SHORTEST)
