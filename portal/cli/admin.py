"""`portal admin`: the people who run the site."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from portal.locales import DEFAULT, TAGS
from portal.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.accounts.models import User
    from portal.core.errors import PortalError


@click.group()
def admin() -> None:
    """Name the people who run the site."""


@admin.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--language", type=click.Choice(TAGS), default=DEFAULT, show_default=True, help="Language of letters.")
@click.pass_obj
def create(settings: Settings, email: str, name: str, language: str) -> None:
    """Make an administrator who signs in with EMAIL.

    The password is asked for; where nobody can be asked, it is the first line of the standard input. An account that is
    there already keeps its name and password.
    """
    from portal.accounts import service
    from portal.core.actor import Actor
    from portal.core.errors import Conflict, Invalid
    from portal.moderation.service import set_site_role
    from portal.site import Site

    site = Site.open(settings)
    try:
        with site.unit_of_work().begin() as session:
            user = _existing(session, email)
            if user is None:
                user = service.add_confirmed_user(session, email, _password(), name, language, site.clock())
            set_site_role(session, user, "administrator", Actor(), site.clock())
    except (Conflict, Invalid) as error:
        raise click.ClickException(_sentence(error)) from error
    click.echo(f"{user.name} ({user.email}) is an administrator.")


@admin.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """Show the administrators and moderators."""
    from portal.accounts.queries import list_site_team
    from portal.site import Site

    with Site.open(settings).sessions() as session:
        for user in list_site_team(session):
            state = " (suspended)" if user.suspended_at else ""
            click.echo(f"{user.site_role:14} {user.email}  {user.name}{state}")


@admin.command()
@click.argument("email")
@click.pass_obj
def remove(settings: Settings, email: str) -> None:
    """Take EMAIL out of the site's team; the account stays."""
    from portal.accounts.addresses import normal
    from portal.accounts.queries import find_user_by_email
    from portal.core.actor import Actor
    from portal.core.errors import Conflict, Invalid
    from portal.moderation.service import set_site_role
    from portal.site import Site

    site = Site.open(settings)
    try:
        with site.unit_of_work().begin() as session:
            user = find_user_by_email(session, normal(email))
            if user is None or user.site_role is None:
                raise click.ClickException(f"Nobody of the site's team has the address {email}.")
            set_site_role(session, user, None, Actor(), site.clock())
    except (Conflict, Invalid) as error:
        raise click.ClickException(_sentence(error)) from error
    click.echo(f"{user.name} ({user.email}) does not belong to the site's team any more.")


def _existing(session: Session, email: str) -> User | None:
    """The account that is there, after saying so; one that was never confirmed may be anybody's, and does not count."""
    from portal.accounts.addresses import normal
    from portal.accounts.queries import find_user_by_email

    user = find_user_by_email(session, normal(email))
    if user is None or user.confirmed_at is None:
        return None
    if user.suspended_at:
        raise click.ClickException(f"The account of {user.name} ({user.email}) is suspended.")
    click.echo(f"There is an account with this address: {user.name}. It keeps its name and password.")
    return user


def _password() -> str:
    if sys.stdin.isatty():
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return password
    return sys.stdin.readline().rstrip("\r\n")


def _sentence(error: PortalError) -> str:
    from portal.accounts.labels import SENTENCES
    from portal.moderation.labels import PROBLEMS

    return {**SENTENCES, **PROBLEMS}[error.code] % error.parameters
