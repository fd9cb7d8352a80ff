"""Flask-Babel's functions with types: the message in the reader's language. Names are those the extractor looks for."""

from __future__ import annotations

import flask_babel


def gettext(message: str, **values: object) -> str:
    """A message, with its placeholders filled."""
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """A message that depends on a number, which it may also name as %(num)s."""
    return str(flask_babel.ngettext(singular, plural, num, **values))
