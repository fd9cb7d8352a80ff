"""What a person has chosen of the proposals goes into the profile."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from portal.core.errors import Invalid
from portal.researchers.intake.proposals import BROUGHT, Brought, Proposal, changed_parts, joined
from portal.researchers.queries import get_profile
from portal.researchers.records import LISTS, read_part, write_part
from portal.researchers.service import open_profile, save_part
from search.analysis.cleaning import clean

MOST = 1500  # proposals of one source


def write_proposals(brought: Brought) -> str:
    """Proposals as the page carries them: nothing of them is kept here until they come back."""
    told = ([one.part, write_part(one.value), one.words] for one in brought.proposals[:MOST])
    return json.dumps(list(told), ensure_ascii=False, separators=(",", ":"))


def read_proposals(text: str) -> tuple[Proposal, ...]:
    """Proposals that came back; whoever changed them meanwhile meets the same checks. Raises `Invalid`
    ("intake.expired")."""
    try:
        return tuple(_proposal(*told) for told in json.loads(text)[:MOST])
    except (ValueError, TypeError, RecursionError, KeyError, Invalid) as error:
        raise Invalid("intake.expired", field="proposals") from error


def _proposal(part: str, value: object, words: str) -> Proposal:
    if part not in BROUGHT:
        raise ValueError(part)
    read = read_part(part, [value] if part in LISTS else value)
    return Proposal(part, read[0] if part in LISTS else read, clean(str(words))[:300])


def take_over(session: Session, user_id: str, proposals: Iterable[Proposal], now: datetime) -> list[str]:
    """Put proposals into the profile as it is now, each part as visible as it was; the parts that changed."""
    open_profile(session, user_id, now)
    before = get_profile(session, user_id)
    changed = changed_parts(before, joined(before, proposals))
    for part, content in changed.items():
        save_part(session, user_id, part, content, now)
    return list(changed)
