"""Addresses of the audit log: reading it is not noted, taking it away is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from flask import render_template, request, url_for

from portal.accounts.queries import names_of_people
from portal.core import tables
from portal.moderation import queries, service
from portal.moderation.blueprint import Answer, blueprint, moderators
from portal.moderation.forms import LogForm
from portal.moderation.labels import EVENTS
from portal.moderation.queries import EVENTS_PER_PAGE, LogFilter
from portal.organisations.queries import find_organisations
from portal.web.current import site
from portal.web.downloads import download
from portal.web.identity import current_actor
from portal.web.messages import gettext

COLUMNS = ("happened_at", "event", "sentence", "actor", "organisation", "object_kind", "object", "details")
# Kind of object → the page that shows it to the site's team, and what its address calls it.
PAGES = {
    "listing": ("listings.show", "listing_id"),
    "team": ("moderation.organisation", "organisation_id"),
    "organisation": ("moderation.organisation", "organisation_id"),
    "claim": ("moderation.claim", "claim_id"),
    "word": ("moderation.proposal", "proposal_id"),
}


@blueprint.get("/moderation/log")
@moderators
def log() -> Answer:
    """What was done by whom, the latest first."""
    form = LogForm(request.args)
    form.validate()
    with site().sessions() as session:
        found = queries.list_events(session, form.wanted, form.place)
        shown = found[:EVENTS_PER_PAGE]
        people = names_of_people(session, {one.actor_id for one in shown})
        organisations = find_organisations(session, [one.organisation_id for one in shown if one.organisation_id])
    asked = asked_of(form.wanted)
    older = url_for("moderation.log", before=shown[-1].id, **asked) if len(found) > len(shown) else None
    return render_template(
        "moderation/log.html", form=form, shown=shown, people=people, organisations=organisations, older=older,
        newest=url_for("moderation.log", **asked) if form.place else None, asked=asked, pages=PAGES,
    )  # fmt: skip


@blueprint.post("/moderation/log.csv")
@moderators
def log_table() -> Answer:
    """What was found, as a file; that somebody took it is noted."""
    form = LogForm(request.args)
    form.validate()
    with site().unit_of_work().begin() as session:
        service.note_export(session, current_actor(), site().clock(), **asked_of(form.wanted))
    return download(_lines(form.wanted), tables.CSV, "log.csv")


def asked_of(wanted: LogFilter) -> dict[str, Any]:
    """A filter as parameters of an address."""
    values = {one.name: getattr(wanted, one.name) for one in fields(LogFilter) if one.name != "zone"}
    return {name: str(value) for name, value in values.items() if value}


def _lines(wanted: LogFilter) -> Iterator[str]:
    sentences = {event: gettext(sentence) for event, sentence in EVENTS.items()}
    sessions = site().sessions

    def written() -> Iterator[str]:
        yield tables.MARK + tables.row(COLUMNS)
        with sessions() as session:
            for one in queries.all_events(session, wanted):
                yield tables.row(
                    (
                        one.happened_at.isoformat(), one.event, sentences.get(one.event, one.event), one.actor_id,
                        one.organisation_id, one.object_kind, one.object_id, tables.json_text(one.details),
                    )
                )  # fmt: skip

    return written()
