"""The thesaurus as a table that translators edit: one row a label, out as CSV, back in with every difference named."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from search.analysis.cleaning import clean
from search.concepts.thesaurus import FACETS, PLACES, TOPICS, Concept, Thesaurus
from search.errors import InvalidThesaurus

PLACE = "place"
TEAM = "team"  # origin of the labels that the data files hold; all others are made by rule
COLUMNS = ("concept", "scheme", "language", "kind", "label", "origin")
PREFERRED, ALTERNATIVE, HIDDEN = "preferred", "alternative", "hidden"
KINDS = (PREFERRED, ALTERNATIVE, HIDDEN)
_TABLE = re.compile(r"^\[([a-zA-Z0-9-]+)\]\s*$", re.MULTILINE)

Labels = Mapping[str, Sequence[str]]  # kind → labels, in their order
Place = tuple[str, str]  # concept and language


@dataclass(frozen=True)
class Row:
    """One label of one concept."""

    concept: str
    scheme: str
    language: str
    kind: str
    label: str
    origin: str = TEAM


@dataclass(frozen=True)
class Difference:
    """What an edited table says otherwise of one concept in one language; `order`: only the order is another."""

    concept: str
    language: str
    added: tuple[tuple[str, str], ...]  # (kind, label)
    removed: tuple[tuple[str, str], ...]
    order: bool = False


def rows(thesaurus: Thesaurus) -> Iterator[Row]:
    """Every label, concept by concept."""
    for concept in thesaurus.concepts.values():
        for language in thesaurus.languages:
            for kind, label in labels_of(concept, language):
                origin = concept.origins.get((language, label), TEAM)
                yield Row(concept.id, concept.scheme, language, kind, label, origin)


def labels_of(concept: Concept, language: str) -> Iterator[tuple[str, str]]:
    """(kind, label) of a concept in a language, the preferred one first."""
    for place, label in enumerate(concept.labels.get(language, ())):
        yield (ALTERNATIVE if place else PREFERRED), label
    for label in concept.hidden.get(language, ()):
        yield HIDDEN, label


def write_csv(thesaurus: Thesaurus) -> str:
    """The table as CSV with a heading."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(row, column) for column in COLUMNS] for row in rows(thesaurus))
    return text.getvalue()


def read_csv(text: str, thesaurus: Thesaurus) -> list[Row]:
    """The rows of an edited table. Raises `InvalidThesaurus` naming the line and what is wrong with it."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if missing := [column for column in COLUMNS[:-1] if column not in (reader.fieldnames or ())]:
        raise InvalidThesaurus(f"the heading lacks {', '.join(missing)}")
    found = [_row(number, row, thesaurus) for number, row in enumerate(reader, 2)]
    preferred = Counter((row.concept, row.language) for row in found if row.kind == PREFERRED)
    for row in found:
        number = preferred[row.concept, row.language]
        if number > 1 or (number == 0 and row.scheme != PLACE):  # countries have theirs from elsewhere
            raise InvalidThesaurus(f"{row.concept}, {row.language}: {number} preferred labels instead of one")
    return found


def _row(number: int, found: Mapping[str, str | None], thesaurus: Thesaurus) -> Row:
    values = {column: clean(found.get(column) or "") for column in COLUMNS}
    concept = thesaurus.concepts.get(values["concept"])
    for wrong, what in (
        (concept is None, f"unknown concept “{values['concept']}”"),
        (values["language"] not in thesaurus.languages, f"unknown language “{values['language']}”"),
        (values["kind"] not in KINDS, f"kind “{values['kind']}” is none of {', '.join(KINDS)}"),
        (not values["label"], "the label is empty"),
    ):
        if wrong:
            raise InvalidThesaurus(f"line {number}: {what}")
    scheme = concept.scheme if concept else ""
    return Row(**{**values, "scheme": scheme, "origin": values["origin"] or TEAM})


def differences(thesaurus: Thesaurus, edited: Iterable[Row]) -> list[Difference]:
    """What the edited rows say otherwise, of every concept and language they mention; what they leave out stays."""
    wanted = _grouped(edited)
    known = _grouped(rows(thesaurus))
    found = []
    for place, labels in wanted.items():
        before = known.get(place, [])
        added = tuple(label for label in labels if label not in before)
        removed = tuple(label for label in before if label not in labels)
        if added or removed or labels != before:
            found.append(Difference(*place, added, removed, not added and not removed))
    return found


def apply(edited: Iterable[Row], folder: Path, changed: Iterable[Difference]) -> list[Path]:
    """Write the changed labels into the data files, line by line; comments and order stay. The files written."""
    wanted = _grouped(edited)
    places = {(difference.concept, difference.language) for difference in changed}
    written = []
    for path in sorted(folder / name for name in (*TOPICS, *FACETS, PLACES)):
        text = path.read_text("utf-8")
        new = text
        for concept, language in sorted(places):
            new = _with_labels(new, concept, language, wanted[concept, language])
        if new != text:
            path.write_text(new, "utf-8")
            written.append(path)
    return written


def _grouped(found: Iterable[Row]) -> dict[Place, list[tuple[str, str]]]:
    """(concept, language) → (kind, label), the team's own labels alone, preferred first and hidden last."""
    grouped: dict[Place, list[tuple[str, str]]] = defaultdict(list)
    for row in found:
        if row.origin == TEAM:
            grouped[row.concept, row.language].append((row.kind, row.label))
    return {place: sorted(labels, key=lambda label: KINDS.index(label[0])) for place, labels in grouped.items()}


def _with_labels(text: str, concept: str, language: str, labels: Sequence[tuple[str, str]]) -> str:
    """The text of a data file with the labels of one concept in one language; unchanged if it is not in the file."""
    start, end = _table_body(text, concept)
    if start == end:
        return text
    shown = _list([label for kind, label in labels if kind != HIDDEN])
    line = re.compile(rf"^{language} = .*$", re.MULTILINE)
    body, found = line.subn(lambda _: f"{language} = {shown}", text[start:end], count=1)
    if not found:
        body = f"\n{language} = {shown}{body}"
    return text[:start] + _with_hidden(body, language, [label for kind, label in labels if kind == HIDDEN]) + text[end:]


def _table_body(text: str, name: str) -> tuple[int, int]:
    """Where the lines of a table stand; an empty place if there is no such table."""
    tables = [*_TABLE.finditer(text), None]
    for table, following in pairwise(tables):
        if table is not None and table[1] == name:
            return table.end(), following.start() if following else len(text)
    return 0, 0


def _with_hidden(body: str, language: str, labels: Sequence[str]) -> str:
    """A table's body with the hidden labels of one language."""
    line = re.search(r"^hidden = \{(.*)\}$", body, re.MULTILINE)
    known = dict(re.findall(r"([\w-]+) = (\[[^\]]*\])", line[1])) if line else {}
    known.pop(language, None)
    if labels:
        known[language] = _list(labels)
    made = "hidden = {" + ", ".join(f"{tag} = {found}" for tag, found in known.items()) + "}" if known else ""
    if line:
        return body[: line.start()] + made + body[line.end() :] if made else body.replace(line[0] + "\n", "")
    return body.rstrip("\n") + f"\n{made}\n\n" if made else body


def _list(labels: Sequence[str]) -> str:
    return "[" + ", ".join(json.dumps(label, ensure_ascii=False) for label in labels) + "]"
