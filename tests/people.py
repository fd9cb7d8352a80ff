"""People for tests: accounts, teams, and browsers in which somebody is signed in."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.accounts.passwords import hash_password
from portal.accounts.service import open_sign_in
from portal.matching.people.handles import Handles
from portal.researchers.models import Researcher
from portal.researchers.service import open_profile, save_part
from portal.site import Site
from portal.teams.models import Membership, Team
from tests.moments import NOW

SECRET_KEY = "for tests only"  # of the sites of the tests
PASSWORD = "a long enough password"


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


def add_person(
    session: Session, name: str, site_role: str | None = None, language: str = "en", now: datetime = NOW
) -> User:
    """A confirmed account; its address is made of the name, its id too."""
    user = User(
        id=name.lower()[:12], email=f"{name.lower()}@example.org", password_hash=_hash(), name=name, language=language,
        site_role=site_role, created_at=now, confirmed_at=now,
    )  # fmt: skip
    session.add(user)
    session.flush()
    return user


def add_member(session: Session, user: User, organisation_id: str, role: str = "editor", trusted: bool = False) -> None:
    """Put a person in the team of an organisation that is there; the team is made if need be."""
    if session.get(Team, organisation_id) is None:
        session.add(Team(organisation_id=organisation_id, trusted=trusted, created_at=NOW))
        session.flush()
    session.add(Membership(organisation_id=organisation_id, user_id=user.id, role=role, joined_at=NOW))
    session.flush()


def sign_in(client: FlaskClient, site: Site, user_id: str) -> None:
    """Let a browser be that of a person, without the form."""
    with site.unit_of_work().begin() as session:
        token = open_sign_in(session, user_id, "tests", site.clock())
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True


def browser_of(app: Flask, user_id: str | None = None) -> FlaskClient:
    """A browser in which a person (or nobody) is signed in. It keeps no request open, as the fixture `client` does, so
    that several may be used side by side."""
    browser = app.test_client()
    if user_id is not None:
        sign_in(browser, app.extensions["site"], user_id)
    return browser


def token_of(client: FlaskClient, address: str) -> str:
    """What a form on a page must send back to be taken for ours."""
    return client.get(address).text.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]


def handle_of(organisation_id: str, public_id: str) -> str:
    """How an organisation knows a person."""
    return Handles.of(SECRET_KEY, organisation_id).handle(public_id)


def add_researcher(session: Session, user: User, **parts: Any) -> Researcher:
    """A profile for a person, of parts as `portal.researchers.records` reads them. Nothing of it is shown yet."""
    for part, content in parts.items():
        save_part(session, user.id, part, content, NOW)
    return open_profile(session, user.id, NOW)
