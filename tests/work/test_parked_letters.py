"""Letters that could not be delivered: what administrators see of them, trying again, giving up."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from portal.core.audit import AuditEvent
from portal.mail.models import Letter
from portal.mail.troubles import TROUBLES, masked, trouble_of, without_addresses
from portal.moderation.labels import TROUBLES as SENTENCES
from portal.site import Site
from tests import people
from tests.moments import NOW

PAGE = "/en/moderation/letters"
NOBODY = "550 5.1.1 <linh@example.org>: no such user"


@pytest.fixture
def ada(site: Site, client: FlaskClient) -> FlaskClient:
    """An administrator; two letters are parked, one waits, one was sent."""
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Ada", "administrator")
        for name, parked, sent in (("a", NOW, None), ("b", NOW, None), ("c", None, None), ("d", None, NOW)):
            session.add(
                Letter(
                    id=name, template="reset", language="vi", address="linh@example.org", queued_at=NOW, sent_at=sent,
                    parameters={"address": "https://exchange.example/secret"}, attempts=3, parked_at=parked,
                    error=NOBODY,
                )
            )  # fmt: skip
    people.sign_in(client, site, "ada")
    return client


def post(client: FlaskClient, action: str, letter: str = "") -> str:
    token = people.token_of(client, "/en/account")
    answer = client.post(f"{PAGE}/{action}", data={"csrf_token": token, "letter": letter})
    assert answer.status_code == 303
    return client.get(PAGE).text


def left(site: Site) -> dict[str, bool]:
    """The letters that there are, and whether they are parked."""
    with site.sessions() as session:
        return {letter.id: letter.parked_at is not None for letter in session.scalars(sa.select(Letter))}


def test_administrators_see_what_is_wrong_and_not_who_it_is(ada: FlaskClient) -> None:
    page = ada.get(PAGE).text
    assert "The mail server knows no such address." in page
    assert "l…@example.org" in page
    assert "linh@" not in page
    assert "secret" not in page
    assert "1 letter waits to be sent. 2 letters are not tried any more." in page
    assert "tried 3 times" in page


def test_one_is_tried_again_and_one_given_up(ada: FlaskClient, site: Site) -> None:
    assert "1 letter will be tried again." in post(ada, "retry", "a")
    assert "no such letter any more" in post(ada, "retry", "a")
    assert "1 letter was deleted." in post(ada, "give-up", "b")
    for kept in ("a", "c", "d"):  # what is not parked is not given up
        post(ada, "give-up", kept)
    assert left(site) == {"a": False, "c": False, "d": False}
    with site.sessions() as session:
        events = session.execute(sa.select(AuditEvent.event, AuditEvent.details).order_by(AuditEvent.id)).all()
    assert [tuple(event) for event in events] == [
        ("letters.retried", {"number": 1}),
        ("letters.given-up", {"number": 1}),
    ]


def test_all_are_tried_again_or_given_up(ada: FlaskClient, site: Site) -> None:
    assert "2 letters will be tried again." in post(ada, "retry")
    assert left(site) == dict.fromkeys("abcd", False)
    with site.unit_of_work().begin() as session:
        session.execute(sa.update(Letter).where(Letter.id.in_(("a", "b"))).values(parked_at=NOW))
    assert "2 letters were deleted." in post(ada, "give-up")
    assert left(site) == {"c": False, "d": False}


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (NOBODY, "address"),
        ("550 no such user", "address"),
        ("553 5.1.3 bad address", "address"),
        ("550 5.2.1 mailbox disabled", "address"),
        ("552 5.2.2 over quota", "full"),
        ("452 too little room", "full"),
        ("550 5.7.1 looks like spam", "refused"),
        ("554 no", "refused"),
        ("451 4.7.1 greylisted, come back", "later"),
        ("421 closing", "later"),
        ("The connection was lost: timed out", "lost"),
        ("One or more source or delivery addresses require internationalized email support", "address"),
        ("TemplateNotFound: mail/x.html", "unwritten"),
        ("", "unwritten"),
    ],
)
def test_answers_of_servers_are_told_in_words(error: str, trouble: str) -> None:
    assert trouble_of(error) == trouble


@given(st.text())
def test_every_error_has_a_sentence(error: str) -> None:
    assert trouble_of(error) in SENTENCES
    assert set(SENTENCES) == set(TROUBLES)


@given(
    st.from_regex(r"[a-z.]{2,20}@[a-z]{1,9}\.org", fullmatch=True), st.sampled_from(["<{}>", "({}) is", "to {}:", "{}"])
)
def test_no_address_stays_in_an_answer(address: str, text: str) -> None:
    shown = without_addresses(text.format(address))
    assert address not in shown
    assert masked(address) in shown
