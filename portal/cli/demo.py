"""`portal demo`: from nothing to a demonstration site."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal.settings import Settings

if TYPE_CHECKING:
    from portal.site import Site

DEFAULT_SEED = 2026
THREADS = 8


@click.command()
@click.option("--port", default=5000, show_default=True, help="Port to serve at.")
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the database.  [default: ./portal-data]"
)
@click.option("--seed", default=DEFAULT_SEED, show_default=True, help="Another number gives other listings.")
@click.option("--serve/--no-serve", default=True, help="Serve the site once it is set up.")
@click.pass_obj
def demo(settings: Settings, port: int, data: Path | None, seed: int, serve: bool) -> None:
    """Set up a demonstration site and serve it at http://127.0.0.1:5000.

    Creates the database, loads the organisations of the region and demonstration listings, and builds the search index.
    What is there already is kept, so that starting it again is quick.
    """
    address = f"http://127.0.0.1:{port}"
    settings = replace(settings, data_dir=str(data or settings.data_dir), site_url=address, demonstration="1")
    site = _prepared(settings, seed)
    site.database.dispose()
    if serve:
        _serve(settings, address, port)


def _prepared(settings: Settings, seed: int) -> Site:
    from portal.core import migrations
    from portal.site import Site

    Path(settings.data_dir).mkdir(parents=True, exist_ok=True)
    site = Site.open(settings)
    migrations.upgrade(site.database)
    _load_organisations(site)
    _load_listings(site, seed)
    _build_index(site)
    return site


def _load_organisations(site: Site) -> None:
    from tqdm import tqdm

    from portal.organisations.importing import PACKAGED, read_records
    from portal.organisations.queries import count_organisations
    from portal.organisations.service import import_organisations

    with site.unit_of_work().begin() as session:
        if count_organisations(session) == 0:
            with tqdm(desc="organisations", unit=" records", disable=None) as bar:
                import_organisations(session, read_records(PACKAGED), site.clock(), bar.update)


def _load_listings(site: Site, seed: int) -> None:
    from portal.demo.service import fill_demonstration

    with site.unit_of_work().begin() as session:
        added = fill_demonstration(session, site.thesaurus, seed, site.clock())
    click.echo(f"{added} listings added." if added else "The listings are there already.")


def _build_index(site: Site) -> None:
    from portal.cli.search import progress_bar
    from portal.indexing.indexes import indexes_of
    from portal.indexing.service import rebuild_index, state

    for index in indexes_of(site):
        if not state(site, index).complete:
            with progress_bar(site, index) as moved:
                rebuild_index(site, index, moved)


def _serve(settings: Settings, address: str, port: int) -> None:
    from waitress import create_server

    from portal import create_app

    try:
        app = create_app(settings)
        app.extensions["site"].warm()
        server = create_server(app, host="127.0.0.1", port=port, threads=THREADS)
    except OSError as error:
        raise click.ClickException(f"Port {port} cannot be used ({error.strerror}). Try --port.") from error
    click.echo(f"The demonstration site is at {address} — press Ctrl+C to stop it.")
    with _working(app.extensions["site"]):
        server.run()


@contextmanager
def _working(site: Site) -> Iterator[None]:
    """A worker beside the server: what is published is found a moment later, letters are written out and kept."""
    from portal.worker import jobs_of, work

    stop = threading.Event()
    worker = threading.Thread(target=work, args=(site, stop, jobs_of(site.settings)), daemon=True)
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join(timeout=5)
