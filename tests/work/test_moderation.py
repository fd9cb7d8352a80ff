"""The site's team: claims, organisations, people, words, announcements, settings, and the log of it all."""

from __future__ import annotations

import ast
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.accounts.models import SignIn, User
from portal.core.actor import Actor
from portal.core.audit import AuditEvent, note
from portal.core.errors import Conflict, Invalid
from portal.core.outbox import OutboxEntry
from portal.core.preferences import Preferences, SiteSetting, change_preferences, read_preferences
from portal.core.remembering import EVERY, Remembered
from portal.locales import TAGS
from portal.mail.models import Letter
from portal.mail.pages import Pages
from portal.moderation import queries, service, words
from portal.moderation.labels import EVENTS, PROBLEMS
from portal.moderation.models import Announcement, ThesaurusProposal
from portal.moderation.queries import LogFilter
from portal.organisations.models import Organisation, OrganisationName
from portal.organisations.queries import get_organisation
from portal.posting import service as postings
from portal.site import Site
from portal.teams.models import Claim, Membership, Team, TeamInvitation
from search.concepts.exchange import differences, read_csv
from tests import people
from tests.moments import NOW
from tests.work.publishing import add_posting

ADMIN, MODERATOR = Actor("ada", "administrator"), Actor("mo", "moderator")


@pytest.fixture
def crowd(site: Site, organisation_id: str) -> str:
    """An administrator, a moderator, the manager of a team, somebody else; the id of the team's organisation."""
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Ada", "administrator")
        people.add_person(session, "Mo", "moderator")
        people.add_member(session, people.add_person(session, "Linh", language="vi"), organisation_id, "manager")
        people.add_person(session, "Sok", language="km")
    return organisation_id


def send(client: FlaskClient, page: str, address: str | None = None, **data: str) -> tuple[int, str]:
    """Send a form of a page; the status and the page it leads to."""
    token = people.token_of(client, page)
    answer = client.post(address or page, data={**data, "csrf_token": token})
    return answer.status_code, client.get(answer.location).text if answer.status_code == 303 else answer.text


PAGES = Pages("https://portal.example")


def events_of(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditEvent.event).order_by(AuditEvent.id)))


def letters_of(session: Session) -> list[tuple[str, str, str]]:
    rows = session.scalars(sa.select(Letter).order_by(Letter.address)).all()
    return [(row.template, row.language, row.address) for row in rows]


# --- who is let in -------------------------------------------------------------------------------------------------

FOR_MODERATORS = (
    "moderation", "moderation/claims", "moderation/organisations", "moderation/organisations/{organisation}",
    "moderation/organisations/{organisation}/names", "moderation/organisations/{organisation}/merge",
    "moderation/words", "moderation/words.csv", "moderation/log",
)  # fmt: skip
FOR_ADMINISTRATORS = (
    "moderation/people", "moderation/people/linh", "moderation/announcements", "moderation/announcements/new",
    "moderation/settings", "moderation/letters",
)  # fmt: skip


@pytest.mark.parametrize("path", [*FOR_MODERATORS, *FOR_ADMINISTRATORS])
def test_who_may_open_which_page(site: Site, client: FlaskClient, crowd: str, path: str) -> None:
    address = "/en/" + path.format(organisation=crowd)
    assert client.get(address).status_code == 303
    for person, status in (("linh", 403), ("mo", 200 if path in FOR_MODERATORS else 403), ("ada", 200)):
        people.sign_in(client, site, person)
        assert client.get(address).status_code == status, person


@pytest.mark.database("sqlite")
def test_no_form_of_the_site_team_is_open_to_others(app: Flask, site: Site, client: FlaskClient, crowd: str) -> None:
    people.sign_in(client, site, "linh")
    token = people.token_of(client, "/en/account")
    forms = [
        rule for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("moderation.") and "POST" in (rule.methods or ()) and "/moderation/" in rule.rule
    ]  # fmt: skip
    assert len(forms) >= 12
    for rule in forms:
        values = dict.fromkeys(rule.arguments, crowd) | {"language": "en"}
        address = rule.build(values, append_unknown=False)
        assert address is not None
        status = 404 if "claim_id" in rule.arguments else 403  # managers decide claims to join their own team
        assert client.post(address[1], data={"csrf_token": token}).status_code == status, rule.rule


@pytest.mark.parametrize("language", ["zh-Hans", "th", "km", "my"])
@pytest.mark.database("sqlite")
def test_pages_in_other_languages(site: Site, client: FlaskClient, crowd: str, language: str) -> None:
    people.sign_in(client, site, "ada")
    for path in (*FOR_MODERATORS, *FOR_ADMINISTRATORS):
        assert client.get(f"/{language}/{path.format(organisation=crowd)}").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["claims/nothere", "organisations/nothere", "organisations/nothere/names", "words/nothere", "people/nothere",
     "people?page=99", "announcements/nothere"],
)  # fmt: skip
@pytest.mark.database("sqlite")
def test_what_is_not_there(site: Site, client: FlaskClient, crowd: str, path: str) -> None:
    people.sign_in(client, site, "ada")
    assert client.get(f"/en/moderation/{path}").status_code == 404


# --- overview and claims -------------------------------------------------------------------------------------------


@pytest.fixture
def claim(site: Site, crowd: str) -> str:
    with site.unit_of_work().begin() as session:
        session.add(
            Claim(
                id="claim1", user_id="sok", organisation_id=crowd, proof="domain", message="I teach there.",
                created_at=NOW - timedelta(days=3),
            )
        )  # fmt: skip
    return "claim1"


def test_what_waits_is_counted(site: Site, client: FlaskClient, claim: str) -> None:
    with site.unit_of_work().begin() as session:
        session.add(
            Letter(id="l", template="x", language="en", address="a", parameters={}, queued_at=NOW, parked_at=NOW)
        )
        session.add(OutboxEntry(kind="listing", object_id="x", queued_at=NOW - timedelta(hours=2), parked_at=NOW))
    with site.sessions() as session:
        found = queries.overview(session)
    assert (found.claims.count, found.claims.oldest) == (1, NOW - timedelta(days=3))
    assert (found.words.count, found.listings.count, found.letters.count, found.changes.count) == (0, 0, 1, 1)
    people.sign_in(client, site, "mo")
    text = client.get("/en/moderation").text
    assert "<b>1</b> requests to act" in text
    assert "3 days ago" in text


def test_a_claim_is_approved(site: Site, client: FlaskClient, claim: str, crowd: str) -> None:
    people.sign_in(client, site, "mo")
    page = f"/en/moderation/claims/{claim}"
    assert "I teach there." in client.get(page).text
    status, text = send(client, page, f"{page}/approve", role="editor")
    assert (status, "has been approved" in text) == (303, True)
    with site.sessions() as session:
        assert session.get_one(Membership, (crowd, "sok")).role == "editor"
        assert "claim.approved" in events_of(session)


def test_a_claim_is_refused_with_a_reason(site: Site, client: FlaskClient, claim: str) -> None:
    people.sign_in(client, site, "mo")
    page = f"/en/moderation/claims/{claim}"
    status, text = send(client, page, f"{page}/refuse", reason="  ")
    assert status == 422
    assert "error-summary" in text
    assert send(client, page, f"{page}/refuse", reason="x" * 1001)[0] == 422
    assert send(client, page, f"{page}/refuse", reason="Not signed.")[0] == 303
    with site.sessions() as session:
        decided = session.get_one(Claim, claim)
        assert (decided.state, decided.reason, decided.decided_by) == ("refused", "Not signed.", "mo")
        assert letters_of(session) == [("claim-refused", "km", "sok@example.org")]


def test_two_who_decide_at_once(site: Site, client: FlaskClient, claim: str) -> None:
    people.sign_in(client, site, "mo")
    page = f"/en/moderation/claims/{claim}"
    token = people.token_of(client, page)
    for _ in range(2):
        answer = client.post(f"{page}/approve", data={"role": "manager", "csrf_token": token})
    assert answer.status_code == 303
    assert "decided or withdrawn already" in client.get(answer.location).text


def test_nobody_decides_an_own_claim(site: Site, client: FlaskClient, claim: str) -> None:
    with site.unit_of_work().begin() as session:
        session.get_one(Claim, claim).user_id = "mo"
    people.sign_in(client, site, "mo")
    page = f"/en/moderation/claims/{claim}"
    token = people.token_of(client, "/en/account")
    assert "your own request" in client.get(page).text
    for verb in ("approve", "refuse"):
        answer = client.post(f"{page}/{verb}", data={"csrf_token": token, "reason": "because"})
        assert answer.status_code == 403


# --- organisations -------------------------------------------------------------------------------------------------


def test_a_team_is_trusted_suspended_and_restored(site: Site, client: FlaskClient, crowd: str) -> None:
    people.sign_in(client, site, "mo")
    page = f"/en/moderation/organisations/{crowd}"
    assert "publishes at once" in send(client, page, f"{page}/trust", trusted="1")[1]
    assert send(client, page, f"{page}/suspend", reason="")[0] == 422
    assert "has been suspended" in send(client, page, f"{page}/suspend", reason="Spam.")[1]
    assert "suspended already" in send(client, page, f"{page}/suspend", reason="Again.")[1]
    with site.sessions() as session:
        assert session.get_one(Team, crowd).suspended_at == NOW
        assert letters_of(session) == [("team-suspended", "vi", "linh@example.org")]
    assert "may act again" in send(client, page, f"{page}/restore")[1]
    assert "is not suspended" in send(client, page, f"{page}/restore")[1]
    assert "looked at before" in send(client, page, f"{page}/trust", trusted="0")[1]
    with site.sessions() as session:
        assert events_of(session) == ["team.trusted", "team.suspended", "team.restored", "team.distrusted"]
        assert session.scalars(sa.select(AuditEvent.details)).all()[1] == {"reason": "Spam."}


def test_who_takes_trust_away_is_told_what_waits_now(site: Site, client: FlaskClient, crowd: str) -> None:
    with site.unit_of_work().begin() as session:
        session.get_one(Team, crowd).trusted = True
        posting = add_posting(site, session, crowd, "scheduled")
        posting.accepted_at = None
    people.sign_in(client, site, "mo")
    page = f"/en/moderation/organisations/{crowd}"
    assert "One draft that was on its calendar waits" in send(client, page, f"{page}/trust", trusted="0")[1]
    assert "on its calendar" not in send(client, page, f"{page}/trust", trusted="0")[1]


def test_an_organisation_without_a_team_has_nothing_to_suspend(site: Site, client: FlaskClient, crowd: str) -> None:
    with site.unit_of_work().begin() as session:
        session.execute(sa.delete(Membership))
        session.execute(sa.delete(Team))
    people.sign_in(client, site, "mo")
    page = f"/en/moderation/organisations/{crowd}"
    token = people.token_of(client, "/en/account")
    assert "Nobody acts for this organisation yet" in client.get(page).text
    for verb in ("trust", "suspend", "restore"):
        assert client.post(f"{page}/{verb}", data={"csrf_token": token, "reason": "x"}).status_code == 404


def test_names_are_corrected(site: Site, client: FlaskClient, crowd: str) -> None:
    with site.unit_of_work().begin() as session:
        acronym = OrganisationName(organisation_id=crowd, position=1, value="GTU", language=None, kind="acronym")
        session.add(acronym)
        session.execute(sa.delete(OutboxEntry))
    people.sign_in(client, site, "mo")
    page = f"/th/moderation/organisations/{crowd}/names"
    place = {tag: f"names-{TAGS.index(tag)}" for tag in TAGS}
    assert send(client, page, **{place["en"]: " "})[0] == 422
    assert send(client, page, **{place["en"]: "x" * 301})[0] == 422
    names = {place["en"]: "University of Guangxi", place["th"]: "มหาวิทยาลัยกวางสี"}
    assert send(client, page, **names)[0] == 303
    with site.sessions() as session:
        changed = get_organisation(session, crowd)
        found = [(one.language, one.value, one.kind, one.display) for one in changed.names]
        assert found == [
            ("th", "มหาวิทยาลัยกวางสี", "label", True),
            ("en", "University of Guangxi", "label", False),
            (None, "GTU", "acronym", False),
        ]
        assert session.scalars(sa.select(OutboxEntry.object_id)).all() == [crowd]
        folded = session.scalars(sa.select(OrganisationName.folded).where(OrganisationName.language == "en")).one()
        assert folded == "university of guangxi"


def test_names_of_the_registry_stay(site: Site, client: FlaskClient, crowd: str) -> None:
    with site.unit_of_work().begin() as session:
        session.get_one(Organisation, crowd).ror_id = "https://ror.org/x"
    people.sign_in(client, site, "mo")
    page = f"/en/moderation/organisations/{crowd}/names"
    token = people.token_of(client, "/en/account")
    answer = client.post(page, data={"csrf_token": token, "names-1": "Another name"})
    assert "Its names are corrected there" in client.get(answer.location).text
    with site.sessions() as session:
        assert get_organisation(session, crowd).names[0].value == "Guangxi Test University"


# --- people --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"), [("", 4), ("LINH", 1), ("example.org", 4), ("mo example", 1), ("%", 0), ("_", 0), ("x" * 500, 0)]
)
def test_people_are_found_by_name_and_address(site: Site, crowd: str, text: str, found: int) -> None:
    with site.sessions() as session:
        assert queries.list_people(session, text, 1).total == found


def test_a_person_is_suspended_and_restored(site: Site, client: FlaskClient, crowd: str) -> None:
    people.sign_in(client, site, "sok")
    people.sign_in(client, site, "ada")
    page = "/en/moderation/people/sok"
    assert send(client, page, f"{page}/suspend", reason="")[0] == 422
    assert "has been suspended" in send(client, page, f"{page}/suspend", reason="Spam.")[1]
    assert "suspended already" in send(client, page, f"{page}/suspend", reason="Spam.")[1]
    with site.sessions() as session:
        assert session.scalars(sa.select(SignIn.user_id)).all() == ["ada"]
        assert letters_of(session) == [("account-suspended", "km", "sok@example.org")]
    status, text = send(client, page, f"{page}/role", role="moderator")
    assert (status, "cannot belong" in text) == (303, True)
    assert "is open again" in send(client, page, f"{page}/restore")[1]
    assert "is not suspended" in send(client, page, f"{page}/restore")[1]
    with site.sessions() as session:
        assert events_of(session) == ["account.suspended", "account.restored"]


def test_the_site_team_grows_and_shrinks(site: Site, client: FlaskClient, crowd: str) -> None:
    people.sign_in(client, site, "ada")
    page = "/en/moderation/people/sok"
    for role, kept in (("moderator", "moderator"), ("administrator", "administrator"), ("", None)):
        assert send(client, page, f"{page}/role", role=role)[0] == 303
        with site.sessions() as session:
            assert session.get_one(User, "sok").site_role == kept
    assert send(client, page, f"{page}/role", role="king")[0] == 422


def test_nobody_changes_the_own_place(site: Site, client: FlaskClient, crowd: str) -> None:
    people.sign_in(client, site, "ada")
    page = "/en/moderation/people/ada"
    token = people.token_of(client, "/en/account")
    assert "your own account" in client.get(page).text
    for verb in ("suspend", "restore", "role"):
        answer = client.post(f"{page}/{verb}", data={"csrf_token": token, "reason": "x", "role": ""})
        assert answer.status_code == 403


def test_an_administrator_is_left(site: Site, crowd: str) -> None:
    with site.unit_of_work().begin() as session:
        ada = session.get_one(User, "ada")
        for change in (
            lambda: service.set_site_role(session, ada, None, Actor("x", "administrator"), NOW),
            lambda: service.set_site_role(session, ada, "moderator", Actor("x", "administrator"), NOW),
            lambda: service.suspend_person(session, ada, "x", Actor("x", "administrator"), NOW, PAGES),
        ):
            with pytest.raises(Conflict, match=r"person\.last-administrator"):
                change()
        other = people.add_person(session, "Eve", "administrator")
        service.suspend_person(session, other, "x", ADMIN, NOW, PAGES)
        with pytest.raises(Conflict, match=r"person\.last-administrator"):
            service.suspend_person(session, ada, "x", Actor("x", "administrator"), NOW, PAGES)
        with pytest.raises(Invalid, match=r"role\.unknown"):
            service.set_site_role(session, ada, "king", ADMIN, NOW)


# --- words ---------------------------------------------------------------------------------------------------------


def word(label: str = "robot tani", concept: str | None = "robotics", language: str = "id") -> service.Word:
    return service.Word(language, label, concept)


def proposal(*parts: str | None) -> ThesaurusProposal:
    return ThesaurusProposal(**asdict(word(*parts)))


def nowhere(language: str) -> str:
    return f"https://example.org/{language}"


def test_a_word_is_proposed_and_taken(site: Site, client: FlaskClient, crowd: str) -> None:
    assert client.get("/en/words/propose/robotics").status_code == 303
    people.sign_in(client, site, "sok")
    assert "/en/words/propose/robotics" in client.get("/en/words/propose?q=หุ่นยนต์").text
    page = "/en/words/propose/robotics"
    assert send(client, page, language="id", label=" ")[0] == 422
    assert send(client, page, language="xx", label="robot tani")[0] == 422
    assert send(client, page, language="id", label="x" * 121)[0] == 422
    assert send(client, page, language="id", label="robot tani", note="In farming.")[0] == 303
    status, text = send(client, page, language="id", label="robot tani", note="Once more.")
    assert (status, "Once more." in text, "waits for a decision" in text) == (422, True, True)
    people.sign_in(client, site, "mo")
    with site.sessions() as session:
        own = session.scalars(sa.select(ThesaurusProposal.id)).one()
    assert "robot tani" in client.get("/en/moderation/words").text
    decision = f"/en/moderation/words/{own}"
    assert send(client, decision, state="refused", reason="")[0] == 422
    assert "has been taken" in send(client, decision, state="taken", reason="Good.")[1]
    token = people.token_of(client, "/en/account")
    again = client.post(decision, data={"csrf_token": token, "state": "taken"})
    assert "decided already" in client.get(again.location).text
    with site.sessions() as session:
        assert letters_of(session) == [("word-taken", "km", "sok@example.org")]
        assert events_of(session) == ["word.proposed", "word.taken"]
    found = differences(site.thesaurus, read_csv(client.get("/en/moderation/words.csv").text, site.thesaurus))
    assert [(one.concept, one.language, one.added, one.removed) for one in found] == [
        ("robotics", "id", (("alternative", "robot tani"),), ())
    ]


def test_which_words_are_not_taken_in(site: Site, crowd: str) -> None:
    known = site.thesaurus.concepts["robotics"].labels["id"][0]
    with site.unit_of_work().begin() as session:
        for one, code in ((word(known), "word.known"), (word(concept="nothing"), "concept.unknown")):
            with pytest.raises((Conflict, Invalid), match=code):
                service.propose_word(session, one, site.thesaurus, Actor("sok"), NOW)
        for number in range(service.MOST_WAITING_WORDS):
            service.propose_word(session, word(f"word {number}", None), site.thesaurus, Actor("sok"), NOW)
            session.flush()
        with pytest.raises(Conflict, match=r"word\.many"):
            service.propose_word(session, word("another", None), site.thesaurus, Actor("sok"), NOW)
        service.propose_word(session, word("another", None), site.thesaurus, Actor("linh"), NOW)


def test_the_table_of_words_leaves_out_what_cannot_be_read_in(site: Site) -> None:
    known = site.thesaurus.concepts["robotics"].labels["id"][0]
    asked = ((), ("robot sawah",), ("new", None), (known,), ("gone", "no-such-concept"))
    taken = [proposal(*parts) for parts in asked]
    assert [one.label for one in words.missing(taken, site.thesaurus)] == ["robot tani", "robot sawah", "new"]
    read = read_csv("".join(words.table(taken, site.thesaurus)), site.thesaurus)
    (found,) = differences(site.thesaurus, read)
    assert found.added == (("alternative", "robot tani"), ("alternative", "robot sawah"))
    assert found.removed == ()


# --- announcements and settings ------------------------------------------------------------------------------------

AT = {tag: f"texts-{TAGS.index(tag)}" for tag in TAGS}


def test_an_announcement_is_shown_in_the_readers_language(site: Site, client: FlaskClient, crowd: str) -> None:
    people.sign_in(client, site, "ada")
    page = "/th/moderation/announcements/new"
    assert send(client, page)[0] == 422
    assert send(client, page, **{AT["en"]: "x" * 501})[0] == 422
    data = {AT["th"]: "ปิดปรับปรุง <b>", AT["vi"]: "Bảo trì"}
    assert send(client, page, **data, shown_until="2026-11-22T10:00")[0] == 422
    assert send(client, page, **data, shown_until="10000-11-22T10:00")[0] == 422
    assert send(client, page, **data, shown_until="9999-11-22T10:00")[0] == 422
    assert send(client, page, **data, shown_until="2026-11-24T10:00")[0] == 303
    client.post("/en/sign-out", data={"csrf_token": people.token_of(client, "/en/account")})
    assert ">ปิดปรับปรุง &lt;b&gt;</p>" in client.get("/th/about").text
    assert ">Bảo trì</p>" in client.get("/vi/about").text
    assert '<span lang="th">ปิดปรับปรุง' in client.get("/en/about").text  # as it was written first
    with site.sessions() as session:
        own = session.scalars(sa.select(Announcement)).one()
        assert (own.shown_from, own.shown_until) == (NOW, NOW + timedelta(hours=19))  # 10:00 in Bangkok
    people.sign_in(client, site, "ada")
    edit = f"/th/moderation/announcements/{own.id}"
    assert 'value="2026-11-24T10:00"' in client.get(edit).text
    assert send(client, edit, **{AT["en"]: "Maintenance"})[0] == 303
    assert ">Maintenance</p>" in client.get("/en/about").text
    assert send(client, "/th/moderation/announcements", f"{edit}/end")[0] == 303
    assert "Maintenance" not in client.get("/en/about").text
    with site.sessions() as session:
        assert events_of(session) == ["announcement.made", "announcement.changed", "announcement.ended"]


def test_later_and_over_are_not_shown(site: Site, client: FlaskClient, crowd: str) -> None:
    hour = timedelta(hours=1)
    with site.unit_of_work().begin() as session:
        for text, first, last in (("Later", NOW + hour, None), ("Over", NOW - hour, NOW), ("Now", NOW, NOW + hour)):
            service.announce(session, service.Notice({"en": text}, first, last), None, ADMIN, NOW)
    text = client.get("/en/about").text
    assert [name for name in ("Later", "Over", "Now") if f">{name}</p>" in text] == ["Now"]


def test_settings_are_saved_and_followed(site: Site, client: FlaskClient, crowd: str) -> None:
    people.sign_in(client, site, "ada")
    page = "/en/moderation/settings"
    assert send(client, page, contact="nobody")[0] == 422
    assert send(client, page, **{"site_names-0": "x" * 81})[0] == 422
    data = {"contact": "team@example.org", "believes_domains": "y", "site_names-0": "我们的平台"}
    assert send(client, page, **data)[0] == 303
    assert "我们的平台" in client.get("/zh-Hans/about").text
    assert 'href="mailto:team@example.org"' in client.get("/th/about").text
    assert site.preferences == Preferences({"zh-Hans": "我们的平台"}, "team@example.org", True, False)
    assert send(client, page, **data)[0] == 303  # nothing changed, nothing noted
    with site.sessions() as session:
        assert events_of(session) == ["setting.changed"] * 4


def test_where_signing_up_is_closed_only_invited_people_come_in(site: Site, client: FlaskClient, crowd: str) -> None:
    with site.unit_of_work().begin() as session:
        change_preferences(session, site.preferences, replace(site.preferences, sign_up_open=False), ADMIN, NOW)
        own = {"id": "i", "digest": "d", "organisation_id": crowd, "email": "asked@example.org", "role": "editor"}
        until = {"created_at": NOW, "expires_at": NOW + timedelta(days=1)}
        session.add(TeamInvitation(**own, **until, language="en", invited_by="linh"))
    site.preferences_cache.forget()
    form = {"name": "New", "password": people.PASSWORD}
    assert send(client, "/en/sign-up", **form, email="new@example.org")[0] == 403
    assert send(client, "/en/sign-up", **form, email="asked@example.org")[0] == 303


@pytest.mark.parametrize(
    ("name", "value"),
    [("contact", 5), ("sign_up_open", "no"), ("site_names", ["x"]), ("site_names", {"en": 5}), ("x", 1)],
)
def test_settings_that_cannot_be_are_as_usual(site: Site, name: str, value: object) -> None:
    with site.unit_of_work().begin() as session:
        session.add(SiteSetting(name=name, value=value, changed_at=NOW))
    with site.sessions() as session:
        assert read_preferences(session, Preferences()) == Preferences()


def test_what_every_page_shows_costs_no_statement(site: Site, client: FlaskClient) -> None:
    client.get("/en/about")
    statements: list[str] = []
    sa.event.listen(site.database, "before_cursor_execute", lambda *a: statements.append(a[2]))
    client.get("/en/about")
    assert statements == []


def test_remembered_values_are_read_anew_and_survive_the_database(site: Site) -> None:
    now, values = [0.0], [1, 2]

    def read(session: Session) -> int:
        session.execute(sa.text("SELECT 1" if values else "SELECT nothing FROM nowhere"))
        return values.pop(0)

    kept = Remembered(site.sessions, read, 0, lambda: now[0])
    assert (kept.get(), kept.get()) == (1, 1)
    now[0] = EVERY
    assert kept.get() == 2
    kept.forget()
    assert kept.get() == 2  # the database fails


# --- the log -------------------------------------------------------------------------------------------------------


def test_every_event_has_a_sentence() -> None:
    """Events whose name is made at run time are those of states, listed here."""
    made = {"listing": ("published", "suspended", "closed", "archived"), "word": ("taken", "refused"),
            "claim": ("approved", "refused", "withdrawn"), "partner": ("confirmed", "declined"),
            "researcher": ("accepted", "declined", "interested")}  # fmt: skip
    found = {f"listing.{verb}" for verb in postings.EVENTS.values()}
    for path in Path(service.__file__).parents[1].rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in ("note", "audit.note"):
                event = call.args[1]
                if isinstance(event, ast.Constant):
                    found.add(event.value)
                elif isinstance(event, ast.JoinedStr):
                    prefix = ast.unparse(event.values[0]).strip("'").rstrip(".")
                    found.update(f"{prefix}.{state}" for state in made[prefix])
    assert len(found) > 30
    assert found - set(EVENTS) == set()


@pytest.fixture
def noted(site: Site, crowd: str) -> str:
    """120 events, one an hour, the last one now."""
    with site.unit_of_work().begin() as session:
        for number in range(120):
            at = NOW - timedelta(hours=119 - number)
            actor, of = (MODERATOR, "even") if number % 2 == 0 else (Actor(), "odd")
            organisation = crowd if number % 3 == 0 else None
            event = "team.trusted" if number % 5 == 0 else "listing.closed"
            note(session, event, actor, ("listing", of), at, organisation, reason=f"=reason {number}")
            session.flush()
    return crowd


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 50), ("event=team.trusted", 24), ("person=mo", 50), ("person=mo@EXAMPLE.org&event=team.trusted", 12),
        ("person=Mo&first=2026-11-23", 4), ("person=nobody", 0), ("object=odd&last=2026-11-18", 7),
        ("object=odd&last=2026-11-19&first=2026-11-19", 12), ("event=no.such", 50), ("first=yesterday", 50),
        ("first=9999-12-31", 50), ("first=0001-01-01", 50), ("before=abc", 50), ("before=-1", 50),
        ("before=99999999999999999999", 50), ("person=%ff", 0), ("object=" + "x" * 900, 0),
    ],
)  # fmt: skip
def test_the_log_is_narrowed(site: Site, client: FlaskClient, noted: str, query: str, number: int) -> None:
    people.sign_in(client, site, "mo")
    assert client.get(f"/en/moderation/log?{query}").text.count('class="log-what"') == number


def test_the_log_is_paged_without_loss(site: Site, client: FlaskClient, noted: str) -> None:
    people.sign_in(client, site, "mo")
    address, seen = "/en/moderation/log", []
    while address:
        text = client.get(address).text
        seen += [part.partition("<")[0] for part in text.split('<blockquote lang="">=reason ')[1:]]
        address = text.partition('" rel="next"')[0].rpartition('href="')[2] if 'rel="next"' in text else ""
    assert seen == [str(number) for number in reversed(range(120))]
    with site.sessions() as session:
        assert len(events_of(session)) == 120  # reading is not noted


def test_the_log_as_a_file(site: Site, client: FlaskClient, noted: str) -> None:
    people.sign_in(client, site, "mo")
    token = people.token_of(client, "/th/moderation/log")
    answer = client.post("/en/moderation/log.csv?event=team.trusted", data={"csrf_token": token})
    assert answer.content_type == "text/csv; charset=utf-8"
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert lines[0].startswith("happened_at,event,sentence,actor")
    assert len(lines) == 25
    assert EVENTS["team.trusted"] in lines[1]
    assert client.get("/en/moderation/log.csv").status_code == 405
    assert client.post("/en/moderation/log.csv").status_code == 400
    with site.sessions() as session:
        last = session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert last is not None
        assert (last.event, last.actor_id, last.details) == ("log.exported", "mo", {"event": "team.trusted"})
        filters = LogFilter(object="odd")
        assert sum(1 for _ in queries.all_events(session, filters)) == 60


def test_long_logs_are_read_in_parts(site: Site, noted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_EXPORT_BATCH", 7)
    with site.sessions() as session:
        ids = [one.id for one in queries.all_events(session, LogFilter())]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 120


def test_every_mistake_has_a_sentence() -> None:
    source = Path(service.__file__).read_text("utf-8")
    codes = {
        ast.literal_eval(call.args[0])
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("Conflict", "Invalid")
    }
    assert len(codes) > 10
    assert codes - set(PROBLEMS) == set()


def test_changing_one_setting_notes_one(site: Site, crowd: str) -> None:
    with site.unit_of_work().begin() as session:
        change_preferences(session, Preferences(), Preferences(contact="a@example.org"), ADMIN, NOW)
    with site.sessions() as session:
        event = session.scalars(sa.select(AuditEvent)).one()
        assert (event.object_id, event.details) == ("contact", {"value": "a@example.org"})
