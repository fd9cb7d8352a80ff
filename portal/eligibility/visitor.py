"""The answers of who asks: those of the browser's session, and of the profile of somebody signed in. Whoever wants
them asks here."""

from __future__ import annotations

from flask import Response, g, session

from portal.eligibility.kept import pack, unpack
from portal.listings.answers import Answers
from portal.researchers.queries import answers_for
from portal.web.current import site
from portal.web.identity import current_actor

KEY = "eligibility"  # in the session
NOTHING = Answers()


def answers_of_request() -> Answers:
    """What the visitor of this request has said, in this browser before the profile; `NOTHING` if nothing."""
    if "eligibility_answers" not in g:
        g.eligibility_answers = answers_in_browser().completed_by(_answers_of_profile())
    found: Answers = g.eligibility_answers
    return found


def answers_in_browser() -> Answers:
    """What was answered in this browser alone."""
    return unpack(session.get(KEY))


def keep(answers: Answers) -> None:
    """Keep answers in the browser's session; without any, nothing is kept."""
    if answers == NOTHING:
        forget()
        return
    session[KEY] = pack(answers)
    g.pop("eligibility_answers", None)


def forget() -> None:
    """Take the answers out of the session."""
    session.pop(KEY, None)
    g.pop("eligibility_answers", None)


def _answers_of_profile() -> Answers:
    actor = current_actor()
    if actor.user_id is None:
        return NOTHING
    with site().sessions() as read:
        return answers_for(read, actor.user_id, site().clock().date())


def keep_private(response: Response) -> Response:
    """A page that hangs on answers is kept by no cache, not even that of the browser: others may use it, too."""
    if g.get("eligibility_answers", NOTHING) != NOTHING and response.mimetype == "text/html":
        response.headers["Cache-Control"] = "private, no-store"
    return response
