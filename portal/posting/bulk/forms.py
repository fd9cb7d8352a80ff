"""What comes in with an import."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from portal.core.messages import N_
from portal.posting.bulk.files import LARGEST
from portal.web.forms import PortalForm, lazy
from portal.web.messages import gettext


class UploadForm(PortalForm):
    """A file of listings."""

    file = FileField(lazy(N_("File with listings")))

    def validate_file(self, field: Any) -> None:
        """There has to be one."""
        if not field.data or not getattr(field.data, "filename", ""):
            raise ValidationError(gettext("Choose a file."))

    def uploaded(self) -> tuple[str, bytes]:
        """Its name and bytes; of a file that is too large, enough to tell."""
        return self.file.data.filename or "", self.file.data.read(LARGEST + 1)


class SaveForm(PortalForm):
    """What to do with rows that were checked."""

    aim = RadioField(
        lazy(N_("What shall become of them?")),
        choices=[
            SelectChoice("drafts", lazy(N_("Keep them as drafts. Nobody else sees them yet."))),
            SelectChoice("propose", lazy(N_("Propose all of them for publication."))),
        ],
        default="drafts",
    )
