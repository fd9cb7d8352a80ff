"""The texts of a draft in other languages: which there are, whether they still say what the original says, and how one
is typed beside it.

Whether a text is right cannot be seen from it. It is known from `TextCheck`: whoever saves a translation says that it
fits the original as it is then. When the original changes, no check holds for the pair any more.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.listings.codes import PROSE
from portal.locales import BY_TAG
from portal.posting.drafts.sections import Section, source_text
from portal.posting.drafts.typed import Prose, Text, lines_of
from portal.posting.models import TextCheck

_PLACE = re.compile(r"translations\[(\d+)\].*")
_DIGEST = 32  # characters of a digest

Content = Mapping[str, Any]
Prosaic = Mapping[str, Any]  # a text: language, origin, title, summary, description


@dataclass(frozen=True)
class TranslationSection(Section):
    """The text in one language, typed as a section is."""

    language: str = ""

    def show(self, content: Content) -> dict[str, Any]:
        """Title, summary, description; empty where there is no such text yet."""
        text = text_in(content, self.language)
        return {part: Prose().show(text.get(part)) for part in PROSE}

    def read(self, typed: Mapping[str, Any], content: Content) -> dict[str, Any]:
        """All texts, with the typed one as written by a person; one without a word is none."""
        parts = {part: Prose().read(typed.get(part)) for part in PROSE}
        parts["title"] = lines_of(" ".join(parts["title"].split()))
        text = {"language": self.language, "origin": "human", **parts} if any(parts.values()) else None
        return {"translations": with_text(content, self.language, text)}

    def values(self, content: Content) -> dict[str, Any]:
        """A machine's draft differs from the same text saved by a person."""
        text = text_in(content, self.language)
        if not text or text.get("origin") == "human":
            return super().values(content)
        return {"translations": with_text(content, self.language, text)}


def section_for(language: str) -> TranslationSection:
    """The section in which the text in a language is typed."""
    return TranslationSection("languages", {"translations": Text()}, language=language)


def text_in(content: Content, language: str) -> Prosaic:
    """The translation into a language; empty if there is none."""
    return next((text for text in translated(content) if text.get("language") == language), {})


def translated(content: Content) -> list[Prosaic]:
    """All texts but the original."""
    return [text for text in _texts(content) if text.get("origin") != "source"]


def with_text(content: Content, language: str, text: Prosaic | None) -> list[Prosaic]:
    """The texts of a draft with one in a language in the place of the former, or (None) without it."""
    kept = list(_texts(content))
    old = text_in(content, language)
    place = next((number for number, one in enumerate(kept) if one is old), len(kept))
    return [*kept[:place], *([text] if text is not None else []), *kept[place + 1 :]]


def language_at(place: str, content: Content) -> str | None:
    """The language of the translation that a place of the record (“translations[1].summary”) belongs to."""
    found = _PLACE.fullmatch(place)
    texts = content.get("translations")
    if not found or not isinstance(texts, list) or int(found[1]) >= len(texts):
        return None
    text = texts[int(found[1])]
    is_known = isinstance(text, dict) and text.get("origin") != "source" and str(text.get("language")) in BY_TAG
    return str(text["language"]) if is_known else None


def digest_of(text: Prosaic) -> str:
    """What tells two texts apart; how lines are broken does not."""
    words = [" ".join(str(text.get(part) or "").split()) for part in PROSE]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:_DIGEST]


def state_of(text: Prosaic, source: Prosaic, checks: Collection[TextCheck]) -> str:
    """How far a text is: "missing", "machine" (nobody has read it), "unfinished" (a part lacks), "outdated" (the
    original was changed since), "dates" (from an earlier listing, with a year in it), "ready". `checks` are those of
    its listing and language."""
    if not text:
        return "missing"
    if text.get("origin") == "machine":
        return "machine"
    if not all(text.get(part) for part in PROSE):
        return "unfinished"
    own = [check for check in checks if check.text == digest_of(text)]
    fitting = [check for check in own if check.source == digest_of(source)]
    if own and not fitting:
        return "outdated"
    return "dates" if any(check.dates_due for check in fitting) else "ready"


def states_of(session: Session, listing_id: str, content: Content) -> dict[str, str]:
    """Language → state, for the original ("dates" or "ready" alone) and every translation."""
    checks, source = checks_of(session, listing_id), source_text(content)
    states = {str(text["language"]): text for text in (source, *translated(content)) if text.get("language")}
    return {tag: state_of(text, source, checks.get(tag, ())) for tag, text in states.items()}


def checks_of(session: Session, listing_id: str) -> dict[str, list[TextCheck]]:
    """All checks of a listing, by language."""
    found: dict[str, list[TextCheck]] = {}
    for check in session.scalars(sa.select(TextCheck).where(TextCheck.listing_id == listing_id)):
        found.setdefault(check.language, []).append(check)
    return found


def remember_texts(session: Session, listing_id: str, before: Content, after: Content) -> None:
    """Note, with a save, what its texts are translations of: new ones of the original as it is now, those that stay
    (and of which nothing was known) of the one as it was."""
    if before.get("translations") == after.get("translations"):
        return
    checks = checks_of(session, listing_id)
    old, new = digest_of(source_text(before)), digest_of(source_text(after))
    for text in translated(after):
        language, own = str(text.get("language")), digest_of(text)
        if text != text_in(before, language):
            add_check(session, listing_id, language, own, new)
        elif own not in {check.text for check in checks.get(language, ())}:
            add_check(session, listing_id, language, own, old)


def add_check(session: Session, listing_id: str, language: str, text: str, source: str, due: bool = False) -> None:
    """Note that a text fits an original, both by their digests."""
    session.merge(
        TextCheck(listing_id=listing_id, language=language, text=text, source=source, dates_due=due),
    )


def _texts(content: Content) -> Iterator[Prosaic]:
    texts = content.get("translations")
    yield from (text for text in (texts if isinstance(texts, list) else ()) if isinstance(text, dict))
