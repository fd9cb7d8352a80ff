"""Files of listings: taking them home, bringing them back, and looking at what they would change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for

from portal.core.errors import Invalid, NotFound
from portal.organisations.queries import get_organisation
from portal.posting import policy
from portal.posting.bulk import jobs, sentences, service, writing
from portal.posting.bulk.files import LARGEST
from portal.posting.bulk.forms import SaveForm, UploadForm
from portal.posting.bulk.queries import all_records, get_import, list_imports
from portal.web.current import site
from portal.web.downloads import download, download_file
from portal.web.identity import allow, current_actor, person, signed_in
from portal.web.language import current_language, language_blueprint
from portal.web.limits import limit
from portal.web.messages import gettext as _

blueprint = language_blueprint("bulk", __name__)

_LARGEST_REQUEST = LARGEST + 2 * 1024 * 1024  # bytes: a file that is a little too large is told of on the page


@blueprint.url_value_preprocessor
def _let_files_in(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form."""
    request.max_content_length = _LARGEST_REQUEST


@blueprint.route("/organisations/<string:organisation_id>/files", methods=["GET", "POST"])
@signed_in
def index(organisation_id: str) -> Any:
    """Taking listings home as a file, and bringing a file back."""
    _may_see(organisation_id)
    form, may_import = UploadForm(), policy.may_create(current_actor(), organisation_id)
    allow(may_import or not form.is_submitted())
    if form.validate_on_submit():
        limit("import-person", person().id)
        try:
            return redirect(url_for("bulk.show", import_id=_open(organisation_id, form)), 303)
        except Invalid as error:
            form.file.errors = [sentences.file_sentence(error.code, error.parameters)]
    with site().sessions() as session:
        organisation = get_organisation(session, organisation_id)
        imports = list_imports(session, organisation_id, current_actor())
    page = {"organisation": organisation, "imports": imports, "may_import": may_import, "megabytes": LARGEST >> 20}
    return render_template("bulk/index.html", form=form, **page), 422 if form.errors else 200


@blueprint.get("/organisations/<string:organisation_id>/files/listings.<string:kind>")
@signed_in
def export(organisation_id: str, kind: str) -> Response:
    """The listings of an organisation, drafts too, as a file."""
    _may_see(organisation_id)
    return _file(organisation_id, kind, "listings")


@blueprint.get("/organisations/<string:organisation_id>/files/template.<string:kind>")
@signed_in
def template(organisation_id: str, kind: str) -> Response:
    """A file to fill in."""
    _may_see(organisation_id)
    return _file(None, kind, "template")


@blueprint.get("/imports/<string:import_id>")
@signed_in
def show(import_id: str) -> str:
    """What a file would change, or how far it is."""
    with site().sessions() as session:
        opened = get_import(session, import_id, current_actor())
        organisation = get_organisation(session, opened.organisation_id)
    report = opened.report
    problems = [sentences.Told.of(one) for one in report.get("problems", ())]
    failure = sentences.file_sentence(report["code"], report["parameters"]) if opened.state == "failed" else ""
    page = {"problems": problems, "failure": failure, "changes": report.get("changes", ()),
            "column_name": sentences.column_name}  # fmt: skip
    return render_template("bulk/show.html", opened=opened, organisation=organisation, form=SaveForm(), **page)


@blueprint.post("/imports/<string:import_id>")
@signed_in
def save(import_id: str) -> Any:
    """Take the rows over."""
    form, is_small = SaveForm(), False
    with site().unit_of_work().begin() as session:
        opened = get_import(session, import_id, current_actor())
        if form.validate_on_submit() and opened.state == "checked":  # who clicks twice has asked once
            is_small = service.ask_to_save(opened, form.aim.data, site().clock())
    if is_small:
        jobs.take_up(site(), import_id, at_once=True)
    return redirect(url_for("bulk.show", import_id=import_id), 303)


@blueprint.post("/imports/<string:import_id>/discard")
@signed_in
def discard(import_id: str) -> Any:
    """Forget a file."""
    with site().unit_of_work().begin() as session:
        opened = get_import(session, import_id, current_actor())
        service.discard_import(session, opened)
    flash(_("The file was deleted. Nothing was changed."), "done")
    return redirect(url_for("bulk.index", organisation_id=opened.organisation_id), 303)


def _may_see(organisation_id: str) -> None:
    if not policy.may_see_postings(current_actor(), organisation_id):
        raise NotFound("organisation.unknown", id=organisation_id)


def _open(organisation_id: str, form: UploadForm) -> str:
    """Keep what was uploaded, and check it at once if it is small."""
    language = current_language().tag
    with site().unit_of_work().begin() as session:
        opened = service.open_import(
            session, organisation_id, current_actor(), form.uploaded(), language, site().clock()
        )
    jobs.take_up(site(), opened.id, at_once=True)
    return str(opened.id)


def _file(organisation_id: str | None, kind: str, name: str) -> Response:
    """The listings of an organisation as a file; an empty one, without an organisation."""
    if kind not in writing.TYPES or (kind == "jsonl" and organisation_id is None):
        raise NotFound("file.unknown", kind=kind)
    tag, media_type, name = current_language().tag, writing.TYPES[kind], f"{name}.{kind}"
    if kind == "xlsx":
        with site().sessions() as session:
            records = all_records(session, organisation_id) if organisation_id else ()
            return download_file(writing.workbook_file(records, tag), media_type, name)
    return download(stream_with_context(_text(organisation_id, kind, tag)), media_type, name)


def _text(organisation_id: str | None, kind: str, tag: str) -> Iterator[str]:
    with site().sessions() as session:
        records = all_records(session, organisation_id) if organisation_id else iter(())
        yield from writing.lines(records) if kind == "jsonl" else writing.table(records, tag)
