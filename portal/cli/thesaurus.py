"""`portal thesaurus`: the concepts and their labels, for those who keep them."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from portal.settings import Settings

if TYPE_CHECKING:
    from search.concepts.thesaurus import Thesaurus


@click.group()
def thesaurus() -> None:
    """Export, import and check the thesaurus."""


@thesaurus.command()
def count() -> None:
    """Show how many concepts and labels there are."""
    from portal.locales import TAGS

    known = _load()
    for scheme in ("topic", "place", "facet"):
        click.echo(f"{scheme:8} {len(known.of_scheme(scheme)):>6} concepts")
    for tag in TAGS:
        shown = sum(len(concept.labels.get(tag, ())) for concept in known.concepts.values())
        hidden = sum(len(concept.hidden.get(tag, ())) for concept in known.concepts.values())
        click.echo(f"{tag:8} {shown:>6} labels, {hidden} hidden")


@thesaurus.command()
def pinyin() -> None:
    """Write the first Chinese label of every concept in pinyin, after a change of the data files."""
    from pypinyin import lazy_pinyin

    from portal.vocabulary.thesaurus import CHINESE
    from search.concepts.thesaurus import DATA

    lines = ["# The first Chinese label of each concept in pinyin; `portal thesaurus pinyin` makes this file.\n"]
    for concept in _load().concepts.values():
        syllables = lazy_pinyin(concept.label(CHINESE), v_to_u=False)
        if len(syllables) > 1 and all(syllable.isascii() for syllable in syllables):
            lines.append(f'{concept.id} = "{" ".join(syllables).lower()}"\n')
    (DATA / "pinyin.toml").write_text("".join(lines), "utf-8")
    click.echo(f"{len(lines) - 1} concepts in pinyin.")


@thesaurus.command()
@click.argument("file", type=click.File("w", encoding="utf-8"), default="-")
@click.option("--format", "form", type=click.Choice(("csv", "skos")), default="csv", show_default=True)
@click.pass_obj
def export(settings: Settings, file: IO[str], form: str) -> None:
    """Write all concepts and labels to FILE (the terminal if left out): a table to edit, or SKOS as Turtle."""
    from search.concepts.exchange import write_csv
    from search.concepts.skos import turtle

    if form == "csv":
        file.write(write_csv(_load()))
        return
    for line in turtle(_load(), f"{settings.site_url}/en/concepts/"):
        file.write(line)


@thesaurus.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--write", is_flag=True, help="Change the data files; without it the differences are only shown.")
def import_(file: Path, write: bool) -> None:
    """Show what an edited table (as `export` writes it) says otherwise; with --write, change the data files.

    Concepts and languages that FILE does not mention stay as they are, so that a translator may send one language.
    """
    from search.concepts.exchange import apply, differences, read_csv
    from search.concepts.thesaurus import DATA

    known = _load()
    edited = read_csv(file.read_text("utf-8"), known)
    found = differences(known, edited)
    for difference in found:
        click.echo(f"{difference.concept} · {difference.language}{' · another order' if difference.order else ''}")
        for sign, labels in (("-", difference.removed), ("+", difference.added)):
            for kind, label in labels:
                click.echo(f"  {sign} {label}  ({kind})")
    if write:
        for path in apply(edited, DATA, found):
            click.echo(f"{path.name} written.")
    else:
        click.echo(f"{len(found)} differences; nothing was changed.")


@thesaurus.command()
@click.pass_obj
def ambiguous(settings: Settings) -> None:
    """List labels that several concepts share, and how each is decided; exit with 1 if one is not."""
    from portal.site import Site
    from search.concepts.ambiguity import shared_labels

    undecided = 0
    for shared in shared_labels(Site.open(settings).labels):
        undecided += shared.rule == "undecided"
        click.echo(f"{shared.rule:10} {shared.label}: {', '.join(shared.concepts)} ({', '.join(shared.languages)})")
    click.echo(f"{undecided} undecided.")
    if undecided:
        raise click.exceptions.Exit(1)


@thesaurus.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def compare(files: tuple[Path, ...]) -> None:
    """Hold the thesaurus beside term lists from elsewhere: CSV with a column “en” and others named by language.

    Prints coverage and agreement for each language, and every disagreement; exit with 1 if one is not explained in
    disagreements.toml.
    """
    from portal.locales import TAGS
    from search.concepts.agreement import compare, read_explanations, read_terms
    from search.concepts.index import LabelIndex

    known, explained = _load(), read_explanations()
    index, open_ones = LabelIndex(known.concepts.values()), 0
    for file in files:
        terms = read_terms(file.read_text("utf-8"), TAGS)
        found = list(compare(terms, index, known, explained))
        click.echo(f"{file.name}: {len(terms)} terms, {len({c.english for c in found})} of them labels here")
        for language in TAGS:
            if own := [c for c in found if c.language == language]:
                agreeing = sum(c.agrees for c in own)
                click.echo(f"  {language:8} {agreeing} of {len(own)} agree ({agreeing / len(own):.0%})")
        for item in found:
            if not item.agrees:
                theirs, ours = ", ".join(item.names), ", ".join(item.ours)
                click.echo(f"    {item.english} · {item.language}: {theirs} / {ours}: {item.explained or 'OPEN'}")
                open_ones += item.explained is None
    if open_ones:
        raise click.ClickException(f"{open_ones} disagreements are not explained.")


def _load() -> Thesaurus:
    from portal.vocabulary.thesaurus import load_thesaurus

    return load_thesaurus()
