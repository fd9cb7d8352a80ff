"""`portal organisations`: the directory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

    from portal.core.errors import Invalid
    from portal.organisations.service import ImportCounts


@click.group()
def organisations() -> None:
    """Import and count universities and other organisations."""


@organisations.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.pass_obj
def import_(settings: Settings, file: Path | None) -> None:
    """Add and update organisations from FILE, or from the packaged data if it is left out.

    FILE is JSON lines or a dump of the Research Organization Registry (schema 2), plain, .gz or .xz.
    Organisations outside the region and inactive ones are passed over. A file with a mistake changes nothing.
    """
    from portal.core.errors import Invalid
    from portal.organisations.importing import PACKAGED

    try:
        counts = _import(settings, file or PACKAGED)
    except Invalid as error:
        raise click.ClickException(_sentence(file or PACKAGED, error)) from error
    click.echo(f"{counts.added} added, {counts.changed} changed, {counts.unchanged} unchanged.")


@organisations.command()
@click.pass_obj
def count(settings: Settings) -> None:
    """Show how many organisations each country has."""
    from portal.organisations.queries import OrganisationFilter, count_by_country, count_organisations

    with _sessions(settings)() as session:
        for country, number in sorted(count_by_country(session, OrganisationFilter()).items()):
            click.echo(f"{country}  {number:>6}")
        click.echo(f"all {count_organisations(session):>6}")


def _import(settings: Settings, file: Path) -> ImportCounts:
    from tqdm import tqdm

    from portal.indexing.service import drain
    from portal.organisations.importing import read_records
    from portal.organisations.service import import_organisations
    from portal.site import Site

    site = Site.open(settings)
    unit = site.unit_of_work()
    unit.after_commit(lambda: drain(site))
    with unit.begin() as session, tqdm(desc="organisations", unit=" records", disable=None) as bar:
        return import_organisations(session, read_records(file), site.clock(), bar.update)


def _sentence(file: Path, error: Invalid) -> str:
    if error.code == "record.broken":
        where = "{line}: the field “{field}” is missing or wrong ({value})".format(**error.parameters)
        return f"{file}, line {where}. Nothing was imported."
    return f"{file} cannot be read: {error.parameters.get('reason')}. Nothing was imported."


def _sessions(settings: Settings) -> sessionmaker[Session]:
    from sqlalchemy.orm import sessionmaker

    from portal.core.database import create_engine

    return sessionmaker(create_engine(settings.database))
