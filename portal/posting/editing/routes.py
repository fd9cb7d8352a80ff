"""The form of a posting, section by section: shown, saved as far as it is typed, two versions to choose from."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from portal.core.errors import Conflict, NotFound
from portal.posting import service
from portal.posting.blueprint import blueprint
from portal.posting.drafts.merging import Typed, marks_of
from portal.posting.drafts.sections import BY_CODE, Section, sections_of
from portal.posting.drafts.typed import MOST_ROWS
from portal.posting.editing import page
from portal.posting.editing.forms import FORMS, SectionForm, typed_fields
from portal.posting.editing.sent import is_script, left_fields, saved_answer, seen_marks, written
from portal.posting.models import Posting
from portal.posting.queries import get_own_posting
from portal.posting.workflow import is_open
from portal.web.current import site
from portal.web.identity import current_actor, signed_in
from portal.web.language import current_language
from portal.web.messages import gettext


@blueprint.get("/postings/find/<string:name>")
@signed_in
def find(name: str) -> Response:
    """What can be chosen in a field for some words of a name, for the script of the form."""
    if name not in ("place", "concepts", "found"):
        raise NotFound("field.unknown", name=name)
    found = page.search(site(), name, request.args.get("q", ""), request.args.get("country", ""))
    return jsonify({"found": [{"id": one.id, "label": one.label, "note": one.note} for one in found]})


@blueprint.get("/postings/<string:listing_id>/<string:code>")
@signed_in
def section(listing_id: str, code: str) -> Any:
    """One section of the form."""
    with site().sessions() as session:
        posting = get_own_posting(session, listing_id, current_actor())
    if posting.content is None or not is_open(posting):
        return _to("posting.show", listing_id=listing_id)
    asked = request.args
    shown = page.section_page(
        site(), posting.content, _section(posting, code), current_language().tag, checked="check" in asked,
        add=asked.get("add", ""), query=(asked.get("find", ""), asked.get("q", "")[:200]),
    )  # fmt: skip
    return render_template(
        "posting/section.html", posting=posting, page=shown, asked_for=asked.get("add"), query=asked.get("q", ""),
        searched=asked.get("find"), seen=written(marks_of(shown.section.show(posting.content))),
        saved=page.saved_at(posting.saved_at, site().clock(), current_language().tag),
    )  # fmt: skip


@blueprint.post("/postings/<string:listing_id>/<string:code>")
@signed_in
def save(listing_id: str, code: str) -> Any:
    """Save a section as far as it is typed, then go where the button says."""
    form = _typed_form(code)
    go = _button()
    sent = Typed(_changed(form.data, go), seen_marks(), left_fields())
    try:
        with site().unit_of_work().begin() as session:
            posting = get_own_posting(session, listing_id, current_actor())
            own = _section(posting, code)
            merged = service.save_section(session, posting, own, sent, current_actor(), site().clock())
    except Conflict as conflict:
        if conflict.code != "posting.disputed":
            raise
        return _disputed(listing_id, code, conflict.parameters["fields"])
    if is_script():
        shown = own.show({**(posting.content or {}), **own.read(sent.fields, posting.content or {})})
        return saved_answer(
            page.saved_at(posting.saved_at, site().clock(), current_language().tag), shown, bool(merged.stale)
        )
    return _go(posting, own, go)


def _section(posting: Posting, code: str) -> Section:
    section = BY_CODE.get(code)
    if section is None or section not in sections_of((posting.content or {}).get("kind")):
        raise NotFound("section.unknown", section=code)
    return section


def _typed_form(code: str) -> SectionForm:
    if code not in FORMS:
        raise NotFound("section.unknown", section=code)
    return FORMS[code](formdata=typed_fields(request.form))


def _changed(typed: dict[str, Any], go: list[str]) -> dict[str, Any]:
    """What was typed, after the rows that a button adds or removes and the version that was chosen of two."""
    for one in typed.get("found") or ():
        typed["partners"].append({"organisation_id": one, "role": ""})
    rows = typed.get(go[1]) if len(go) > 2 else None
    if go[0] == "remove" and isinstance(rows, list) and go[2].isdecimal() and int(go[2][:4]) < len(rows):
        del rows[int(go[2][:4])]
    if go[0] == "add" and isinstance(rows, list) and len(rows) < MOST_ROWS:
        rows.append({"kind": go[2]})
    return typed


def _button() -> list[str]:
    """The button that sent the form, in its parts; the enter key in a box that searches is its button."""
    go = request.form.get("go", "").split(":")
    if go == ["enter"]:
        asked = [name for name, words in request.form.items() if name.startswith("query-") and words.strip()]
        return ["find", asked[0].removeprefix("query-")] if asked else ["stay"]
    return go


def _go(posting: Posting, own: Section, go: list[str]) -> Response:
    """The page that a button leads to."""
    here: dict[str, Any] = {"listing_id": posting.listing_id, "code": own.code}
    match go:
        case ["add", name, *_]:
            return _to("posting.section", **here, add=name, _anchor="added")
        case ["find", name, *_]:
            words = request.form.get(f"query-{name}", "")[:200]
            return _to("posting.section", **here, find=name, q=words, _anchor=name)
        case ["next"] if page.is_clean(site(), posting.content or {}, own):
            codes = [one.code for one in sections_of((posting.content or {}).get("kind"))]
            after = codes[codes.index(own.code) + 1 :] if own.code in codes else []
            if after:
                return _to("posting.section", listing_id=posting.listing_id, code=after[0])
            return _to("posting.show", listing_id=posting.listing_id)
        case ["next"] | ["check"]:
            return _to("posting.section", **here, check=1)
    return _to("posting.section", **here)


def _disputed(listing_id: str, code: str, fields: list[str]) -> Any:
    """Two versions of some fields, to choose from."""
    if is_script():
        return jsonify({"note": gettext("Somebody else changed the same. Save to see both versions.")}), 409
    with site().sessions() as session:
        posting = get_own_posting(session, listing_id, current_actor())
    own, content = BY_CODE[code], posting.content or {}
    theirs = own.show(content)
    marks = {**seen_marks(), **{name: mark for name, mark in marks_of(theirs).items() if name in fields}}
    sent = [(name, value) for name, value in typed_fields(request.form).items(multi=True) if name not in ("seen", "go")]
    answer = page.versions(site(), own, content, _typed_form(code).data, fields)
    return render_template(
        "posting/conflict.html", posting=posting, section=own, versions=answer, sent=sent, seen=written(marks),
        form=FlaskForm(),
    ), 409  # fmt: skip


def _to(endpoint: str, **values: Any) -> Response:
    return cast("Response", redirect(url_for(endpoint, **values), 303))
