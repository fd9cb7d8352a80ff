"""`portal mail`: letters that wait, those that cannot be sent, and what they say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from portal.settings import Settings

if TYPE_CHECKING:
    from portal.mail.models import Letter
    from portal.site import Site


@click.group()
def mail() -> None:
    """Send letters, and show those that wait."""


@mail.command()
@click.pass_obj
def send(settings: Settings) -> None:
    """Send the letters whose turn it is; exit with 1 if one was not taken."""
    if not settings.smtp_url:
        raise click.ClickException("SMTP_URL is empty: there is no server to send letters through.")
    with _site(settings) as site:
        done = send_waiting(site)
    if not done:
        raise click.exceptions.Exit(1)


@mail.command("list")
@click.option("--parked", is_flag=True, help="Only those that are not tried any more.")
@click.option("--limit", default=100, show_default=True, help="How many to show, the newest first.")
@click.pass_obj
def list_letters(settings: Settings, parked: bool, limit: int) -> None:
    """Show the letters that were not sent yet."""
    from portal.mail.queue import backlog, list_waiting

    with _site(settings) as site, site.sessions() as session:
        for letter in list_waiting(session, parked, limit):
            moment = f"{letter.queued_at:%Y-%m-%d %H:%M}"
            click.echo(f"{letter.id}  {moment}  {letter.language:7}  {letter.template:24}  {letter.address}")
            if letter.error:
                state = "parked" if letter.parked_at else f"next attempt at {letter.next_try_at:%Y-%m-%d %H:%M}"
                click.echo(f"{'':14}{state}, after {letter.attempts} attempts: {letter.error}")
        found = backlog(session)
        click.echo(f"{found.waiting} letters wait, {found.parked} of them parked.")


@mail.command()
@click.argument("letter_id", metavar="ID")
@click.option("--html", is_flag=True, help="The HTML form.")
@click.pass_obj
def show(settings: Settings, letter_id: str, html: bool) -> None:
    """Show the letter ID as it is read. Of one that was sent, links are gone; after some days, everything is."""
    from portal.mail.queue import get_letter
    from portal.mail.rendering import render

    with _site(settings) as site, site.sessions() as session:
        letter = get_letter(session, letter_id)
        if not letter.address:
            raise click.ClickException(f"Sent at {letter.sent_at}; what it said is no longer kept.")
        message = render(letter)
    if html:
        click.echo(message.html, nl=False)
        return
    click.echo(f"To: {letter.address}\nSubject: {message.subject}\nContent-Language: {letter.language}")
    click.echo(f"State: {_state(letter)}\n\n{message.text}", nl=False)


@mail.command()
@click.argument("letter_id", metavar="[ID]", required=False)
@click.pass_obj
def retry(settings: Settings, letter_id: str | None) -> None:
    """Let all parked letters, or the one ID, be tried again."""
    from portal.mail.queue import unpark

    with _site(settings) as site, site.unit_of_work().begin() as session:
        click.echo(f"{unpark(session, letter_id)} letters will be tried again.")


@mail.command("give-up")
@click.argument("letter_id", metavar="[ID]", required=False)
@click.option("--all", "everything", is_flag=True, help="All parked letters.")
@click.pass_obj
def give_up(settings: Settings, letter_id: str | None, everything: bool) -> None:
    """Delete the parked letter ID, or all parked ones, for good."""
    from portal.mail.queue import give_up

    if (letter_id is None) != everything:
        raise click.UsageError("Name one letter by its ID, or give --all.")
    with _site(settings) as site, site.unit_of_work().begin() as session:
        click.echo(f"{give_up(session, letter_id)} letters were deleted.")


def send_waiting(site: Site) -> bool:
    """Send what waits and say so; whether every letter was taken."""
    from portal.core.errors import Unavailable
    from portal.mail.sending import drain

    try:
        done = drain(site)
    except Unavailable as error:
        raise click.ClickException(
            f"No letter can be sent now ({error.parameters['reason']}). All are kept."
        ) from error
    click.echo(f"{done.sent} letters sent, {done.refused} not taken.")
    return not done.refused


def _state(letter: Letter) -> str:
    if letter.sent_at:
        return f"sent at {letter.sent_at}"
    return f"parked at {letter.parked_at}: {letter.error}" if letter.parked_at else "waits"


@contextmanager
def _site(settings: Settings) -> Iterator[Site]:
    """The site, within its application: letters are written out there."""
    from portal import create_app

    app = create_app(settings)
    site: Site = app.extensions["site"]
    try:
        with app.app_context():
            yield site
    finally:
        site.close()
