"""Pieces of pages that depend on their values and the language alone: rendered once, then kept."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from flask import current_app
from markupsafe import Markup

from portal.web.language import current_language

_KEPT = 10_000


def fragment(template: str, macro: str, *values: Hashable) -> Markup:
    """What a macro makes of some values; it must look at nothing else but the reader's language."""
    render = _rendered.__wrapped__ if current_app.debug else _rendered
    return render(template, macro, values, current_language().tag)


@lru_cache(_KEPT)
def _rendered(template: str, macro: str, values: tuple[Hashable, ...], _tag: str) -> Markup:
    module = current_app.jinja_env.get_template(template).module
    return Markup(getattr(module, macro)(*values))  # noqa: S704 - templates escape
