"""Answers that a browser keeps as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from flask import Response

_PIECE = 1 << 16  # bytes


def download(content: str | bytes | Iterable[str] | Iterable[bytes], media_type: str, name: str) -> Response:
    """A file with a name of plain letters; what comes in pieces is sent as it comes."""
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def download_file(file: IO[bytes], media_type: str, name: str) -> Response:
    """The same of an open file, from where it stands; it is closed with the answer."""
    response = download(_pieces(file), media_type, name)
    response.call_on_close(file.close)
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
