"""Publications from BibTeX and from lists of DOIs. No other site is asked.

BibTeX is read by bibtexparser: it goes on behind an entry that is broken, decodes LaTeX and takes names apart. It is
slow on files made to be slow, and so it works in the child process.
"""

from __future__ import annotations

import re
from typing import Any

from portal.core.errors import Invalid
from portal.researchers.identifiers import find_dois, read_doi
from portal.researchers.intake.isolation import Isolation
from portal.researchers.intake.proposals import Brought, Finds, short
from portal.researchers.profile import Publication
from portal.researchers.records import NAME

LONGEST = 1_000_000  # bytes of BibTeX, or of a list
LONGEST_PASTED = 200_000  # characters
_TITLE = 1000  # characters
_AUTHORS = 100
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_KINDS = {
    "article": "article", "inproceedings": "conference-paper", "conference": "conference-paper", "book": "book",
    "proceedings": "book", "inbook": "chapter", "incollection": "chapter", "phdthesis": "thesis",
    "mastersthesis": "thesis", "thesis": "thesis", "dataset": "data-set", "software": "software",
    "techreport": "other", "report": "other", "unpublished": "preprint", "online": "other", "misc": "other",
}  # fmt: skip
# The work types of ORCID (API 3.0) that have a kind of their own here.
ORCID_KINDS = {
    "journal-article": "article", "conference-paper": "conference-paper", "conference-poster": "conference-paper",
    "book": "book", "edited-book": "book", "book-chapter": "chapter", "dissertation": "thesis",
    "dissertation-thesis": "thesis", "supervised-student-publication": "thesis", "preprint": "preprint",
    "data-set": "data-set", "software": "software", "review": "article",
}  # fmt: skip


def read_publications(content: bytes, isolation: Isolation) -> Brought:
    """BibTeX, or a list of DOIs. Raises `Invalid` ("intake.large" and what the readers say)."""
    if len(content) > LONGEST:
        raise Invalid("intake.large", field="file", megabytes=1)
    if b"@" in content and b"{" in content:
        return read_bibtex(content, isolation)
    return read_doi_list(content.decode("utf-8-sig", "replace"))


def read_bibtex(content: bytes, isolation: Isolation) -> Brought:
    """The entries of a BibTeX file. Raises `Invalid` ("intake.nothing", or what the child says)."""
    finds = Finds()
    for entry in isolation.read("bibtex", content):
        _add_entry(entry, finds)
    return _something(finds)


def read_doi_list(text: str) -> Brought:
    """A list of DOIs, one a line or several, perhaps with the words of the reference around them: these become the
    title then. Raises `Invalid` ("intake.nothing") if there is no DOI at all."""
    finds = Finds()
    for line in text.splitlines():
        for doi in (found := find_dois(line)):
            reference = short(line, _TITLE) if len(found) == 1 and not read_doi(line) else doi
            finds.add("publications", Publication(reference, doi=doi, year=year_in(line), kind="other"), line)
    return _something(finds)


def year_in(text: str) -> int | None:
    """The year that stands in a reference, outside its DOI; None if there is none or more than one."""
    for doi in find_dois(text):
        text = re.sub(re.escape(doi), " ", text, flags=re.IGNORECASE)
    years = set(_YEAR.findall(text))
    return int(years.pop()) if len(years) == 1 else None


def _something(finds: Finds) -> Brought:
    if not (finds.proposals or finds.left_out):
        raise Invalid("intake.nothing", field="text")
    return finds.brought()


def _add_entry(entry: dict[str, Any], finds: Finds) -> None:
    title = short(_plain(entry.get("title")), _TITLE)
    if not title:
        finds.leave_out("publications", short(entry.get("doi")) or str(entry.get("type")), "missing-field")
        return
    venue = next((found for key in ("journal", "journaltitle", "booktitle", "publisher", "school", "institution")
                  if (found := short(_plain(entry.get(key))))), "")  # fmt: skip
    finds.add(
        "publications",
        Publication(
            title=title, kind=_KINDS.get(str(entry.get("type")).lower(), "other"),
            year=year_in(f"{entry.get('year', '')} {str(entry.get('date', ''))[:4]}"), venue=venue,
            authors=_authors(entry.get("author")), doi=read_doi(_plain(entry.get("doi"))), url=_url(entry.get("url")),
        ),
        title,
    )  # fmt: skip


def _plain(value: Any) -> str:
    """A value of BibTeX without the braces and mathematics signs that LaTeX had in it."""
    return re.sub(r"[{}]|(?<!\\)\$", "", value) if isinstance(value, str) else ""


def _authors(value: Any) -> tuple[str, ...]:
    names = (short(_plain(one), NAME) for one in (value if isinstance(value, list) else [])[:_AUTHORS])
    return tuple(dict.fromkeys(name for name in names if name))


def _url(value: Any) -> str | None:
    url = short(_plain(value), 500)
    return url if url.startswith(("http://", "https://")) and " " not in url else None
