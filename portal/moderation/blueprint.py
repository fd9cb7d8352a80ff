"""The addresses of this feature, and who is let in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from flask import flash, redirect, url_for
from flask_wtf import FlaskForm

from portal.core.actor import Actor
from portal.core.errors import PortalError
from portal.moderation import labels, policy, queries
from portal.teams.labels import CLAIM_STATES, PROOFS, ROLES
from portal.web import identity
from portal.web.current import site
from portal.web.language import language_blueprint
from portal.web.messages import gettext

View = TypeVar("View", bound=Callable[..., Any])
Answer = Any

blueprint = language_blueprint("moderation", __name__)


def only(rule: Callable[[Actor], bool]) -> Callable[[View], View]:
    """A view for those whom a rule of `policy` lets in: others are asked to sign in, or refused."""

    def guard(view: View) -> View:
        @wraps(view)
        @identity.signed_in
        def guarded(*args: Any, **kwargs: Any) -> Any:
            identity.allow(rule(identity.current_actor()))
            return view(*args, **kwargs)

        return guarded  # type: ignore[return-value]

    return guard


moderators = only(policy.may_moderate)
administrators = only(policy.may_administer)


def done(sentence: str, endpoint: str, **values: Any) -> Answer:
    """On to another page, which says what was done."""
    flash(sentence, "done")
    return redirect(url_for(endpoint, **values), 303)


def problem(error: PortalError, endpoint: str, **values: Any) -> Answer:
    """Back to a page, which says why it could not be done: the state is not what the sender saw."""
    flash(sentence_of(error), "wrong")
    return redirect(url_for(endpoint, **values), 303)


def sentence_of(error: PortalError) -> str:
    """What went wrong, for the reader."""
    return gettext(labels.PROBLEMS[error.code]) % error.parameters


@blueprint.context_processor
def add_words() -> dict[str, Any]:
    """Codes in words, the rules, and a form without fields, for the pages of this feature."""
    words = {"roles": ROLES, "claim_states": CLAIM_STATES, "proofs": PROOFS}
    own = {"site_roles": labels.SITE_ROLES, "word_states": labels.WORD_STATES, "events": labels.EVENTS}
    return {**words, **own, "policy": policy, "plain_form": FlaskForm(formdata=None), "waiting_numbers": _numbers}


def _numbers() -> Mapping[str, int]:
    with site().sessions() as session:
        return queries.count_waiting(session)
