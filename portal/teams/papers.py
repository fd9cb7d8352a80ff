"""Papers that people upload: what is taken, under which name, and where the bytes lie."""

from __future__ import annotations

import os
import secrets
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import filetype
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.errors import Invalid, NotFound
from portal.teams.models import StoredFile
from search.analysis.cleaning import clean

LARGEST = 5 * 1024 * 1024  # bytes
_LONGEST_NAME = 80
_STRAY_FOR = timedelta(hours=1)
_BEGINNINGS = {
    "application/pdf": (b"%PDF-", "pdf"),
    "image/png": (b"\x89PNG\r\n\x1a\n", "png"),
    "image/jpeg": (b"\xff\xd8\xff", "jpg"),
}
# How a whole file ends, and within how many of its last bytes: printers and telephones append a little.
_ENDS = {
    "application/pdf": (b"%%EOF", 2048),
    "image/png": (b"IEND\xaeB\x60\x82", 64),
    "image/jpeg": (b"\xff\xd9", 65536),
}
_MARKUP = (b"<html", b"<script", b"<svg", b"<!doctype", b"<?php")


@dataclass(frozen=True)
class Paper:
    """A file that was looked at and may be kept."""

    name: str
    media_type: str
    content: bytes


def read_paper(name: str, content: bytes) -> Paper:
    """A PDF, PNG or JPEG under a harmless name. Raises `Invalid` ("file.empty", "file.large", "file.type").

    What it is, its bytes say. A file that begins as one type and is another as well (an archive at the end, markup at
    the beginning) is none of the three.
    """
    if not content:
        raise Invalid("file.empty", field="document")
    if len(content) > LARGEST:
        raise Invalid("file.large", field="document", megabytes=LARGEST // 1024**2)
    media_type = str(filetype.guess_mime(content))
    if media_type not in _BEGINNINGS or not _is_whole(content, media_type) or _is_more(content):
        raise Invalid("file.type", field="document")
    return Paper(clean_name(name, _BEGINNINGS[media_type][1]), media_type, content)


def clean_name(name: str, ending: str) -> str:
    """The last part of a path without anything invisible, with the ending that its bytes ask for."""
    last = clean(name.replace("\\", "/").rpartition("/")[2])
    stem = last.rpartition(".")[0] or last
    kept = "".join(one if unicodedata.category(one)[0] in "LMN" or one in "-_()" else " " for one in stem)
    return f"{' '.join(kept.split())[:_LONGEST_NAME].strip() or 'document'}.{ending}"


def keep_paper(session: Session, paper: Paper, owner_id: str, folder: Path, now: datetime) -> StoredFile:
    """Keep a paper: its row in this transaction, its bytes under a random name; they go again if it is rolled back."""
    file = StoredFile(
        id=secrets.token_hex(16),
        owner_id=owner_id,
        name=paper.name,
        media_type=paper.media_type,
        size=len(paper.content),
        created_at=now,
    )
    path = folder / file.id
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sa.event.listen(session, "after_rollback", lambda _session: path.unlink(missing_ok=True), once=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(paper.content)
    session.add(file)
    session.flush()
    return file


def paper_content(file: StoredFile, folder: Path) -> bytes:
    """The bytes of a paper. Raises `NotFound` where they are gone."""
    try:
        return (folder / file.id).read_bytes()
    except OSError as error:
        raise NotFound("file.gone", id=file.id) from error


def drop_paper(session: Session, file: StoredFile, folder: Path) -> None:
    """Forget a paper; the bytes go once that is certain."""
    path = folder / file.id
    sa.event.listen(session, "after_commit", lambda _session: path.unlink(missing_ok=True), once=True)
    session.delete(file)


def drop_stray_papers(session: Session, folder: Path, now: datetime) -> int:
    """Remove bytes that no row speaks of, and their number: a process may have died before it came to it. Those of the
    last hour may have a row that is not yet to be seen."""
    old = [path for path in folder.glob("*") if path.stat().st_mtime < (now - _STRAY_FOR).timestamp()]
    known = set(session.scalars(sa.select(StoredFile.id)))
    stray = [path for path in old if path.name not in known]
    for path in stray:
        path.unlink(missing_ok=True)
    return len(stray)


def _is_whole(content: bytes, media_type: str) -> bool:
    end, within = _ENDS[media_type]
    return content.startswith(_BEGINNINGS[media_type][0]) and end in content[-within:]


def _is_more(content: bytes) -> bool:
    return zipfile.is_zipfile(BytesIO(content)) or any(tag in content[:1024].lower() for tag in _MARKUP)
