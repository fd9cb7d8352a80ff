"""What a team does with the translations of a draft beside writing them: a machine's draft, “still right”, removing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.actor import Actor
from portal.core.errors import Conflict, Invalid
from portal.listings.codes import PROSE
from portal.listings.translating import Translator, translate_prose
from portal.posting.drafts.sections import source_text
from portal.posting.models import Posting
from portal.posting.queries import content_of
from portal.posting.service import KIND, save_draft
from portal.posting.translations.texts import Prosaic, add_check, digest_of, text_in, with_text

_ATTEMPTS = 5  # to save while others save, too


def change_draft(
    session: Session, posting: Posting, change: Callable[[Mapping[str, Any]], Mapping[str, Any]], actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Put into a draft what follows from how it stands: `change` is asked anew when somebody else saves meanwhile."""
    for attempt in range(_ATTEMPTS):
        try:
            save_draft(session, posting, change(posting.content or {}), posting.revision, actor, now)
        except Conflict as conflict:
            if conflict.code != "posting.changed" or attempt == _ATTEMPTS - 1:
                raise
        else:
            return


def remove_translation(session: Session, posting: Posting, language: str, actor: Actor, now: datetime) -> None:
    """Take the text in a language out."""
    change_draft(session, posting, lambda content: {"translations": with_text(content, language, None)}, actor, now)
    of = (KIND, posting.listing_id)
    audit.note(session, "translation.removed", actor, of, now, posting.organisation_id, language=language)


def confirm_translation(
    session: Session, posting: Posting, language: str, seen: tuple[str, str], actor: Actor, now: datetime
) -> None:
    """Say that a text still says what the original says. `seen` are the digests of the two as they were read; raises
    `Conflict` ("translation.changed") if one has been changed since."""
    session.refresh(posting, with_for_update=True)
    content = content_of(session, posting)
    source = source_text(content)
    text = source if source.get("language") == language else text_in(content, language)
    if (digest_of(text), digest_of(source)) != seen:
        raise Conflict("translation.changed", language=language)
    add_check(session, posting.listing_id, language, *seen)
    of = (KIND, posting.listing_id)
    audit.note(session, "translation.confirmed", actor, of, now, posting.organisation_id, language=language)


def machine_draft(content: Mapping[str, Any], language: str, translator: Translator) -> Prosaic:
    """A machine's translation of the original of a draft; it asks a server and may take its time. Raises `Unavailable`,
    and `Invalid` where there is nothing to translate or the server does not know the languages."""
    source = source_text(content)
    origin = str(source.get("language"))
    if not all(source.get(part) for part in PROSE):
        raise Invalid("translation.source-unfinished")
    if (origin, language) not in translator.languages():
        raise Invalid("translation.unknown-pair")
    texts = {part: str(source[part]) for part in PROSE}
    return {"language": language, "origin": "machine", **translate_prose(texts, origin, language, translator)}


def put_machine_draft(
    session: Session, posting: Posting, text: Prosaic, source: str, actor: Actor, now: datetime
) -> None:
    """Put a machine's translation into a draft; it never takes the place of what a person wrote. `source` is the digest
    of what was translated. Raises `Conflict` ("translation.changed") if that, or the text there, is another by now."""
    language = str(text["language"])

    def change(content: Mapping[str, Any]) -> Mapping[str, Any]:
        there = text_in(content, language)
        if digest_of(source_text(content)) != source or there.get("origin", "machine") != "machine":
            raise Conflict("translation.changed", language=language)
        return {"translations": with_text(content, language, text)}

    change_draft(session, posting, change, actor, now)
    of = (KIND, posting.listing_id)
    audit.note(session, "translation.drafted", actor, of, now, posting.organisation_id, language=language)
