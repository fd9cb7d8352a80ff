"""A test client that inspects every HTML page it fetches, whatever the test is about."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.locales import BY_TAG, TAGS

HTML = "{http://www.w3.org/1999/xhtml}"
NAMED = {"input", "select", "textarea"}
RAW_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|\{%")
VOID_LABEL_TYPES = {"hidden", "submit", "button", "reset", "image"}


class InspectingClient(FlaskClient):
    """`FlaskClient` whose answers, where they are HTML, have passed `inspect_page`."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.data and not 300 <= response.status_code < 400:
            inspect_page(response.text, response.headers.get("Content-Security-Policy", ""))
        return response


def inspect_page(text: str, policy: str) -> None:
    """Raise AssertionError naming what is wrong with a page."""
    parser = html5lib.HTMLParser(strict=False)
    page = parser.parse(text)
    errors = [(place, code) for place, code, _ in parser.errors]
    assert not errors, f"HTML errors: {errors[:5]}"
    html = page if page.tag == f"{HTML}html" else page.find(f"{HTML}html")
    assert html is not None
    _language(html)
    _headings(html)
    _ids(html)
    _controls(html)
    _nothing_inline(html, policy)
    _no_raw_text(html)


def _all(html: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return list(html.iter(f"{HTML}{name}"))


def _text(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _language(html: ElementTree.Element) -> None:
    assert html.get("lang") in BY_TAG, f"html lang is {html.get('lang')}"
    assert html.get("dir") == "ltr"
    alternates = {link.get("hreflang") for link in _all(html, "link") if link.get("rel") == "alternate"} - {None}
    if alternates:
        assert alternates >= {*TAGS, "x-default"}, f"hreflang: {sorted(map(str, alternates))}"


def _headings(html: ElementTree.Element) -> None:
    headings = _all(html, "h1")
    assert len(headings) == 1, f"{len(headings)} h1"
    title = _text(_all(html, "title")[0])
    assert title.startswith(_text(headings[0])[:40]), f"title “{title}” does not begin with h1 “{_text(headings[0])}”"


def _ids(html: ElementTree.Element) -> None:
    ids = [element.get("id") for element in html.iter() if element.get("id")]
    twice = sorted({i for i in ids if ids.count(i) > 1 and i is not None})
    assert not twice, f"ids used twice: {twice}"
    for element in html.iter():
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            for target in (element.get(attribute) or "").split():
                assert target in ids, f"{attribute}={target} points nowhere"


def _controls(html: ElementTree.Element) -> None:
    labelled = {label.get("for") for label in _all(html, "label")}
    inside = {id(control) for label in _all(html, "label") for control in label.iter()}
    for name in NAMED:
        for control in _all(html, name):
            if control.get("type") in VOID_LABEL_TYPES:
                continue
            known = control.get("aria-label") or control.get("aria-labelledby") or id(control) in inside
            assert known or control.get("id") in labelled, f"no label for {name} {control.attrib}"
    for form in _all(html, "form"):
        assert form.get("action") is not None, "form without action"
    for link in _all(html, "a"):
        assert (
            _text(link) or link.get("aria-label") or link.find(f".//{HTML}img[@alt]") is not None or _has_title(link)
        ), f"link without a name: {link.attrib}"


def _has_title(link: ElementTree.Element) -> bool:
    return any(element.tag.endswith("title") for element in link.iter())


def _nothing_inline(html: ElementTree.Element, policy: str) -> None:
    assert "'unsafe" not in policy
    assert "script-src 'self'" in policy
    for element in html.iter():
        assert element.get("style") is None, f"inline style on {element.tag}"
        assert not [name for name in element.attrib if name.startswith("on")], f"inline handler on {element.tag}"
    for script in _all(html, "script"):
        assert script.get("src") or script.get("type") == "application/ld+json", "inline script"
    assert not _all(html, "style"), "inline stylesheet"
    for name, attribute in (("img", "src"), ("script", "src"), ("link", "href")):
        for element in _all(html, name):
            address = element.get(attribute) or ""
            third_party = address.startswith(("http:", "https:", "//")) and element.get("rel") not in (
                "alternate",
                "canonical",
            )
            assert not third_party, f"third-party {name}: {address}"


def _no_raw_text(html: ElementTree.Element) -> None:
    body = _all(html, "body")[0]
    for element in body.iter():
        if element.tag.endswith(("script", "code", "pre")):
            continue
        for text in (element.text, element.tail):
            assert not RAW_PLACEHOLDER.search(text or ""), f"raw placeholder in “{text}”"
