"""A person's own profile: each part as a form, who may see it, and how others do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from portal.core.errors import Conflict, Invalid, NotFound
from portal.researchers import labels, page, queries, service
from portal.researchers.checking import Problem
from portal.researchers.forms import FORMS
from portal.researchers.models import ProfilePart
from portal.researchers.parts import WINDOW, Seen, held_rows, read_typed, show_part
from portal.researchers.profile import AUDIENCES, PARTS
from portal.researchers.records import read_part, write_part
from portal.vocabulary.named import Decided
from portal.web.current import site
from portal.web.fields import typed_fields
from portal.web.identity import current_actor, signed_in
from portal.web.language import current_language, language_blueprint
from portal.web.limits import limit
from portal.web.messages import gettext
from portal.web.sent import button, is_script, left_fields, query_of, saved_answer, saved_at, with_rows

APART = ("name",)
"""Parts that organisations never see by looking."""
STAYING = ("add", "remove", "find", "accept", "refuse")
"""Buttons that change something on the page and lead nowhere."""

blueprint = language_blueprint("researchers", __name__)


@blueprint.context_processor
def add_labels() -> dict[str, Any]:
    """The labels of profiles, for their pages."""
    return {"labels": labels, "apart": APART}


@blueprint.get("/me/profile")
@signed_in
def profile() -> str:
    """The profile as a whole: what each part holds, who may see it, what adding would change."""
    with site().sessions() as session:
        shown = page.overview(site(), session, _me())
    return render_template("researchers/profile.html", page=shown, form=FlaskForm())


@blueprint.get("/me/profile/preview")
@signed_in
def preview() -> str:
    """The profile as organisations see it."""
    with site().sessions() as session:
        shown = page.overview(site(), session, _me())
    return render_template("researchers/preview.html", page=shown)


@blueprint.get("/me/profile/find/<string:name>")
@signed_in
def find(name: str) -> Response:
    """What can be chosen in a field for some words of a name, for the script of the form."""
    if name not in ("concepts", "organisation_id"):
        raise NotFound("field.unknown", name=name)
    limit("find-person", _me())
    found = page.search(site(), name, request.args.get("q", "")[:200])
    return jsonify({"found": [{"id": one.id, "label": one.label, "note": one.note} for one in found]})


@blueprint.get("/me/profile/<string:part>")
@signed_in
def part(part: str) -> str:
    """One part as a form."""
    row, start = _row(part), _start()
    typed = show_part(part, row.content if row else None, start)
    return _form_page(part, typed, row, _seen_of(part, row, typed, start), is_saved=row is not None)


@blueprint.post("/me/profile/<string:part>")
@signed_in
def save_part(part: str) -> Any:
    """Save a part if nothing in it is wrong, then go where the button says."""
    row, go, seen = _row(part), button(), Seen.read(request.form.get("seen", ""))
    before = row.content if row else None
    typed = _changed(part, show_part(part, before, seen.start), go)
    content = read_typed(part, typed, before, seen)
    with site().sessions() as session:
        problems = page.problems_in(site(), session, part, content, typed)
    if problems and is_script():
        return jsonify({"note": gettext("Not saved yet: something is missing, or cannot be read.")}), 422
    if problems:
        told = [] if go[0] in STAYING else problems
        return _form_page(part, typed, row, seen, problems=told, go=go), 422 if told else 200
    saved = _saved(part, content, seen.revision)
    if saved is None:
        return _disputed(part, typed, seen.start)
    now_seen = _seen_of(part, saved, typed, seen.start)
    if is_script():
        return saved_answer(saved.saved_at, str(now_seen))
    if go[0] in STAYING:
        return _form_page(part, typed, saved, now_seen, go=go, is_saved=True)
    return _gone_on(part, go, seen.start)


@blueprint.get("/me/profile/sharing")
@signed_in
def sharing() -> str:
    """Who may see what: asked in plain words, and taken back with one press."""
    with site().sessions() as session:
        shown = page.overview(site(), session, _me())
    return render_template("researchers/sharing.html", page=shown, form=FlaskForm())


@blueprint.post("/me/profile/sharing/findable")
@signed_in
def be_findable() -> Response:
    """Let organisations find this person, or no longer."""
    given = _consent(("yes", "no"), "given") == "yes"
    if given and _is_outdated():
        return _to("researchers.sharing")
    with site().unit_of_work().begin() as session:
        service.be_findable(session, _me(), given, _wording(), site().clock())
    flash(gettext("Organisations can find you now.") if given else gettext("Nobody finds you any more."), "done")
    return _back()


@blueprint.post("/me/profile/sharing/parts/<string:part>")
@signed_in
def share_part(part: str) -> Response:
    """Show a part to organisations, or keep it."""
    _check(part, APART)
    audience = _consent(AUDIENCES, "audience")
    if audience != "me" and _is_outdated():
        return _to("researchers.sharing")
    with site().unit_of_work().begin() as session:
        service.show_part(session, _me(), part, audience, _wording(), site().clock())
    name = gettext(labels.PARTS[part])
    shown, kept = gettext("Shown from now on: %(part)s", part=name), gettext("For you alone: %(part)s", part=name)
    flash(kept if audience == "me" else shown, "done")
    return _back()


def _me() -> str:
    return str(current_actor().user_id)


def _check(part: str, without: tuple[str, ...] = ()) -> None:
    if part not in PARTS or part in without:
        raise NotFound("part.unknown", part=part)


def _row(part: str) -> ProfilePart | None:
    """A part as it is kept. Raises `NotFound` where there is no such part."""
    _check(part)
    with site().sessions() as session:
        return queries.list_parts(session, _me()).get(part)


def _start() -> int:
    """The row with which the window of a list begins."""
    text = request.args.get("start", "")[:5]
    return int(text) // WINDOW * WINDOW if text.isascii() and text.isdecimal() else 0


def _seen_of(part: str, row: ProfilePart | None, typed: Mapping[str, Any], start: int) -> Seen:
    """What a page with this in its fields has seen of a part as it is kept."""
    return Seen(row.revision if row else 0, start, held_rows(part, typed))


def _changed(part: str, kept: Mapping[str, Any], go: list[str]) -> dict[str, Any]:
    """What was typed, after what a button does, and after the version that was chosen of two."""
    typed = with_rows(FORMS[part](formdata=typed_fields(request.form)).data, go)
    typed |= {name: kept[name] for name in left_fields() if name in kept}
    if go[0] in ("accept", "refuse") and len(go) > 1 and part == "skills":
        decided = Decided(typed["concepts"], typed["concepts_refused"]).after(go[1], go[0])
        typed |= {"concepts": decided.accepted, "concepts_refused": decided.refused}
    return typed


def _saved(part: str, content: Any, revision: int) -> ProfilePart | None:
    """The part as it was saved; None where another window has saved something else meanwhile."""
    try:
        with site().unit_of_work().begin() as session:
            return service.save_part(session, _me(), part, content, site().clock(), revision)
    except Conflict:
        row = _row(part)
        return row if row and row.content == write_part(read_part(part, content)) else None


def _form_page(
    part: str, typed: Mapping[str, Any], row: ProfilePart | None, seen: Seen, *, is_saved: bool = False,
    problems: Sequence[Problem] = (), go: Sequence[str] = (),
) -> str:  # fmt: skip
    """A part as it is typed; `seen` is what the page shows, or what it began with where nothing was saved."""
    verb, name = (*go, "", "")[:2]
    add, searched = (name if verb == one else "" for one in ("add", "find"))
    query = query_of(searched) if searched else ""
    total = page.total_of(part, row.content if row else None)
    return render_template(
        "researchers/part.html", asked_for=add, searched=searched, query=query,
        page=page.part_page(site(), part, typed, seen, total, add=add, query=(searched, query), problems=problems),
        audience=row.audience if row else "me", saved=saved_at(row.saved_at) if row and is_saved else None,
    )  # fmt: skip


def _gone_on(part: str, go: list[str], start: int) -> Response:
    if go == ["next"]:
        flash(gettext("Saved: %(part)s", part=gettext(labels.PARTS[part])), "done")
        return _to("researchers.profile", _anchor=part)
    return _to("researchers.part", part=part, start=start or None)


def _disputed(part: str, typed: Mapping[str, Any], start: int) -> Any:
    """Both versions of what two windows have changed, to choose from."""
    if is_script():
        return jsonify({"note": gettext("This was changed in another window. Save to see both versions.")}), 409
    row = _row(part)
    theirs = show_part(part, row.content if row else None, start)
    sent = [one for one in typed_fields(request.form).items(multi=True) if one[0] not in ("seen", "go")]
    return render_template(
        "layouts/versions.html", versions=page.versions(part, typed, theirs), sent=sent, form=FlaskForm(),
        seen=_seen_of(part, row, theirs, start), name=gettext(labels.PARTS[part]),
        address=url_for("researchers.save_part", part=part),
    ), 409  # fmt: skip


def _consent(allowed: Sequence[str], name: str) -> str:
    """What was said. Raises `Invalid` for what no button says."""
    said = request.form.get(name, "")
    if said not in allowed:
        raise Invalid("consent.unknown", field=name)
    return said


def _is_outdated() -> bool:
    """Whether the words that were read are no longer those that are asked in; then they have to be read again."""
    outdated = request.form.get("wording") != labels.WORDING
    if outdated:
        flash(gettext("The words have changed meanwhile. Please read them again."), "warning")
    return outdated


def _wording() -> tuple[str, str]:
    return labels.WORDING, current_language().tag


def _back() -> Response:
    """To the page whose button was pressed."""
    return _to("researchers.profile" if request.form.get("from") == "profile" else "researchers.sharing")


def _to(endpoint: str, **values: Any) -> Response:
    return cast("Response", redirect(url_for(endpoint, **values), 303))
