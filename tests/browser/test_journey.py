"""The whole way of somebody who looks for something, in their own language, on a phone's screen, by keyboard alone:
from the first search to the deleted account."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from portal import create_app
from portal.accounts.models import User
from portal.demo.builders import make_listing, rule
from portal.settings import Settings
from portal.site import Site
from tests.browser.conftest import served
from tests.browser.test_area import faults
from tests.browser.test_posting import letter_link
from tests.browser.test_profile import Typist
from tests.letters import letters_to
from tests.moments import fixed_clock
from tests.work.saving import tell

PHONE = {"width": 360, "height": 740}
# What has the focus, or the frame around it, is marked and on the screen.
HIDDEN_FOCUS = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect()
    const marked = style => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
    const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
    const isMarked = [one, one.parentElement].some(part => marked(getComputedStyle(part)))
    return seen && isMarked ? '' : one.outerHTML.slice(0, 120)
}"""


@dataclass(frozen=True)
class Traveller:
    """Who goes the way, and in which words."""

    language: str
    country: str
    name: str
    email: str
    words: str
    cv: str


SECRET = "bốn từ không vần với nhau"
TRAVELLERS = (
    Traveller(
        "th", "TH", "ณัฐธิดา ศรีสุข", "natthida@example.org", "การเรียนรู้ของเครื่อง จีน",
        "นางสาวณัฐธิดา ศรีสุข\n\nประวัติการศึกษา\nพ.ศ. 2562 - 2564  วิทยาศาสตรมหาบัณฑิต สาขาวิทยาการคอมพิวเตอร์ มหาวิทยาลัยเชียงใหม่\n\n"
        "ประสบการณ์ทำงาน\nพ.ศ. 2564 - ปัจจุบัน  อาจารย์ มหาวิทยาลัยขอนแก่น\n\nภาษา\nภาษาไทย (ภาษาแม่)\nภาษาจีน HSK 5\n\n"
        "ทักษะ\nการเรียนรู้ของเครื่อง ปัญญาประดิษฐ์",
    ),
    Traveller(
        "vi", "VN", "Trần Thị Mai", "mai@example.org", "học máy Trung Quốc",
        "TRẦN THỊ MAI\n\nHỌC VẤN\n2020 - 2022: Thạc sĩ Khoa học máy tính, Trường Đại học Bách khoa Hà Nội\n\n"
        "KINH NGHIỆM LÀM VIỆC\n09/2022 - nay: Giảng viên, Trường Đại học Cần Thơ\n\nNGOẠI NGỮ\nTiếng Trung: HSK 5\n"
        "Tiếng Việt: tiếng mẹ đẻ\n\nKỸ NĂNG\nTrí tuệ nhân tạo, học máy",
    ),
)  # fmt: skip


class Walker(Typist):
    """Looks at every page that comes, keeps a picture of it, and sees where each key leads."""

    def __init__(self, page: Page, who: Traveller, pictures: Path) -> None:
        super().__init__(page)
        self.who, self.pictures, self.axe, self.number = who, pictures, Axe(), 0

    def reach(self, selector: str) -> None:
        super().reach(selector)
        if unseen := self.page.evaluate(HIDDEN_FOCUS):
            self.wrong.append((self.page.url, f"the focus is not seen: {unseen}"))

    def look(self) -> None:
        self.page.wait_for_load_state()
        self.number += 1
        name = re.sub(r"\W+", "-", urlsplit(self.page.url).path.partition(f"/{self.who.language}/")[2])[:40]
        self.page.screenshot(path=self.pictures / f"{self.number:02}-{name or 'home'}.png", full_page=True)
        self.wrong += [(self.page.url, fault) for fault in faults(self.page, self.axe)]

    def follow(self, selector: str, path: str) -> None:
        """A link, a button or a field to be sent, and the page of one's own language that comes of it; `path` is a
        pattern."""
        self.reach(selector)
        wanted = re.compile(f"/{self.who.language}/{path}")
        with self.page.expect_navigation(url=lambda url: bool(wanted.fullmatch(urlsplit(url).path))):
            self.page.keyboard.press("Enter")
        self.look()

    def to_account(self) -> None:
        self.follow("nav.account a[href$='/account']", "account")


@pytest.fixture(scope="module")
def own_app(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A demonstration of its own, since people write here."""
    folder = tmp_path_factory.mktemp("journey") / "data"
    shutil.copytree(demo_folder, folder)
    app = create_app(Settings(data_dir=str(folder), secret_key="for tests only", demonstration="1"), clock=fixed_clock)
    site: Site = app.extensions["site"]
    site.warm()
    tell(site)  # the demonstration's own listings are nothing new
    yield app
    site.close()


@pytest.fixture(scope="module")
def own_address(own_app: Flask) -> Iterator[str]:
    with served(own_app) as found:
        yield found


@pytest.mark.parametrize("who", TRAVELLERS, ids=lambda who: who.language)
def test_from_the_first_search_to_the_deleted_account(
    browser: Browser, own_app: Flask, own_address: str, tmp_path: Path, who: Traveller
) -> None:
    context = browser.new_context(base_url=own_address, viewport=PHONE)  # type: ignore[arg-type]
    context.set_default_timeout(20_000)
    me = Walker(context.new_page(), who, tmp_path)
    search(me)
    check_conditions(me)
    sign_up(me, own_app)
    fill_in_from_cv(me)
    read_why(me)
    save_search(me)
    new = publish(own_app, who)
    letter = read_letter(own_app, who, new)
    stop_letters(me, own_app, letter)
    follow_calendar(me, own_app)
    take_data_along(me)
    leave(me, own_app)
    context.close()
    assert not me.wrong, "\n".join(map(str, me.wrong))


def search(me: Walker) -> None:
    me.page.goto(f"/{me.who.language}/")
    me.look()
    me.type_in("main [name=q]", me.who.words)
    me.follow("main [name=q]", "listings")
    me.follow(".card h3 a", r"listings/\w+")


def check_conditions(me: Walker) -> None:
    """Whether one may apply, before there is an account."""
    me.follow("#may-apply a.button", r"listings/\w+")
    for name, value in (("citizenships-0", me.who.country), ("degree", "master")):
        if me.page.locator(f"#may-apply [name={name}]").count():
            me.choose(f"#may-apply [name={name}]", value)
    if me.page.locator("#may-apply [name=born_year]").count():
        me.type_in("#may-apply [name=born_year]", "1998")
    me.follow("#may-apply button[value=keep]:not([tabindex])", r"listings/\w+")
    expect(me.page.locator("#may-apply .whole")).to_be_visible()


def sign_up(me: Walker, app: Flask) -> None:
    """To save the listing one needs an account."""
    me.follow(".keep a", "sign-in")
    me.follow("main a[href*='sign-up']", "sign-up")
    me.type_in("[name=name]", me.who.name)
    me.type_in("[name=email]", me.who.email)
    me.type_in("[name=password]", SECRET)
    me.follow("[name=password]", "mail-sent")
    me.page.goto(letter_link(app, me.who.email, "/confirm/"))
    me.look()
    me.type_in("[name=password]", SECRET)
    me.follow("[name=password]", r"(account|me/saved|listings/\w+)")
    me.to_account()


def fill_in_from_cv(me: Walker) -> None:
    me.follow("main a[href$='/me/profile']", "me/profile")
    me.follow("main a[href$='/me/profile/import']", "me/profile/import")
    me.type_in("[name=cv-text]", me.who.cv)
    me.follow("form[action$='/import/cv'] button", "me/profile/import/cv")
    expect(me.page.locator("[aria-labelledby=part-skills] [name=take]:checked").first).to_be_visible()
    me.reach("[name=take]")
    me.follow("form[action$='/import/save'] button", "me/profile")
    me.follow("a[href$='/me/profile/background']", "me/profile/background")
    me.mark(f"[name=citizenships][value={me.who.country}]")
    me.day("[name=born_on]", "05011998")
    me.follow("button[value=next]", "me/profile")


def read_why(me: Walker) -> None:
    """The listings for oneself: why the first fits, and keep it."""
    me.follow("main a[href$='/me/matches']", "me/matches")
    me.enter(".card .fit:not(.conditions) > summary")
    expect(me.page.locator(".card .fit:not(.conditions) .fit-sum").first).to_be_visible()
    me.look()
    me.follow(".card:has(.due time) .keep button[aria-pressed=false]", "me/matches")  # it has a deadline
    expect(me.page.locator(".keep button[aria-pressed=true]").first).to_be_visible()


def save_search(me: Walker) -> None:
    me.follow("header nav a[href$='/listings']", "listings")
    me.type_in("main [name=q]", me.who.words)
    me.follow("main [name=q]", "listings")
    me.follow("a[href*='/me/searches/new']", "me/searches/new")
    me.reach("[name=frequency]")
    me.page.keyboard.press("ArrowUp")  # from once a day to at once
    me.follow("form.form button[type=submit]", "me/saved")
    expect(me.page.locator("h3 a[href*='listings?q=']")).to_have_count(1)


def publish(app: Flask, who: Traveller) -> str:
    """A host publishes something that answers the search; the worker comes by, twice."""
    site: Site = app.extensions["site"]
    title = f"Visiting scholars: machine learning for rice, open to {who.country}"
    with site.unit_of_work().begin() as session:
        make_listing(session, title, posted_at=site.clock(), rules=[rule("citizenship", countries=[who.country])])
    tell(site)
    tell(site)
    return title


def read_letter(app: Flask, who: Traveller, title: str) -> str:
    """The one letter has the listing once; the path of its link that ends such letters."""
    letters = [one for one in letters_to(app, who.email) if "/unsubscribe/" in one.text]
    assert [" ".join(one.text.split()).count(title) for one in letters] == [1]
    assert f'lang="{who.language}"' in letters[0].html
    (link,) = set(re.findall(r"https?://\S+/unsubscribe/\S+", letters[0].text))
    assert f"/{who.language}/" in link
    return urlsplit(link).path


def stop_letters(me: Walker, app: Flask, path: str) -> None:
    """The mail program does it by itself (RFC 8058); then the person follows the link, too."""
    assert app.test_client().post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    me.page.goto(path)
    me.look()
    me.follow("main a[href$='/me/saved']", "me/saved")


def follow_calendar(me: Walker, app: Flask) -> None:
    me.follow("main a[href$='/me/calendar']", "me/calendar")
    me.follow("form[action$='/me/calendar'] button", "me/calendar")
    secret = me.page.locator("code.secret").inner_text()
    feed = app.test_client().get(urlsplit(secret).path)
    assert b"BEGIN:VEVENT" in feed.data


def take_data_along(me: Walker) -> None:
    me.to_account()
    me.follow("main a[href$='/me/data']", "me/data")
    me.enter("details.holding > summary")
    expect(me.page.locator("details.holding[open] dl.facts").first).to_be_visible()
    me.look()
    me.follow("main a[href$='/me/data/export']", "me/data/export")
    me.type_in("[name=present]", SECRET)
    with me.page.expect_download() as download:
        me.page.keyboard.press("Enter")
    archive = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert me.who.words.split()[0] in archive.read("saved-searches.json").decode()
    me.follow("form.form a[href$='/me/data']", "me/data")


def leave(me: Walker, app: Flask) -> None:
    me.follow("main a[href$='/me/data/delete']", "me/data/delete")
    me.type_in("[name=present]", SECRET)
    me.type_in("[name=typed]", me.who.email)
    me.follow("form.form button.danger", "me/data/deleted")
    me.follow("main a[href$='/']", "")
    with app.extensions["site"].sessions() as session:
        assert session.scalar(sa.select(User).where(User.email == me.who.email)) is None
