"""`portal matching`: listings ranked for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from portal.settings import Settings

if TYPE_CHECKING:
    from portal.matching.judging import Ranked


@click.group()
def matching() -> None:
    """Judge how listings are ranked for people."""


@matching.command()
@click.option("--worst", default=10, show_default=True, help="How many of the worst ranked people to show.")
@click.option("--both", is_flag=True, help="Beside the site's engine, an embedded one over the same listings.")
@click.pass_obj
def evaluate(settings: Settings, worst: int, both: bool) -> None:
    """Judge the order of listings for made-up people of every language; exit with 1 below the floor.

    Shown are the means of the half that nobody tunes with and of the other half; the worst are of the other half alone.
    """
    from portal.demo.judging import embedded_twin
    from portal.matching.judging import below_floor, judge
    from portal.site import Site

    site = Site.open(settings)
    judged = {"embedded" if site.is_index_in_file else "Elasticsearch": judge(site)}
    if both:
        with embedded_twin(site) as twin:
            judged["embedded"] = judge(twin)
    failures = []
    for name, ranked in judged.items():
        click.echo(f"{name} engine")
        _show(ranked, worst)
        failures += [f"{name}: {failure}" for failure in below_floor(ranked)]
    if failures:
        click.echo("\n".join(failures), err=True)
        raise click.exceptions.Exit(1)


def _show(ranked: list[Ranked], worst: int) -> None:
    from portal.matching.judging import summarise
    from search.evaluate import TUNE

    for one in sorted((one for one in ranked if one.half == TUNE), key=lambda one: one.ndcg)[:worst]:
        click.echo(f"{one.person:20} {one.language:8} nDCG@10 {one.ndcg:.3f}")
    click.echo(f"\n{'half':8} {'language':10} people  nDCG@10  wrongly shown")
    for row in summarise(ranked):
        click.echo(f"{row.half:8} {row.language:10} {row.people:6}  {row.ndcg:7.3f}  {row.wrongly:13}")
    click.echo()
