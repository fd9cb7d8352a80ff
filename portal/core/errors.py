"""The few errors of the domain: a code and parameters, never a sentence. `web/errors.py` turns them into answers."""

from __future__ import annotations

from typing import Any


class PortalError(Exception):
    """Base: `code` names what happened, `parameters` fill the sentence that the reader's language has for it."""

    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(code, parameters)
        self.code = code
        self.parameters = parameters


class NotFound(PortalError):
    """The object does not exist, or this actor may not know that it does."""


class Gone(PortalError):
    """It was there once: a link that has been used, or whose time is over."""


class Forbidden(PortalError):
    """The actor may not do this."""


class Conflict(PortalError):
    """The object's state does not allow this now."""


class Invalid(PortalError):
    """A value breaks a rule; `field` among the parameters names where."""


class TooMany(PortalError):
    """This was tried too often; `seconds` among the parameters says when it may be tried again."""


class Unavailable(PortalError):
    """A part that is needed cannot be asked at present."""
