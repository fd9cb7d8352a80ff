"""Letters to teams about their postings: each editor's in the editor's own language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.listings.models import Translation
from portal.mail.pages import Address
from portal.mail.service import post
from portal.posting.models import Posting
from portal.teams.queries import list_able


def tell_team(
    session: Session,
    posting: Posting,
    letter: str,
    now: datetime,
    address: Address,
    **parameters: Any,
) -> int:
    """Write to those who edit for the team; how many they are. `address` is the page that the letter leads to."""
    titles = titles_of(session, posting)
    number = 0
    for user in list_able(session, posting.organisation_id, "manager", "editor"):
        own = {"title": title_for(titles, user.language), "address": address(user.language)}
        post(session, letter, user.language, user.email, now, **own, **parameters)
        number += 1
    return number


def title_for(titles: Mapping[str, str], language: str) -> str:
    """The title in a language, else the original, which comes first."""
    return titles.get(language) or next(iter(titles.values()), "…")


def titles_of(session: Session, posting: Posting) -> dict[str, str]:
    """Language → title, the original first: of the draft, else of the published listing."""
    return dict(_titles(session, posting))


def _titles(session: Session, posting: Posting) -> Iterator[tuple[str, str]]:
    if posting.content is not None:
        texts = [text for text in posting.content.get("translations") or () if isinstance(text, dict)]
        rows = [(str(text.get("language")), text.get("title"), text.get("origin")) for text in texts]
    else:
        query = sa.select(Translation.language, Translation.title, Translation.origin)
        found = session.execute(query.where(Translation.listing_id == posting.listing_id))
        rows = [(row.language, row.title, row.origin) for row in found]
    for language, title, _origin in sorted(rows, key=lambda row: row[2] != "source"):
        if isinstance(title, str) and title.strip():
            yield language, title
