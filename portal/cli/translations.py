"""`portal translations`: keep the catalogues in step with the code."""

from __future__ import annotations

import io
from copy import deepcopy
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from portal.core.messages import folder
from portal.locales import LANGUAGES, Language
from portal.web.catalogues import compile_stale

PACKAGE = Path(__file__).resolve().parent.parent
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}}
KEYWORDS = {
    "_": None, "N_": None, "gettext": None, "lazy_gettext": None,
    "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
# One term for one concept: these messages are the terms, and everything else must use the same words.
GLOSSARY = (
    "Joint programme", "Training base", "Visiting scholar", "Overseas training", "Shared digital course", "Scholarship",
    "Listings", "Organisation", "Host institution", "Home institution", "Partners", "Funder", "Nomination",
    "Fully funded", "Partly funded", "Not funded", "Stipend", "Tuition", "Housing", "Deadline", "Places", "Level",
    "Bachelor", "Master", "Doctoral", "Postdoctoral", "Professional", "Award", "Double degree", "Joint degree",
    "Working language", "Topic", "Eligibility", "Citizenship", "Letter of reference", "Research plan", "Real scheme",
)  # fmt: skip
WIDTH = 0  # no wrapping: a change of one word changes one line


@click.group()
def translations() -> None:
    """Message catalogues of the eleven languages."""


@translations.command()
def update() -> None:
    """Extract all messages and bring every catalogue up to date; new messages are left empty."""
    root = folder()
    template = extract()
    (root / "messages.pot").write_bytes(as_text(template))
    for language in LANGUAGES:
        path = catalogue_path(root, language)
        catalogue = read_catalogue(path, language)
        catalogue.update(deepcopy(template), no_fuzzy_matching=True, update_header_comment=False)
        catalogue.obsolete.clear()
        if language.tag == "en":
            _say_it_in_english(catalogue)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_text(catalogue))
        missing = sum(1 for message in catalogue if message.id and not _is_translated(message))
        click.echo(f"{language.tag:8} {len(catalogue)} messages, {missing} without a translation")
    (root / "GLOSSARY.md").write_text(glossary(root), "utf-8")
    compile_stale(root)


@translations.command("compile")
def compile_all() -> None:
    """Compile the catalogues that are newer than their compiled form."""
    click.echo(f"{compile_stale(folder())} compiled")


def extract() -> Catalog:
    """A template of all messages of the package, in a stable order, without line numbers."""
    template = Catalog(project="portal", charset="utf-8", header_comment="# Messages of the portal.")
    found = extract_from_dir(
        PACKAGE, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("i18n:",), strip_comment_tags=True
    )
    rows = sorted(
        {(path, message, tuple(comments), context) for path, _line, message, comments, context in found}, key=repr
    )
    for path, message, comments, context in rows:
        template.add(message, locations=[(path, 0)], auto_comments=comments, context=context)
    return template


def glossary(root: Path) -> str:
    """The terms of all languages as a table, from the catalogues themselves."""
    catalogues = [read_catalogue(catalogue_path(root, language), language) for language in LANGUAGES]
    lines = ["# Glossary", "", "One term for one concept; `portal translations update` makes this file.", ""]
    lines += ["| " + " | ".join(language.tag for language in LANGUAGES) + " |", "|---" * len(LANGUAGES) + "|"]
    for term in GLOSSARY:
        strings = [str(message.string) if (message := catalogue.get(term)) else "" for catalogue in catalogues]
        lines.append("| " + " | ".join(strings) + " |")
    return "\n".join(lines) + "\n"


def read_catalogue(path: Path, language: Language) -> Catalog:
    """The catalogue of a language, or an empty one."""
    if not path.exists():
        return Catalog(locale=language.gettext, project="portal", charset="utf-8")
    with path.open("rb") as text:
        return read_po(text, locale=language.gettext)


def catalogue_path(root: Path, language: Language) -> Path:
    """Where the catalogue of a language is."""
    return root / language.gettext / "LC_MESSAGES" / "messages.po"


def as_text(catalogue: Catalog) -> bytes:
    """A catalogue as it is written: sorted, without dates, so that only real changes differ."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=WIDTH, sort_output=True, include_lineno=False, omit_header=False)
    lines = buffer.getvalue().splitlines(keepends=True)
    dated = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By', b'"Last-Translator', b'"Report-Msgid')
    return b"".join(line for line in lines if not line.startswith(dated))


def _say_it_in_english(catalogue: Catalog) -> None:
    """The ids are English: the English catalogue repeats them."""
    for message in catalogue:
        if message.id:
            message.string = message.id


def _is_translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)
