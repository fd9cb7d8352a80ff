"""The blueprint of the pages about accounts, and the answers that they share."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from portal.accounts import queries
from portal.accounts.models import User
from portal.accounts.service import Page
from portal.web import identity
from portal.web.addresses import own_address
from portal.web.language import language_blueprint
from portal.web.public import address_of
from portal.web.security import keep_nothing

blueprint = language_blueprint("accounts", __name__)
blueprint.after_request(keep_nothing)


def form_page(name: str, form: Any, **values: Any) -> tuple[str, int]:
    """A page with a form; 422 once something in it is wrong."""
    return render_template(f"accounts/{name}.html", form=form, **values), 422 if form.errors else 200


def me(work: Session) -> User:
    """The account of who asks, to be changed in this unit of work."""
    return queries.get_user(work, identity.person().id)


def go_on() -> Any:
    """On to where the person was going."""
    return redirect(own_address(request.args.get("next")) or url_for("accounts.home"), 303)


def done(message: str) -> Any:
    """Back to “My account”, with a word about what was done."""
    flash(message, "done")
    return redirect(url_for("accounts.home"), 303)


def page_of(endpoint: str) -> Page:
    """A page of these, for a letter."""
    return lambda language: address_of(f"accounts.{endpoint}", language=language)
