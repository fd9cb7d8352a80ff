"""People who agreed to be found by organisations, for tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.demo.builders import make_listing, rule
from portal.organisations.models import Organisation
from portal.researchers import service
from portal.researchers.models import Researcher
from tests import people
from tests.moments import NOW

WORDING = ("2026-12", "en")
NAME = {"given": "Somsy", "family": "Vongsa", "native": "ສົມສີ ວົງສາ"}
PARTS: dict[str, Any] = {
    "background": {"citizenships": ["LA"], "born_on": "1998-05-01"},
    "degrees": [
        {
            "level": "master", "subject": "Robotics", "isced": "0714", "completed_on": "2024-06-01",
            "at": {"name": "National University of Laos", "country": "LA"},
        }
    ],
    "languages": [{"language": "lo", "level": "native"}, {"language": "en", "level": "B2"}],
    "skills": {"concepts": ["machine-learning"], "summary": "Robots that harvest rice in wet fields."},
    "wishes": {"kinds": ["joint-programme"], "countries": ["CN"], "concepts": ["robotics"]},
}  # fmt: skip


def add_findable(
    session: Session, name: str, shown: tuple[str, ...] = tuple(PARTS), language: str = "en", **parts: Any
) -> Researcher:
    """Somebody with a whole profile, of which some parts are `shown`, who agreed to be found. The account is made if
    need be."""
    user = session.get(User, name.lower()) or people.add_person(session, name, language=language)
    for part, content in {"name": NAME, **PARTS, **parts}.items():
        service.save_part(session, user.id, part, content, NOW)
        if part in shown:
            service.show_part(session, user.id, part, "hosts", WORDING, NOW)
    service.be_findable(session, user.id, True, WORDING, NOW)
    session.flush()
    return session.get_one(Researcher, user.id)


def add_open_listing(session: Session, organisation_id: str, title: str = "Robots for rice", **facts: Any) -> str:
    """A published listing of an organisation, about robots, for citizens of Laos and Viet Nam; its id."""
    host = session.get_one(Organisation, organisation_id)
    rules = [rule("citizenship", countries=["LA", "VN"]), rule("degree-min", degree="bachelor")]
    values: dict[str, Any] = {"concepts": ["robotics", "machine-learning"], "rules": rules, **facts}
    listing = make_listing(session, title, organisation=host, **values)
    session.flush()
    return listing.id


def add_host(session: Session, organisation_id: str) -> None:
    """A team: Linh (editor) and Max (manager), who read letters, and Ray, who only looks at drafts."""
    for name, role in (("Linh", "editor"), ("Max", "manager"), ("Ray", "reviewer")):
        people.add_member(session, people.add_person(session, name), organisation_id, role)
