"""Topics that the texts of a posting name: shown where they stand, accepted or refused."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from portal.core.errors import Invalid
from portal.posting import policy
from portal.posting.blueprint import blueprint
from portal.posting.editing.page import title_of
from portal.posting.queries import content_of, get_own_posting, get_posting
from portal.posting.topics.named import ACTIONS, decided, named_topics
from portal.posting.translations.service import change_draft
from portal.posting.workflow import is_open
from portal.web.current import site
from portal.web.identity import current_actor, signed_in
from portal.web.language import current_language


@blueprint.get("/postings/<string:listing_id>/topics")
@signed_in
def topics(listing_id: str) -> str:
    """The topics that the texts name, with the words that name them."""
    with site().sessions() as session:
        posting = get_posting(session, listing_id, current_actor())
        content = content_of(session, posting)
    return render_template(
        "posting/topics.html", posting=posting, topics=named_topics(content, site().labels, site().thesaurus),
        title=title_of(content, current_language().tag), form=FlaskForm(),
        may_decide=is_open(posting) and policy.may_edit(current_actor(), posting),
    )  # fmt: skip


@blueprint.post("/postings/<string:listing_id>/topics")
@signed_in
def decide_topic(listing_id: str) -> Any:
    """Take a topic, leave it out, or undo either."""
    action, _colon, concept = request.form.get("decision", "").partition(":")
    known = site().thesaurus.concepts.get(concept)
    if action not in ACTIONS or known is None or known.scheme != "topic":
        raise Invalid("topic.unknown", field="decision")
    with site().unit_of_work().begin() as session:
        posting = get_own_posting(session, listing_id, current_actor())
        actor, now = current_actor(), site().clock()
        change_draft(session, posting, lambda content: decided(content, concept, action), actor, now)
    return redirect(url_for("posting.topics", listing_id=listing_id, _anchor=concept), 303)
