"""Letters written out: a template and its parameters become a subject, a plain form and an HTML form.

`templates/mail/<template>.html` has two macros, `subject(p)` and `body(m, p)`: `p` are the letter's parameters, `m` the
macros of the form. Both forms are made of the same template, once with everything escaped and once with nothing.
A letter is in its own language, whoever asks for it; an application context is all that is needed.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from types import SimpleNamespace
from typing import Any

from flask import Flask, current_app
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from portal.mail.models import Letter
from portal.web.current import site
from portal.web.filters import FILTERS
from portal.web.language import speaking
from portal.web.public import site_name
from portal.web.text import Text

WIDTH = 72
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_FONTS = {
    "zh-Hans": "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, sans-serif",
    "th": "Leelawadee UI, Thonburi, Noto Sans Thai, Tahoma, sans-serif",
    "lo": "Leelawadee UI, Lao Sangam MN, Noto Sans Lao, sans-serif",
    "km": "Leelawadee UI, Khmer Sangam MN, Noto Sans Khmer, sans-serif",
    "my": "Myanmar Text, Myanmar Sangam MN, Noto Sans Myanmar, Padauk, sans-serif",
}
_OTHER_FONTS = "Segoe UI, Roboto, Helvetica Neue, Noto Sans, Arial, sans-serif"
_LEADS = {"zh-Hans": "1.7", "th": "1.75", "lo": "1.75", "km": "1.9", "my": "1.95"}


@dataclass(frozen=True)
class Message:
    """A letter as it is read: one line of subject, the same text twice, and the name of the site it is from."""

    subject: str
    text: str
    html: str
    sender: str


def render(letter: Letter) -> Message:
    """Write a letter out. Raises what Jinja raises where its template or one of its parameters is missing."""
    # A namespace, so that a parameter may be called `items`; a missing one is a mistake in both forms.
    parameters = SimpleNamespace(**letter.parameters)
    frame = SimpleNamespace(
        language=letter.language, address=letter.address, site=site().settings.site_url,
        fonts=_FONTS.get(letter.language, _OTHER_FONTS), lead=_LEADS.get(letter.language, "1.6"),
    )  # fmt: skip
    plain, rich = _environments(current_app._get_current_object())  # type: ignore[attr-defined]
    with speaking(letter.language):
        subject = one_line(_macros(plain, letter.template).subject(parameters))
        text = _form(plain, "text", letter.template, subject, parameters, frame)
        html_form = _form(rich, "html", letter.template, subject, parameters, frame)
        return Message(subject, tidy(text), html_form, one_line(site_name()))


def one_line(text: str) -> str:
    """A text without any break or control character: nothing in it can begin another header."""
    return _BREAKS.sub(" ", text).strip()


def wrapped(text: str, begin: str = "") -> str:
    """A text with its lines broken between words; scripts without spaces keep theirs long."""
    lines = [
        textwrap.fill(
            line, WIDTH, initial_indent=begin, subsequent_indent=begin, break_long_words=False, break_on_hyphens=False
        ) or begin.rstrip()
        for line in text.splitlines()
    ]  # fmt: skip
    return "\n".join(lines)


def tidy(text: str) -> str:
    """A plain text without what templates leave: spaces around lines, and more than one blank line."""
    lines = "\n".join("-- " if line == "-- " else line.strip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def plain_text(value: Any) -> Any:
    """What a filter gives to pages, as a plain letter says it."""
    if isinstance(value, Text):
        return value.value
    return html.unescape(re.sub(r"<[^<>]*>", "", value)) if isinstance(value, Markup) else value


def _form(
    environment: Environment, form: str, template: str, subject: str, parameters: SimpleNamespace,
    frame: SimpleNamespace,
) -> str:  # fmt: skip
    macros = _macros(environment, form)
    body = _macros(environment, template).body(macros, parameters)
    return str(macros.letter(subject, body, frame)).strip() + "\n"


def _macros(environment: Environment, template: str) -> Any:
    return environment.get_template(f"mail/{template}.html").module


@lru_cache(4)
def _environments(app: Flask) -> tuple[Environment, Environment]:
    """Those of the plain and the HTML form: the pages' own, but that nothing may be missing, and nothing is escaped
    in the plain one."""
    plain = app.jinja_env.overlay(autoescape=False, undefined=StrictUndefined)
    own = {name: _plainly(app.jinja_env.filters[name]) for name in FILTERS}
    plain.filters = {**app.jinja_env.filters, **own, "wrapped": wrapped}
    return plain, app.jinja_env.overlay(undefined=StrictUndefined)


def _plainly(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)  # also with what it wants of Jinja
    def filtered(*arguments: Any, **named: Any) -> Any:
        return plain_text(function(*arguments, **named))

    return filtered
