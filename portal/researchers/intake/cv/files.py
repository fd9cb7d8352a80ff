"""The text of a CV: a PDF, a DOCX, or what somebody pasted."""

from __future__ import annotations

import filetype

from portal.core.errors import Invalid
from portal.researchers.intake.isolation import Isolation

LARGEST = 5 * 1024 * 1024  # bytes
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KINDS = {"application/pdf": "pdf", _DOCX: "docx"}
_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # also of a DOCX that is encrypted
_TEXT = 4096  # bytes in which a text shows itself as one


def read_cv(content: bytes, isolation: Isolation) -> str:
    """The text of a file; what kind of file it is, its bytes say and not its name. Raises `Invalid` (codes `intake.*`)
    and `Unavailable` ("intake.busy")."""
    if not content:
        raise Invalid("intake.empty", field="file")
    if len(content) > LARGEST:
        raise Invalid("intake.large", field="file", megabytes=LARGEST // 1024**2)
    if content.startswith(_OLD_WORD):
        raise Invalid("intake.old", field="file")
    kind = _KINDS.get(str(filetype.guess_mime(content)), "")
    if not kind and content.startswith(b"PK\x03\x04"):
        kind = "docx"  # the child says whether it is one
    if kind:
        return str(isolation.read(kind, content))
    return _plain(content)


def _plain(content: bytes) -> str:
    """A text file, as programs save them."""
    if b"\x00" in content[:_TEXT]:
        raise Invalid("intake.type", field="file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("intake.type", field="file") from error
