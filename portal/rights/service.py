"""Deleting all that is kept of a person, in one transaction: all of it, or nothing."""

from __future__ import annotations

from portal.accounts.models import User
from portal.accounts.service import check_present_password
from portal.core.actor import Actor
from portal.core.audit import note
from portal.core.errors import Conflict, Invalid
from portal.core.holding import Keeping, Person, forget_rows
from portal.core.ids import CHANCE, new_id
from portal.mail.models import LAST_LETTER
from portal.mail.service import post
from portal.moderation.service import check_administrators
from portal.rights.queries import list_obstacles, person_of
from portal.rights.registry import GOING, HOLDINGS
from portal.teams.places import lock_team
from portal.teams.queries import list_places


def delete_person(keeping: Keeping, user: User, password: str, typed: str) -> None:
    """Delete an account and all that is kept of its owner, who gives the password and types the own address.

    What others need stays without the person; a last letter says so. Raises `Invalid` ("password.wrong",
    "deletion.typed") and `Conflict` ("deletion.last-manager", "person.last-administrator").
    """
    check_present_password(user, password)
    if typed.strip().casefold() != user.email:
        raise Invalid("deletion.typed", field="typed")
    _check_nobody_is_left_alone(keeping, user)
    person = person_of(user, alias=new_id(CHANCE, 12))
    language = user.language
    _forget(keeping, person)
    gone = ("user", person.alias)
    note(keeping.session, "account.deleted", Actor(person.alias), gone, keeping.now)
    post(keeping.session, LAST_LETTER, language, person.email, keeping.now)


def note_export(keeping: Keeping, user_id: str) -> None:
    """Note that somebody took the own data along."""
    note(keeping.session, "data.exported", Actor(user_id), ("user", user_id), keeping.now)


def _check_nobody_is_left_alone(keeping: Keeping, user: User) -> None:
    """Behind the locks of those who change teams and the site's team."""
    session = keeping.session
    check_administrators(session, user)
    for organisation_id in sorted(place.organisation.id for place in list_places(session, user.id)):
        lock_team(session, organisation_id)
    if list_obstacles(session, user.id):
        raise Conflict("deletion.last-manager")


def _forget(keeping: Keeping, person: Person) -> None:
    session = keeping.session
    for holding in GOING:
        if holding.forget:
            holding.forget(keeping, person)
    session.flush()
    session.expunge_all()  # what follows is said to the tables themselves
    staying = [(rows, bool(holding.stays)) for holding in HOLDINGS for rows in holding.rows]
    for rows, stays in sorted(staying, key=lambda one: not one[1]):  # who stays lets go before others are deleted
        forget_rows(session, rows, person, stays)
