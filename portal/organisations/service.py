"""Changes to organisations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.outbox import enqueue
from portal.organisations.importing import NameRecord, OrganisationRecord
from portal.organisations.models import Organisation, OrganisationName, folded

_BATCH = 1000
_ORGANISATIONS = cast("sa.Table", Organisation.__table__)
_NAMES = cast("sa.Table", OrganisationName.__table__)


@dataclass(frozen=True)
class ImportCounts:
    """What an import did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def total(self) -> int:
        """All records read."""
        return self.added + self.changed + self.unchanged


def import_organisations(
    session: Session,
    records: Iterable[OrganisationRecord],
    now: datetime,
    progress: Callable[[int], object] | None = None,
) -> ImportCounts:
    """Add new organisations, replace those that differ, leave equal ones alone; `progress` is told of each batch.

    Organisations the records do not name stay. An error among the records leaves the transaction to be rolled back.
    """
    counts = ImportCounts()
    for batch in _batches(records):
        known = _known(session, [record.id for record in batch])
        added = [record for record in batch if record.id not in known]
        changed = [r for r in batch if r.id in known and known[r.id] != (r.values, r.names)]
        _replace(session, changed, now)
        _insert(session, added, now)
        counts = ImportCounts(
            counts.added + len(added),
            counts.changed + len(changed),
            counts.unchanged + len(batch) - len(added) - len(changed),
        )
        if progress:
            progress(len(batch))
    return counts


def add_organisation(
    session: Session,
    organisation_id: str,
    names: Mapping[str, str],
    country: str,
    city: str,
    website: str,
    now: datetime,
) -> Organisation:
    """An organisation that no registry knows: names by language, the first of which is shown where none fits better."""
    rows = [
        OrganisationName(position=place, value=value, language=language, kind="label", display=place == 0)
        for place, (language, value) in enumerate(names.items())
    ]
    organisation = Organisation(
        id=organisation_id, country=country, city=city or None, types=[], complete=False, names=rows, updated_at=now,
        links=[{"type": "website", "value": website}] if website else [],
    )  # fmt: skip
    session.add(organisation)
    enqueue(session, "organisation", organisation_id, now)
    return organisation


def rename_organisation(session: Session, organisation: Organisation, names: Mapping[str, str], now: datetime) -> None:
    """Give an organisation (with its names loaded) other names by language, the first of which is shown where none fits
    better; aliases and acronyms stay."""
    others = [name for name in organisation.names if name.kind != "label"]
    rows = [OrganisationName(value=value, language=tag, kind="label") for tag, value in names.items()]
    for place, row in enumerate([*rows, *others]):
        row.position, row.display = place, place == 0
    organisation.names = [*rows, *others]
    organisation.updated_at = now
    enqueue(session, "organisation", organisation.id, now)


def _batches(records: Iterable[OrganisationRecord]) -> Iterator[list[OrganisationRecord]]:
    iterator = iter(records)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def _known(session: Session, ids: list[str]) -> dict[str, tuple[dict[str, Any], tuple[NameRecord, ...]]]:
    """What is stored of some organisations, in the shape of the records."""
    names: dict[str, list[NameRecord]] = {}
    columns = (_NAMES.c.organisation_id, _NAMES.c.value, _NAMES.c.language, _NAMES.c.kind, _NAMES.c.display)
    query = sa.select(*columns).where(_NAMES.c.organisation_id.in_(ids)).order_by(_NAMES.c.position)
    for organisation_id, *values in session.execute(query):
        names.setdefault(organisation_id, []).append(NameRecord(*values))
    rows = session.execute(sa.select(_ORGANISATIONS).where(_ORGANISATIONS.c.id.in_(ids))).mappings()
    return {row["id"]: (_values(row), tuple(names.get(row["id"], ()))) for row in rows}


def _values(row: sa.RowMapping) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("id", "updated_at")}


def _insert(session: Session, records: list[OrganisationRecord], now: datetime) -> None:
    if records:
        rows = [{"id": record.id, "updated_at": now, **record.values} for record in records]
        session.execute(sa.insert(_ORGANISATIONS), rows)
        _insert_names(session, records)


def _replace(session: Session, records: list[OrganisationRecord], now: datetime) -> None:
    """Write changed organisations anew; cards of listings carry their names, so the index has to learn of it."""
    for record in records:
        update = sa.update(_ORGANISATIONS).where(_ORGANISATIONS.c.id == record.id)
        session.execute(update.values(updated_at=now, **record.values))
        enqueue(session, "organisation", record.id, now)
    if records:
        session.execute(sa.delete(_NAMES).where(_NAMES.c.organisation_id.in_([record.id for record in records])))
        _insert_names(session, records)
        session.expire_all()


def _insert_names(session: Session, records: list[OrganisationRecord]) -> None:
    rows = [
        {"organisation_id": record.id, "position": position, "folded": folded(name.value), **asdict(name)}
        for record in records
        for position, name in enumerate(record.names)
    ]
    session.execute(sa.insert(_NAMES), rows)
