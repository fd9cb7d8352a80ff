"""Messages in the reader's language, looked up once for each language: catalogues do not change while the process runs.

Names are those the extractor looks for. Flask-Babel finds the catalogue; its own functions do that anew for each call.
"""

from __future__ import annotations

from functools import lru_cache

import flask_babel
from flask import Flask

from portal.web.language import current_language


def gettext(message: str, **values: object) -> str:
    """A message, with its placeholders filled."""
    text = _message(message, current_language().tag)
    return text % values if values else text


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """A message that depends on a number, which it may also name as %(num)s."""
    return _plural(singular, plural, num, current_language().tag) % {"num": num, **values}


@lru_cache(20_000)
def _message(message: str, _tag: str) -> str:
    return str(flask_babel.get_translations().ugettext(message))


@lru_cache(20_000)
def _plural(singular: str, plural: str, num: int, _tag: str) -> str:
    return str(flask_babel.get_translations().ungettext(singular, plural, num))


def init_app(app: Flask) -> None:
    """Give templates these functions instead of Flask-Babel's."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: _message(message, current_language().tag),
        lambda singular, plural, num: _plural(singular, plural, num, current_language().tag),
        newstyle=True,
    )
