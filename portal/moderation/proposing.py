"""Addresses for everybody with an account: proposing a word for the thesaurus."""

from __future__ import annotations

from flask import render_template, request

from portal.core.errors import Conflict, NotFound
from portal.moderation import policy, service
from portal.moderation.blueprint import Answer, blueprint, done, only
from portal.moderation.forms import WordForm
from portal.moderation.labels import PROBLEMS
from portal.vocabulary.collation import sort_key
from portal.vocabulary.thesaurus import concepts_with
from portal.web.current import site
from portal.web.identity import current_actor
from portal.web.language import current_language
from portal.web.messages import gettext as _
from search.analysis.cleaning import clean
from search.concepts.thesaurus import Concept

MAX_TEXT, MOST_FOUND = 80, 30
NEW = "new"  # instead of a concept: the thesaurus has none for the word

proposers = only(policy.may_propose_words)


@blueprint.get("/words/propose")
@proposers
def find_concept() -> Answer:
    """First: which concept the word is for."""
    text = clean(request.args.get("q", "")[: 2 * MAX_TEXT])[:MAX_TEXT]
    found = _found(text) if text else []
    return render_template("moderation/find_concept.html", text=text, found=found[:MOST_FOUND], total=len(found))


@blueprint.route("/words/propose/<string:concept_id>", methods=["GET", "POST"])
@proposers
def propose(concept_id: str) -> Answer:
    """Then: the word itself."""
    concept = site().thesaurus.concepts.get(concept_id)
    if concept is None and concept_id != NEW:
        raise NotFound("concept.unknown", id=concept_id)
    form = WordForm(language=current_language().tag)
    if form.validate_on_submit():
        with form.taking_errors(PROBLEMS, Conflict):
            with site().unit_of_work().begin() as session:
                word = form.word(concept.id if concept else None)
                service.propose_word(session, word, site().thesaurus, current_actor(), site().clock())
            return done(_("Thank you. You get a letter when the word has been decided."), "moderation.find_concept")
    page = render_template("moderation/propose.html", form=form, concept=concept, concept_id=concept_id)
    return page, 422 if form.errors else 200


def _found(text: str) -> list[Concept]:
    tag = current_language().tag
    found = [one for one in concepts_with(text) if one.scheme == "topic"]
    return sorted(found, key=lambda one: (len(one.label(tag)), sort_key(one.label(tag), tag)))
