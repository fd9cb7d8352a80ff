"""`portal postings`: what teams have planned."""

from __future__ import annotations

import click

from portal.settings import Settings


@click.group()
def postings() -> None:
    """Publish what is due, close what has expired, ask whether listings are still right."""


@postings.command("run-due")
@click.pass_obj
def run_due(settings: Settings) -> None:
    """Do what is due now, and end. A worker does the same as long as it runs."""
    from portal.posting.publication.jobs import JOBS
    from portal.site import Site

    site = Site.open(settings)
    for job in JOBS.values():
        while job(site):
            pass
    click.echo("What was due is done.")
    site.close()
