"""`portal database`: the schema of the database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine


@click.group()
def database() -> None:
    """Create, migrate and inspect the database."""


@database.command()
@click.argument("revision", default="head")
@click.pass_obj
def upgrade(settings: Settings, revision: str) -> None:
    """Create the database, or bring it up to REVISION (the newest one if left out)."""
    from portal.core import migrations

    Path(settings.data_dir).mkdir(parents=True, exist_ok=True)
    engine = _engine(settings)
    migrations.upgrade(engine, revision)
    click.echo(f"The database is at revision {migrations.current(engine) or 'none'}.")


@database.command()
@click.argument("revision")
@click.confirmation_option(prompt="Tables and columns may be dropped with all that is in them. Go on?")
@click.pass_obj
def downgrade(settings: Settings, revision: str) -> None:
    """Take the database down to REVISION; "base" drops every table."""
    from portal.core import migrations

    engine = _engine(settings)
    migrations.downgrade(engine, revision)
    click.echo(f"The database is at revision {migrations.current(engine) or 'none'}.")


@database.command()
@click.pass_obj
def current(settings: Settings) -> None:
    """Show the revision of the database; exit with 1 if it is not the newest."""
    from portal.core import migrations

    found, newest = migrations.current(_engine(settings)), migrations.head()
    click.echo(f"database: {found or 'empty'}\nnewest:   {newest}")
    if found != newest:
        raise click.exceptions.Exit(1)


def _engine(settings: Settings) -> Engine:
    from portal.core.database import create_engine

    return create_engine(settings.database)
