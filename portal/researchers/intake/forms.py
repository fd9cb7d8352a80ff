"""What comes in: files, pasted text, an iD, and what was chosen of the proposals."""

from __future__ import annotations

from contextlib import closing

from flask_wtf.file import FileField
from wtforms import HiddenField, StringField, TextAreaField

from portal.core.errors import Invalid
from portal.core.messages import N_
from portal.web.forms import PortalForm, at_most, cleaned, lazy, needed


class UploadForm(PortalForm):
    """A file."""

    file = FileField(lazy(N_("File")))

    def uploaded(self, largest: int) -> bytes:
        """The bytes of the file; of one that is too large, enough to tell."""
        if not getattr(self.file.data, "filename", ""):
            return b""
        with closing(self.file.data) as file:
            return bytes(file.read(largest + 1))


class PasteForm(UploadForm):
    """A file, or its text."""

    text = TextAreaField(lazy(N_("Or paste the text")), render_kw={"rows": 6, "dir": "auto"})

    def pasted(self, longest: int) -> str:
        """The text, of at most so many characters. Raises `Invalid` ("intake.long")."""
        text = self.text.data or ""
        if len(text) > longest:
            raise Invalid("intake.long", field="text", most=longest)
        return text


class OrcidForm(PortalForm):
    """An ORCID iD."""

    orcid = StringField(
        lazy(N_("ORCID")), filters=[cleaned], validators=[needed(), at_most(60)],
        render_kw={"autocapitalize": "none", "spellcheck": "false", "inputmode": "url"},
    )  # fmt: skip


class ChoiceForm(PortalForm):
    """The proposals, as the page had them, beside the ticks that say which of them are taken."""

    proposals = HiddenField(lazy(N_("Proposals")))

    def chosen(self, ticks: list[str]) -> set[int]:
        """Which are taken. Raises `Invalid` ("intake.none")."""
        places = {int(one) for one in ticks if one.isascii() and one.isdigit() and len(one) < 6}
        if not places:
            raise Invalid("intake.none", field="proposals")
        return places
