"""`portal worker`: keeps the search index in step with the database."""

from __future__ import annotations

import signal
import threading

import click

from portal.settings import Settings


@click.command()
@click.option("--once", is_flag=True, help="Tell the index of what waits now, and end.")
@click.pass_obj
def worker(settings: Settings, once: bool) -> None:
    """Tell the search index of changes, as long as it runs.

    Any number of workers may run at once. SIGTERM and Ctrl+C stop one after what it has begun.
    """
    from portal.indexing.service import drain
    from portal.indexing.worker import work
    from portal.site import Site
    from portal.web.tracing import configure_logging

    configure_logging(settings.log_level)
    site = Site.open(settings)
    if once:
        done = drain(site)
        click.echo(f"{done.written} listings written, {done.removed} removed, {done.refused} refused.")
        site.close()
        raise click.exceptions.Exit(1 if done.away or done.refused else 0)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    click.echo("The worker has started.")
    work(site, stop)
    site.close()
    click.echo("The worker has stopped.")
