"""`portal search`: the search indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from portal.locales import DEFAULT, TAGS
from portal.settings import Settings

if TYPE_CHECKING:
    from portal.indexing.indexes import Index
    from portal.indexing.service import IndexState
    from portal.indexing.verification import Differences
    from portal.site import Site
    from search.concepts.understanding import Understanding
    from search.evaluate import Measure
    from search.results import Hit


@click.group()
def search() -> None:
    """Build, inspect and judge the search indexes: of listings, and of people who agreed to be found."""


@search.command()
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Build the indexes anew from the database; searches go on meanwhile."""
    from portal.indexing.indexes import indexes_of
    from portal.indexing.service import rebuild_index

    site = _site(settings)
    for index in indexes_of(site):
        with progress_bar(site, index) as moved:
            total = rebuild_index(site, index, moved)
        click.echo(f"{total} {index.name} indexed.")


@search.command()
@click.pass_obj
def drain(settings: Settings) -> None:
    """Tell the indexes of the changes that wait in the outbox."""
    from portal.indexing.service import drain as drain_outbox

    done = drain_outbox(_site(settings))
    click.echo(f"{done.written} written, {done.removed} removed.")
    if done.refused:
        click.echo(f"{done.refused} refused: see `portal search status`.", err=True)
    if done.away:
        raise click.ClickException("The index cannot be told of changes now. What waits is kept.")


@search.command()
@click.pass_obj
def status(settings: Settings) -> None:
    """Show how the indexes stand; exit with 1 if searches do not see everything."""
    from portal.indexing.service import states

    site = _site(settings)
    found = states(site)
    for one in found:
        _show_state(site, one)
    if any(one.parked for one in found):
        _show_parked(site)
    if not all(one.complete for one in found):
        raise click.exceptions.Exit(1)


@search.command()
@click.pass_obj
def retry(settings: Settings) -> None:
    """Let the changes that were parked after many attempts be tried again."""
    from portal.core.outbox import unpark

    with _site(settings).unit_of_work().begin() as session:
        click.echo(f"{unpark(session)} changes will be tried again.")


@search.command()
@click.option("--repair", "mend", is_flag=True, help="Tell the index of everything that differs.")
@click.pass_obj
def verify(settings: Settings, mend: bool) -> None:
    """Compare database and indexes, id by id and version by version; exit with 1 if they differ."""
    from portal.indexing.indexes import indexes_of
    from portal.indexing.verification import repair
    from portal.indexing.verification import verify as compare

    site, differs = _site(settings), False
    for index in indexes_of(site):
        found = compare(site, index)
        _show_differences(index.name, found)
        if found.ids and mend:
            found = repair(site, index, found)
            click.echo("after the repair:")
            _show_differences(index.name, found)
        differs = differs or bool(found.ids)
    if differs:
        raise click.exceptions.Exit(1)


@search.command()
@click.argument("text")
@click.option("--lang", type=click.Choice(TAGS), default=DEFAULT, show_default=True, help="The reader's language.")
@click.option("--limit", default=10, show_default=True, help="How many listings to show.")
@click.pass_obj
def query(settings: Settings, text: str, lang: str, limit: int) -> None:
    """Search for TEXT: what was understood, what was found, and why."""
    from search.engine import SearchRequest

    site = _site(settings)
    now = site.clock()
    understanding = site.understand(text, lang, now)
    request = SearchRequest(
        understanding, lang, now, ranges={"open_until": (now.timestamp(), None)}, limit=limit, facets=()
    )
    found = site.engine.search(request)
    for line in _understood(understanding):
        click.echo(line)
    click.echo(f"{found.total} open listings")
    for hit in found.hits:
        click.echo(_line(hit, lang))


@search.command()
@click.option("--worst", default=10, show_default=True, help="How many of the worst phrases to show.")
@click.option(
    "--engine",
    type=click.Choice(("own", "both")),
    default="own",
    show_default=True,
    help="The engine of the site, or beside it an embedded one over the same listings.",
)
@click.pass_obj
def evaluate(settings: Settings, worst: int, engine: str) -> None:
    """Judge the search by the demonstration's needs in every language; exit with 1 below the floors.

    Shown are the means of the half that nobody tunes with and of the other half, phrased carefully and carelessly; the
    worst phrases are of the other half alone.
    """
    from portal.demo.judging import below_floors, embedded_twin, engines_apart, judge

    site = _site(settings)
    if site.is_index_in_file and engine == "both":
        raise click.ClickException("The site has the embedded engine alone; ELASTICSEARCH_URL names another.")
    judged = {"embedded" if site.is_index_in_file else "Elasticsearch": judge(site)}
    if engine == "both":
        with embedded_twin(site) as twin:
            judged["embedded"] = judge(twin)
    for name, measures in judged.items():
        click.echo(f"{name} engine")
        _show_measures(measures, worst)
    failures = [f"{name}: {failure}" for name, measures in judged.items() for failure in below_floors(measures)]
    if engine == "both":
        failures += engines_apart(*judged.values())
    if failures:
        click.echo("\n".join(failures), err=True)
        raise click.exceptions.Exit(1)


def _show_measures(measures: list[Measure], worst: int) -> None:
    from search.evaluate import CAREFUL, CARELESS, REPORT, TUNE, chosen

    tuned = [measure for measure in measures if measure.half == TUNE]
    for found in sorted(tuned, key=lambda m: (m.ndcg + m.overlap, m.need, m.language, m.style))[:worst]:
        phrase = f"{found.need:40} {found.language:8} {found.style:8} {found.half:6}"
        click.echo(f"{phrase} nDCG@10 {found.ndcg:.3f}  overlap {found.overlap:.2f}")
    for half, style in ((REPORT, CAREFUL), (REPORT, CARELESS), (TUNE, CAREFUL), (TUNE, CARELESS)):
        _show_summary(f"{half}, {style}", chosen(measures, half, style))
    click.echo()


def _show_summary(title: str, measures: list[Measure]) -> None:
    from search.evaluate import summarise

    if not measures:
        return
    needs = len({measure.need for measure in measures})
    click.echo(f"\n{title}: {needs} needs\n{'language':10} nDCG@10  recall@50  overlap@10  understood")
    for row in summarise(measures, TAGS):
        click.echo(f"{row.language:10} {row.ndcg:7.3f}  {row.recall:9.3f}  {row.overlap:10.3f}  {row.understood:10.3f}")


@contextmanager
def progress_bar(site: Site, index: Index) -> Iterator[Callable[[int], object]]:
    """A progress bar over all that is to be indexed; gives the function that moves it on."""
    from tqdm import tqdm

    with site.sessions() as session:
        total = len(index.wanted(session))
    with tqdm(desc="search index", total=total, unit=f" {index.name}", disable=None) as bar:
        yield bar.update


def _show_state(site: Site, found: IndexState) -> None:
    waits = f" (the oldest for {_age(site.clock() - found.oldest)})" if found.oldest else ""
    click.echo(
        f"{found.name}\nindexed:   {'the index cannot be asked' if found.documents is None else found.documents}"
    )
    click.echo(f"published: {found.published}\nwaiting:   {found.waiting}{waits}\nparked:    {found.parked}")
    if found.documents is not None:
        click.echo(f"schema:    {'as declared' if found.current else 'old or missing: run `portal search rebuild`'}")


def _age(age: timedelta) -> str:
    seconds = max(int(age.total_seconds()), 0)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _show_parked(site: Site) -> None:
    from portal.core.outbox import list_parked

    click.echo("\nparked (`portal search retry` tries them again):")
    with site.sessions() as session:
        for row in list_parked(session):
            click.echo(f"  {row.kind} {row.object_id}: {row.error}")


def _show_differences(name: str, found: Differences) -> None:
    click.echo(f"{found.compared} {name} compared; {found.waiting} wait and were left out.")
    for name in ("missing", "extra", "older", "newer"):
        ids = getattr(found, name)
        shown = ", ".join(ids[:10]) + (" …" if len(ids) > 10 else "")
        click.echo(f"{name:8} {len(ids):>6}  {shown}".rstrip())


def _understood(understanding: Understanding) -> list[str]:
    topics = [f"topic   {topic.concept}  “{topic.span.text}”" for topic in understanding.topics]
    filters = [f"filter  {f.field} = {', '.join(f.values)}  “{f.span.text}”" for f in understanding.filters]
    limits = [
        f"limit   {it.name} {it.low} … {it.high} {it.unit or ''}  “{it.span.text}”" for it in understanding.limits
    ]
    alone = [f"negated “{span.text}”" for span in understanding.left_alone]
    return [*topics, *filters, *limits, *alone, *(f"word    “{word.span.text}”" for word in understanding.words)]


def _line(hit: Hit, language: str) -> str:
    titles = hit.stored["titles"]
    title = titles.get(language) or titles[hit.stored["source_language"]]
    reasons = (r.surface or r.value or r.concept or r.asked for r in hit.reasons)
    return f"{hit.score:6.2f}  {hit.id}  {title}  [{', '.join(dict.fromkeys(reasons))}]"


def _site(settings: Settings) -> Site:
    from portal.site import Site

    return Site.open(settings)
