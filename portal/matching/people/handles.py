"""The ids by which one organisation knows people. Another one knows the same person by another id, so that no two can
join what they note of people by it.

A handle is the public id put in another place among all ids: by four rounds of a keyed function on its halves, which
nobody without the key can tell from chance (Luby and Rackoff 1988; the function is HMAC-SHA-256). So the site finds the
person of a handle, and keeps nothing for it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from portal.core.errors import NotFound
from portal.core.ids import ALPHABET

_ROUNDS = 4
_HALF = 6  # letters
_SIZE: int = len(ALPHABET) ** _HALF


@dataclass(frozen=True)
class Handles:
    """The handles of one organisation."""

    key: bytes

    @classmethod
    def of(cls, secret: str, organisation_id: str) -> Handles:
        """By the site's secret: a new one gives everybody a new handle."""
        return cls(hmac.digest(secret.encode(), f"people seen by {organisation_id}".encode(), "sha256"))

    def handle(self, public_id: str) -> str:
        """How the organisation knows somebody."""
        left, right = _number(public_id[:_HALF]), _number(public_id[_HALF:])
        for turn in range(_ROUNDS):
            left, right = right, left ^ self._mixed(turn, right)
        return _letters(left) + _letters(right)

    def public_id(self, handle: str) -> str:
        """Who that is. Raises `NotFound` for what is no handle; any other leads to an id, of nobody perhaps."""
        if len(handle) != 2 * _HALF or not set(handle) <= set(ALPHABET):
            raise NotFound("person.unknown", id=handle)
        left, right = _number(handle[:_HALF]), _number(handle[_HALF:])
        for turn in reversed(range(_ROUNDS)):
            left, right = right ^ self._mixed(turn, left), left
        return _letters(left) + _letters(right)

    def _mixed(self, turn: int, half: int) -> int:
        return int.from_bytes(hmac.digest(self.key, b"%d:%d" % (turn, half), "sha256")) % _SIZE


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    return number


def _letters(number: int) -> str:
    letters = ""
    for _place in range(_HALF):
        number, digit = divmod(number, len(ALPHABET))
        letters = ALPHABET[digit] + letters
    return letters
