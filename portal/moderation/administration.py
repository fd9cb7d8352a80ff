"""Addresses for administrators alone: people, announcements, the site's settings."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, Invalid
from portal.core.preferences import change_preferences
from portal.core.remembering import Remembered
from portal.locales import LANGUAGES
from portal.moderation import policy, queries, service
from portal.moderation.blueprint import Answer, administrators, blueprint, done, problem
from portal.moderation.forms import AnnouncementForm, PreferencesForm, ReasonForm, RoleForm
from portal.moderation.labels import PROBLEMS
from portal.moderation.models import Announcement
from portal.moderation.queries import Account
from portal.organisations.queries import find_organisations
from portal.site import Site
from portal.web.current import site
from portal.web.identity import allow, current_actor
from portal.web.language import current_language
from portal.web.messages import gettext as _
from portal.web.paging import asked_page, pages_at
from portal.web.text import Text, name_in
from search.analysis.cleaning import clean

MAX_TEXT = 120
_NOTICES = "announcements"


@blueprint.get("/moderation/people")
@administrators
def people() -> Answer:
    """People, by name or address."""
    text = clean(request.args.get("q", "")[: 2 * MAX_TEXT])[:MAX_TEXT]
    with site().sessions() as session:
        found = queries.list_people(session, text, asked_page())
    address = pages_at("moderation.people", q=text or None)
    return render_template("moderation/people.html", found=found, text=text, page_address=address)


@blueprint.get("/moderation/people/<string:user_id>")
@administrators
def person(user_id: str) -> Answer:
    """One person: state, sign-ins, teams."""
    return _person_page(user_id, ReasonForm(formdata=None), None)


@blueprint.post("/moderation/people/<string:user_id>/suspend")
@administrators
def suspend_person(user_id: str) -> Answer:
    """Closing an account for the time being, with a reason."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _person_page(user_id, form, None)
    try:
        with site().unit_of_work().begin() as session:
            user = _changeable(queries.get_account(session, user_id)).user
            service.suspend_person(session, user, form.reason.data, current_actor(), site().clock(), site().pages)
    except Conflict as error:
        return problem(error, "moderation.person", user_id=user_id)
    return done(_("The account has been suspended."), "moderation.person", user_id=user_id)


@blueprint.post("/moderation/people/<string:user_id>/restore")
@administrators
def restore_person(user_id: str) -> Answer:
    """Opening it again."""
    try:
        with site().unit_of_work().begin() as session:
            user = _changeable(queries.get_account(session, user_id)).user
            service.restore_person(session, user, current_actor(), site().clock(), site().pages.to("accounts.sign_in"))
    except Conflict as error:
        return problem(error, "moderation.person", user_id=user_id)
    return done(_("The account is open again."), "moderation.person", user_id=user_id)


@blueprint.post("/moderation/people/<string:user_id>/role")
@administrators
def role(user_id: str) -> Answer:
    """Taking somebody into the site's team, or out of it."""
    form = RoleForm()
    if not form.validate_on_submit():
        return _person_page(user_id, ReasonForm(formdata=None), form)
    try:
        with site().unit_of_work().begin() as session:
            user = _changeable(queries.get_account(session, user_id)).user
            service.set_site_role(session, user, form.role.data or None, current_actor(), site().clock())
    except (Conflict, Invalid) as error:
        return problem(error, "moderation.person", user_id=user_id)
    return done(_("The place in the site’s team has been changed."), "moderation.person", user_id=user_id)


@blueprint.get("/moderation/announcements")
@administrators
def announcements() -> Answer:
    """All notices, those that are over too."""
    with site().sessions() as session:
        found = queries.list_announcements(session)
    texts = {one.id: text_of(one) for one in found}
    return render_template("moderation/announcements.html", found=found, texts=texts, now=site().clock())


@blueprint.route("/moderation/announcements/new", methods=["GET", "POST"])
@administrators
def new_announcement() -> Answer:
    """Writing a notice."""
    return _write(AnnouncementForm(), None)


@blueprint.route("/moderation/announcements/<string:announcement_id>", methods=["GET", "POST"])
@administrators
def announcement(announcement_id: str) -> Answer:
    """Changing one."""
    with site().sessions() as session:
        found = queries.get_announcement(session, announcement_id)
    return _write(AnnouncementForm(known=found), announcement_id)


@blueprint.post("/moderation/announcements/<string:announcement_id>/end")
@administrators
def end_announcement(announcement_id: str) -> Answer:
    """Taking it down now."""
    try:
        with site().unit_of_work().begin() as session:
            found = queries.get_announcement(session, announcement_id)
            service.end_announcement(session, found, current_actor(), site().clock())
    except Conflict as error:
        return problem(error, "moderation.announcements")
    _notices().forget()
    return done(_("The announcement has ended."), "moderation.announcements")


@blueprint.route("/moderation/settings", methods=["GET", "POST"])
@administrators
def settings() -> Answer:
    """The settings that change while the site runs."""
    kept = site().preferences_cache
    kept.forget()
    form = PreferencesForm(known=kept.get())
    if form.validate_on_submit():
        with site().unit_of_work().begin() as session:
            change_preferences(session, kept.unread, form.preferences, current_actor(), site().clock())
        kept.forget()
        return done(_("The settings have been saved."), "moderation.settings")
    page = render_template("moderation/settings.html", form=form, languages=LANGUAGES)
    return page, 422 if form.errors else 200


def shown_announcements() -> list[tuple[str, Text]]:
    """The notices (id and text) that are shown now, for the reader."""
    now = site().clock()
    found = [one for one in _notices().get() if one.shown_from <= now and not _is_over(one)]
    return [(one.id, text_of(one)) for one in found]


def text_of(announcement: Announcement) -> Text:
    """A notice in the reader's language, else in English, else as it was written first."""
    return name_in(announcement.texts, current_language().tag)


def _is_over(one: Announcement) -> bool:
    return one.shown_until is not None and one.shown_until <= site().clock()


@blueprint.record_once
def show_announcements(state: BlueprintSetupState) -> None:
    """Let every page show the notices."""
    remember_announcements(cast("Flask", state.app))
    state.app.jinja_env.globals["announcements"] = shown_announcements


def remember_announcements(app: Flask) -> None:
    """Keep the notices of the site in memory: a page that shows them costs nothing more."""
    own: Site = app.extensions["site"]

    def read(session: Session) -> tuple[Announcement, ...]:
        return tuple(queries.coming_announcements(session, own.clock()))

    app.extensions[_NOTICES] = Remembered(own.sessions, read, ())


def _notices() -> Remembered[tuple[Announcement, ...]]:
    return cast("Remembered[tuple[Announcement, ...]]", current_app.extensions[_NOTICES])


def _write(form: AnnouncementForm, announcement_id: str | None) -> Answer:
    if form.validate_on_submit():
        with form.taking_errors(PROBLEMS):
            with site().unit_of_work().begin() as session:
                before = queries.get_announcement(session, announcement_id) if announcement_id else None
                service.announce(session, form.notice(), before, current_actor(), site().clock())
            _notices().forget()
            return done(_("The announcement has been saved."), "moderation.announcements")
    page = render_template("moderation/announcement.html", form=form, languages=LANGUAGES)
    return page, 422 if form.errors else 200


def _person_page(user_id: str, form: ReasonForm, role_form: RoleForm | None) -> Answer:
    with site().sessions() as session:
        found = queries.get_account(session, user_id)
        organisations = find_organisations(session, list(found.roles))
    role_form = role_form or RoleForm(formdata=None, role=found.user.site_role or "")
    page = render_template(
        "moderation/person.html", found=found, user=found.user, organisations=organisations, form=form,
        role_form=role_form,
    )  # fmt: skip
    return page, 422 if form.errors or role_form.errors else 200


def _changeable(found: Account) -> Account:
    allow(policy.may_change_person(current_actor(), found.user))
    return found
