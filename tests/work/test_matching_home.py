"""The home page for those who are signed in: what fits, what closes, who waits; for nobody else, and cheap."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.alerts.service import save_listing
from portal.core.actor import Actor
from portal.demo.builders import deadline
from portal.listings.queries import find_listings
from portal.matching.invitations.service import invite_person
from portal.site import Site
from tests.moments import NOW
from tests.people import browser_of
from tests.work.consenting import add_findable, add_host, add_open_listing
from tests.work.test_matching import WISHES, add_listings, add_seeker


def home(app: Flask, user_id: str | None = None) -> str:
    answer = browser_of(app, user_id).get("/en/")
    assert user_id is None or answer.headers["Cache-Control"] == "private, no-store"
    return str(answer.text)


def strip(app: Flask, user_id: str | None = None) -> str:
    """What the page says to this reader alone."""
    return home(app, user_id).partition('<section class="own"')[2].partition("</section>")[0]


def closing(day: str) -> dict[str, Any]:
    return {"rolling": False, "deadlines": [deadline("host", f"{day} 12:00", "Asia/Shanghai")]}


def keep(session: Session, user_id: str, *listing_ids: str) -> None:
    for one in listing_ids:
        save_listing(session, user_id, one, NOW)


def test_the_first_three_that_fit_stand_there_with_their_reasons(app: Flask, site: Site) -> None:
    names = ("one", "two", "three", "four")
    add_listings(site, **{name: closing(f"2027-01-{day:02}") for day, name in enumerate(names, 1)})
    page = strip(app, add_seeker(site, wishes=WISHES))
    assert [f">{name}<" in page for name in names] == [True, True, True, False]
    assert "Why: Machine learning" in page
    assert 'href="/en/me/matches"' in page


def test_saved_listings_that_close_next_and_invitations_that_wait(app: Flask, site: Site, organisation_id: str) -> None:
    ids = add_listings(
        site, later=closing("2027-03-01"), sooner=closing("2027-01-05"), over=closing("2026-01-05"), always={}
    )
    with site.unit_of_work().begin() as session:
        add_host(session, organisation_id)
        listing_id = add_open_listing(session, organisation_id)
        public_id = add_findable(session, "Somsy").public_id
        keep(session, "somsy", *ids.values())
        (listing,) = find_listings(session, [listing_id])
        to = site.pages.to("matching.invitations")
        invitation = invite_person(session, listing, public_id, "Hello", Actor("linh"), NOW, to)
    page = strip(app, "somsy")
    kept = page[page.index("Saved listings that close next") :]
    assert [kept.count(f">{name}<") for name in ids] == [1, 1, 0, 0]
    assert kept.index(">sooner<") < kept.index(">later<")
    assert "1 invitation waits for your answer" in page
    with site.unit_of_work().begin() as session:
        session.merge(invitation).state = "declined"
    assert "waits for your answer" not in strip(app, "somsy")


def test_who_has_said_nothing_is_asked_for_three_things(app: Flask, site: Site) -> None:
    page = strip(app, add_seeker(site))
    assert page.count("<li>") == 3
    assert 'href="/en/me/profile/skills"' in page


def test_whoever_works_for_an_organisation_alone_is_not_asked(app: Flask, site: Site, organisation_id: str) -> None:
    with site.unit_of_work().begin() as session:
        add_host(session, organisation_id)
    assert strip(app, "linh") == ""


def test_the_page_of_the_account_begins_with_the_same(app: Flask, site: Site, organisation_id: str) -> None:
    add_listings(site, mine={})
    person = add_seeker(site, wishes=WISHES)
    page = browser_of(app, person).get("/en/account").text
    assert ">mine<" in page.partition('<section class="own"')[2].partition("</section>")[0]
    assert page.index('class="own"') < page.index("About me") < page.index("Look for my organisation")
    assert 'class="button"' not in page
    with site.unit_of_work().begin() as session:
        add_host(session, organisation_id)
    page = browser_of(app, "linh").get("/en/account").text
    assert 'class="own"' not in page
    assert page.index("My organisations") < page.index("About me")


def test_nobody_reads_what_is_said_to_another(app: Flask, site: Site) -> None:
    ids = add_listings(site, mine={}, other={"concepts": ["smart-ports"]})
    first = add_seeker(site, "first", wishes=WISHES)
    second = add_seeker(site, "second", wishes={"concepts": ["smart-ports"]})
    with site.unit_of_work().begin() as session:
        keep(session, first, ids["mine"])
    for _time in range(2):
        assert ">mine<" in strip(app, first)
        assert ">mine<" not in strip(app, second)
        assert strip(app) == ""


def test_it_asks_the_database_no_more_often_for_many_saved_listings(app: Flask, site: Site) -> None:
    ids = add_listings(site, **{f"number {number}": closing(f"2027-01-{number + 1:02}") for number in range(9)})
    person = add_seeker(site, wishes=WISHES, background={"citizenships": ["VN"]})
    browser, asked = browser_of(app, person), list[str]()

    def questions() -> int:
        asked.clear()
        browser.get("/en/")
        return len(asked)

    def save(*listing_ids: str) -> None:
        with site.unit_of_work().begin() as session:
            keep(session, person, *listing_ids)

    first, *rest = ids.values()
    save(first)
    questions()  # what is remembered between requests is asked for once
    event.listen(site.database, "before_cursor_execute", lambda *a: asked.append(a[2]))
    few = questions()
    save(*rest)
    assert questions() == few <= 24
