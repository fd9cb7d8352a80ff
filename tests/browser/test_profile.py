"""From signing in to a whole profile, in Vietnamese, on a phone's screen, without a mouse or a finger."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.engine import Engine
from werkzeug.serving import make_server

from portal import create_app
from portal.demo.builders import make_organisation
from portal.researchers.models import Researcher
from portal.researchers.queries import get_profile, list_parts
from portal.settings import Settings
from portal.site import Site
from tests.browser.conftest import Silent
from tests.browser.test_posting import Newcomer
from tests.moments import fixed_clock
from tests.people import PASSWORD, add_person

MOST_TABS = 250
SENTENCES = "Tôi nghiên cứu học máy và trí tuệ nhân tạo cho cây trồng vùng nhiệt đới."


class Typist(Newcomer):
    """Somebody with a keyboard alone."""

    def reach(self, selector: str) -> None:
        """Go on, key by key, to what is meant."""
        for _step in range(MOST_TABS):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"no way to {selector} on {self.page.url}")

    def type_in(self, selector: str, text: str) -> None:
        self.reach(selector)
        self.page.keyboard.insert_text(text)

    def day(self, selector: str, month_day_year: str) -> None:
        """A date, in the order of the browser's own language."""
        self.reach(selector)
        self.page.keyboard.type(month_day_year)

    def choose(self, selector: str, value: str) -> None:
        """One of a list, with the arrows."""
        self.reach(selector)
        script = "([s, v]) => [...document.querySelector(s).options].findIndex(one => one.value === v)"
        for _step in range(self.page.evaluate(script, [selector, value])):
            self.page.keyboard.press("ArrowDown")

    def mark(self, selector: str) -> None:
        """A box, with the space bar."""
        self.reach(selector)
        self.page.keyboard.press("Space")

    def enter(self, selector: str) -> None:
        """A button or a link."""
        self.reach(selector)
        self.page.keyboard.press("Enter")

    def on(self) -> None:
        """Save, and be back at the whole."""
        self.enter("button[value=next]")
        self.page.wait_for_url(re.compile("/vi/me/profile#"))
        self.look()

    def open(self, part: str) -> None:
        self.enter(f"a[href$='/me/profile/{part}']")
        self.page.wait_for_url(f"**/vi/me/profile/{part}")
        self.look()


@pytest.fixture
def own_app(settings: Settings, database: Engine) -> Iterator[Flask]:
    app = create_app(settings, clock=fixed_clock)
    site: Site = app.extensions["site"]
    with site.unit_of_work().begin() as session:
        make_organisation(session, "Guangxi Test University")
        add_person(session, "Linh", language="vi")
    site.warm()
    yield app
    site.close()


@pytest.fixture
def own_page(browser: Browser, own_app: Flask) -> Iterator[Page]:
    server = make_server("127.0.0.1", 0, own_app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    context = browser.new_context(base_url=address, viewport={"width": 360, "height": 740})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()
    server.shutdown()
    thread.join()


def test_a_whole_profile_by_keyboard(own_app: Flask, own_page: Page) -> None:
    me = Typist(own_page)
    sign_in(me)
    tell_who(me)
    tell_studies(me)
    tell_topics(me)
    tell_wishes(me)
    show(me)
    assert not me.wrong
    check(own_app)


def sign_in(me: Typist) -> None:
    me.page.goto("/vi/me/profile")
    me.type_in("[name=email]", "linh@example.org")
    me.type_in("[name=password]", PASSWORD)
    me.page.keyboard.press("Enter")
    me.page.wait_for_url(re.compile(r"^[^?]+/vi/me/profile$"))
    me.look()


def tell_who(me: Typist) -> None:
    me.open("name")
    me.type_in("[name=given]", "Thi Linh")
    me.type_in("[name=family]", "Nguyen")
    me.type_in("[name=native]", "Nguyễn Thị Linh")
    me.on()
    me.open("background")
    me.mark("[name=citizenships][value=VN]")
    me.day("[name=born_on]", "05011998")
    me.choose("[name=residence]", "VN")
    me.reach("[name=abroad]")  # it is left open
    me.page.keyboard.press("ArrowUp")  # no
    me.on()


def tell_studies(me: Typist) -> None:
    me.open("degrees")
    me.choose("[name='degrees-0-level']", "master")
    me.day("[name='degrees-0-completed_on']", "06302022")
    me.type_in("[name='query-degrees-0-organisation_id']", "guangxi")
    expect(me.page.locator("[name='degrees-0-organisation_id']")).to_have_count(1)
    me.page.keyboard.press("Shift+Tab")  # what was found stands above the box
    me.page.keyboard.press("Space")
    me.enter("button[value='add:degrees']")
    expect(me.page.locator("[name='degrees-1-level']")).to_be_focused()
    me.choose("[name='degrees-1-level']", "doctoral")
    me.on()
    me.open("languages")
    me.choose("[name='languages-0-language']", "zh-Hans")
    me.choose("[name='languages-0-level']", "B2")
    me.choose("[name='languages-0-tests-0-test']", "HSK")
    me.type_in("[name='languages-0-tests-0-result']", "5")
    me.on()


def tell_topics(me: Typist) -> None:
    me.open("skills")
    me.type_in("[name=summary]", SENTENCES)
    me.choose("[name=summary_language]", "vi")
    me.enter("button[value=check]")
    expect(me.page.locator("button[value='accept:machine-learning']")).to_be_visible()
    me.look()
    me.enter("button[value='accept:machine-learning']")
    expect(me.page.locator("[name=concepts][value=machine-learning]")).to_be_checked()
    me.enter("button[value='refuse:artificial-intelligence']")
    expect(me.page.locator("button[value='refuse:artificial-intelligence']")).to_have_count(0)
    me.on()


def tell_wishes(me: Typist) -> None:
    me.open("wishes")
    me.mark("[name=kinds][value=visiting-scholar]")
    me.mark("[name=countries][value=CN]")
    me.type_in("[name=months_max]", "12")
    me.on()


def show(me: Typist) -> None:
    me.enter("a[href$='/me/profile/sharing']")
    me.page.wait_for_url("**/sharing")
    me.look()
    me.enter("button[name=given][value=yes]")
    expect(me.page.locator("button[name=given][value=no]")).to_be_visible()
    me.enter("form[action$='/parts/skills'] button[value=hosts]")
    expect(me.page.locator("form[action$='/parts/skills'] button[value=me]")).to_be_visible()
    me.enter("a[href$='/me/profile/preview']")
    me.page.wait_for_url("**/preview")
    me.look()
    expect(me.page.locator("main")).to_contain_text(SENTENCES)
    expect(me.page.locator("main")).not_to_contain_text("Nguyễn")


def check(app: Flask) -> None:
    """What is kept is what was typed."""
    site: Site = app.extensions["site"]
    with site.sessions() as session:
        profile, rows = get_profile(session, "linh"), list_parts(session, "linh")
        assert session.get_one(Researcher, "linh").findable
    assert {part for part, row in rows.items() if row.audience == "hosts"} == {"skills"}
    assert profile.name.native == "Nguyễn Thị Linh"
    background = profile.background
    assert (background.citizenships, background.residence, background.stays) == (("VN",), "VN", ())
    assert str(background.born_on) == "1998-05-01"
    assert [(one.level, str(one.completed_on)) for one in profile.degrees] == [
        ("master", "2022-06-30"), ("doctoral", "None"),
    ]  # fmt: skip
    assert profile.degrees[0].at.organisation_id
    assert [(one.language, one.level, one.tests[0].result) for one in profile.languages] == [("zh-Hans", "B2", "5")]
    assert profile.skills.concepts == ("machine-learning",)
    assert profile.skills.concepts_refused == ("artificial-intelligence",)
    assert (profile.wishes.kinds, profile.wishes.countries) == (("visiting-scholar",), ("CN",))
