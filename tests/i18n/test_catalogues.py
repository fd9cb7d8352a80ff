"""The gate of the catalogues: in step with the code, complete, and safe to put into a page."""

from __future__ import annotations

import ast
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from portal.cli.translations import as_text, catalogue_path, extract, glossary, read_catalogue
from portal.core.messages import folder
from portal.locales import BY_TAG, LANGUAGES, TAGS

ROOT = Path(__file__).parents[2]
PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])|%%|%")
SCRIPTS = {"zh-Hans": "一-鿿", "th": "ก-๛", "lo": "ກ-ໟ", "km": "ក-៿", "my": "က-႟"}
ZAWGYI_ONLY = re.compile("[\u1060-\u1097]")
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\ufeff]")


@pytest.fixture(scope="module")
def template() -> Catalog:
    return extract()


def catalogue(tag: str) -> Catalog:
    return read_catalogue(catalogue_path(folder(), BY_TAG[tag]), BY_TAG[tag])


def messages(tag: str) -> list[Message]:
    return [message for message in catalogue(tag) if message.id]


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def placeholders(text: str) -> Counter[str]:
    return Counter(match.group(0) for match in PLACEHOLDER.finditer(text))


def tags(text: str) -> Counter[str]:
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(f"<{tag} {sorted(attrs)}>")

        def handle_endtag(self, tag: str) -> None:
            found.append(f"</{tag}>")

    Reader().feed(text)
    return Counter(found)


def test_the_template_is_what_the_code_says(template: Catalog) -> None:
    assert (folder() / "messages.pot").read_bytes() == as_text(template), "run `portal translations update`"


def test_no_message_hides_within_a_formatted_string() -> None:
    """They are not extracted from there, and would stay English."""
    messages = {"_", "gettext", "ngettext", "pgettext", "N_"}
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted(ROOT.glob("portal/**/*.py"))
        for formatted in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(formatted, ast.JoinedStr)
        for call in ast.walk(formatted)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in messages
        if isinstance(call.args[0], ast.Constant)
    ]
    assert not hidden


def test_the_glossary_is_made_of_the_catalogues() -> None:
    table = glossary(folder())
    assert (folder() / "GLOSSARY.md").read_text("utf-8") == table, "run `portal translations update`"
    assert "|  |" not in table


@pytest.mark.parametrize("tag", TAGS)
def test_a_catalogue_has_exactly_the_messages_of_the_template(tag: str, template: Catalog) -> None:
    assert {ids(message) for message in messages(tag)} == {ids(message) for message in template if message.id}


@pytest.mark.parametrize("tag", TAGS)
def test_a_catalogue_is_complete(tag: str) -> None:
    missing = [message.id for message in messages(tag) if not all(strings(message)) or message.fuzzy]
    assert not missing


@pytest.mark.parametrize("tag", TAGS)
def test_plural_forms_are_those_of_cldr(tag: str) -> None:
    wanted = catalogue(tag).num_plurals
    wrong = [message.id for message in messages(tag) if message.pluralizable and len(strings(message)) != wanted]
    assert not wrong


@pytest.mark.parametrize("tag", TAGS)
def test_placeholders_and_tags_are_kept(tag: str) -> None:
    wrong = []
    for message in messages(tag):
        allowed = [placeholders(text) for text in ids(message)]
        for string in strings(message):
            if placeholders(string) not in allowed or tags(string) != tags(ids(message)[-1]):
                wrong.append((message.id, string))
    assert not wrong


@pytest.mark.parametrize("tag", sorted(SCRIPTS))
def test_translations_are_in_their_script(tag: str) -> None:
    """A message of several words that has not one letter of the language's script was not translated."""
    script = re.compile(f"[{SCRIPTS[tag]}]")
    left = [
        message.id
        for message in messages(tag)
        if any(len(re.findall(r"[A-Za-z]{2,}", PLACEHOLDER.sub("", text))) > 1 for text in ids(message))
        and not all(script.search(string) for string in strings(message))
    ]
    assert not left


@pytest.mark.parametrize("tag", sorted(set(TAGS) - {"en"}))
def test_few_messages_are_the_same_as_in_english(tag: str) -> None:
    same = [m.id for m in messages(tag) if isinstance(m.id, str) and m.id == m.string and len(m.id.split()) > 2]
    assert len(same) <= 5, same


@pytest.mark.parametrize("tag", TAGS)
def test_text_is_clean(tag: str) -> None:
    wrong = [
        message.id
        for message in messages(tag)
        for string in strings(message)
        if INVISIBLE.search(string)
        or (tag == "my" and ZAWGYI_ONLY.search(string))
        or (string != string.strip() and all(text == text.strip() for text in ids(message)))
    ]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_a_catalogue_says_how_it_came_to_be(language: object) -> None:
    header = catalogue(language.tag).header_comment  # type: ignore[attr-defined]
    assert re.search(r"(Drafted|Read|Written)", header), "the header says how this catalogue came to be"
