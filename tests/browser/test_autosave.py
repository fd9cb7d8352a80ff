"""The form saves by itself; on a slow line, too, nobody is asked about what they alone wrote."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.area import MANAGER
from tests.browser.conftest import SignedInArea


class SlowLine:
    """A line on which the answers to the form's script stay away until they are let through."""

    def __init__(self, page: Page) -> None:
        self.held: list[Route] = []
        page.route("**/postings/**", self._take)

    def _take(self, route: Route) -> None:
        if route.request.headers.get("accept") == "application/json" and route.request.method == "POST":
            self.held.append(route)
        else:
            route.continue_()

    def answer(self) -> None:
        """Let the server's answer through."""
        route = self.held.pop()
        route.fulfill(response=route.fetch())


def begin_saving(page: Page, line: SlowLine) -> None:
    """Type, and wait until the form begins to save by itself."""
    page.locator("[name=joint_degrees-0-degree]").select_option("master")
    page.locator("[name=joint_degrees-0-organisation]").select_option(index=1)
    page.locator("[name=joint_approval]").fill("No. 1")
    with page.expect_request(lambda request: request.headers.get("accept") == "application/json"):
        page.clock.fast_forward(3_000)
    while not line.held:
        page.wait_for_timeout(10)


@pytest.mark.parametrize("button", ["add:joint_degrees", "next"])
def test_a_button_pressed_while_the_form_saves_waits_for_it(signed_in_area: SignedInArea, button: str) -> None:
    with signed_in_area.visit(MANAGER) as page:
        answers = list[int]()
        page.on("response", lambda answer: answers.append(answer.status))
        page.clock.install()
        page.goto(f"/en/postings/{signed_in_area.found['full']}/joint")
        line = SlowLine(page)
        begin_saving(page, line)
        page.locator("[name=joint_approval]").fill("No. 12")
        page.locator(f"main [value='{button}']").click()
        line.answer()
        if button == "next":
            page.wait_for_url(f"**/postings/{signed_in_area.found['full']}")
        else:
            expect(page.locator("[name=joint_degrees-1-degree]")).to_be_focused()
            expect(page.locator("[name=joint_approval]")).to_have_value("No. 12")
        assert set(answers) <= {200, 303}
        page.goto(f"/en/postings/{signed_in_area.found['full']}/joint")
        expect(page.locator("[name=joint_approval]")).to_have_value("No. 12")


def test_a_line_that_stays_silent_holds_nobody_up(signed_in_area: SignedInArea) -> None:
    with signed_in_area.visit(MANAGER) as page:
        page.clock.install()
        page.goto(f"/en/postings/{signed_in_area.found['full']}/joint")
        line = SlowLine(page)
        begin_saving(page, line)
        page.locator("main [value='next']").click()
        page.clock.fast_forward(15_000)
        page.wait_for_url(f"**/postings/{signed_in_area.found['full']}")


def test_the_time_of_saving_is_a_time(signed_in_area: SignedInArea) -> None:
    with signed_in_area.visit(MANAGER) as page:
        page.clock.install()
        page.goto(f"/en/postings/{signed_in_area.found['training']}/base")
        saved = page.locator("[data-state] time")
        expect(saved).to_have_text("Saved 22 Nov 2026, 08:00 (UTC)")
        page.locator("[name=base_seats]").fill("41")
        page.clock.fast_forward(3_000)
        expect(saved).to_have_text("Saved 08:00 (UTC)")
        expect(saved).to_have_attribute("datetime", "2026-11-23T08:00:00+00:00")
