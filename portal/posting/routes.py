"""An organisation's listings: the list, the form section by section, proposing and discarding."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from portal.core.errors import Conflict, NotFound
from portal.organisations.queries import get_organisation
from portal.posting import (
    page,
    partner_routes,
    policy,
    preview_routes,
    publication_routes,
    service,
    topic_routes,
    translation_routes,
)
from portal.posting.blueprint import blueprint
from portal.posting.choices import organisation_names
from portal.posting.forms import FORMS, BeginForm, SectionForm, typed_fields
from portal.posting.merging import Typed, marks_of
from portal.posting.models import Posting
from portal.posting.queries import get_posting, records_of
from portal.posting.sections import BY_CODE, Section, sections_of
from portal.posting.sent import is_script, left_fields, saved_answer, seen_marks, written
from portal.posting.typed import MOST_ROWS
from portal.web.current import site
from portal.web.identity import allow, current_actor, signed_in
from portal.web.language import current_language
from portal.web.messages import gettext

# The modules with the other addresses.
__all__ = ["blueprint", "partner_routes", "preview_routes", "publication_routes", "topic_routes", "translation_routes"]


SHOWN_STATES = ("editing", "returned", "in-review", "scheduled", "none")


@blueprint.get("/organisations/<string:organisation_id>/postings")
@signed_in
def index(organisation_id: str) -> str:
    """The postings of an organisation."""
    if not policy.may_see_postings(current_actor(), organisation_id):
        raise NotFound("organisation.unknown", id=organisation_id)
    with site().sessions() as session:
        organisation = get_organisation(session, organisation_id)
        rows = page.posting_rows(session, organisation_id, current_language().tag)
    state = request.args.get("state")
    counts = {code: sum(row.state == code for row in rows) for code in SHOWN_STATES}
    shown = [row for row in rows if row.state == state] if state in counts else rows
    return render_template(
        "posting/index.html", organisation=organisation, rows=shown, counts=counts, total=len(rows), state=state,
        may_create=policy.may_create(current_actor(), organisation_id),
    )  # fmt: skip


@blueprint.route("/postings/new", methods=["GET", "POST"])
@signed_in
def new() -> Any:
    """Three questions, then the form."""
    form = _begin_form()
    if form.validate_on_submit():
        title, language = form.title.data, form.source_language.data
        text = {"language": language, "origin": "source", "title": title, "summary": "", "description": ""}
        organisation_id, now = form.organisation.data, site().clock()
        with site().unit_of_work().begin() as session:
            content = {
                "kind": form.kind.data, "source_language": language, "translations": [text],
                "country": get_organisation(session, organisation_id).country,
            }  # fmt: skip
            posting = service.begin_posting(session, organisation_id, content, current_actor(), now)
        return redirect(url_for("posting.section", listing_id=posting.listing_id, code="texts"), 303)
    return render_template("posting/new.html", form=form), 422 if form.errors else 200


@blueprint.get("/postings/<string:listing_id>")
@signed_in
def show(listing_id: str) -> str:
    """A posting as a whole: how far it is, what is wrong with it, what can be done."""
    with site().sessions() as session:
        posting = get_posting(session, listing_id, current_actor())
        content = records_of(session, [posting]).get(listing_id, {})
        organisation = get_organisation(session, posting.organisation_id)
    return render_template(
        "posting/show.html", posting=posting, page=page.overview(site(), content, current_language().tag),
        organisation=organisation, may_edit=policy.may_edit(current_actor(), posting), form=FlaskForm(),
    )  # fmt: skip


@blueprint.post("/postings/<string:listing_id>/edit")
@signed_in
def edit(listing_id: str) -> Response:
    """Open a published listing for changes."""
    with site().unit_of_work().begin() as session:
        service.edit_posting(session, _own(session, listing_id), current_actor(), site().clock())
    return _to("posting.show", listing_id=listing_id)


@blueprint.route("/postings/<string:listing_id>/discard", methods=["GET", "POST"])
@signed_in
def discard(listing_id: str) -> Any:
    """Throw a draft away, after a question."""
    form = FlaskForm()
    with site().unit_of_work().begin() as session:
        posting = _own(session, listing_id)
        content = posting.content or {}
        if form.validate_on_submit():
            service.discard_draft(session, posting, current_actor(), site().clock())
            flash(gettext("The draft is thrown away."), "done")
            return _to("posting.index", organisation_id=posting.organisation_id)
    title = page.title_of(content, current_language().tag)
    return render_template("posting/discard.html", posting=posting, title=title, form=form)


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
        posting = _own(session, listing_id)
    if posting.content is None or posting.state == "in-review":
        return _to("posting.show", listing_id=listing_id)
    asked = request.args
    shown = page.section_page(
        site(), posting.content, _section(posting, code), current_language().tag, checked="check" in asked,
        add=asked.get("add", ""), query=(asked.get("find", ""), asked.get("q", "")[:200]),
    )  # fmt: skip
    return render_template(
        "posting/section.html", posting=posting, page=shown, asked_for=asked.get("add"), query=asked.get("q", ""),
        searched=asked.get("find"), seen=written(marks_of(shown.section.show(posting.content))),
        saved=page.saved_at(posting.saved_at, current_language().tag),
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
            posting = _own(session, listing_id)
            own = _section(posting, code)
            merged = service.save_section(session, posting, own, sent, current_actor(), site().clock())
    except Conflict as conflict:
        if conflict.code != "posting.disputed":
            raise
        return _disputed(listing_id, code, conflict.parameters["fields"])
    if is_script():
        shown = own.show({**(posting.content or {}), **own.read(sent.fields, posting.content or {})})
        return saved_answer(page.saved_at(posting.saved_at, current_language().tag), shown, bool(merged.stale))
    return _go(posting, own, go)


def _begin_form() -> BeginForm:
    """The questions, with the organisations that the person may post for."""
    ids = [one for one in current_actor().roles if policy.may_create(current_actor(), one)]
    allow(bool(ids))
    form = BeginForm()
    form.offer_organisations([(one.id, one.label) for one in organisation_names(site(), ids)])
    if not form.is_submitted():
        asked = request.args.get("organisation", "")
        form.organisation.data = asked if asked in ids else ids[0]
        form.source_language.data = current_language().tag
    return form


def _own(session: Any, listing_id: str) -> Posting:
    """A posting that the actor may change."""
    posting = get_posting(session, listing_id, current_actor())
    allow(policy.may_edit(current_actor(), posting))
    return posting


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
        posting = _own(session, listing_id)
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
