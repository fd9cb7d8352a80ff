"""An organisation's listings: the list, what several are to become, and those whose team was asked about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from portal.core.errors import NotFound
from portal.organisations.queries import get_organisation
from portal.posting import policy
from portal.posting.blueprint import blueprint
from portal.posting.bulk.queries import current_records
from portal.posting.bulk.writing import TYPES, workbook_file
from portal.posting.shelf import page, service
from portal.posting.shelf.forms import asked_of, read_filter
from portal.posting.shelf.labels import ACTIONS, EFFECTS, QUESTIONS, REFUSALS
from portal.posting.shelf.queries import list_entries, narrowed
from portal.web.current import site
from portal.web.downloads import download_file
from portal.web.identity import allow, current_actor, signed_in
from portal.web.language import current_language
from portal.web.messages import gettext, ngettext
from portal.web.paging import asked_page

_NAMED = 5  # listings in a message


@blueprint.get("/organisations/<string:organisation_id>/postings")
@signed_in
def index(organisation_id: str) -> str:
    """The postings of an organisation."""
    return _list(organisation_id)


@blueprint.post("/organisations/<string:organisation_id>/postings/several")
@signed_in
def several(organisation_id: str) -> Any:
    """What is to be done with several of them: first what would change, then, when that was seen, the change."""
    _may_see(organisation_id)
    action, sure = request.form.get("action", ""), request.form.get("sure") == "1"
    allow(action == "export" or policy.may_create(current_actor(), organisation_id))
    ids = _chosen(organisation_id)
    if problem := _problem(action, ids):
        return _list(organisation_id, problem), 422
    if action == "export":
        return _workbook(organisation_id, ids)
    return _changed(organisation_id, ids, action) if sure else _planned(organisation_id, ids, action)


@blueprint.get("/organisations/<string:organisation_id>/postings/still-right")
@signed_in
def still_right(organisation_id: str) -> str:
    """The listings that the team was asked about in a letter; one click says that all are right."""
    _may_see(organisation_id)
    with site().sessions() as session:
        organisation = get_organisation(session, organisation_id)
        asked = [one.id for one in list_entries(session, organisation_id) if one.is_asked][: service.MOST]
        rows = page.rows_of(session, organisation_id, asked, current_language().tag)
    return render_template(
        "posting/still-right.html", organisation=organisation, rows=rows, form=FlaskForm(formdata=None),
        may_change=policy.may_create(current_actor(), organisation_id),
    )  # fmt: skip


def _list(organisation_id: str, problem: str = "") -> str:
    _may_see(organisation_id)
    wanted, number = read_filter(request.args), asked_page()
    reader = current_language().tag
    with site().sessions() as session:
        organisation, entries = get_organisation(session, organisation_id), list_entries(session, organisation_id)
        shown = page.shelf(session, organisation_id, entries, wanted, number, site().clock(), reader)
    may_create, asked = policy.may_create(current_actor(), organisation_id), asked_of(wanted)

    def address(**other: Any) -> str:
        return url_for("posting.index", organisation_id=organisation_id, **{**asked, **other})

    return render_template(
        "posting/index.html", organisation=organisation, shelf=shown, wanted=wanted, asked=asked, address=address,
        may_create=may_create, form=FlaskForm(formdata=None), problem=problem,
        waiting=sum(one.is_asked for one in entries),
        actions=ACTIONS if may_create else {"export": ACTIONS["export"]}, chosen=request.form.getlist("listing"),
    )  # fmt: skip


def _chosen(organisation_id: str) -> list[str]:
    """The listings that were ticked, or all that the address asks for."""
    if request.form.get("everything") != "1":
        return list(dict.fromkeys(request.form.getlist("listing")))
    with site().sessions() as session:
        entries = list_entries(session, organisation_id)
    return [one.id for one in narrowed(entries, read_filter(request.args), site().clock())]


def _problem(action: str, ids: Sequence[str]) -> str:
    if action not in ACTIONS:
        return gettext("Choose what is to be done with them.")
    if not ids:
        return gettext("Tick at least one listing.")
    if len(ids) > service.MOST:
        most = ngettext("At most %(num)s listing at once.", "At most %(num)s listings at once.", service.MOST)
        remedy = gettext("Narrow the list down.")
        return f"{most} {remedy}"
    return ""


def _planned(organisation_id: str, ids: Sequence[str], action: str) -> str:
    """What would change, listing by listing."""
    with site().sessions() as session:
        organisation = get_organisation(session, organisation_id)
        rows = page.rows_of(session, organisation_id, ids, current_language().tag)
    return render_template(
        "posting/several.html", organisation=organisation, planned=page.plan(rows, action), action=action,
        question=QUESTIONS[action], effect=EFFECTS[action], refusals=REFUSALS, form=FlaskForm(formdata=None),
        asked=asked_of(read_filter(request.args)), name=ACTIONS[action],
    )  # fmt: skip


def _changed(organisation_id: str, ids: Sequence[str], action: str) -> Response:
    """Change them, and say which were not."""
    with site().sessions() as session:
        rows = {row.id: row for row in page.rows_of(session, organisation_id, ids, current_language().tag)}
    moved = service.move_each(site(), list(rows), action, current_actor())
    if moved.done:
        done = ngettext("Done for %(num)s listing.", "Done for %(num)s listings.", len(moved.done))
        flash(f"{done} {gettext(EFFECTS[action])}", "done")
    if moved.refused:
        titles = " · ".join(rows[one].title.value for one in moved.refused[:_NAMED])
        refused = ngettext("%(num)s stays as it was:", "%(num)s stay as they were:", len(moved.refused))
        flash(f"{refused} {titles}{' …' if len(moved.refused) > _NAMED else ''}", "warning")
    asked: dict[str, Any] = asked_of(read_filter(request.args))
    answer: Response = redirect(url_for("posting.index", organisation_id=organisation_id, **asked), 303)  # type: ignore[assignment]
    return answer


def _workbook(organisation_id: str, ids: Sequence[str]) -> Response:
    """The listings as a workbook that can be changed and brought back."""
    tag = current_language().tag
    with site().sessions() as session:
        found = current_records(session, organisation_id, ids)
    records = [found[one][1] for one in ids if one in found]
    return download_file(workbook_file(records, tag), TYPES["xlsx"], "listings.xlsx")


def _may_see(organisation_id: str) -> None:
    if not policy.may_see_postings(current_actor(), organisation_id):
        raise NotFound("organisation.unknown", id=organisation_id)
