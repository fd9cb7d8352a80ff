"""How letters read: two forms of one template, in the letter's language, with nothing in them that acts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import BaseLoader, ChoiceLoader, DictLoader, UndefinedError

import portal
from portal.locales import TAGS
from portal.mail.models import Letter
from portal.mail.rendering import WIDTH, Message, one_line, render
from portal.mail.service import post
from portal.site import Site
from tests.letters import SAMPLE, letters_to, links_in
from tests.moments import NOW

TEMPLATE = """
{% macro subject(p) %}
  {{ _("Deadline") }}: {{ p.name }}
{% endmacro %}
{% macro body(m, p) %}
  {{ m.paragraph(_("Deadline") ~ " " ~ p.name) }}
  {% if p.address %}
    {{ m.button(_("Search"), p.address) }}
  {% endif %}
  {{ m.heading(_("Places")) }}
  {{ m.quote(p.reason, "vi") }}
  {{ m.facts([(_("Places"), p.items | joined)]) }}
  {{ m.small(_("Host institution")) }}
{% endmacro %}
"""
LINK = "https://exchange.example/en/confirm?token=abc&next=1"
PARAMETERS = {"name": "Ann & <b>Bob</b>", "address": LINK, "reason": "Một\nhai <i>", "items": ["a&b", "c"]}
FRAME = {"html", "text"}
FOLDER = Path(portal.__file__).parent / "templates" / "mail"
TEMPLATES = sorted(path.stem for path in FOLDER.glob("*.html") if path.stem not in FRAME)

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture(autouse=True)
def sample(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template for the tests alone."""
    assert app.jinja_env.loader is not None
    monkeypatch.setattr(app.jinja_env, "loader", with_sample(app.jinja_env.loader))


@cache
def with_sample(own: BaseLoader) -> BaseLoader:
    """One for all tests: what is compiled is kept by its loader."""
    return ChoiceLoader([DictLoader({"mail/sample.html": TEMPLATE}), own])


def written(app: Flask, language: str = "en", template: str = "sample", **parameters: Any) -> Message:
    letter = Letter(template=template, language=language, address="a@example.org", parameters=parameters)
    with app.app_context():
        return render(letter)


def test_the_two_forms_of_a_letter(app: Flask) -> None:
    message = written(app, **PARAMETERS)
    assert message.subject == "Deadline: Ann & <b>Bob</b>"
    assert message.text.startswith(
        "Deadline: Ann & <b>Bob</b>\n\nDeadline Ann & <b>Bob</b>\n\nSearch\n" + LINK + "\n\n"
    )
    assert "\n> Một\n> hai <i>\n" in message.text
    assert "\nPlaces: a&b and c\n" in message.text
    assert "a@example.org" in message.text.rpartition("\n-- \n")[2]
    assert "Ann &amp; &lt;b&gt;Bob&lt;/b&gt;" in message.html
    assert 'href="https://exchange.example/en/confirm?token=abc&amp;next=1"' in message.html
    assert '<blockquote lang="vi"' in message.html
    assert "a&amp;b and c" in message.html
    assert links_in(message) == [LINK]


@pytest.mark.parametrize("language", TAGS)
def test_a_letter_is_in_its_own_language_whoever_asks(app: Flask, language: str) -> None:
    with app.test_request_context("/vi/"):
        app.preprocess_request()
        before = render_template_string("{{ reader.tag }} {{ _('Deadline') }}")
        message = written(app, language, **PARAMETERS)
        assert render_template_string("{{ reader.tag }} {{ _('Deadline') }}") == before
    word = app.jinja_env.from_string("{{ _('Deadline') }}")
    with app.test_request_context(f"/{language}/"):
        app.preprocess_request()
        wanted = word.render()
    assert message.subject == f"{wanted}: Ann & <b>Bob</b>"
    assert f'<html lang="{language}"' in message.html
    assert message.sender in message.html
    check_html(message.html)


def check_html(text: str) -> None:
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(text)
    assert not parser.errors
    for unwanted in ("<img", "<script", "<link", "url(", "<style"):
        assert unwanted not in text


@pytest.mark.parametrize("language", TAGS)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_letter_can_be_written(app: Flask, template: str, language: str) -> None:
    message = written(app, language, template, **SAMPLE)
    assert message.subject
    assert len(message.subject) < 200
    check_html(message.html)
    assert "%(" not in message.text
    if "p.address" in (FOLDER / f"{template}.html").read_text("utf-8"):
        assert f"\n{SAMPLE['address']}\n" in message.text


def test_what_is_missing_is_told(app: Flask) -> None:
    with pytest.raises(UndefinedError):
        written(app, name="Ann")


@given(st.text())
def test_a_subject_is_one_line_whatever_is_in_it(text: str) -> None:
    line = one_line("Hello " + text)
    assert line.splitlines() == [line]
    assert line.startswith("Hello")
    assert line.isascii() is False or line.isprintable()


def test_long_paragraphs_are_wrapped_and_links_are_not(app: Flask) -> None:
    link = "https://exchange.example/" + "a" * 200
    message = written(app, **{**PARAMETERS, "name": "word " * 60, "address": link, "reason": "word " * 60})
    body = [line for line in message.text.splitlines()[1:] if line != link]
    assert max(len(line) for line in body) <= WIDTH
    assert links_in(message) == [link]


def test_a_letter_that_was_posted_can_be_read_by_tests(app: Flask, site: Site) -> None:
    with site.unit_of_work().begin() as session:
        post(session, "sample", "th", "linh@example.org", NOW, **PARAMETERS)
    (message,) = letters_to(app, "linh@example.org")
    assert message.subject.startswith("วันหมดเขต")
    assert letters_to(app, "other@example.org") == []
