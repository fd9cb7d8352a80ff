"""The answers of who asks: at present those of the browser's session. Whoever wants them asks here."""

from __future__ import annotations

from flask import Response, g, session

from portal.eligibility.kept import pack, unpack
from portal.listings.answers import Answers

KEY = "eligibility"  # in the session
NOTHING = Answers()


def answers_of_request() -> Answers:
    """What the visitor of this request has said; `NOTHING` if nothing."""
    if "eligibility_answers" not in g:
        g.eligibility_answers = unpack(session.get(KEY))
    found: Answers = g.eligibility_answers
    return found


def keep(answers: Answers) -> None:
    """Keep answers in the browser's session; without any, nothing is kept."""
    if answers == NOTHING:
        forget()
        return
    session[KEY] = pack(answers)
    g.eligibility_answers = answers


def forget() -> None:
    """Take the answers out of the session."""
    session.pop(KEY, None)
    g.eligibility_answers = NOTHING


def keep_private(response: Response) -> Response:
    """A page that hangs on answers is kept by no cache, not even that of the browser: others may use it, too."""
    if g.get("eligibility_answers", NOTHING) != NOTHING and response.mimetype == "text/html":
        response.headers["Cache-Control"] = "private, no-store"
    return response
