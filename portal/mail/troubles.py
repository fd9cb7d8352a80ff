"""Why a letter was not taken, as one of a few codes, and what of it may be shown: servers answer in English, in words
of their own, and with the whole address."""

from __future__ import annotations

import re

ADDRESS, FULL, REFUSED, LATER, LOST, UNWRITTEN = TROUBLES = (
    "address", "full", "refused", "later", "lost", "unwritten",
)  # fmt: skip
_ANSWER = re.compile(r"(?P<code>[45]\d\d)[ -]?(?:[45]\.(?P<subject>\d{1,3})\.(?P<detail>\d{1,3})\b)?")
_OF_ADDRESS = {"550", "551", "553"}  # RFC 5321, 4.2.3: where no enhanced code (RFC 3463) says more
_OF_SPACE = {"452", "552"}
_MAIL = re.compile(r"[^\s<>@:;,\"'()]+@[^\s<>@:;,\"'()]+")


def trouble_of(error: str) -> str:
    """What kind of trouble an error of a letter tells of."""
    answer = _ANSWER.match(error)
    if answer is None:
        return _without_answer(error)
    code, subject, detail = answer["code"], answer["subject"], answer["detail"]
    if (subject, detail) == ("2", "2") or (subject is None and code in _OF_SPACE):
        return FULL
    if subject in ("1", "2") or (subject is None and code in _OF_ADDRESS):
        return ADDRESS
    return LATER if code < "500" else REFUSED


def _without_answer(error: str) -> str:
    if error.startswith("The connection was lost"):
        return LOST
    return ADDRESS if "internationalized" in error else UNWRITTEN


def masked(address: str) -> str:
    """An address of which one sees where it is, and not whose: l…@example.org."""
    user, at, domain = address.rpartition("@")
    return f"{user[:1]}…{at}{domain}"


def without_addresses(text: str) -> str:
    """A text with every address in it masked."""
    return _MAIL.sub(lambda found: masked(found[0]), text)
