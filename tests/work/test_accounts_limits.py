"""How often things may be tried, across processes and without keeping who tried."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.limits import LIMITS, count_attempt, forget_attempts
from portal.accounts.models import Attempts
from portal.core.errors import TooMany
from portal.site import Site
from tests import people
from tests.moments import NOW
from tests.people import PASSWORD
from tests.work.browsing import Send, Watch, letters_to, newest_link

WRONG = {"email": "linh@example.org", "password": "no such password"}


@pytest.mark.parametrize("name", LIMITS)
def test_each_limit_holds_and_ends(site: Site, name: str) -> None:
    limit = LIMITS[name]
    for number in range(limit.times + 2):
        with site.unit_of_work().begin() as session:
            if number < limit.times:
                count_attempt(session, name, "somebody", "secret", NOW)
            else:
                with pytest.raises(TooMany) as told:
                    count_attempt(session, name, "somebody", "secret", NOW + timedelta(seconds=60))
                assert told.value.parameters["seconds"] == limit.within.total_seconds() - 60
                session.rollback()
    with site.unit_of_work().begin() as session:
        count_attempt(session, name, "somebody else", "secret", NOW)
        count_attempt(session, name, "somebody", "secret", NOW + limit.within)


def test_many_at_once_are_all_counted(site: Site) -> None:
    """As several processes do: of twenty who try at the same moment, as many as may are let through."""

    def attempt(_number: int) -> bool:
        try:
            with site.unit_of_work().begin() as session:
                count_attempt(session, "sign-in-address-network", "linh", "secret", NOW)
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(attempt, range(20))) == LIMITS["sign-in-address-network"].times


def test_nobody_can_read_who_tried(site: Site) -> None:
    with site.unit_of_work().begin() as session:
        count_attempt(session, "sign-in-network", "203.0.113.7", "secret", NOW)
        count_attempt(session, "sign-in-network", "203.0.113.7", "another secret", NOW)
        keys = session.scalars(sa.select(Attempts.key)).all()
    assert len(keys) == 2  # the digest depends on the secret: a list of all addresses is of no use without it
    assert not [key for key in keys if "203.0.113.7" in key]


def test_old_rows_are_pruned(site: Site) -> None:
    with site.unit_of_work().begin() as session:
        count_attempt(session, "new-email-person", "linh", "secret", NOW)
        count_attempt(session, "new-email-person", "a", "secret", NOW + timedelta(hours=23))
        count_attempt(session, "sign-in-network", "b", "secret", NOW + timedelta(hours=25))
        assert session.scalar(sa.select(sa.func.count()).select_from(Attempts)) == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(waits=st.lists(st.integers(0, 400), min_size=1, max_size=40))
def test_no_stretch_holds_more_than_its_limit(site: Site, waits: list[int]) -> None:
    """Whatever the pauses between attempts: those let through since a stretch began are never too many."""
    limit, now, begun, passed = LIMITS["second-factor-person"], NOW, NOW, 0
    with site.unit_of_work().begin() as session:
        forget_attempts(session, "second-factor-person", "linh", "secret")
        for wait in waits:
            now += timedelta(seconds=wait)
            if passed == 0 or now - begun >= limit.within:
                begun, passed = now, 0
            try:
                count_attempt(session, "second-factor-person", "linh", "secret", now)
                passed += 1
            except TooMany:
                assert passed >= limit.times
        assert passed <= limit.times


def test_signing_in_is_not_tried_for_ever(site: Site, client: FlaskClient, send: Send, watch: Watch) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh")
    for _ in range(10):
        assert send("/en/sign-in", **WRONG).status_code == 422
    page = send("/vi/sign-in", **{**WRONG, "password": PASSWORD})
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) == 900
    assert send("/en/sign-in", email="somebody@example.org", password=PASSWORD).status_code == 422
    watch.pass_by(minutes=15)
    assert send("/en/sign-in", **{**WRONG, "password": PASSWORD}).status_code == 303


def test_the_right_password_begins_anew(site: Site, client: FlaskClient, send: Send) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh")
    for _ in range(2):
        for _ in range(9):
            send("/en/sign-in", client.application.test_client(), **WRONG)
        right = {**WRONG, "password": PASSWORD}
        assert send("/en/sign-in", client.application.test_client(), **right).status_code == 303


def test_networks_are_forgotten_as_soon_as_they_do_not_count(site: Site) -> None:
    with site.unit_of_work().begin() as session:
        count_attempt(session, "sign-in-network", "a", "secret", NOW)
        count_attempt(session, "sign-in-address-network", "linh@example.org a", "secret", NOW)
        count_attempt(session, "sign-up-network", "a", "secret", NOW)
        count_attempt(session, "claim-person", "linh", "secret", NOW + timedelta(minutes=15))
        kept = sorted(key.partition(":")[0] for key in session.scalars(sa.select(Attempts.key)))
    assert kept == ["claim-person", "sign-up-network"]


def at(network: str) -> dict[str, str]:
    return {"REMOTE_ADDR": network}


def test_a_stranger_keeps_nobody_out(site: Site, client: FlaskClient, send: Send) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh")
    right, own = {**WRONG, "password": PASSWORD}, client.application.test_client()
    assert send("/en/sign-in", own, **right).status_code == 303
    own.post("/en/sign-out", data={"csrf_token": people.token_of(own, "/en/account")})
    stranger = client.application.test_client()
    stranger.environ_base.update(at("203.0.113.9"))
    for _ in range(10):
        assert send("/en/sign-in", stranger, **WRONG).status_code == 422
    assert send("/en/sign-in", stranger, **right).status_code == 429  # that network guesses no more
    elsewhere = client.application.test_client()
    elsewhere.environ_base.update(at("198.51.100.7"))
    assert send("/en/sign-in", elsewhere, **right).status_code == 303
    with site.unit_of_work().begin() as session:  # many machines together are stopped
        secret = str(client.application.config["SECRET_KEY"])
        for _ in range(LIMITS["sign-in-address"].times - 12):  # twelve were counted above
            count_attempt(session, "sign-in-address", "linh@example.org", secret, site.clock())
    unknown = client.application.test_client()
    unknown.environ_base.update(at("198.51.100.8"))
    assert send("/en/sign-in", unknown, **right).status_code == 429
    assert send("/en/sign-in", own, **right).status_code == 303  # but for a browser of her own


def test_a_known_browser_is_not_tried_for_ever_either(site: Site, client: FlaskClient, send: Send) -> None:
    with site.unit_of_work().begin() as session:
        for name in ("Linh", "Mai"):
            people.add_person(session, name)
    right = {**WRONG, "password": PASSWORD}
    assert send("/en/sign-in", **right).status_code == 303
    assert "linh" not in str(client.get_cookie("known_browser"))
    client.post("/en/sign-out", data={"csrf_token": people.token_of(client, "/en/account")})
    for _ in range(10):
        assert send("/en/sign-in", **WRONG).status_code == 422
    assert send("/en/sign-in", **right).status_code == 429
    other = client.application.test_client()
    assert send("/en/sign-in", other, **right).status_code == 303  # of the same network, counted apart
    mai = {"email": "mai@example.org", "password": PASSWORD}
    assert send("/en/sign-in", **mai).status_code == 303  # the cookie is for one account


@pytest.mark.parametrize("cookie", ["", "nonsense", "W1siYSIsImIiXV0.abc.def", "x" * 3000])
def test_a_cookie_that_is_not_ours_makes_no_browser_known(
    site: Site, client: FlaskClient, send: Send, cookie: str
) -> None:
    client.set_cookie("known_browser", cookie)
    for _ in range(10):
        assert send("/en/sign-in", **WRONG).status_code == 422
    assert send("/en/sign-in", **WRONG).status_code == 429


def test_a_new_password_opens_what_strangers_have_shut(site: Site, client: FlaskClient, send: Send) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh")
        for _ in range(LIMITS["sign-in-address"].times):
            secret = str(client.application.config["SECRET_KEY"])
            count_attempt(session, "sign-in-address", "linh@example.org", secret, site.clock())
    assert send("/en/sign-in", **WRONG).status_code == 429
    send("/en/forgotten-password", email="linh@example.org")
    link = newest_link(site, "linh@example.org", "reset")
    assert send(link, password="words that nobody puts together").status_code == 303
    right = {**WRONG, "password": "words that nobody puts together"}
    assert send("/en/sign-in", **right).status_code == 303


def test_nobody_is_buried_in_letters(site: Site, client: FlaskClient, send: Send) -> None:
    statuses = [send("/en/forgotten-password", email="linh@example.org").status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]
    data = {"name": "Mai", "email": "mai@example.org", "password": "words that nobody puts together"}
    assert [send("/en/sign-up", **data).status_code for _ in range(4)] == [303, 303, 303, 429]
    assert len(letters_to(site, "mai@example.org")) == 3


def test_a_network_of_version_six_is_one_client(site: Site, client: FlaskClient) -> None:
    for number in range(3):
        client.get("/en/confirm/nothing", environ_base={"REMOTE_ADDR": f"2001:db8:1:2::{number}"})
    client.get("/en/confirm/nothing", environ_base={"REMOTE_ADDR": "2001:db8:1:3::1"})
    with site.sessions() as session:
        assert sorted(session.scalars(sa.select(Attempts.count))) == [1, 3]
