"""Documents into an index and out of it, in bulk and with their versions: a late write with an older version never
wins."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, TypeVar

from search.documents import Document
from search.elastic.body import to_body
from search.elastic.client import Link, Missing
from search.elastic.index import Index
from search.errors import EngineUnavailable, SearchError

BATCH = 250
Refresh = bool | Literal["wait_for"]
Line = dict[str, Any] | bytes
Operation = tuple[Line, Line | None]  # action line, body; as data, or as the JSON that is sent

_T = TypeVar("_T")
_CONFLICT, _MISSING, _OVERLOADED, _FAILED = 409, 404, 429, 500
_ATTEMPTS, _FIRST_WAIT = 6, 0.2
_REASON_LENGTH = 300  # a reason may quote the whole text that was refused


class DocumentsRejected(SearchError):
    """The server will never take some documents as they are: id → reason. All others of the call were written."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self.reasons = dict(reasons)
        shown = "; ".join(f"{document_id}: {reason}" for document_id, reason in islice(self.reasons.items(), 3))
        super().__init__(f"{len(self.reasons)} documents were rejected: {shown}")


@dataclass(frozen=True)
class Outcome:
    """What became of the operations of one bulk request; those with an older version are in neither number."""

    done: int
    rejected: Mapping[str, str]


class Writer:
    """Writes to the index that serves, and to the one that is being built beside it."""

    def __init__(self, index: Index, refresh: Refresh = False) -> None:
        self._index = index
        self._link: Link = index.link
        self._refresh = refresh

    def put(self, documents: Iterable[Document]) -> int:
        """Add or replace documents; the number written."""
        return sum(self._write([put_operation(document) for document in batch]) for batch in batches(documents))

    def delete(self, ids: Iterable[str]) -> int:
        """Remove documents; the number removed. A mapping gives for each id the version at which it was gone."""
        stated = ids if isinstance(ids, Mapping) else None
        removed = 0
        for batch in batches(ids):
            versions = {name: stated[name] for name in batch} if stated is not None else self._versions(batch)
            removed += self._write([delete_operation(name, version) for name, version in versions.items()])
        return removed

    def _write(self, operations: Sequence[Operation]) -> int:
        """First to a new index that is being built, then to the one in service: one of them is read afterwards, so
        what either refuses is refused."""
        if not operations:
            return 0
        rejected: dict[str, str] = {}
        if self._index.is_building():
            with suppress(Missing):  # it went into service, or was given up, just now
                rejected |= send(self._link, self._index.building, operations).rejected
        try:
            outcome = send(self._link, self._index.alias, operations, self._refresh)
        except Missing:
            self._index.ensure()
            outcome = send(self._link, self._index.alias, operations, self._refresh)
        rejected |= outcome.rejected
        if rejected:
            raise DocumentsRejected(rejected)
        return outcome.done

    def _versions(self, ids: Sequence[str]) -> dict[str, int]:
        """The versions at which documents are there now."""
        try:
            with self._link.writing() as client:
                found = client.mget(index=self._index.alias, ids=ids, source=False)
        except Missing:
            return {}
        return {doc["_id"]: int(doc["_version"]) for doc in found["docs"] if doc.get("found")}


def put_operation(document: Document) -> Operation:
    """Add or replace, unless a version at least as new is there."""
    meta = {"_id": document.id, "version": document.version, "version_type": "external"}
    return {"index": meta}, to_body(document)


def delete_operation(document_id: str, version: int) -> Operation:
    """Remove, unless a newer version is there; a mark stays for some hours."""
    return {"delete": {"_id": document_id, "version": version, "version_type": "external_gte"}}, None


def send(link: Link, alias: str, operations: Sequence[Operation], refresh: Refresh = False) -> Outcome:
    """One bulk request to an alias; what the server has no room for is sent again after a while."""
    done, rejected, waiting = 0, {}, list(operations)
    for attempt in range(_ATTEMPTS):
        outcomes = _send_once(link, alias, waiting, refresh)
        retry = []
        for operation, (document_id, status, reason) in zip(waiting, outcomes, strict=True):
            if status == _OVERLOADED or status >= _FAILED:
                retry.append(operation)
            elif status not in (_CONFLICT, _MISSING) and reason:
                rejected[document_id] = reason
            elif not reason and status != _MISSING:
                done += 1
        if not retry:
            return Outcome(done, rejected)
        waiting = retry
        time.sleep(_FIRST_WAIT * 2**attempt)
    raise EngineUnavailable(f"the search server has no room for {len(waiting)} documents")


def _send_once(
    link: Link, alias: str, operations: Sequence[Operation], refresh: Refresh
) -> Iterator[tuple[str, int, str]]:
    """(id, status, reason if it failed) of each operation. Raises `Missing` where there is no such alias."""
    lines: list[Any] = [line for action, body in operations for line in ((action,) if body is None else (action, body))]
    with link.writing() as client:
        answer = client.bulk(index=alias, operations=lines, refresh=refresh, require_alias=True)
    for item in answer["items"]:
        ((_action, result),) = item.items()
        error = result.get("error", {})
        if error.get("type") == "index_not_found_exception":
            raise Missing(error["reason"])
        yield result["_id"], int(result["status"]), str(error.get("reason", ""))[:_REASON_LENGTH]


def batches(items: Iterable[_T], size: int = BATCH) -> Iterator[list[_T]]:
    """Lists of so many items."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
