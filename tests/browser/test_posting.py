"""A newcomer's whole way: from no account to a joint programme that is read in three languages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from portal import create_app
from portal.settings import Settings
from portal.site import Site
from tests.browser.conftest import served
from tests.letters import letters_to, links_in
from tests.moments import fixed_clock
from tests.people import PASSWORD, add_person

SECRET = "bốn từ không vần với nhau"
ORGANISATIONS = {1280: ("Đại học Cần Thơ", "ctu.edu.vn"), 360: ("Đại học Thăng Long", "thanglong.edu.vn")}
TITLE = "Thạc sĩ liên kết về trí tuệ nhân tạo trong nông nghiệp"
SUMMARY = "Hai năm học tại Cần Thơ và Nam Ninh, hai bằng thạc sĩ về trí tuệ nhân tạo cho cây trồng vùng nhiệt đới."
DESCRIPTION = (
    "Học viên học năm đầu ở Cần Thơ và năm sau ở Nam Ninh, trong các nhóm nghiên cứu của cả hai trường.\n\n"
    "- học máy và xử lý ảnh từ máy bay không người lái\n- dữ liệu đất và nước\n- luận văn cùng nông dân"
)
TRANSLATIONS = {
    "en": (
        "Joint master in artificial intelligence for agriculture",
        "Two years in Can Tho and Nanning, and two master's degrees, in artificial intelligence for tropical crops.",
        "Students spend the first year in Can Tho and the second in Nanning, in research groups of both universities.",
    ),
    "zh-Hans": (
        "农业人工智能联合硕士项目",
        "在芹苴和南宁学习两年,获得两个硕士学位,研究热带作物的人工智能。",
        "学生第一年在芹苴学习,第二年在南宁学习,加入两校的研究小组。课程包括机器学习、无人机图像处理以及土壤和水的数据。",
    ),
}
PARTNER = "广西大学"
MINUTES, KEYS_A_MINUTE = 10, 150  # of somebody who types with care


class Newcomer:
    """Somebody at a page: counts the keys that are typed and looks at each page that comes."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.wrong = page, 0, list[tuple[str, str]]()

    def write(self, name: str, text: str) -> None:
        """Type into the field of a name, key by key."""
        field = self.page.locator(f"main [name='{name}']")
        field.press_sequentially(text)
        self.keys += len(text)

    def fill(self, **values: str) -> None:
        """What is not prose: choices and days."""
        for name, value in values.items():
            field = self.page.locator(f"main [name='{name.replace('__', '-')}']").first
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
                self.keys += len(value)

    def tick(self, name: str, *values: str) -> None:
        for value in values:
            self.page.locator(f"main [name='{name}'][value='{value}']").check()

    def press(self, where: str) -> None:
        """Press a button or follow a link of the page itself."""
        self.page.locator(f"main {where}").first.click()
        self.look()

    def on(self) -> None:
        """Save and go on."""
        self.press("button[value=next]")

    def add(self, rows: str, number: int) -> None:
        """Add a row without a reload; the first is there already."""
        self.page.locator(f"main [value='add:{rows}']").click()
        expect(self.page.locator(f"main [name^='{rows}-{number}-']").first).to_be_visible()

    def find(self, name: str, words: str) -> None:
        """Look for something by its name and take the first that is found."""
        self.write(f"query-{name}", words)
        self.page.locator(f"[data-options={name}] input").first.check()

    def look(self) -> None:
        """No page scrolls sideways or has a serious fault of access."""
        self.page.wait_for_load_state()
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.wrong.append((self.page.url, "scrolls sideways"))
        for violation in Axe().run(self.page).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                self.wrong.append((self.page.url, f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"))


def path_of(address: str) -> str:
    """An address of a letter as a path of this site."""
    return urlsplit(address).path


def letter_link(app: Flask, address: str, page: str) -> str:
    """The link to a page in the letters to an address."""
    links = [path_of(link) for letter in letters_to(app, address) for link in links_in(letter)]
    return next(link for link in links if page in link)


@pytest.fixture(scope="module")
def own_app(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A demonstration of its own, since people write here."""
    folder = tmp_path_factory.mktemp("posting") / "data"
    shutil.copytree(demo_folder, folder)
    app = create_app(Settings(data_dir=str(folder), secret_key="for tests only", demonstration="1"), clock=fixed_clock)
    site: Site = app.extensions["site"]
    with site.unit_of_work().begin() as session:
        add_person(session, "Moderator", site_role="moderator")
    yield app
    site.close()


@pytest.fixture(scope="module")
def own_address(own_app: Flask) -> Iterator[str]:
    with served(own_app) as found:
        yield found


@pytest.mark.parametrize("width", [1280, 360])
def test_from_nothing_to_a_published_programme(browser: Browser, own_app: Flask, own_address: str, width: int) -> None:
    organisation, domain = ORGANISATIONS[width]
    email = f"linh@{domain}"
    with visitor(browser, own_address, width) as me, visitor(browser, own_address, 1280) as moderator:
        sign_up(me, own_app, email)
        sign_in_moderator(moderator)
        claim(me, moderator, own_app, email, organisation)
        listing = write(me, f"{TITLE} {width}")
        for tag, texts in TRANSLATIONS.items():
            translate(me, tag, texts)
        propose(me)
        accept(moderator)
        read(me, listing, width)
        assert me.keys / KEYS_A_MINUTE < MINUTES
    assert not me.wrong
    assert not moderator.wrong


@contextmanager
def visitor(browser: Browser, address: str, width: int) -> Iterator[Newcomer]:
    """A browser of somebody's own."""
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 800})
    context.set_default_timeout(20_000)
    yield Newcomer(context.new_page())
    context.close()


def sign_up(me: Newcomer, app: Flask, email: str) -> None:
    """From the front page to an account that is confirmed."""
    me.page.goto("/vi/")
    me.page.locator("nav.account a").click()
    me.press("a[href*='sign-up']")
    me.write("name", "Nguyễn Thị Linh")
    me.write("email", email)
    me.write("password", SECRET)
    me.press("form.form button[type=submit]")
    me.page.goto(letter_link(app, email, "/confirm/"))
    me.look()
    me.write("password", SECRET)
    me.press("form.form button[type=submit]")
    expect(me.page).to_have_url(re.compile("/vi/account$"))


def sign_in_moderator(me: Newcomer) -> None:
    me.page.goto("/en/sign-in")
    me.write("email", "moderator@example.org")
    me.write("password", PASSWORD)
    me.press("form.form button[type=submit]")


def claim(me: Newcomer, moderator: Newcomer, app: Flask, email: str, organisation: str) -> None:
    """Ask to act for the organisation; the site's team says yes; the letter leads to the team."""
    me.press("a[href$='/account/organisations/find']")
    me.write("q", organisation)
    me.press("form.find button")
    me.press(f"a[href$='/claim']:has-text('{organisation}')")
    me.write("message", "Phó phòng Hợp tác quốc tế")
    me.press("form.form button[type=submit]")
    expect(me.page.locator(".state.waiting")).to_be_visible()
    moderator.page.locator("nav.account a").first.click()
    moderator.press("a.figure[href$='/moderation/claims']")
    moderator.press("a[href*='/moderation/claims/']")
    moderator.press("form[action$='/approve'] button")
    me.page.goto(letter_link(app, email, "/claims/"))
    me.look()


def write(me: Newcomer, title: str) -> str:
    """From My account to a listing of which nothing that is needed is missing; its id."""
    me.page.locator("nav.account a").last.click()
    me.press("a[href$='/postings']")
    me.press("a[href*='/postings/new']")
    me.tick("kind", "joint-programme")
    me.write("title", title)
    me.press("form.form button")
    me.write("summary", SUMMARY)
    me.write("description", DESCRIPTION)
    expect(me.page.locator("[data-state]")).to_contain_text(re.compile(r"\d\d:\d\d"), timeout=15_000)
    me.page.reload()
    expect(me.page.locator("[name=description]")).to_have_value(re.compile("nông dân"))
    me.on()  # to the host
    me.write("contact_name", "Phòng Hợp tác quốc tế")
    me.write("contact_email", "office@ctu.edu.vn")
    me.find("place", "Cần Thơ")
    me.on()  # to the partners
    me.find("found", PARTNER)
    me.press("button[value=check]")
    me.fill(partners__0__role="host")
    me.on()  # to the content
    me.find("concepts", "học máy")
    me.tick("isced", "0619")
    me.tick("levels", "master")
    me.tick("mode", "onsite")
    me.tick("working_languages", "en")
    me.fill(award="double-degree")
    me.on()  # to the times
    me.fill(deadlines__0__purpose="host", deadlines__0__date="2027-03-31", deadlines__0__time="17:00")
    me.fill(starts_from="2027-09-01", months_min="24", months_max="24")
    me.on()  # to the places
    me.fill(places_total="20")
    me.on()  # to the money
    me.fill(money__0__item="tuition", money__0__payer="host")
    me.on()  # to the conditions
    me.page.locator("main [value='add:rules:degree-min']").click()
    me.fill(rules__0__degree="bachelor")
    me.on()  # to the documents
    me.fill(documents__0__kind="cv")
    me.add("documents", 1)
    me.fill(documents__1__kind="transcript")
    for _section in ("selection", "apply"):
        me.on()
    me.tick("apply_where", "here")
    me.fill(apply_steps__0__step="online-form")
    me.on()  # to what is joint
    me.fill(joint_months_home="12", joint_months_host="12")
    me.on()
    expect(me.page.locator("#ready")).to_be_visible()
    expect(me.page.locator(".answers-list .open")).to_have_count(0)
    return me.page.url.rpartition("/")[2]


def translate(me: Newcomer, tag: str, texts: tuple[str, str, str]) -> None:
    """From the overview to a text in a language and back."""
    me.press("a[href$='/languages']")
    me.press(f"a[href$='/languages/{tag}']")
    for name, text in zip(("title", "summary", "description"), texts, strict=True):
        me.write(name, text)
    expect(me.page.locator("[data-state]")).to_contain_text(re.compile(r"\d\d:\d\d"), timeout=15_000)
    me.press("button[value=list]")
    expect(me.page.locator(f"[id='{tag}'] .state.good")).to_be_visible()
    me.press(".trail a:last-child")


def propose(me: Newcomer) -> None:
    me.press("a[href$='/publication']")
    me.press("form.form button[type=submit]")
    expect(me.page.locator(".state.waiting")).to_be_visible()


def accept(moderator: Newcomer) -> None:
    """From the desk to the listing that waits, and every box ticked."""
    moderator.page.locator("nav.account a").first.click()
    moderator.press("a.figure[href$='/moderation/listings']")
    moderator.press(f"a:has-text('{TRANSLATIONS['en'][0]}')")
    for box in moderator.page.locator("[name^=check_]").all():
        box.check()
    moderator.press("button[value=accept]")


def read(me: Newcomer, listing: str, width: int) -> None:
    """The team finds the public page; a reader reads it in three languages."""
    me.press(".trail a:last-child")
    me.press("a[href*='/listings/']")
    expect(me.page.locator("h1")).to_have_text(f"{TITLE} {width}")
    for tag, texts in TRANSLATIONS.items():
        me.page.locator("details.languages summary").click()
        me.page.locator(f"details.languages a[hreflang='{tag}']").click()
        me.page.wait_for_url(f"**/{tag}/listings/**")
        me.look()
        expect(me.page.locator("h1")).to_have_text(texts[0])
        expect(me.page.locator("main")).to_contain_text(texts[2])
    me.page.locator("nav.account a").last.click()
    me.look()
