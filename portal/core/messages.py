"""Message ids: marked where they are written, and looked up in a language outside of requests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

from portal.locales import BY_TAG

_PORTAL = Path(__file__).resolve().parent.parent


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """The message id itself; marks it for extraction."""
    return message


def folder() -> Path:
    """Where the catalogues are: beside the package in a checkout, inside it when installed."""
    checkout = _PORTAL.parent / "translations"
    return checkout if checkout.is_dir() else _PORTAL / "_translations"


def translated(message: str, tag: str) -> str:
    """A message in the language `tag`; for what is read and written in other languages than the reader's."""
    return str(_catalogue(tag).ugettext(message))


@cache
def _catalogue(tag: str) -> NullTranslations:
    return Translations.load(folder(), [BY_TAG[tag].gettext])
