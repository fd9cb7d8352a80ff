"""Beginning a draft from an earlier listing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.actor import Actor
from portal.posting.copying.records import begin_anew, names_year, next_cycle
from portal.posting.drafts.sections import source_text
from portal.posting.models import Posting
from portal.posting.queries import content_of
from portal.posting.service import KIND, begin_posting
from portal.posting.translations.texts import add_check, digest_of, states_of, translated

WAYS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {"cycle": next_cycle, "anew": begin_anew}
_NONE = ""  # the digest of no text


def copy_posting(session: Session, posting: Posting, way: str, actor: Actor, now: datetime) -> Posting:
    """A new draft of the same organisation, in one of the `WAYS`. Its translations are as good as those they come from;
    texts that name a year are marked."""
    content = content_of(session, posting)
    states = states_of(session, posting.listing_id, content)
    new = begin_posting(session, posting.organisation_id, WAYS[way](content), actor, now)
    session.flush()
    source = source_text(content)
    for text in (source, *translated(content)):
        language = str(text.get("language"))
        of = _NONE if states.get(language) == "outdated" else digest_of(source)
        add_check(session, new.listing_id, language, digest_of(text), of, due=names_year(text))
    about = (KIND, new.listing_id)
    audit.note(session, "posting.copied", actor, about, now, new.organisation_id, source=posting.listing_id, way=way)
    return new
