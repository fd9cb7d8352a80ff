"""`portal worker`: keeps the search index in step with the database, and sends letters."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import click

from portal.settings import Settings

if TYPE_CHECKING:
    from portal.site import Site


@click.command()
@click.option("--once", is_flag=True, help="Do what waits now, and end.")
@click.pass_obj
def worker(settings: Settings, once: bool) -> None:
    """Tell the search index of changes and send letters, as long as it runs.

    Any number of workers may run at once. SIGTERM and Ctrl+C stop one after what it has begun.
    """
    from portal import create_app
    from portal.web.tracing import configure_logging
    from portal.worker import jobs_of, work

    configure_logging(settings.log_level)
    app = create_app(settings)
    site: Site = app.extensions["site"]
    jobs = jobs_of(settings)
    with app.app_context():
        if once:
            done = _once(site)
            site.close()
            raise click.exceptions.Exit(0 if done else 1)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        click.echo("The worker has started.")
        work(site, stop, jobs)
    site.close()
    click.echo("The worker has stopped.")


def _once(site: Site) -> bool:
    """Whether all was done that waited."""
    from portal.cli.mail import send_waiting
    from portal.indexing.service import drain

    told = drain(site)
    click.echo(f"{told.written} listings written, {told.removed} removed, {told.refused} refused.")
    return not (told.away or told.refused) and (not site.settings.smtp_url or send_waiting(site))
