"""The listings "for you" on a narrow screen, in Thai and Vietnamese, by keyboard alone; and what axe says of them."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from portal.accounts.models import User
from portal.researchers.service import save_part
from tests import people
from tests.browser.area import PROFILE
from tests.moments import NOW

SEEKER = "seeker"


@pytest.fixture
def seeker(app: Flask, page: Page, address: str) -> Page:
    """A phone on which somebody with a profile is signed in."""
    with app.extensions["site"].unit_of_work().begin() as session:
        if session.get(User, SEEKER) is None:
            people.add_person(session, SEEKER)
            for part, content in PROFILE.items():
                save_part(session, SEEKER, part, content, NOW)
    cookie = people.browser_of(app, SEEKER).get_cookie("session")
    assert cookie
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    page.set_viewport_size({"width": 360, "height": 740})
    return page


def tab_to(page: Page, wanted: Locator) -> None:
    """Go on with the tabulator until something has the focus."""
    for _step in range(120):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError("cannot be reached")


def check(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("language", ["th", "vi"])
def test_from_the_list_to_the_reasons_by_keyboard(seeker: Page, language: str) -> None:
    seeker.goto(f"/{language}/me/matches")
    check(seeker)
    first = seeker.locator(".card").first
    for name in (".conditions", ".fit:not(.conditions)"):
        tab_to(seeker, first.locator(f"{name} > summary"))
        seeker.keyboard.press("Enter")
        expect(first.locator(f"{name} > .verdicts")).to_be_visible()
    check(seeker)
    score = first.locator(".fit:not(.conditions) > summary").inner_text()
    first.locator("h3 a").focus()
    seeker.keyboard.press("Enter")
    seeker.wait_for_url(f"**/{language}/listings/*")
    tab_to(seeker, seeker.locator(".fit-section summary"))
    assert seeker.locator(".fit-section summary").inner_text() == score
    seeker.keyboard.press("Enter")
    expect(seeker.locator(".fit-section .fit-sum")).to_be_visible()
    check(seeker)
    tab_to(seeker, seeker.locator(".fit-section > .note a"))
    seeker.keyboard.press("Enter")
    seeker.wait_for_url(f"**/{language}/me/matches")
    tab_to(seeker, seeker.locator("a[href*=unmet]"))
    seeker.keyboard.press("Enter")
    seeker.wait_for_url(f"**/{language}/me/matches?unmet=1")
    expect(seeker.locator(".conditions > summary.unmet")).to_have_count(seeker.locator(".card").count())
    check(seeker)
