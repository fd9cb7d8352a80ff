"""The questions, what is done with the answers, and the check on the page of a listing."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.eligibility.forms import AnswersForm
from portal.eligibility.kept import MOST_KEPT
from portal.eligibility.page import Check, check_listing, counts_of, form_of, known_questions
from portal.eligibility.questions import QUESTIONS
from portal.eligibility.visitor import NOTHING, answers_in_browser, answers_of_request, forget, keep, keep_private
from portal.listings.rules import Rule
from portal.web.addresses import own_address
from portal.web.current import site
from portal.web.fields import typed_fields
from portal.web.language import current_language, language_blueprint

ROWS = ("citizenships", "stays", "awards", "tests")

blueprint = language_blueprint("eligibility", __name__)
blueprint.after_app_request(keep_private)


@blueprint.app_template_global()
def eligibility_of(rules: Sequence[Rule]) -> Check:
    """The check of a listing with these rules, for the visitor of this request."""
    return check_listing(rules, answers_of_request(), site().clock().date(), "check" in request.args)


@blueprint.app_template_global()
def has_answered() -> bool:
    """Whether anything was answered in this browser."""
    return answers_in_browser() != NOTHING


@blueprint.get("/eligibility")
def show() -> str:
    """The questions: all, or those that the address names by `ask`."""
    asked = known_questions(request.args.getlist("ask"))
    form = form_of(answers_in_browser(), site().clock().date())
    return _page(form, asked, own_address(request.args.get("next")))


@blueprint.post("/eligibility")
def answer() -> Response | tuple[str, int] | str:
    """Keep the answers in the browser's session, or add a line to the form."""
    asked, following = known_questions(request.form.getlist("ask")), own_address(request.form.get("next"))
    form = AnswersForm(typed_fields(request.form))
    verb, _colon, rows = request.form.get("go", "").partition(":")
    if verb == "add" and rows in ROWS:
        if len(form[rows]) < MOST_KEPT:
            form[rows].append_entry()
        return _page(form, asked, following, added=rows)
    answers = form.read(answers_in_browser(), asked, site().clock().date())
    if form.all_errors:
        return _page(form, asked, following), 422
    keep(answers)
    return redirect(following or url_for("eligibility.show", _anchor="kept"), 303)


@blueprint.post("/eligibility/forget", endpoint="forget")
def forget_answers() -> Response:
    """Take the answers out of the browser's session."""
    forget()
    return redirect(url_for("eligibility.show"), 303)


def _page(form: AnswersForm, asked: tuple[str, ...], following: str | None, added: str = "") -> str:
    counts = counts_of(site(), answers_of_request(), current_language().tag) if has_answered() else None
    return render_template(
        "eligibility/show.html", form=form, asked=asked, whole=asked == QUESTIONS, following=following, added=added,
        counts=counts,
    )  # fmt: skip
