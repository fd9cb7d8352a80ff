"""The listings "for you" on a narrow screen, in Thai and Vietnamese, by keyboard alone; an invitation from finding
somebody to reading who it is; and what axe says of it all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy.engine import Engine

from portal import create_app
from portal.accounts.models import User
from portal.demo.builders import make_organisation
from portal.indexing.service import drain
from portal.researchers.labels import PARTS
from portal.researchers.service import save_part
from portal.settings import Settings
from portal.site import Site
from portal.web.language import speaking
from portal.web.messages import gettext
from tests import people
from tests.browser.area import PROFILE
from tests.browser.conftest import served
from tests.browser.test_posting import Newcomer, letter_link
from tests.browser.test_profile import Typist
from tests.letters import letters_to
from tests.moments import NOW, fixed_clock
from tests.work.consenting import NAME, add_findable, add_host, add_open_listing

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


MESSAGE = "您好，您的研究方向与我们的联合培养项目很契合，欢迎了解。"


@dataclass
class Meeting:
    """A host with a listing, and somebody who may be found, each at a browser of their own."""

    app: Flask
    browser: Browser
    address: str
    listing_id: str

    @contextmanager
    def host(self) -> Iterator[Newcomer]:
        """Linh at her desk, who reads Chinese."""
        context = self.browser.new_context(base_url=self.address, viewport={"width": 1280, "height": 800})
        cookie = people.browser_of(self.app, "linh").get_cookie("session")
        assert cookie
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.address}])
        yield Newcomer(context.new_page())
        context.close()

    @contextmanager
    def person(self) -> Iterator[Typist]:
        """Somsy on a telephone, with a keyboard, who reads Vietnamese; nobody is signed in."""
        context = self.browser.new_context(base_url=self.address, viewport={"width": 360, "height": 740})
        yield Typist(context.new_page())
        context.close()


@pytest.fixture
def meeting(settings: Settings, database: Engine, browser: Browser) -> Iterator[Meeting]:
    app = create_app(settings, clock=fixed_clock)
    site: Site = app.extensions["site"]
    with site.unit_of_work().begin() as session:
        own = make_organisation(session, "Guangxi Test University").id
        add_host(session, own)
        listing_id = add_open_listing(session, own)
        add_findable(session, "Somsy", shown=("degrees", "skills", "wishes"), language="vi")
    drain(site)
    site.warm()
    with served(app) as address:
        yield Meeting(app, browser, address, listing_id)
    site.close()


def test_an_invitation_from_finding_somebody_to_reading_who_it_is(meeting: Meeting) -> None:
    with meeting.host() as host:
        find_and_invite(meeting, host)
        with meeting.person() as person:
            answer(meeting, person)
        read_answer(meeting, host)
        assert not host.wrong + person.wrong


def find_and_invite(meeting: Meeting, host: Newcomer) -> None:
    host.page.goto(f"/zh-Hans/postings/{meeting.listing_id}/people")
    host.look()
    host.press(".person h2 a")
    expect(host.page.locator("main")).to_contain_text("Robots that harvest rice")
    expect(host.page.locator("main")).not_to_contain_text(NAME["family"])
    host.write("message", MESSAGE)
    host.press("#invite ~ form button")
    expect(host.page.locator(".said")).to_have_text(MESSAGE)


def answer(meeting: Meeting, me: Typist) -> None:
    (letter,) = letters_to(meeting.app, "somsy@example.org")
    assert MESSAGE in letter.text
    me.page.goto(letter_link(meeting.app, "somsy@example.org", "/vi/me/invitations"))
    me.type_in("[name=email]", "somsy@example.org")
    me.type_in("[name=password]", people.PASSWORD)
    me.page.keyboard.press("Enter")
    me.page.wait_for_url("**/vi/me/invitations")
    expect(me.page.locator("a.button[href*='/me/invitations/']")).to_be_visible()
    me.look()
    me.enter("a.button[href*='/me/invitations/']")
    me.page.wait_for_url(re.compile("/vi/me/invitations/."))
    expect(me.page.locator(".said")).to_have_text(MESSAGE)
    me.enter("main .fit > summary")
    me.look()
    me.mark("[name=parts][value=email]")
    me.mark("[name=parts][value=languages]")
    with me.page.expect_navigation():
        me.enter("form[action$='/accept'] button")
    expect(me.page.locator("form[action$='/accept']")).to_have_count(0)
    me.look()


def read_answer(meeting: Meeting, host: Newcomer) -> None:
    """The host sees the name and what was ticked, and of the rest what everybody sees."""
    host.page.goto(letter_link(meeting.app, "linh@example.org", "/people").replace("/en/", "/zh-Hans/"))
    host.press("[aria-labelledby=sent] a")
    with meeting.app.app_context(), speaking("zh-Hans"):
        name, degrees, languages, skills, wishes = (
            gettext(PARTS[part]) for part in ("name", "degrees", "languages", "skills", "wishes")
        )
    told = host.page.locator("[aria-labelledby=revealed]")
    assert told.locator("h3").all_inner_texts() == [name, languages]
    expect(told).to_contain_text("somsy@example.org")
    for value in NAME.values():
        expect(told).to_contain_text(value)
    assert host.page.locator("[aria-labelledby=shown] h3").all_inner_texts() == [degrees, skills, wishes]
    expect(host.page.locator("main")).not_to_contain_text("1998")
