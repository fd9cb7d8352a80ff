"""All that is kept of a person as an archive: JSON for each holding, documents, and a text that explains both."""

from __future__ import annotations

import json
import zipfile
from tempfile import SpooledTemporaryFile
from typing import IO

from portal.core.errors import NotFound
from portal.core.holding import Holding, Keeping, Person, read_rows
from portal.rights.registry import HOLDINGS

IN_MEMORY = 1024 * 1024  # bytes: what is larger lies in a file without a name


def write_archive(keeping: Keeping, person: Person, readme: str) -> IO[bytes]:
    """The archive, to be read from its beginning; whoever closes it forgets it."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the reader closes it
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", readme)
            for holding in HOLDINGS:
                _write_rows(archive, keeping, person, holding)
                _write_files(archive, keeping, person, holding)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def plain_name(name: str) -> str:
    """A file's name without folders and leading dots: whoever sent it may have written anything, and whatever unpacks
    the archive must not go elsewhere."""
    return name.replace("\\", "/").rpartition("/")[2].lstrip(".")


def _write_rows(archive: zipfile.ZipFile, keeping: Keeping, person: Person, holding: Holding) -> None:
    """Row by row: nobody's whole history is held at once."""
    with archive.open(f"{holding.code}.json", "w") as out:
        out.write(b"{")
        for number, rows in enumerate(holding.rows):
            name = f"{rows.table.name}.{rows.column.key}"
            out.write(f"{',' if number else ''}\n{json.dumps(name)}: [".encode())
            for place, row in enumerate(read_rows(keeping.session, rows, person)):
                text = json.dumps(row, ensure_ascii=False)
                out.write(f"{',' if place else ''}\n  {text}".encode())
            out.write(b"\n]")
        out.write(b"\n}\n")


def _write_files(archive: zipfile.ZipFile, keeping: Keeping, person: Person, holding: Holding) -> None:
    for number, file in enumerate(holding.files(keeping, person) if holding.files else (), 1):
        try:
            content = file.read()
        except NotFound:  # a copy of the site without its files
            continue
        archive.writestr(f"{holding.code}/{number}-{plain_name(file.name)}", content)
