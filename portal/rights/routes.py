"""What is kept of a person: to see, to take along, to delete."""

from __future__ import annotations

from typing import Any

from flask import Response, g, redirect, render_template, session, url_for
from flask_login import logout_user

from portal.accounts.queries import get_user
from portal.accounts.service import check_present_password
from portal.core.database import empty_log
from portal.core.errors import Conflict
from portal.rights import page, service
from portal.rights.export import pieces, write_archive
from portal.rights.forms import DeletionForm, ExportForm
from portal.rights.jobs import keeping_of
from portal.rights.labels import PROBLEMS
from portal.rights.queries import person_of
from portal.web import identity
from portal.web.current import site
from portal.web.downloads import download
from portal.web.language import language_blueprint
from portal.web.limits import limit
from portal.web.security import keep_nothing

blueprint = language_blueprint("rights", __name__)
blueprint.after_request(keep_nothing)


@blueprint.get("/me/data")
@identity.signed_in
def show() -> str:
    """All that is kept of the person, who saw it, and for how long it is kept."""
    with site().sessions() as read:
        return render_template("rights/show.html", **page.of_data(read, identity.person()))


@blueprint.route("/me/data/export", methods=["GET", "POST"])
@identity.signed_in
def export() -> Any:
    """All of it as an archive."""
    form, user = ExportForm(), identity.person()
    if form.validate_on_submit():
        limit("password-person", user.id)
        with form.taking_errors(PROBLEMS):
            check_present_password(user, form.present.data)
        if not form.errors:
            limit("export-person", user.id)
            return _archive()
    return render_template("rights/export.html", form=form, user=user), 422 if form.errors else 200


def _archive() -> Response:
    user = identity.person()
    with site().unit_of_work().begin() as work:
        service.note_export(keeping_of(site(), work), user.id)
    with site().sessions() as read:
        file = write_archive(keeping_of(site(), read), person_of(user), page.readme(user))
    response = download(pieces(file), "application/zip", f"my-data-{site().clock():%Y-%m-%d}.zip")
    response.call_on_close(file.close)
    return response


@blueprint.route("/me/data/delete", methods=["GET", "POST"])
@identity.signed_in
def delete() -> Any:
    """Deleting the account and all that is kept: first what will happen, then the password and the address."""
    form = DeletionForm()
    if form.validate_on_submit():
        limit("password-person", identity.person().id)
        with form.taking_errors(PROBLEMS, Conflict, field="typed"), site().unit_of_work().begin() as work:
            user = get_user(work, identity.person().id)
            service.delete_person(keeping_of(site(), work), user, form.present.data, form.typed.data)
        if not form.errors:
            return _farewell()
    with site().sessions() as read:
        values = page.of_deletion(read, identity.person())
    return render_template("rights/delete.html", form=form, **values), 422 if form.errors else 200


def _farewell() -> Any:
    empty_log(site().database)
    logout_user()
    session.clear()
    g.pop("actor", None)
    return redirect(url_for("rights.deleted"), 303)


@blueprint.get("/me/data/deleted")
def deleted() -> str:
    """That it is done."""
    return render_template("rights/deleted.html")
