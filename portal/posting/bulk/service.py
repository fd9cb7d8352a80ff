"""Files of listings taken over into drafts: checked first, then all of it or nothing.

An import lives in `BulkImport`: `open_import` keeps the file, `check` says what it would do, `save` does it. `jobs`
puts them together for requests and for the worker.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit, retention
from portal.core.actor import Actor
from portal.core.errors import Conflict, Invalid
from portal.core.ids import CHANCE, new_id
from portal.listings.record_parts import Known
from portal.listings.records import read_record
from portal.posting import service as postings
from portal.posting.bulk.columns import SYSTEM
from portal.posting.bulk.files import Line, Table, open_table
from portal.posting.bulk.queries import Records, current_records
from portal.posting.bulk.rows import Row, column_of, merge, read_row, write_row
from portal.posting.bulk.values import plain
from portal.posting.drafts.checking import Problem, read_draft
from portal.posting.models import BulkImport, Posting
from search.analysis.cleaning import clean

Progress = Callable[[int], object]

BATCH = 200  # rows that are held at once
AT_ONCE = 200  # rows of a file that are done while its owner waits
MOST_PROBLEMS = 500  # that a report tells of
_MOST_CHANGES = 200  # listings whose differences a report shows
_SHOWN = 120  # characters of a value in a report
_NO_ID = "00000000"  # of a listing that has none yet; never kept


@dataclass(frozen=True)
class Trouble:
    """Something wrong with a row: its number, the code of the column, and what a sentence needs."""

    row: int
    column: str
    reason: str
    parameters: Mapping[str, Any]


@dataclass
class Looked:
    """A row that was looked at: the posting it is of (None: a new one), the record before, what changes, what is
    wrong."""

    line: Line
    posting: Posting | None
    before: Mapping[str, Any]
    changes: dict[str, Any] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        """Whether it becomes a new listing."""
        return self.posting is None and not self.troubles


@dataclass
class Report:
    """What a check found."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    fingerprint: Any = field(default_factory=hashlib.sha256)
    done: int = 0

    def take(self, looked: Looked, tag: str = "") -> None:
        """Take account of a row; its differences are written in the language `tag`, if there is one."""
        self.done += 1
        if looked.posting is not None:
            self.fingerprint.update(f"{looked.posting.listing_id} {looked.posting.revision}\n".encode())
        self.wrong += len(looked.troubles)
        room = MOST_PROBLEMS - len(self.problems)
        self.problems += [
            {"row": one.row, "column": _short(one.column), "reason": one.reason, "parameters": _shown(one.parameters)}
            for one in looked.troubles[:room]
        ]
        if looked.troubles:
            return
        kind = "added" if looked.is_new else "changed" if looked.changes else "unchanged"
        setattr(self, kind, getattr(self, kind) + 1)
        if tag and kind != "unchanged" and len(self.changes) < _MOST_CHANGES:
            self.changes.append(_differences(looked, tag))


def open_import(
    session: Session, organisation_id: str, actor: Actor, file: tuple[str, bytes], language: str, now: datetime
) -> BulkImport:
    """Keep an uploaded file (its name and bytes) to be checked. Raises `Invalid` ("file.…") for what is no table."""
    name, content = file
    open_table(content)
    forget_imports(session, now)
    opened = BulkImport(
        id=new_id(CHANCE), organisation_id=organisation_id, owner_id=actor.user_id, name=clean(name)[:120],
        language=language, content=content, state="checking", created_at=now, claimed_at=now,
    )  # fmt: skip
    session.add(opened)
    return opened


def forget_imports(session: Session, now: datetime) -> int:
    """Delete what was kept long enough; the number. What is being saved is left alone."""
    old = sa.delete(BulkImport).where(
        BulkImport.created_at < retention.IMPORTS.before(now), BulkImport.state != "saving"
    )  # fmt: skip
    return len(session.scalars(old.returning(BulkImport.id)).all())


def ask_to_save(opened: BulkImport, aim: str, now: datetime) -> bool:
    """Let a checked import be saved; whether the asker saves it at once, since it is small. Raises `Conflict` where it
    is not ready for that."""
    if opened.state != "checked" or opened.wrong or not opened.added + opened.changed:
        raise Conflict("import.not-ready", state=opened.state)
    is_small = opened.done <= AT_ONCE
    opened.state, opened.aim, opened.claimed_at = "saving", aim, now if is_small else None
    return is_small


def discard_import(session: Session, opened: BulkImport) -> None:
    """Forget a file. Raises `Conflict` while it is being saved."""
    if opened.state == "saving":
        raise Conflict("import.not-ready", state=opened.state)
    session.delete(opened)


def check(
    session: Session, opened: BulkImport, known: Known, now: datetime, progress: Progress, at_most: int | None = None
) -> Report | None:
    """Look at all rows; nothing is changed. `progress` is told from time to time how many were done. None: there are
    more than `at_most`, and nobody should wait for them."""
    report = Report()
    for batch in _looked_at(session, opened, known, now):
        if at_most is not None and report.done >= at_most:
            return None
        for looked in batch:
            report.take(looked, opened.language)
        session.expunge_all()
        progress(report.done)
    return report


def save(session: Session, opened: BulkImport, known: Known, actor: Actor, now: datetime) -> Report:
    """Take all rows over into drafts, and propose them if that is the aim. Raises `Conflict` ("import.outdated") where
    the drafts are no longer what was checked, and what proposing raises."""
    report = Report()
    for batch in _looked_at(session, opened, None, now):
        rows = []
        for looked in batch:
            report.take(looked)
            if report.wrong:
                raise Conflict("import.outdated")
            rows.append(looked)
        _save_rows(session, rows, opened, known, actor, now)
        session.flush()
        session.expunge_all()
    if report.fingerprint.hexdigest() != opened.fingerprint:
        raise Conflict("import.outdated")
    counts = {"added": report.added, "changed": report.changed, "unchanged": report.unchanged}
    of = ("import", opened.id)
    audit.note(session, "listings.imported", actor, of, now, opened.organisation_id, aim=opened.aim, **counts)
    return report


def _save_rows(
    session: Session, rows: Sequence[Looked], opened: BulkImport, known: Known, actor: Actor, now: datetime
) -> None:
    new = [looked for looked in rows if looked.posting is None]
    begun = iter(_begin(session, new, opened, actor, now))
    for looked in rows:
        if looked.posting is not None and looked.changes:
            postings.edit_posting(session, looked.posting, actor, now)
            postings.save_draft(session, looked.posting, looked.changes, looked.posting.revision, actor, now)
    if opened.aim == "propose":
        session.flush()
        for looked in rows:
            posting = looked.posting or session.get_one(Posting, next(begun))
            if looked.posting is None or looked.changes:
                _propose(session, looked.line.number, posting, known, actor, now)


def _begin(session: Session, new: Sequence[Looked], opened: BulkImport, actor: Actor, now: datetime) -> Sequence[str]:
    if not new:
        return ()
    return postings.begin_postings(session, opened.organisation_id, [_content(one) for one in new], actor, now)


def _propose(session: Session, row: int, posting: Posting, known: Known, actor: Actor, now: datetime) -> None:
    try:
        postings.submit_posting(session, posting, known, actor, now)
    except Invalid as error:
        raise Conflict("import.not-accepted", row=row, **error.parameters) from error


def _content(looked: Looked) -> dict[str, Any]:
    return {key: value for key, value in {**looked.before, **looked.changes}.items() if key != "id"}


def _looked_at(session: Session, opened: BulkImport, known: Known | None, now: datetime) -> Iterator[Iterator[Looked]]:
    """The rows of a file in batches, each compared with the listing that it is of; `known`: to see whether it would be
    right, which need not be seen twice."""
    table = open_table(opened.content)
    new = {"id": _NO_ID, "organisation_id": opened.organisation_id, "posted_at": now.isoformat()}
    seen: set[str] = set()

    def look_at(line: Line, listing_id: str, found: Records) -> Looked:
        looked = _look_at(line, listing_id, found, new)
        if listing_id and listing_id in seen:
            looked.troubles = [Trouble(line.number, "id", "repeated-id", {"value": listing_id})]
        seen.add(listing_id)
        _check(looked, table, known)
        return looked

    while lines := list(islice(table.lines, BATCH)):
        ids = [_id_of(table, line) for line in lines]
        found = current_records(session, opened.organisation_id, [one for one in ids if one])
        yield (look_at(line, listing_id, found) for line, listing_id in zip(lines, ids, strict=True))


def _id_of(table: Table, line: Line) -> str:
    """What a row says that its listing is; what no text can hold is no id, but says that there is one."""
    told = line.record.get("id") if isinstance(line.record, Mapping) else line.cells.get("id")
    text = str(told or "").strip() if table.has_records else plain(told).strip()
    return clean(text) or ("?" if text else "")


def _look_at(line: Line, listing_id: str, found: Records, new: Mapping[str, Any]) -> Looked:
    if listing_id and listing_id not in found:
        return Looked(line, None, new, {}, [Trouble(line.number, "id", "unknown-listing", {"value": listing_id})])
    posting, before = found[listing_id] if listing_id else (None, new)
    return Looked(line, posting, before)


def _check(looked: Looked, table: Table, known: Known | None) -> None:
    """Work out what a row changes, and whether the listing would be right."""
    number = looked.line.number
    if looked.troubles:
        return
    row, problems = _read(looked, table)
    looked.troubles = problems
    looked.changes = merge(looked.before, row.changes)
    if looked.posting is not None and not looked.changes:
        return
    if looked.posting is not None and looked.posting.state == "in-review":
        looked.troubles = [Trouble(number, "id", "in-review", {})]
        return
    if known is None:
        return
    content = {**looked.before, **looked.changes}
    told = {one.column for one in looked.troubles}
    for problem in _problems(content, known):
        column = problem.field if table.has_records else column_of(problem.field, content, row)
        if column not in told:
            looked.troubles.append(Trouble(number, column, problem.reason, problem.parameters))


def _problems(content: Mapping[str, Any], known: Known) -> list[Problem]:
    """All that is wrong with a record; of the most there is nothing to tell, and so no listing is made of them."""
    try:
        read_record(content, known)
    except Invalid:
        return read_draft(content, known)[1]
    return []


def _read(looked: Looked, table: Table) -> tuple[Row, list[Trouble]]:
    number = looked.line.number
    if not table.has_records:
        row = read_row(looked.line.cells, table.codes, looked.before)
        unclear = [
            Trouble(number, code, str(error.parameters["reason"]), error.parameters)
            for code, error in row.unclear.items()
        ]
        kept = [Trouble(number, key, "kept-of-nothing", {}) for key in row.kept if looked.posting is None]
        return row, unclear + kept
    if not isinstance(looked.line.record, Mapping):
        return Row(), [Trouble(number, "", "wrong-type", {"expected": "object"})]
    return Row({key: value for key, value in looked.line.record.items() if key not in SYSTEM}), []


def _differences(looked: Looked, tag: str) -> dict[str, Any]:
    """The cells of a row that differ from those there were, as a person would see them."""
    after = {**looked.before, **looked.changes}
    old, new = (write_row(record, tag, 1 << 30) for record in (looked.before, after))
    title = next((text.get("title") for text in after.get("translations") or [] if isinstance(text, Mapping)), "")
    columns = [] if looked.posting is None else [code for code in {**old, **new} if old.get(code) != new.get(code)]
    return {
        "row": looked.line.number,
        "id": looked.posting.listing_id if looked.posting else None,
        "title": str(title)[:_SHOWN],
        "cells": [[code, _short(plain(old.get(code))), _short(plain(new.get(code)))] for code in columns[:20]],
        "more": max(0, len(columns) - 20),
    }


def _shown(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _short(value) if isinstance(value, str) else value
        for name, value in parameters.items()
        if value is None or isinstance(value, str | int | float)
    }


def _short(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
