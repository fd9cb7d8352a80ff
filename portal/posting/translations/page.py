"""What the pages of translations show, for one reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField

from portal.listings.codes import PROSE
from portal.locales import TAGS
from portal.posting.drafts.sections import source_text
from portal.posting.editing.page import Version, title_of
from portal.posting.models import Posting
from portal.posting.translations.texts import digest_of, states_of, text_in
from portal.web.forms import PortalForm
from portal.web.text import Text


@dataclass(frozen=True)
class LanguageRow:
    """One language in the list: its state, and the title in it."""

    tag: str
    state: str
    title: str
    is_source: bool


@dataclass(frozen=True)
class Languages:
    """All languages of one posting, the original first."""

    title: Text
    rows: tuple[LanguageRow, ...]
    source: LanguageRow | None
    source_seen: str

    @property
    def ready(self) -> int:
        """In how many languages it can be read without reservation."""
        return sum(row.state in ("ready", "machine", "outdated", "dates") for row in self.rows)


@dataclass(frozen=True)
class Side:
    """One text beside the original. `seen`: the digests of the two."""

    title: Text
    tag: str
    state: str
    source: Mapping[str, Any]
    text: Mapping[str, Any]
    seen: tuple[str, str]


class TranslationForm(PortalForm):
    """A text, typed beside the original; as in every section, nothing that is typed is refused."""

    title = StringField()
    summary = TextAreaField()
    description = TextAreaField()


class SeenForm(PortalForm):
    """What was on the page when somebody decided: the digests of a text and of the original."""

    text = StringField()
    source = StringField()

    @property
    def seen(self) -> tuple[str, str]:
        """Both."""
        return (self.text.data or "", self.source.data or "")


def languages_page(session: Session, posting: Posting, content: Mapping[str, Any], reader: str) -> Languages:
    """The languages of a posting: the original, then those of the site in their order."""
    states = states_of(session, posting.listing_id, content)
    source = source_text(content)
    own = str(source.get("language") or "")
    rows = tuple(
        LanguageRow(tag, states.get(tag, "missing"), str(text_in(content, tag).get("title") or ""), is_source=False)
        for tag in TAGS
        if tag != own
    )
    title = str(source.get("title") or "")
    first = LanguageRow(own, states.get(own, "ready"), title, is_source=True) if own else None
    return Languages(title_of(content, reader), rows, first, digest_of(source))


def side_page(session: Session, posting: Posting, content: Mapping[str, Any], tag: str, reader: str) -> Side:
    """A text beside the original."""
    source, text = source_text(content), text_in(content, tag)
    state = states_of(session, posting.listing_id, content).get(tag, "missing")
    return Side(title_of(content, reader), tag, state, source, text, (digest_of(text), digest_of(source)))


def text_versions(
    mine: Mapping[str, Any], theirs: Mapping[str, Any], fields: Sequence[str], names: Mapping[str, str]
) -> list[Version]:
    """The parts of a text that two people changed."""
    return [
        Version(part, names[part], tuple(mine[part].splitlines()), tuple(theirs[part].splitlines()))
        for part in PROSE
        if part in fields
    ]
