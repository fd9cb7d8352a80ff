"""What the pages of data show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from flask import render_template
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.accounts.queries import is_last_administrator
from portal.core.retention import PERIODS, Period
from portal.moderation.labels import EVENTS
from portal.organisations.queries import find_organisations
from portal.researchers.labels import PARTS
from portal.researchers.queries import list_consents, list_views
from portal.rights.labels import CONSENTS, FIELDS
from portal.rights.queries import list_held, list_obstacles, person_of
from portal.rights.registry import HOLDINGS
from portal.web import formats
from portal.web.filters import moment
from portal.web.language import current_language, speaking
from portal.web.messages import gettext


def of_data(session: Session, user: User) -> dict[str, Any]:
    """What is kept, who saw what, what was allowed, and for how long all this is kept."""
    held = list_held(session, person_of(user))
    views = list_views(session, user.id)
    return {
        "held": [one for one in held if one.count],
        "nothing_in": [one.holding for one in held if not one.count],
        "views": views,
        "organisations": find_organisations(session, sorted({one.organisation_id for one in views})),
        "consents": list_consents(session, user.id),
        "purposes": CONSENTS,
        "parts_of_profile": PARTS,
        "cells_of": cells_of,
        "periods": PERIODS,
        "in_words": in_words,
    }


def of_deletion(session: Session, user: User) -> dict[str, Any]:
    """What would happen, and what stands in the way."""
    held = [one for one in list_held(session, person_of(user)) if one.count]
    return {
        "user": user,
        "going": [one for one in held if not one.holding.stays],
        "staying": [one for one in held if one.holding.stays],
        "obstacles": list_obstacles(session, user.id),
        "last_administrator": is_last_administrator(session, user),
    }


def of_privacy() -> dict[str, Any]:
    """What is kept of people, as the page about it says."""
    return {"holdings": HOLDINGS, "periods": PERIODS, "in_words": in_words}


def readme(user: User) -> str:
    """The text that explains an archive, in the language of letters to the person."""
    with speaking(user.language):
        return render_template("rights/readme.txt", user=user, **of_privacy())


def in_words(period: Period) -> str:
    """How long a period is."""
    return formats.length(period.number, period.number, period.unit.removesuffix("s"), current_language().tag)


class Cell(NamedTuple):
    """A value of a row: what it is, the value as people read it, and whether it is shown as it is kept."""

    label: str
    text: str
    is_raw: bool = False


def cells_of(row: Mapping[str, Any]) -> list[Cell]:
    """The values of a row that are there."""
    return [_cell(name, value) for name, value in row.items() if value not in (None, "", [], {})]


def _cell(name: str, value: Any) -> Cell:
    label = gettext(FIELDS[name])
    if isinstance(value, bool):
        return Cell(label, gettext("Yes") if value else gettext("No"))
    if isinstance(value, (dict, list)):
        return Cell(label, json.dumps(value, ensure_ascii=False, indent=1), is_raw=True)
    if name == "event":
        return Cell(label, gettext(EVENTS.get(value, value)))
    if name.endswith("_at") or name in ("at", "shown_from", "shown_until"):
        return Cell(label, moment(value))
    if name.endswith("_on"):
        return Cell(label, formats.day(date.fromisoformat(value), current_language().tag))
    return Cell(label, str(value))
