"""How people come to act for an organisation: claims and proposals, decided, withdrawn, refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal.accounts.limits import LIMITS, Limit
from portal.accounts.models import User
from portal.core.actor import Actor
from portal.core.audit import AuditEvent
from portal.core.errors import Conflict, Invalid, NotFound
from portal.demo.builders import make_organisation
from portal.indexing.labels import organisation_concepts
from portal.mail.models import Letter
from portal.organisations.models import Organisation
from portal.organisations.queries import OrganisationFilter, list_organisations
from portal.site import Site
from portal.teams import claims, queries
from portal.teams.claims import Proposal, Statement
from portal.teams.models import Claim, Membership, StoredFile, Team
from portal.teams.papers import LARGEST, Paper
from tests import people
from tests.moments import NOW
from tests.people import token_of
from tests.work.test_teams_proof import PDF

MODERATOR = Actor("mo", "moderator")
PAPER = Paper("letter.pdf", "application/pdf", PDF)
PROPOSAL = Proposal({"lo": "ວິທະຍາໄລໃໝ່", "en": "New College"}, "LA", "Vientiane", "https://new.edu.example")


def page(claim_id: str) -> Callable[[str], str]:
    return lambda language: f"https://portal.example/{language}/claims/{claim_id}"


def own_page(language: str) -> str:
    return f"https://portal.example/{language}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def linh(site: Site) -> User:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Mo", "moderator", language="zh-Hans")
        return people.add_person(session, "Linh", language="vi")


@pytest.fixture
def own(site: Site) -> str:
    """An organisation at whose domain Linh has her address."""
    with site.unit_of_work().begin() as session:
        names = {"zh-Hans": "示例大学"}
        return make_organisation(
            session, "Example University", domains=["example.org"], names=names, ror_id="https://ror.org/x"
        ).id


def claim(session: Session, organisation_id: str, who: User, folder: Path, **more: Any) -> Claim:
    statement = Statement("Head of office", more.pop("paper", PAPER), folder)
    return claims.claim_organisation(session, organisation_id, statement, who, NOW, page, **more)


def letters(session: Session) -> set[tuple[str, str, str]]:
    return {(one.template, one.address, one.language) for one in session.scalars(select(Letter))}


def test_a_claim_is_approved_and_makes_the_team(site: Site, own: str, linh: User, folder: Path) -> None:
    with site.unit_of_work().begin() as session:
        made = claim(session, own, linh, folder, paper=None)
        assert (made.state, made.proof) == ("waiting", "domain")
    with site.unit_of_work().begin() as session:
        [found] = queries.list_waiting_claims(session).items
        assert found.is_strong
        assert not found.has_team
        assert claims.approve_claim(session, found, "reviewer", MODERATOR, NOW, own_page) == own
    with site.sessions() as session:
        assert queries.roles_of(session, "linh") == {own: "manager"}  # the first one, whatever was chosen
        assert queries.list_waiting_claims(session).total == 0
        assert letters(session) == {
            ("claim-received", "mo@example.org", "zh-Hans"),
            ("claim-approved", "linh@example.org", "vi"),
        }
        received = session.scalars(select(Letter).where(Letter.template == "claim-received")).one().parameters
        assert received["organisation"] == "示例大学"
        assert received["address"] == f"https://portal.example/zh-Hans/claims/{made.id}"
        events = [one.event for one in session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
        assert events == ["claim.made", "claim.approved", "team.created", "member.joined"]


def test_a_domain_is_enough_only_where_the_setting_says_so(site: Site, own: str, linh: User, folder: Path) -> None:
    with site.unit_of_work().begin() as session:
        assert claim(session, own, linh, folder, paper=None, believes_domains=True).state == "approved"
        assert queries.roles_of(session, "linh") == {own: "manager"}
        minh = people.add_person(session, "Minh")
        assert claim(session, own, minh, folder, paper=None, believes_domains=True).state == "waiting"  # has a team


def test_without_any_proof_nothing_is_sent(site: Site, organisation_id: str, linh: User, folder: Path) -> None:
    with pytest.raises(Invalid) as refused, site.unit_of_work().begin() as session:
        claim(session, organisation_id, linh, folder, paper=None)
    assert refused.value.code == "claim.unproved"


def test_one_claim_waits_for_each_organisation(site: Site, own: str, linh: User, folder: Path) -> None:
    with site.unit_of_work().begin() as session:
        first = claim(session, own, linh, folder)
    with pytest.raises(Conflict) as refused, site.unit_of_work().begin() as session:
        claim(session, own, linh, folder)
    assert refused.value.code == "claim.waiting"
    assert [one.name for one in folder.iterdir()] == [first.file_id]
    with site.unit_of_work().begin() as session:
        found = queries.get_claim(session, first.id, Actor("linh"))
        claims.withdraw_claim(session, found, folder, Actor("linh"), NOW)
    assert list(folder.iterdir()) == []  # nobody needs the paper any more
    with site.unit_of_work().begin() as session:
        assert session.scalars(select(StoredFile)).all() == []
        claim(session, own, linh, folder)


def test_members_do_not_claim_and_nobody_claims_without_end(site: Site, linh: User, folder: Path) -> None:
    with site.unit_of_work().begin() as session:
        ids = [make_organisation(session, f"College {n}").id for n in range(claims.MOST_WAITING_CLAIMS + 1)]
        people.add_member(session, linh, ids[0])
        with pytest.raises(Conflict) as refused:
            claim(session, ids[0], linh, folder)
        assert refused.value.code == "claim.member"
        people_of_none = people.add_person(session, "Minh")
        for one in ids[:-1]:
            claim(session, one, people_of_none, folder)
        with pytest.raises(Conflict) as refused:
            claim(session, ids[-1], people_of_none, folder)
        assert refused.value.code == "claim.many"
    with pytest.raises(NotFound), site.unit_of_work().begin() as session:
        claim(session, "nothing", linh, folder)


def test_managers_of_a_team_are_told_and_may_let_in(site: Site, own: str, linh: User, folder: Path) -> None:
    with site.unit_of_work().begin() as session:
        people.add_member(session, people.add_person(session, "Chen"), own, "manager")
        made = claim(session, own, linh, folder)
        assert ("claim-received", "chen@example.org", "en") in letters(session)
        chen = Actor("chen", roles={own: "manager"})
        claims.approve_claim(session, queries.get_claim(session, made.id, chen), "reviewer", chen, NOW, own_page)
        assert queries.roles_of(session, "linh") == {own: "reviewer"}


def test_a_claim_is_decided_once(site: Site, own: str, linh: User, folder: Path) -> None:
    with site.unit_of_work().begin() as session:
        made = claim(session, own, linh, folder)
    with site.unit_of_work().begin() as session:
        found = queries.get_claim(session, made.id, MODERATOR)
        claims.refuse_claim(session, found, "The letter is not signed.", MODERATOR, NOW, own_page)
    for decide in (
        lambda session, found: claims.approve_claim(session, found, "manager", MODERATOR, NOW, own_page),
        lambda session, found: claims.refuse_claim(session, found, "again", MODERATOR, NOW, own_page),
        lambda session, found: claims.withdraw_claim(session, found, folder, Actor("linh"), NOW),
    ):
        with pytest.raises(Conflict) as refused, site.unit_of_work().begin() as session:
            decide(session, queries.get_claim(session, made.id, MODERATOR))
        assert refused.value.code == "claim.decided"
    with site.sessions() as session:
        letter = session.scalars(select(Letter).where(Letter.template == "claim-refused")).one()
        assert letter.parameters["reason"] == "The letter is not signed."
        assert session.get(Team, own) is None


def test_a_proposed_organisation_joins_the_directory(site: Site, linh: User, folder: Path) -> None:
    statement = Statement("Dean", PAPER, folder)
    with site.unit_of_work().begin() as session:
        made = claims.propose_organisation(session, PROPOSAL, statement, linh, NOW, page)
        with pytest.raises(Conflict) as refused:
            claims.propose_organisation(session, PROPOSAL, statement, linh, NOW, page)
        assert refused.value.code == "claim.waiting"
    with site.unit_of_work().begin() as session:
        found = queries.get_claim(session, made.id, MODERATOR)
        organisation_id = claims.approve_claim(session, found, "manager", MODERATOR, NOW, own_page)
    with site.sessions() as session:
        added = session.get_one(Organisation, organisation_id)
        assert (added.country, added.city, added.complete, added.ror_id) == ("LA", "Vientiane", False, None)
        listed = list_organisations(session, OrganisationFilter("ວິທະຍາໄລ"), "lo")
        assert [one.id for one in listed.items] == [organisation_id]
        assert organisation_id in {one.id for one in organisation_concepts(session, site.thesaurus)}
        assert queries.roles_of(session, "linh") == {organisation_id: "manager"}
    again = replace(PROPOSAL, names={"vi": "NEW college"})
    with pytest.raises(Conflict) as refused, site.unit_of_work().begin() as session:
        claims.propose_organisation(session, again, statement, linh, NOW, page)
    assert refused.value.code == "organisation.known"


def send(client: FlaskClient, address: str, **data: Any) -> Any:
    return post_form(client, address, {**data, "csrf_token": token_of(client, address)})


def post_form(client: FlaskClient, address: str, data: dict[str, Any]) -> Any:
    """As a browser does it, without the temporary file that the test client would leave open."""
    files = {name: FileStorage(*value) for name, value in data.items() if isinstance(value, tuple)}
    boundary, body = encode_multipart({**data, **files})
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def test_from_the_page_of_an_organisation_to_the_decision(
    app: Flask, site: Site, organisation_id: str, linh: User
) -> None:
    client, moderator = people.browser_of(app, "linh"), people.browser_of(app, "mo")
    assert f"/en/organisations/{organisation_id}/claim" in client.get(f"/en/organisations/{organisation_id}").text
    assert organisation_id in client.get("/en/account/organisations/find?q=guangxi").text
    address = f"/en/organisations/{organisation_id}/claim"
    bare = send(client, address, message="Head of office")
    assert bare.status_code == 422
    assert "Head of office" in bare.text
    assert "Please add a document" in bare.text
    sent = send(client, address, message="Head of office", document=(io.BytesIO(PDF), "a\u202e/letter.exe"))
    assert sent.status_code == 303
    shown = client.get(sent.location)
    assert "letter.pdf" in shown.text
    paper = client.get(f"{sent.location}/document")
    assert paper.data == PDF
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.headers["Content-Disposition"] == "attachment; filename=letter.pdf"
    assert paper.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert paper.headers["X-Content-Type-Options"] == "nosniff"
    assert paper.headers["Cache-Control"] == "private, no-store"
    assert send(client, address, message="again", document=(io.BytesIO(PDF), "b.pdf")).status_code == 422
    assert moderator.get(f"{sent.location}/document").data == PDF
    decision = moderator.get(sent.location).location
    assert decision == sent.location.replace("/claims/", "/moderation/claims/")
    token = token_of(moderator, decision)
    refuse = moderator.post(f"{decision}/refuse", data={"csrf_token": token, "reason": " "})
    assert (refuse.status_code, "Please fill this in." in refuse.text) == (422, True)
    odd = moderator.post(f"{decision}/approve", data={"csrf_token": token, "role": "king"})
    assert (odd.status_code, "Please choose one of the roles." in odd.text) == (422, True)
    approved = moderator.post(f"{decision}/approve", data={"csrf_token": token, "role": "manager"})
    assert approved.status_code == 303
    late = client.post(f"{sent.location}/withdraw", data={"csrf_token": token_of(client, "/en/account")})
    assert (late.status_code, "decided or withdrawn already" in late.text) == (409, True)
    assert "Manager" in client.get("/en/account/organisations").text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "This file is empty."),
        (b"#!/bin/sh\n", "This is not a whole PDF, PNG or JPEG file."),
        (PDF + b"\x00" * LARGEST, "It may have at most 5 MB."),
    ],
)
def test_files_that_are_none(
    site: Site, client: FlaskClient, organisation_id: str, linh: User, content: bytes, says: str
) -> None:
    people.sign_in(client, site, "linh")
    address = f"/en/organisations/{organisation_id}/claim"
    answer = send(client, address, message="x", document=(io.BytesIO(content), "letter.pdf"))
    assert answer.status_code == 422
    assert says in answer.text


def test_what_is_far_too_large_is_not_read(site: Site, client: FlaskClient, own: str, linh: User) -> None:
    people.sign_in(client, site, "linh")
    large = {"message": "x", "document": (io.BytesIO(b"\x00" * 3 * LARGEST), "letter.pdf")}
    assert post_form(client, f"/en/organisations/{own}/claim", large).status_code == 413
    assert post_form(client, "/en/sign-in", {"email": "x" * 2 * 1024 * 1024}).status_code == 413  # elsewhere as before


def test_an_organisation_is_proposed_on_its_page(site: Site, client: FlaskClient, linh: User) -> None:
    people.sign_in(client, site, "linh")
    address = "/vi/account/organisations/new"
    broken = send(client, address, **{"names-zh-Hans": "新学院", "website": "javascript:alert(1)", "country": "XX"})
    assert broken.status_code == 422
    assert "新学院" in broken.text
    for field in ("country", "city", "website", "document"):
        assert f'id="{field}-error"' in broken.text or field == "document"
    assert send(client, address).status_code == 422
    good = {
        "names-zh-Hans": "新学院", "names-vi": "Học viện Mới", "country": "VN", "city": "Huế", "message": "Hiệu trưởng",
        "website": "https://moi.example.org/vi",
    }  # fmt: skip
    unproved = send(client, address, **{**good, "website": "https://moi.example"})
    assert unproved.status_code == 422
    sent = send(client, address, **good, document=(io.BytesIO(PDF), "giấy.pdf"))
    assert sent.status_code == 303
    with site.sessions() as session:
        proposed = session.scalars(select(Claim)).one().proposed
    assert proposed == {
        "names": {"vi": "Học viện Mới", "zh-Hans": "新学院"}, "country": "VN", "city": "Huế",
        "website": "https://moi.example.org/vi",
    }  # fmt: skip
    client.get(sent.location)


def test_a_website_that_the_claimant_typed_proves_nothing(app: Flask, site: Site, linh: User, folder: Path) -> None:
    """Neither for a proposed organisation, nor later for one that no registry knows."""
    typed = replace(PROPOSAL, website="https://www.example.org")
    with pytest.raises(Invalid) as refused, site.unit_of_work().begin() as session:
        claims.propose_organisation(session, typed, Statement("Dean", None, folder), linh, NOW, page)
    assert refused.value.code == "claim.unproved"
    with site.unit_of_work().begin() as session:
        made = claims.propose_organisation(session, typed, Statement("Dean", PAPER, folder), linh, NOW, page)
        assert made.proof == "document"
        made.proof = "domain"  # as it was kept in former times
    shown = people.browser_of(app, "mo").get(f"/en/moderation/claims/{made.id}").text
    assert "Its website is what this person typed." in shown
    assert "own domain: strong" not in shown
    with site.unit_of_work().begin() as session:
        found = queries.get_claim(session, made.id, MODERATOR)
        assert not found.is_strong
        added = claims.approve_claim(session, found, "manager", MODERATOR, NOW, own_page)
    with pytest.raises(Invalid) as refused, site.unit_of_work().begin() as session:
        claim(session, added, people.add_person(session, "Minh"), folder, paper=None)
    assert refused.value.code == "claim.unproved"


def test_a_claimant_who_is_a_member_by_now_keeps_the_role(site: Site, own: str, linh: User, folder: Path) -> None:
    with site.unit_of_work().begin() as session:
        made = claim(session, own, linh, folder)
        people.add_member(session, linh, own, "manager")
        found = queries.get_claim(session, made.id, MODERATOR)
        claims.approve_claim(session, found, "reviewer", MODERATOR, NOW, own_page)
        assert session.get_one(Membership, (own, "linh")).role == "manager"


def test_requests_are_sent_only_so_often(
    site: Site, client: FlaskClient, own: str, linh: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "claim-person", Limit(2, timedelta(days=1)))
    people.sign_in(client, site, "linh")
    address = f"/en/organisations/{own}/claim"
    assert send(client, address, message="It is me").status_code == 303
    assert send(client, address, message="It is me").status_code == 422  # one waits already
    assert send(client, address, message="It is me").status_code == 429
