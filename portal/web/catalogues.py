"""Wires the catalogues of `translations/` to Flask-Babel; compiles what is newer than its compiled form."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel

from portal.core.messages import folder
from portal.locales import LANGUAGES
from portal.web.language import current_language


def compile_stale(root: Path) -> int:
    """Compile the catalogues whose text is newer than their compiled form; the number compiled."""
    done = 0
    for language in LANGUAGES:
        source = root / language.gettext / "LC_MESSAGES" / "messages.po"
        compiled = source.with_suffix(".mo")
        if source.exists() and (not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime):
            _compile(source, compiled)
            done += 1
    return done


def _compile(source: Path, compiled: Path) -> None:
    """Write beside the target and rename, so that no process reads half a file."""
    with source.open("rb") as text:
        catalogue = read_po(text)
    handle, name = tempfile.mkstemp(dir=compiled.parent)
    with os.fdopen(handle, "wb") as binary:
        write_mo(binary, catalogue)
    Path(name).replace(compiled)


def init_app(app: Flask) -> None:
    """Compile if needed and let the address choose the language."""
    root = folder()
    compile_stale(root)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(root)
    Babel(app, locale_selector=lambda: current_language().gettext)
