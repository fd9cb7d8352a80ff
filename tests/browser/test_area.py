"""Every page of the signed-in area: no fault of access, nothing cut, sideways or too small for a finger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from tests.browser import area
from tests.browser.conftest import SignedInArea

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 800}
TOLERATED = ("minor", None)
# Links in a line of text are exempt (WCAG 2.5.8), and boxes whose label can be touched as well.
TOO_SMALL = """() => [...document.querySelectorAll(
    'main :is(button, input, select, textarea, summary, .button, .tabs a, .actions a, .trail a)')]
    .filter(one => !one.closest('.visually-hidden') && one.type !== 'hidden' && one.checkVisibility())
    .filter(one => !['checkbox', 'radio'].includes(one.type) || !one.labels.length)
    .map(one => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.width > 1 && (box.height < 24 || box.width < 24))
    .map(([one, box]) => `small ${box.width}×${box.height}: ${one.outerHTML.slice(0, 90)}`)"""
CUT = """() => [...document.querySelectorAll('main *')]
    .filter(one => one.clientWidth && one.scrollWidth > one.clientWidth + 1 && !one.closest('.visually-hidden, svg'))
    .filter(one => ['hidden', 'clip'].includes(getComputedStyle(one).overflowX))
    .filter(one => !['INPUT', 'SELECT'].includes(one.tagName))
    .map(one => `cut: ${one.outerHTML.slice(0, 90)}`)"""
AT_AN_END = """() => [...document.querySelectorAll('main .empty:not(li, :has(a, button))')]
    .map(one => `no next step: ${one.textContent.trim().slice(0, 90)}`)"""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def test_no_page_is_forgotten(app: Flask) -> None:
    rules = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    own = {endpoint for endpoint in rules if endpoint.partition(".")[0] in area.BLUEPRINTS}
    assert own == {page.endpoint for page in area.PAGES} | area.UNSEEN


@pytest.mark.parametrize("who", dict.fromkeys(page.who for page in area.PAGES))
@pytest.mark.parametrize("language", ["en", "my"])
def test_every_page_can_be_used(signed_in_area: SignedInArea, language: str, who: str | None) -> None:
    """On a desk in daylight and on a phone at night."""
    axe, wrong = Axe(), list[str]()
    with signed_in_area.visit(who) as opened:
        for page in area.PAGES:
            if page.who != who:
                continue
            path = signed_in_area.path(page, language)
            opened.set_viewport_size(WIDE)  # type: ignore[arg-type]
            opened.emulate_media(color_scheme="light")
            answer = opened.goto(path)
            assert answer
            assert answer.status == page.status, path
            wrong += [f"{page.endpoint} {path}: {one}" for one in faults(opened, axe)]
            opened.set_viewport_size(NARROW)  # type: ignore[arg-type]
            opened.emulate_media(color_scheme="dark")
            wrong += [f"{page.endpoint} {path} (narrow): {one}" for one in faults(opened, axe)]
    assert not wrong, "\n".join(wrong)


def faults(page: Page, axe: Axe) -> Iterator[str]:
    """What is wrong with a page for those who use it."""
    if page.evaluate(SIDEWAYS):
        yield "scrolls sideways"
    yield from page.evaluate(TOO_SMALL)
    yield from page.evaluate(CUT)
    yield from page.evaluate(AT_AN_END)
    for violation in axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]:
        if violation["impact"] not in TOLERATED:
            yield f"{violation['id']}: {violation['nodes'][0]['html'][:150]}"
