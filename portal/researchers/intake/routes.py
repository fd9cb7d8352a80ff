"""Files and other sites' records into the own profile, and the profile as a file: `intake.*`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from portal.core.errors import Conflict, Invalid, NotFound, Unavailable
from portal.researchers.intake import forms, json_resume, page, publications, service
from portal.researchers.intake.cv import files as cvs
from portal.researchers.intake.cv.proposing import LONGEST, propose
from portal.researchers.intake.europass import LARGEST as LARGEST_RESUME
from portal.researchers.intake.europass import read_europass, write_europass
from portal.researchers.intake.isolation import Isolation
from portal.researchers.intake.labels import SENTENCES
from portal.researchers.intake.orcid import fetch_record, read_record
from portal.researchers.intake.proposals import Brought
from portal.researchers.queries import get_profile
from portal.web.current import site
from portal.web.downloads import download
from portal.web.forms import PortalForm
from portal.web.identity import person, signed_in
from portal.web.language import current_language, language_blueprint
from portal.web.limits import limit
from portal.web.messages import ngettext
from portal.web.security import keep_nothing

blueprint = language_blueprint("intake", __name__)
blueprint.after_request(keep_nothing)

_LARGEST_REQUEST = 12 * 1024**2  # bytes: a file that is a little too large is told of on the page
_LARGEST_FIELD = 4 * 1024**2  # bytes: pasted text, and proposals on their way through the page
_FORMS: dict[str, type[PortalForm]] = {
    "cv": forms.PasteForm, "publications": forms.PasteForm, "orcid": forms.OrcidForm, "resume": forms.UploadForm,
}  # fmt: skip


@blueprint.url_value_preprocessor
def _let_files_in(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form."""
    request.max_content_length, request.max_form_memory_size = _LARGEST_REQUEST, _LARGEST_FIELD


@blueprint.get("/me/profile/import")
@signed_in
def index() -> Any:
    """Where a profile can be filled from, and taken home."""
    return _index()


@blueprint.post("/me/profile/import/cv")
@signed_in
def cv() -> Any:
    """A CV: its text is read, and what it seems to say is proposed."""
    return _read("cv", _read_cv)


@blueprint.post("/me/profile/import/publications")
@signed_in
def bibliography() -> Any:
    """BibTeX, or a list of DOIs."""
    return _read("publications", _read_publications)


@blueprint.post("/me/profile/import/orcid")
@signed_in
def orcid() -> Any:
    """The public record of an ORCID iD."""
    if not site().settings.orcid_api_url:
        raise NotFound("orcid.off")
    return _read("orcid", lambda form: read_record(fetch_record(site().settings.orcid_api_url, form.orcid.data)))


@blueprint.post("/me/profile/import/resume")
@signed_in
def resume() -> Any:
    """A Europass CV or a JSON Resume."""
    return _read("resume", _read_resume)


@blueprint.post("/me/profile/import/save")
@signed_in
def save() -> Any:
    """Take over what was chosen."""
    form = forms.ChoiceForm()
    brought = Brought()
    if form.validate_on_submit():
        with form.taking_errors(SENTENCES):
            brought = Brought(service.read_proposals(form.proposals.data or ""))
            chosen = form.chosen(request.form.getlist("take"))
            wanted = [one for place, one in enumerate(brought.proposals) if place in chosen]
            with site().unit_of_work().begin() as work:
                changed = service.take_over(work, person().id, wanted, site().clock())
        if not form.errors:
            flash(ngettext("%(num)s part of your profile is filled in further.",
                           "%(num)s parts of your profile are filled in further.", len(changed)), "done")  # fmt: skip
            return redirect(url_for("researchers.profile"), 303)
    return _proposals(form, brought, ticked=set()), 422


@blueprint.get("/me/profile/download/<string:kind>")
@signed_in
def take_home(kind: str) -> Response:
    """The profile as a file for other programs."""
    with site().sessions() as read:
        profile = get_profile(read, person().id)
    tag = current_language().tag
    if kind == "europass.xml":
        return download(write_europass(profile, tag), "application/xml", kind)
    if kind == "resume.json":
        content = json.dumps(json_resume.write_resume(profile, tag), ensure_ascii=False, indent=1)
        return download(content, "application/json", kind)
    raise NotFound("file.unknown", kind=kind)


def _read(name: str, read: Callable[[Any], Brought]) -> Any:
    """The proposals of one source, or the first page again with what is to be done."""
    form = _FORMS[name](prefix=name)
    if form.validate_on_submit():
        limit("intake-person", person().id)
        with form.taking_errors(SENTENCES, Conflict, Unavailable, NotFound):
            brought = read(form)
        if not form.errors:
            return _proposals(forms.ChoiceForm(formdata=None), brought)
    return _index(**{name: form}), 422


def _index(**sent: PortalForm) -> str:
    shown = {name: sent.get(name) or kind(formdata=None, prefix=name) for name, kind in _FORMS.items()}
    with site().sessions() as session:
        profile = get_profile(session, person().id)
    has_orcid = bool(site().settings.orcid_api_url)
    return render_template("intake/index.html", sent=shown, has_orcid=has_orcid, profile=profile)


def _proposals(form: forms.ChoiceForm, brought: Brought, ticked: set[int] | None = None) -> str:
    with site().sessions() as session:
        profile = get_profile(session, person().id)
    form.proposals.data = service.write_proposals(brought)
    return render_template(
        "intake/proposals.html", form=form, sections=page.sections(profile, brought, ticked),
        left_out=page.left_out(brought),
    )  # fmt: skip


class _Counted(Isolation):
    """Each reading counts, since there are few places for everybody."""

    def read(self, kind: str, content: bytes) -> Any:
        """The same. Raises `TooMany` besides."""
        limit("reading-person", self.who)
        limit("reading-network")
        return super().read(kind, content)


def _isolation() -> Isolation:
    return _Counted(Path(site().settings.data_dir).resolve() / "reading", person().id)


def _read_cv(form: forms.PasteForm) -> Brought:
    content = form.uploaded(cvs.LARGEST)
    if not content:
        limit("reading-person", person().id)  # to look through a long text costs as much as a file
    text = cvs.read_cv(content, _isolation()) if content else form.pasted(LONGEST)
    if not text.strip():
        raise Invalid("intake.empty", field="file")
    return propose(text, site().labels, site().thesaurus, site().clock().date())


def _read_publications(form: forms.PasteForm) -> Brought:
    content = form.uploaded(publications.LONGEST) or form.pasted(publications.LONGEST_PASTED).encode()
    if not content.strip():
        raise Invalid("intake.empty", field="file")
    return publications.read_publications(content, _isolation())


def _read_resume(form: forms.UploadForm) -> Brought:
    content = form.uploaded(LARGEST_RESUME)
    if not content:
        raise Invalid("intake.empty", field="file")
    read = json_resume.read_resume if content.lstrip()[:1] == b"{" else read_europass
    return read(content)
