"""Answers that a browser keeps as a file."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response


def download(content: str | bytes | Iterable[str] | Iterable[bytes], media_type: str, name: str) -> Response:
    """A file with a name of plain letters; what comes in pieces is sent as it comes."""
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
