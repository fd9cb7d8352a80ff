"""Imports at work: small ones while somebody waits, large ones in the worker. Any number of processes may do it at
once; each import is one's alone, and that of a process that died is taken up by another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from portal.core.actor import Actor
from portal.core.errors import Conflict, Forbidden, PortalError
from portal.listings.importing import known_references
from portal.posting import policy
from portal.posting.bulk import service
from portal.posting.models import BulkImport
from portal.site import Site
from portal.teams.queries import roles_of

_LOST_AFTER = timedelta(minutes=10)
_WAITING = ("checking", "saving")


def run_bulk_imports(site: Site) -> bool:
    """Do what one import waits for, if any does; whether there was one."""
    import_id = _claim(site)
    if import_id is not None:
        take_up(site, import_id)
    return import_id is not None


def take_up(site: Site, import_id: str, at_once: bool = False) -> None:
    """Check or save an import that was claimed. `at_once`: one with too many rows for that is left to the worker."""
    with site.sessions() as session:
        state = session.get_one(BulkImport, import_id).state
    try:
        if state == "checking":
            _check(site, import_id, service.AT_ONCE if at_once else None)
        elif state == "saving":
            _save(site, import_id)
    except Conflict as error:
        if error.code != "import.outdated":
            _settle(site, import_id, state="failed", report={"code": error.code, "parameters": error.parameters})
            return
        _settle(site, import_id, state="checking", done=0)  # let its owner see how things are now
        if at_once:
            take_up(site, import_id, at_once)
    except PortalError as error:
        _settle(site, import_id, state="failed", report={"code": error.code, "parameters": error.parameters})
    except (sa.exc.DataError, UnicodeError):  # no outage: it would fail again, and be taken up again, for ever
        _settle(site, import_id, state="failed", report={"code": "file.broken", "parameters": {}})


def _check(site: Site, import_id: str, at_most: int | None) -> None:
    with site.sessions() as session:
        opened = _alone(session, import_id)
        known = known_references(session, site.thesaurus)
        report = service.check(
            session, opened, known, site.clock(), lambda done: _settle(site, import_id, False, done=done), at_most
        )
    if report is None:
        _settle(site, import_id, done=0)
        return
    found = {"problems": report.problems, "changes": report.changes}
    counts = {name: getattr(report, name) for name in ("done", "added", "changed", "unchanged", "wrong")}
    _settle(site, import_id, state="checked", report=found, fingerprint=report.fingerprint.hexdigest(), **counts)


def _save(site: Site, import_id: str) -> None:
    with site.unit_of_work().begin() as session:
        opened = _alone(session, import_id)
        actor = Actor(opened.owner_id, None, roles_of(session, opened.owner_id))
        if not policy.may_create(actor, opened.organisation_id):
            raise Forbidden("not.permitted")
        known = known_references(session, site.thesaurus)
        service.save(session, opened, known, actor, site.clock())
        own = BulkImport.id == import_id, BulkImport.state == "saving", BulkImport.claimed_at == opened.claimed_at
        saved = sa.update(BulkImport).where(*own).values(state="saved", content=b"", claimed_at=None)
        if not session.execute(saved.returning(BulkImport.id)).all():
            raise Conflict("import.taken")  # somebody thought that this process had died: one of the two is enough


def _alone(session: Session, import_id: str) -> BulkImport:
    """An import with its file, which the session knows nothing of: it forgets what it has read again and again."""
    query = sa.select(BulkImport).where(BulkImport.id == import_id).options(undefer(BulkImport.content))
    opened = session.scalars(query).one()
    session.expunge(opened)
    return opened


def _settle(site: Site, import_id: str, over: bool = True, **values: Any) -> None:
    """Note how far an import has come; `over`: it is nobody's any more."""
    values |= {"claimed_at": None} if over else {}
    with site.unit_of_work().begin() as session:
        session.execute(sa.update(BulkImport).where(BulkImport.id == import_id).values(**values))


def _claim(site: Site) -> str | None:
    now = site.clock()
    free = BulkImport.state.in_(_WAITING), sa.or_(
        BulkImport.claimed_at.is_(None), BulkImport.claimed_at < now - _LOST_AFTER
    )  # fmt: skip
    first = sa.select(BulkImport.id).where(*free).order_by(BulkImport.created_at).limit(1).scalar_subquery()
    claim = sa.update(BulkImport).where(BulkImport.id == first, *free).values(claimed_at=now)
    with site.unit_of_work().begin() as session:
        return session.scalars(claim.returning(BulkImport.id)).first()
