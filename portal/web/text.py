"""Text that may be in another language than the page, and the choice of a name for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup, escape

from portal.locales import DEFAULT


class Text(NamedTuple):
    """A run of text and the language it is in, where that is not the reader's ("" for an unknown one)."""

    value: str
    language: str | None = None

    def __html__(self) -> Markup:
        if self.language is None:
            return escape(self.value)
        return Markup('<span lang="{}">{}</span>').format(self.language, self.value)


def capitalised(text: str) -> str:
    """The text with a capital letter first, where the script has one."""
    return text[:1].upper() + text[1:]


def name_in(names: Mapping[str, str], reader: str) -> Text:
    """The best of several names of one thing: the reader's language, English, whatever there is."""
    if reader in names:
        return Text(names[reader])
    if DEFAULT in names:
        return Text(names[DEFAULT], DEFAULT)
    language = "" if "" in names else next(iter(names), "")
    return Text(names.get(language, ""), language)
