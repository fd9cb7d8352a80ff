"""The questions on a narrow screen, in Thai, by keyboard alone; and what axe says of the pages."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect


@pytest.fixture
def narrow(context: BrowserContext) -> Page:
    """A page whose console may tell of a form that was refused."""
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    return page


def tab_to(page: Page, name: str) -> None:
    """Go on with the tabulator until a control of this name has the focus."""
    for _step in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"{name} cannot be reached")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_the_check_in_thai_by_keyboard_on_a_narrow_screen(narrow: Page) -> None:
    narrow.goto("/th/eligibility")
    assert fits(narrow)
    tab_to(narrow, "citizenships-0")
    narrow.locator("[name=citizenships-0]").select_option("TH")
    tab_to(narrow, "born_year")
    narrow.keyboard.insert_text("๑๙๙๕๕")
    narrow.keyboard.press("Enter")
    expect(narrow.locator("#errors")).to_be_visible()
    assert fits(narrow)
    narrow.locator("#errors a").first.focus()
    narrow.keyboard.press("Enter")
    expect(narrow.locator("[name=born_year]")).to_be_focused()
    expect(narrow.locator("[name=born_year]")).to_have_value("๑๙๙๕๕")
    expect(narrow.locator("[name=citizenships-0]")).to_have_value("TH")
    narrow.keyboard.press("Control+a")
    narrow.keyboard.insert_text("๒๕๓๘")  # as Thai readers count
    narrow.keyboard.press("Enter")
    narrow.wait_for_url("**/th/eligibility#kept")
    expect(narrow.locator("#kept")).to_be_focused()
    expect(narrow.locator("[name=born_year]")).to_have_value("1995")
    expect(narrow.locator("[name=born_year]")).to_be_hidden()
    narrow.locator("#kept a.button").focus()
    narrow.keyboard.press("Enter")
    narrow.wait_for_url("**/th/listings?eligible=1")
    expect(narrow.locator(".standing").first).to_be_visible()
    expect(narrow.locator(".standing.unmet")).to_have_count(0)
    assert fits(narrow)
    narrow.locator(".card h3 a").first.focus()
    narrow.keyboard.press("Enter")
    narrow.wait_for_url("**/th/listings/*")
    expect(narrow.locator("#may-apply .whole")).to_be_visible()
    assert fits(narrow)
    for address in (narrow.url, "/th/eligibility"):
        narrow.goto(address)
        found = Axe().run(narrow)
        assert found.violations_count == 0, found.generate_report()


def test_what_follows_from_a_yes_appears_with_it(context: BrowserContext) -> None:
    page = context.new_page()  # whose console may tell of a form that was refused
    page.goto("/en/eligibility")
    country, yes = page.locator("[name=stays-0-country]"), page.locator("[name=abroad][value=yes]")
    expect(country).to_be_hidden()
    yes.check()
    expect(country).to_be_visible()
    country.select_option("CN")
    page.locator("[name=abroad][value=no]").check()
    expect(country).to_be_hidden()
    page.locator("form.questions .actions button").click()
    expect(page.locator("#errors")).to_be_visible()  # nothing typed is lost, nor out of sight once it is wrong
    expect(country).to_be_visible()


def test_the_check_of_a_listing_ends_at_its_result(page: Page) -> None:
    page.goto("/en/listings?kind=scholarship")
    page.locator(".card h3 a").first.click()
    page.locator("#may-apply a.button").click()
    page.locator("[name=citizenships-0]").select_option("BN")
    page.locator("form.questions .actions button").click()
    page.wait_for_url("**/en/listings/*#may-apply")
    expect(page.locator("#may-apply")).to_be_focused()
    expect(page.locator("#may-apply .whole")).to_be_in_viewport()


def test_the_filter_leaves_out_without_reloading(page: Page) -> None:
    page.goto("/en/eligibility")
    page.locator("[name=citizenships-0]").select_option("BN")
    page.locator("form.questions .actions button").click()
    page.goto("/en/listings")
    before = page.locator("#found").inner_text()
    with page.expect_response("**/listings?**eligible=1**"):
        page.locator("input[name=eligible]").check()
    expect(page.locator("#found")).not_to_have_text(before)
    expect(page.locator(".standing.unmet")).to_have_count(0)
