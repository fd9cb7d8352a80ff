"""What readers do, in a real browser."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

PAGES = (
    "/", "/listings?q=AI", "/listings?q=zzzzqqqq", "/organisations?country=VN", "/ranking", "/about", "/sources",
    "/accessibility", "/privacy", "/nothing-here", "/concepts/machine-learning",
)  # fmt: skip


def first_listing(page: Page) -> str:
    return page.locator("h3 a[href*='/listings/']").first.get_attribute("href") or ""


def test_search_in_thai_by_keyboard_only(page: Page) -> None:
    page.goto("/th/")
    page.keyboard.press("Tab")
    for _step in range(30):
        if page.evaluate("document.activeElement.name") == "q":
            break
        page.keyboard.press("Tab")
    page.keyboard.insert_text("ทุน ปัญญาประดิษฐ์ จีน")
    page.keyboard.press("Enter")
    page.wait_for_url("**/th/listings?**")
    expect(page.locator(".chip")).to_have_count(3)
    for _step in range(80):
        if page.evaluate("!!document.activeElement.closest('h3')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/th/listings/*")
    expect(page.locator("h1")).to_be_visible()


def test_a_facet_and_the_back_button(page: Page) -> None:
    page.goto("/en/listings?q=AI")
    before = page.locator("#found").inner_text()
    with page.expect_response("**/listings?**kind=scholarship**"):
        page.locator("input[name=kind][value=scholarship]").check()
    expect(page.locator("#found")).not_to_have_text(before)
    assert "kind=scholarship" in page.url
    page.go_back()
    expect(page.locator("#found")).to_have_text(before)
    expect(page.locator("input[name=kind][value=scholarship]")).not_to_be_checked()


def test_facets_work_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/en/listings?q=AI")
    page.locator("input[name=kind][value=scholarship]").check()
    page.locator("form.facets button[type=submit], form .facets button").first.click()
    assert "kind=scholarship" in page.url
    context.close()


def test_suggestions_are_a_combobox(page: Page) -> None:
    page.goto("/vi/")
    box = page.locator("input[name=q]").first
    box.click()
    box.press_sequentially("trí tuệ", delay=30)
    options = page.locator("[role=option]")
    expect(options.first).to_be_visible()
    expect(page.locator(".search-box [role=status], form [role=status]").first).to_contain_text(str(options.count()))
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert active
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    box.press("Escape")
    expect(options.first).to_be_hidden()


def test_the_language_switch_keeps_the_page(page: Page) -> None:
    page.goto("/en/listings?q=AI&kind=scholarship")
    page.locator("details.languages summary").click()
    page.locator("details.languages a[hreflang=km]").click()
    page.wait_for_url("**/km/listings?q=AI&kind=scholarship")
    assert page.locator("html").get_attribute("lang") == "km"


@pytest.mark.parametrize("language", ["en", "th", "my"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, address: str, language: str, scheme: str) -> None:
    context = browser.new_context(base_url=address, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"/{language}/listings?q=AI")
    listing, wrong = first_listing(page), []
    organisation = page.goto(f"/{language}/organisations?country=CN") and page.locator(
        "main a[href*='/organisations/']"
    ).first.get_attribute("href")
    for path in (*(f"/{language}{path}" for path in PAGES), listing, organisation or ""):
        page.goto(path)
        for violation in Axe().run(page).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                wrong.append((path, violation["id"], violation["nodes"][0]["html"][:200]))
    context.close()
    assert not wrong


@pytest.mark.parametrize("language", ["zh-Hans", "en", "vi", "th", "km", "my"])
@pytest.mark.parametrize("width", [320, 360, 768, 1280, 1920])
def test_no_page_scrolls_sideways(browser: Browser, address: str, language: str, width: int) -> None:
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"/{language}/listings?q=AI")
    listing, wide = first_listing(page), []
    for path in (
        f"/{language}/",
        f"/{language}/listings?q=AI",
        f"/{language}/organisations",
        f"/{language}/ranking",
        f"/{language}/sources",
        f"/{language}/concepts/machine-learning",
        listing,
    ):
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(path)
    context.close()
    assert not wide


@pytest.mark.parametrize("language", ["zh-Hans", "my"])
@pytest.mark.parametrize("width", [360, 430])
def test_the_name_of_the_site_stays_low_on_a_phone(browser: Browser, address: str, language: str, width: int) -> None:
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"/{language}/about")
    lines = "e => e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight)"
    assert page.locator(".brand").evaluate(lines) <= 3
    left, right = "e => e.getBoundingClientRect().left", "e => e.getBoundingClientRect().right"
    assert page.locator(".brand").evaluate(right) <= page.locator(".languages").evaluate(left)
    context.close()


@pytest.mark.parametrize("language", ["en", "vi"])
def test_two_listings_are_compared_in_the_width_of_a_phone(browser: Browser, address: str, language: str) -> None:
    context = browser.new_context(base_url=address, viewport={"width": 360, "height": 1600})  # long titles end in it
    page = context.new_page()
    page.goto(f"/{language}/listings")
    marked = page.locator(".card [form=compare]").evaluate_all("all => all.slice(0, 3).map(one => `id=${one.value}`)")
    page.goto(f"/{language}/compare?{'&'.join(marked)}")
    left = "e => e.getBoundingClientRect().left"
    box, name = page.locator(".compare-box"), page.locator(".compare th[scope=row]").first
    second, third = (page.locator(".compare thead th").nth(place) for place in (1, 2))
    expect(second).to_be_in_viewport(ratio=0.99)
    expect(third).not_to_be_in_viewport()
    box.evaluate("e => { e.scrollLeft = e.scrollWidth; }")
    expect(third).to_be_in_viewport(ratio=0.99)
    assert 0 <= name.evaluate(left) - box.evaluate(left) <= 2  # the name of the row stays
    context.close()


@pytest.mark.parametrize("language", ["en", "my"])
def test_a_title_stands_by_the_lines_of_its_own_language(page: Page, language: str) -> None:
    height = "e => parseFloat(getComputedStyle(e).lineHeight) / parseFloat(getComputedStyle(e).fontSize)"
    measured = set()
    for query in ("source_language=my&closed=1", "source_language=en"):
        page.goto(f"/{language}/listings?{query}")
        for title in page.locator(".card h3").all():
            measured.add((title.get_attribute("lang") or language, round(title.evaluate(height), 2)))
    assert {("my", 1.8), ("en", 1.25)} <= measured
    assert len({tag for tag, _height in measured}) == len(measured)


@pytest.mark.parametrize("language", ["zh-Hans", "en", "th", "my"])
def test_the_parts_of_a_score_keep_to_their_lines(browser: Browser, address: str, language: str) -> None:
    context = browser.new_context(base_url=address, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"/{language}/listings?q=machine learning")
    page.locator("details.why summary").first.click()
    lines = """cells => cells.map(cell => {
        const content = document.createRange();
        content.selectNodeContents(cell);
        return content.getClientRects().length;
    })"""
    figures = page.locator("details.why").first.locator("td").evaluate_all(lines)
    assert len(figures) >= 4
    assert max(figures) == 1
    context.close()


@pytest.mark.parametrize("path", ["/en/", "/th/listings?q=AI", "/zh-Hans/listings?q=人工智能"])
def test_a_first_visit_is_light(browser: Browser, address: str, path: str) -> None:
    """At most 60 kB and 15 requests, and no request to anyone else."""
    size, requests = weigh(browser, address, path)
    assert size <= 60_000
    assert requests <= 15


def weigh(browser: Browser, address: str, path: str) -> tuple[int, int]:
    """Bytes transferred (bodies and headers) and number of requests of a first visit."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(path, wait_until="networkidle")
    context.close()
    return int(sum(sizes)), len(sizes)
