"""`portal admin`: the people who run the site."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from portal.accounts.models import User
from portal.accounts.passwords import is_password
from portal.cli import main
from portal.settings import Settings
from portal.site import Site
from tests import people
from tests.moments import NOW

PASSWORD = "words that nobody puts together"


@pytest.fixture(autouse=True)
def environment(site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DATA_DIR", settings.data_dir)


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["admin", *arguments], input=typed)


def only_user(site: Site) -> User:
    with site.sessions() as session:
        return session.scalars(sa.select(User)).one()


def test_an_administrator_is_made(site: Site) -> None:
    result = run("create", "Ops@Example.org", "--name", "Mai", "--language", "vi", typed=f"{PASSWORD}\n")
    assert (result.exit_code, result.output) == (0, "Mai (ops@example.org) is an administrator.\n")
    user = only_user(site)
    assert (user.site_role, user.language, user.confirmed_at is not None) == ("administrator", "vi", True)
    assert is_password(user.password_hash, PASSWORD)
    assert "administrator  ops@example.org  Mai" in run("list").output
    assert "last administrator" in run("remove", "ops@example.org").output
    assert only_user(site).site_role == "administrator"


def test_an_administrator_is_taken_out(site: Site) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh", "administrator")
        people.add_person(session, "Somchai", "administrator")
    assert "does not belong to the site's team any more" in run("remove", "linh@example.org").output
    assert "Linh" not in run("list").output


def test_an_account_that_is_there_is_promoted(site: Site) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh")
    result = run("create", "linh@example.org", "--name", "Somebody")
    assert result.exit_code == 0
    assert "There is an account with this address: Linh. It keeps its name and password." in result.output
    assert (only_user(site).site_role, only_user(site).name) == ("administrator", "Linh")


def test_an_account_that_nobody_confirmed_makes_way(site: Site) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh").confirmed_at = None
    assert run("create", "linh@example.org", "--name", "Mai", typed=PASSWORD).exit_code == 0
    assert is_password(only_user(site).password_hash, PASSWORD)


@pytest.mark.parametrize(
    ("email", "typed", "said"),
    [
        ("ops@example.org", "short\n", "at least 10 characters"),
        ("ops@example.org", "", "at least 10 characters"),
        ("ops@example.org", "ops@example.org\n", "not your name"),
        ("ops", f"{PASSWORD}\n", "like name@university.edu"),
    ],
)
def test_bad_input_is_told(site: Site, email: str, typed: str, said: str) -> None:
    result = run("create", email, "--name", "Mai", typed=typed)
    assert result.exit_code == 1
    assert said in result.output
    with site.sessions() as session:
        assert session.scalars(sa.select(User)).all() == []


def test_a_suspended_account_is_not_promoted(site: Site) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh").suspended_at = NOW
    result = run("create", "linh@example.org", "--name", "Linh")
    assert (result.exit_code, "is suspended" in result.output) == (1, True)


@pytest.mark.parametrize("email", ["nobody@example.org", "linh@example.org", "no address"])
def test_who_is_not_in_the_team_is_not_removed(site: Site, email: str) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh")
    assert run("remove", email).exit_code == 1
