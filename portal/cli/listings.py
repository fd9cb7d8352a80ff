"""`portal listings`: listings in files."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from portal.locales import TAGS
from portal.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

    from portal.core.errors import Invalid
    from portal.listings.models import Listing

BATCH = 200  # listings held in memory at once
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def listings() -> None:
    """Import, export and check listings."""


@listings.command("import")
@click.argument("file", type=_FILE)
@click.pass_obj
def import_(settings: Settings, file: Path) -> None:
    """Add and update listings from FILE, one JSON object a line, as `export` writes them.

    A file with a mistake changes nothing. The search index learns of the change at once.
    """
    from portal.indexing.service import drain
    from portal.listings.service import import_listings
    from portal.site import Site

    site = Site.open(settings)
    unit = site.unit_of_work()
    unit.after_commit(lambda: drain(site))
    with unit.begin() as session:
        counts = import_listings(session, _read(session, file), site.clock())
    click.echo(f"{counts.added} added, {counts.changed} changed, {counts.unchanged} unchanged.")


@listings.command()
@click.argument("file", type=_FILE)
@click.pass_obj
def check(settings: Settings, file: Path) -> None:
    """Say whether FILE could be imported; nothing is changed."""
    with _sessions(settings)() as session:
        click.echo(f"{len(_read(session, file))} listings, no mistake found.")


@listings.command()
@click.argument("file", type=_FILE)
@click.pass_obj
def propose(settings: Settings, file: Path) -> None:
    """Show which topics the texts of FILE name that its listings are not tagged with; nothing is changed.

    Add those that fit to `concepts` and those that do not to `concepts_refused`; all others count as found in the text.
    """
    from portal.listings.document import proposed_concepts
    from portal.site import Site

    site = Site.open(settings)
    with site.sessions() as session:
        found = _read(session, file)
    for listing in found:
        click.echo(listing.id)
        for mention in proposed_concepts(listing, site.thesaurus, site.labels):
            place = f"{mention.field} ({mention.language}) {mention.start}–{mention.end}"
            click.echo(f"  {mention.concept:32} “{mention.surface}”  {place}")


@listings.command()
@click.argument("file", type=click.File("w", encoding="utf-8"), default="-")
@click.pass_obj
def export(settings: Settings, file: IO[str]) -> None:
    """Write all published listings to FILE (the terminal if left out), one JSON object a line."""
    from portal.listings.importing import write_listings
    from portal.listings.queries import find_listings, list_published_ids

    with _sessions(settings)() as session:
        ids = list_published_ids(session)
        for start in range(0, len(ids), BATCH):
            file.writelines(write_listings(find_listings(session, ids[start : start + BATCH])))
            session.expunge_all()


@listings.command()
@click.option(
    "--to", "targets", multiple=True, type=click.Choice(TAGS), help="Only into this language; may be repeated."
)
@click.pass_obj
def translate(settings: Settings, targets: tuple[str, ...]) -> None:
    """Draft the missing translations of all published listings by the translation server that is set.

    Each draft is saved at once and labelled as made by a machine; what people wrote is never touched.
    """
    from portal.core.errors import Unavailable
    from portal.indexing.service import drain
    from portal.listings.queries import find_listings, list_published_ids
    from portal.listings.translating import LibreTranslate, draft_translations
    from portal.site import Site

    if not settings.translation_url:
        raise click.ClickException("No translation server is set: see PORTAL_TRANSLATION_URL in `portal settings`.")
    site, added = Site.open(settings), 0
    translator = LibreTranslate(settings.translation_url, settings.translation_api_key)
    with site.sessions() as session:
        ids = list_published_ids(session)
    try:
        for listing_id in ids:
            with site.unit_of_work().begin() as session:
                found = find_listings(session, [listing_id])
                drafts = list(draft_translations(session, found, targets or TAGS, translator, site.clock()))
            added += len(drafts)
            for _listing, language in drafts:
                click.echo(f"{listing_id} {language}")
    except Unavailable as error:
        raise click.ClickException(f"The translation server cannot be asked: {error.parameters['reason']}") from error
    finally:
        drain(site)
        click.echo(f"{added} translations drafted.")


def _read(session: Session, file: Path) -> list[Listing]:
    from portal.core.errors import Invalid
    from portal.listings.importing import known_references, read_file
    from portal.vocabulary.thesaurus import load_thesaurus

    try:
        return read_file(file, known_references(session, load_thesaurus()))
    except Invalid as error:
        raise click.ClickException(_sentence(file, error)) from error


def _sentence(file: Path, error: Invalid) -> str:
    found = error.parameters
    if error.code != "record.broken":
        return f"{file} cannot be read: {found.get('reason')}. Nothing was imported."
    value = f" ({found['value']})" if found.get("value") is not None else ""
    return f"{file}, line {found['line']}, field “{found['field']}”: {found['reason']}{value}. Nothing was imported."


def _sessions(settings: Settings) -> sessionmaker[Session]:
    from sqlalchemy.orm import sessionmaker

    from portal.core.database import create_engine

    return sessionmaker(create_engine(settings.database))
