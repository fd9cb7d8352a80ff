"""The languages of a posting: which texts there are, and each beside the original."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from portal.core.errors import Conflict, Invalid, NotFound, Unavailable
from portal.core.messages import N_
from portal.listings.translating import LibreTranslate, Translator
from portal.locales import BY_TAG
from portal.posting import policy, service
from portal.posting.blueprint import blueprint
from portal.posting.drafts.merging import Typed, marks_of
from portal.posting.drafts.sections import source_text
from portal.posting.editing.page import saved_at
from portal.posting.editing.sent import is_script, left_fields, saved_answer, seen_marks, written
from portal.posting.queries import content_of, get_own_posting, get_posting
from portal.posting.translations import service as translation_service
from portal.posting.translations.page import SeenForm, TranslationForm, languages_page, side_page, text_versions
from portal.posting.translations.texts import digest_of, section_for, text_in
from portal.posting.workflow import is_open
from portal.web.current import site
from portal.web.filters import own_name
from portal.web.identity import current_actor, person, signed_in
from portal.web.language import current_language
from portal.web.limits import limit
from portal.web.messages import gettext

PATIENCE = 10.0  # seconds for one paragraph: somebody waits
PART_NAMES = {"title": N_("Title"), "summary": N_("Summary"), "description": N_("Description")}
PROBLEMS = {
    "translation.unavailable": N_("The translation server does not answer. Please try again later."),
    "translation.unknown-pair": N_("The translation server does not know these two languages."),
    "translation.source-unfinished": N_("The original lacks something. Finish it first; then it can be translated."),
    "translation.changed": N_("One of the two texts was changed meanwhile. This is how they stand now."),
}


@blueprint.get("/postings/<string:listing_id>/languages")
@signed_in
def languages(listing_id: str) -> str:
    """The languages of a posting, each with the state of its text."""
    with site().sessions() as session:
        posting = get_posting(session, listing_id, current_actor())
        shown = languages_page(session, posting, content_of(session, posting), current_language().tag)
    return render_template(
        "posting/languages.html", posting=posting, page=shown, is_open=is_open(posting), form=FlaskForm(),
        has_machine=_translator() is not None, may_edit=policy.may_edit(current_actor(), posting),
    )  # fmt: skip


@blueprint.get("/postings/<string:listing_id>/languages/<string:tag>")
@signed_in
def translation(listing_id: str, tag: str) -> str:
    """A text beside the original; to be changed by those who may."""
    with site().sessions() as session:
        posting = get_posting(session, listing_id, current_actor())
        content = content_of(session, posting)
        _check(content, tag)
        shown = side_page(session, posting, content, tag, current_language().tag)
    fields = section_for(tag).show(content)
    return render_template(
        "posting/translation.html", posting=posting, page=shown, form=TranslationForm(formdata=None, data=fields),
        is_open=is_open(posting), may_edit=policy.may_edit(current_actor(), posting), names=PART_NAMES,
        has_machine=_translator() is not None, seen=written(marks_of(fields)),
        saved=saved_at(posting.saved_at, site().clock(), current_language().tag),
    )  # fmt: skip


@blueprint.post("/postings/<string:listing_id>/languages/<string:tag>")
@signed_in
def save_translation(listing_id: str, tag: str) -> Any:
    """Save a text as far as it is typed."""
    form = TranslationForm()
    own, sent = section_for(tag), Typed(form.data, seen_marks(), left_fields())
    try:
        with site().unit_of_work().begin() as session:
            posting = get_own_posting(session, listing_id, current_actor())
            _check(posting.content or {}, tag)
            merged = service.save_section(session, posting, own, sent, current_actor(), site().clock())
    except Conflict as conflict:
        if conflict.code != "posting.disputed":
            raise
        return _disputed(listing_id, tag, form, conflict.parameters["fields"])
    if is_script():
        shown = own.show({**(posting.content or {}), **own.read(sent.fields, posting.content or {})})
        return saved_answer(
            saved_at(posting.saved_at, site().clock(), current_language().tag), shown, bool(merged.stale)
        )
    if request.form.get("go") == "stay":
        return redirect(url_for("posting.translation", listing_id=listing_id, tag=tag), 303)
    return _told(listing_id, gettext("Saved: %(language)s", language=own_name(tag)))


@blueprint.post("/postings/<string:listing_id>/languages/<string:tag>/still-right")
@signed_in
def confirm_translation(listing_id: str, tag: str) -> Any:
    """Say that a text still says what the original says."""
    form = SeenForm()
    try:
        with site().unit_of_work().begin() as session:
            posting = get_own_posting(session, listing_id, current_actor())
            translation_service.confirm_translation(session, posting, tag, form.seen, current_actor(), site().clock())
    except Conflict as conflict:
        return _refused(listing_id, tag, conflict)
    return _told(listing_id, gettext("Still right: %(language)s", language=own_name(tag)))


@blueprint.post("/postings/<string:listing_id>/languages/<string:tag>/remove")
@signed_in
def remove_translation(listing_id: str, tag: str) -> Any:
    """Take the text in a language out."""
    with site().unit_of_work().begin() as session:
        posting = get_own_posting(session, listing_id, current_actor())
        if not text_in(posting.content or {}, tag):
            raise NotFound("language.unknown", language=tag)
        translation_service.remove_translation(session, posting, tag, current_actor(), site().clock())
    return _told(listing_id, gettext("Removed: %(language)s", language=own_name(tag)))


@blueprint.post("/postings/<string:listing_id>/languages/<string:tag>/draft")
@signed_in
def draft_translation(listing_id: str, tag: str) -> Any:
    """Let the translation server draft a text. It is asked outside of any transaction: it takes its time."""
    with site().sessions() as session:
        content = get_own_posting(session, listing_id, current_actor()).content or {}
    _check(content, tag)
    translator = _translator()
    if translator is None:
        raise NotFound("translation.none")
    limit("translation-person", person().id)
    try:
        text = translation_service.machine_draft(content, tag, translator)
        with site().unit_of_work().begin() as session:
            posting = get_own_posting(session, listing_id, current_actor())
            source, now = digest_of(source_text(content)), site().clock()
            translation_service.put_machine_draft(session, posting, text, source, current_actor(), now)
    except (Invalid, Conflict, Unavailable) as error:
        return _refused(listing_id, tag, error)
    flash(gettext("This is a machine’s draft. Read it beside the original, mend it, and save it."), "done")
    return redirect(url_for("posting.translation", listing_id=listing_id, tag=tag), 303)


def _check(content: Any, tag: str) -> None:
    """A language of the site that the original is not in; a former translation into that one can still be seen."""
    is_original = source_text(content).get("language") == tag and not text_in(content, tag)
    if tag not in BY_TAG or is_original:
        raise NotFound("language.unknown", language=tag)


def _translator() -> Translator | None:
    settings = site().settings
    if not settings.translation_url:
        return None
    return LibreTranslate(settings.translation_url, settings.translation_api_key, PATIENCE)


def _disputed(listing_id: str, tag: str, form: TranslationForm, fields: list[str]) -> Any:
    """Two versions of some parts, to choose from."""
    if is_script():
        return {"note": gettext("Somebody else changed the same. Save to see both versions.")}, 409
    with site().sessions() as session:
        posting = get_own_posting(session, listing_id, current_actor())
    own, content = section_for(tag), posting.content or {}
    theirs, mine = own.show(content), own.show({**content, **own.read(form.data, content)})
    marks = {**seen_marks(), **{name: mark for name, mark in marks_of(theirs).items() if name in fields}}
    names = {part: gettext(name) for part, name in PART_NAMES.items()}
    return render_template(
        "posting/conflict.html", posting=posting, section=own, seen=written(marks), form=FlaskForm(),
        versions=text_versions(mine, theirs, fields, names), name=own_name(tag), sent=list(mine.items()),
        address=url_for("posting.translation", listing_id=listing_id, tag=tag),
    ), 409  # fmt: skip


def _told(listing_id: str, message: str) -> Any:
    flash(message, "done")
    return redirect(url_for("posting.languages", listing_id=listing_id), 303)


def _refused(listing_id: str, tag: str, error: Conflict | Invalid | Unavailable) -> Any:
    """Say why it was not done, where the text can be seen."""
    if error.code not in PROBLEMS:
        raise error
    flash(gettext(PROBLEMS[error.code]), "wrong")
    with site().sessions() as session:
        content = content_of(session, get_posting(session, listing_id, current_actor()))
    if source_text(content).get("language") == tag:
        return redirect(url_for("posting.languages", listing_id=listing_id), 303)
    return redirect(url_for("posting.translation", listing_id=listing_id, tag=tag), 303)
