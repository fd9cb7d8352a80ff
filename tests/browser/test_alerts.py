"""A search saved with the keyboard alone, and listings compared by marking them."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from tests import people

SEARCH = "/th/listings?q=AI"


@pytest.fixture
def signed_in(app: Flask, context: BrowserContext, address: str) -> None:
    """The visitor is Nok."""
    site, client = app.extensions["site"], app.test_client()
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Nok", language="th", now=site.clock())
    people.sign_in(client, site, "nok")
    cookie = client.get_cookie("session")
    assert cookie is not None
    context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus."""
    wanted = page.locator(selector).first
    for _press in range(400):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


@pytest.mark.usefixtures("signed_in")
def test_a_search_is_saved_with_the_keyboard_on_a_telephone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(SEARCH)
    tab_to(page, 'a[href^="/th/me/searches/new"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/searches/new**")
    tab_to(page, "#name")
    page.keyboard.press("End")
    page.keyboard.type(" ของฉัน")
    page.keyboard.press("Tab")  # the letters: one a day is chosen
    page.keyboard.press("ArrowDown")
    tab_to(page, 'form.form button[type="submit"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/th/me/saved")
    expect(page.locator("h3 a")).to_have_text("AI ของฉัน")
    tab_to(page, 'a[href^="/th/me/searches/"]')
    page.keyboard.press("Enter")
    expect(page.locator('input[value="weekly"]')).to_be_checked()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_marked_results_stand_side_by_side(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(SEARCH)
    expect(page.locator("#compare")).to_be_hidden()
    for number in range(2):
        tab_to(page, f'.card:nth-of-type({number + 1}) input[form="compare"]')
        page.keyboard.press("Space")
    expect(page.locator("#compare")).to_be_visible()
    page.locator("#compare button").press("Enter")
    page.wait_for_url("**/th/compare?id=*&id=*")
    assert page.locator('.compare th[scope="col"]').count() == 2
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
