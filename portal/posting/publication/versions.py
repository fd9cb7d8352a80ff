"""Versions of a listing as they were published: what differs between two of them, and going back to one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rapidfuzz.distance import LCSseq
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.actor import Actor
from portal.core.errors import Conflict, NotFound
from portal.listings.codes import PROSE
from portal.listings.facts import FACTS, Fact
from portal.posting.models import ListingVersion, Posting
from portal.posting.service import KIND
from portal.posting.workflow import BY_ACTION
from search.analysis import segmentation

# Facts of the record, not of the opportunity.
_OWN = {"state", "demonstration", "posted_at", "updated_at", "confirmed_at", "translations"}
_MOST = 20_000  # words of two texts that are compared; longer ones are shown one after the other


@dataclass(frozen=True)
class Run:
    """A stretch of text: "same", "gone" or "new"."""

    state: str
    text: str


@dataclass(frozen=True)
class TextChange:
    """What changed in one part of the prose in one language."""

    language: str
    part: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Differences:
    """What differs between two versions: facts by their order in the table, prose by language."""

    facts: tuple[Fact, ...]
    texts: tuple[TextChange, ...]


def get_version(session: Session, listing_id: str, version: int) -> ListingVersion:
    """A version of a listing. Raises `NotFound`."""
    found = session.get(ListingVersion, (listing_id, version)) if 0 < version < 2**31 else None
    if found is None:
        raise NotFound("version.unknown", id=listing_id, version=version)
    return found


def restore_version(session: Session, posting: Posting, version: int, actor: Actor, now: datetime) -> None:
    """Make a former version the draft; what was being written is given up. The published one stays as it is."""
    record = get_version(session, posting.listing_id, version).record
    if posting.state not in BY_ACTION["restore"].sources:
        raise Conflict("posting.locked", state=posting.state)
    posting.content, posting.state, posting.publish_at = dict(record), "editing", None
    posting.revision += 1  # whoever has the form open learns of it
    posting.saved_at, posting.saved_by = now, actor.user_id
    of = (KIND, posting.listing_id)
    audit.note(session, "posting.restored", actor, of, now, posting.organisation_id, version=version)


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Differences:
    """What differs between two records."""
    facts = {fact.column: fact for fact in reversed(FACTS) if fact.column and fact.column not in _OWN}
    changed = [fact for column, fact in facts.items() if _value(old, column) != _value(new, column)]
    return Differences(tuple(sorted(changed, key=FACTS.index)), tuple(_texts(old, new)))


def _value(record: Mapping[str, Any], column: str) -> Any:
    """A value; nothing at all is the same however it is written."""
    value = record.get(column)
    return None if value in ([], "", {}) else value


def _texts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[TextChange]:
    before, after = _by_language(old), _by_language(new)
    for language in dict.fromkeys((*after, *before)):
        for part in PROSE:
            first, second = before.get(language, {}).get(part) or "", after.get(language, {}).get(part) or ""
            if first != second:
                yield TextChange(language, part, tuple(compare(first, second)))


def _by_language(record: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {text["language"]: text for text in record.get("translations") or ()}


def compare(old: str, new: str) -> Iterator[Run]:
    """Two texts as one, word by word: what stayed, what is gone, what is new."""
    first, second = pieces(old), pieces(new)
    if len(first) + len(second) > _MOST:
        yield from _changed(old, new)
        return
    gone, added = "", ""
    for step in LCSseq.opcodes(first, second):  # `difflib` takes minutes where words are repeated a thousand times
        if step.tag == "equal":
            yield from _changed(gone, added)
            yield Run("same", "".join(first[step.src_start : step.src_end]))
            gone, added = "", ""
        else:
            gone += "".join(first[step.src_start : step.src_end])
            added += "".join(second[step.dest_start : step.dest_end])
    yield from _changed(gone, added)


def _changed(gone: str, new: str) -> Iterator[Run]:
    return (Run(state, text) for state, text in (("gone", gone), ("new", new)) if text)


def pieces(text: str) -> list[str]:
    """A text cut to words and what is between them; put together again they are the text. Scripts without spaces are
    cut by their dictionary."""
    found, end = [], 0
    for word in segmentation.words(text):
        found += [text[end : word.start], text[word.start : word.end]]
        end = word.end
    return [piece for piece in (*found, text[end:]) if piece]
