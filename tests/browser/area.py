"""The signed-in area with something on every page: teams, listings in all states, requests, words, files.

`PAGES` names every page of it with who opens it; `test_area.py` walks them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, url_for
from sqlalchemy.orm import Session

from portal.accounts.links import new_link
from portal.accounts.models import Passkey, User
from portal.core.actor import Actor
from portal.core.audit import note
from portal.core.secrets import digest, new_token
from portal.demo.builders import make_listing, make_organisation, partner
from portal.listings.importing import known_references
from portal.listings.models import Listing, PartnerConfirmation
from portal.listings.records import to_record
from portal.mail.service import post
from portal.matching.models import Invitation as ListingInvitation
from portal.moderation.models import Announcement
from portal.moderation.service import Notice, Word, announce, propose_word
from portal.organisations.models import Organisation
from portal.posting import service
from portal.posting.bulk.jobs import take_up
from portal.posting.bulk.service import open_import
from portal.posting.drafts.sections import SECTIONS
from portal.posting.models import Posting, StillRightQuestion
from portal.researchers.models import Researcher
from portal.researchers.service import be_findable, save_part, show_part
from portal.site import Site
from portal.statistics.models import DayCount
from portal.teams import claims, invitations, keys
from portal.teams.papers import Paper
from tests import people
from tests.moments import NOW

NOBODY, NEWCOMER, BEGINNER, MANAGER, MODERATOR, ADMINISTRATOR = None, "nadia", "bora", "linh", "mo", "ada"
LINH = Actor(MANAGER)
HOST = {"zh-Hans": "广西数字技术大学", "vi": "Đại học Công nghệ số Quảng Tây"}
TITLES = {
    "joint-programme": "Joint master in artificial intelligence for agriculture along the Mekong and the Red River",
    "training-base": "Training base for cross-border logistics",
    "visiting-scholar": "Visiting scholars: river floods and machine learning",
    "scholarship": "Full scholarship for doctoral students of data science",
    "shared-course": "A shared course on cloud security",
}
THAI = {
    "title": "ปริญญาโทร่วมด้านปัญญาประดิษฐ์เพื่อการเกษตร",
    "summary": "เรียนสองปีในสองประเทศ ได้ปริญญาสองใบ",
    "description": "ปีแรกเรียนที่หนานหนิง ปีที่สองเรียนที่เชียงใหม่",
}  # fmt: skip
BURMESE = {"title": "စိုက်ပျိုးရေးအတွက် ဉာဏ်ရည်တု ပူးတွဲမဟာဘွဲ့", "summary": "နှစ်နှစ်တာ သင်တန်း", "description": ""}
PROFILE = {
    "background": {"citizenships": ["VN"], "born_on": "1998-05-04"},
    "degrees": [{"level": "bachelor", "isced": "0613", "completed_on": "2020-06-30"}],
    "languages": [{"language": "en", "level": "B2"}, {"language": "vi", "level": "native"}],
    "skills": {"concepts": ["machine-learning", "data-science"]},
    "wishes": {"levels": ["master"], "countries": ["CN"], "funding": "full"},
}
WRONG_FILE = "title,kind,source_language\nOne course,nonsense,en\nAnother,scholarship,qq\n"


@dataclass(frozen=True)
class Page:
    """One page, and who opens it; `ways` are the values of the address, `asks` what follows the question mark."""

    who: str | None
    endpoint: str
    ways: Mapping[str, str]
    asks: str = ""
    status: int = 200

    def path(self, language: str, found: Mapping[str, str]) -> str:
        """The address in a language; `found` has the ids of things by their names."""
        values = {name: found.get(value, value) for name, value in self.ways.items()}
        return url_for(self.endpoint, language=language, **values) + (f"?{self.asks}" if self.asks else "")


def pages_of(who: str | None, *endpoints: str, asks: str = "", **ways: str) -> list[Page]:
    """Pages with the same values."""
    return [Page(who, endpoint, ways, asks) for endpoint in endpoints]


def all_states(endpoint: str, states: Iterable[str]) -> list[Page]:
    """A page of a listing in each of some states."""
    return [page for state in states for page in pages_of(MANAGER, endpoint, listing_id=state)]


OF_TEAM = ("posting.index", "statistics.organisation", "bulk.index", "teams.show", "teams.keys")
BESIDE = ("posting.languages", "posting.topics", "posting.preview", "posting.copy", "posting.discard")
CODES = [section.code for section in SECTIONS if section.code != "base"]  # of a joint programme
DRAFTS = (
    "full",
    "training",
    "returned",
    "in-review",
    "scheduled",
    "published",
    "changing",
    "suspended",
    "closed",
    "archived",
)
PAGES = (
    *pages_of(NOBODY, "accounts.sign_in", "accounts.sign_up", "accounts.mailed", "accounts.forgotten_password"),
    *pages_of(NOBODY, "accounts.confirm", token="confirm"),
    *pages_of(NOBODY, "accounts.new_password", token="reset"),
    *pages_of(NEWCOMER, "accounts.new_email", token="change-email"),
    *pages_of(NEWCOMER, "matching.for_you", "matching.invitations"),
    *pages_of(NEWCOMER, "matching.invitation", invitation_id="invited"),
    *pages_of(MANAGER, "matching.people", listing_id="published"),
    *pages_of(MANAGER, "matching.person", listing_id="published", handle="seeker"),
    *pages_of(MANAGER, "matching.for_you"),
    *pages_of(MANAGER, "matching.for_you", asks="unmet=1"),
    *pages_of(NEWCOMER, "accounts.home", "accounts.details", "accounts.email", "accounts.password"),
    *pages_of(NEWCOMER, "accounts.sign_ins"),
    *pages_of(MANAGER, "rights.show", "rights.export", "rights.delete", "rights.deleted"),
    *pages_of(NEWCOMER, "accounts.second_step", "accounts.second_step_on", "accounts.second_step_off"),
    *pages_of(NEWCOMER, "accounts.new_recovery_codes", "teams.mine", "posting.partner_requests", "teams.propose"),
    *pages_of(NEWCOMER, "accounts.list_passkeys", "accounts.add_passkey"),
    *pages_of(NEWCOMER, "accounts.name_passkey", "accounts.remove_passkey", passkey_id="passkey"),
    *pages_of(NEWCOMER, "teams.find", asks="q=university"),
    *pages_of(NEWCOMER, "teams.find", asks="q=zzzz"),
    *pages_of(NEWCOMER, "teams.claim", organisation_id="other"),
    *pages_of(NEWCOMER, "teams.show_claim", claim_id="claim"),
    *pages_of(NEWCOMER, "teams.invitation", token="invitation"),
    Page(NEWCOMER, "teams.invitation", {"token": "ended"}, status=404),
    *pages_of(NEWCOMER, "moderation.propose", concept_id="machine-learning"),
    *pages_of(NEWCOMER, "moderation.find_concept", asks="q=machine"),
    *pages_of(BEGINNER, *OF_TEAM, organisation_id="empty"),
    *pages_of(MANAGER, "accounts.home", "teams.mine", "posting.new", "posting.partner_requests"),
    *pages_of(MANAGER, *OF_TEAM, organisation_id="own"),
    *pages_of(MANAGER, "posting.still_right", organisation_id="own"),
    *pages_of(MANAGER, "posting.index", organisation_id="own", asks="q=zzzz"),
    *pages_of(MANAGER, "bulk.show", import_id="right"),
    *pages_of(MANAGER, "bulk.show", import_id="wrong"),
    *all_states("posting.show", DRAFTS),
    *all_states("posting.publication_of", DRAFTS),
    *(Page(MANAGER, "posting.section", {"listing_id": "full", "code": code}) for code in CODES),
    *pages_of(MANAGER, "posting.section", listing_id="bare", code="time", asks="check=1"),
    *pages_of(MANAGER, "posting.section", listing_id="bare", code="partners", asks="check=1"),
    *pages_of(MANAGER, "posting.section", listing_id="training", code="base"),
    *pages_of(MANAGER, "posting.show", "posting.topics", "posting.publication_of", listing_id="bare"),
    *pages_of(MANAGER, *BESIDE, listing_id="full"),
    *pages_of(MANAGER, "posting.versions_of", listing_id="full"),
    *pages_of(MANAGER, "posting.translation", listing_id="full", tag="th"),
    *pages_of(MANAGER, "posting.translation", listing_id="full", tag="my"),
    *pages_of(MANAGER, "posting.translation", listing_id="published", tag="th"),
    *pages_of(MANAGER, "posting.versions_of", "statistics.listing", "posting.languages", listing_id="changing"),
    *pages_of(MANAGER, "posting.compare", listing_id="changing", asks="from=1&to=2"),
    *pages_of(MANAGER, "posting.confirmation", listing_id="published", token="question"),
    *pages_of(MODERATOR, "moderation.index", "moderation.claims", "moderation.listings", "moderation.organisations"),
    *pages_of(MODERATOR, "moderation.proposals", "moderation.log"),
    *pages_of(MODERATOR, "moderation.organisations", asks="q=university"),
    *pages_of(MODERATOR, "moderation.organisation", "moderation.names", organisation_id="own"),
    *pages_of(MODERATOR, "moderation.merge", organisation_id="empty"),
    *pages_of(MODERATOR, "moderation.merge", organisation_id="empty", asks="q=university"),
    *pages_of(MODERATOR, "moderation.listings", asks="state=returned"),
    *pages_of(MODERATOR, "moderation.claim", claim_id="claim"),
    *pages_of(MODERATOR, "moderation.claim", claim_id="proposed"),
    *pages_of(MODERATOR, "moderation.proposal", proposal_id="word"),
    *pages_of(MODERATOR, "moderation.listing", listing_id="in-review"),
    *pages_of(MODERATOR, "moderation.listing", listing_id="published"),
    *pages_of(ADMINISTRATOR, "moderation.people", "moderation.announcements", "moderation.new_announcement"),
    *pages_of(ADMINISTRATOR, "moderation.settings", "moderation.letters"),
    *pages_of(ADMINISTRATOR, "moderation.people", asks="q=zzzz"),
    *pages_of(ADMINISTRATOR, "moderation.person", user_id=MANAGER),
    *pages_of(ADMINISTRATOR, "moderation.announcement", announcement_id="announcement"),
)  # fmt: skip
# Of these nothing can be seen: files, answers to scripts, pages that are there for a moment only.
UNSEEN = {
    "accounts.code", "accounts.make_passkey", "accounts.sign_in_with_passkey",
    "bulk.export", "bulk.template", "moderation.words_table",
    "posting.find", "statistics.listing_table", "statistics.organisation_table", "teams.document",
}  # fmt: skip
BLUEPRINTS = {"accounts", "teams", "posting", "bulk", "statistics", "moderation", "matching", "rights"}


def fill(app: Flask) -> dict[str, str]:
    """Put something on every page; the names that `PAGES` uses → ids and tokens."""
    site: Site = app.extensions["site"]
    with site.unit_of_work().begin() as session:
        found = add_teams(session)
        found |= add_requests(session, Path(site.settings.data_dir), found)
        found |= add_postings(site, session, found["own"], session.get_one(Organisation, found["other"]))
        found |= add_desk(session, site)
        found |= add_people(session, found)
        add_numbers(session, found["changing"])
    return found | add_files(site, found["own"])


def add_teams(session: Session) -> dict[str, str]:
    """Three organisations and their people."""
    for name, role in (("Nadia", None), ("Bora", None), ("Mo", "moderator"), ("Ada", "administrator"), ("Sokha", None)):
        people.add_person(session, name, role)
    linh = people.add_person(session, "Linh", language="vi")
    for part, content in PROFILE.items():
        save_part(session, linh.id, part, content, NOW)
    own = make_organisation(
        session, "Guangxi University of Digital Technology", names=HOST, domains=["gudt.example"]
    ).id
    other = make_organisation(session, "University of the Seven Hills", country="TH").id
    empty = make_organisation(session, "Polytechnic of the Delta", country="VN").id
    people.add_member(session, linh, own, "manager")
    people.add_member(session, linh, other, "manager")
    people.add_member(session, people.add_person(session, "Ray"), own, "reviewer")
    people.add_member(session, people.add_person(session, "Wei", language="zh-Hans"), own, "editor")
    people.add_member(session, session.get_one(User, BEGINNER), empty, "manager")
    keys.create_key(session, own, "Website of the international office", linh, NOW, str)
    tokens = list[str]()
    invitations.invite_member(
        session, own, "nadia@example.org", "editor", "en", linh, NOW, lambda token: tokens.append(token) or ""
    )
    nadia = session.get_one(User, NEWCOMER)
    links = {
        name: new_link(session, nadia, name, NOW, "new@example.org") for name in ("confirm", "reset", "change-email")
    }
    passkey = Passkey(
        id="passkey", user_id=NEWCOMER, credential_id=b"x", public_key=b"x", sign_count=0, transports=["internal"],
        name="My phone", created_at=NOW,
    )  # fmt: skip
    session.add(passkey)
    return {"own": own, "other": other, "empty": empty, "invitation": tokens[0], **links}


def add_requests(session: Session, folder: Path, found: Mapping[str, str]) -> dict[str, str]:
    """Nadia asks to act for an organisation that is there, Sokha for a new one."""
    letter = Paper("letter.pdf", "application/pdf", b"%PDF-1.7\n%%EOF")
    statement = claims.Statement("Deputy head of the international office.", letter, folder)

    def address(_claim: str) -> Any:
        return str

    nadia, sokha = session.get_one(User, NEWCOMER), session.get_one(User, "sokha")
    organisation = session.get_one(Organisation, found["own"])
    organisation.domains = ["gudt.example", "example.org"]
    claim = claims.claim_organisation(session, found["own"], statement, nadia, NOW - timedelta(hours=5), address)
    proposal = claims.Proposal(
        {"en": "Mekong Institute of Code", "km": "វិទ្យាស្ថានមេគង្គ"}, "KH", "Phnom Penh", "https://example.org"
    )
    proposed = claims.propose_organisation(session, proposal, statement, sokha, NOW - timedelta(days=2), address)
    return {"claim": claim.id, "proposed": proposed.id}


def record(session: Session, kind: str, host: str, **overrides: Any) -> dict[str, Any]:
    """A listing with every fact, as a draft has it; the listing itself is not kept."""
    listing = make_listing(session, TITLES[kind], kind=kind, organisation_id=host, **overrides)
    session.flush()
    content = to_record(listing)
    session.delete(listing)
    session.flush()
    return {key: value for key, value in content.items() if key not in ("id", "version", "state", "updated_at")}


def add_postings(site: Site, session: Session, own: str, other: Organisation) -> dict[str, str]:
    """Listings in all states."""
    known = known_references(session, site.thesaurus)
    joint = record(
        session, "joint-programme", own, partners=[partner(other, "home")], place="nanning", award="double-degree",
        contact_name="International office", contact_email="office@gudt.example", joint_months_home=12,
        joint_months_host=12,
    )  # fmt: skip
    joint["translations"] += [
        {"language": tag, "origin": "human", **texts} for tag, texts in (("th", THAI), ("my", BURMESE))
    ]
    thought = {"language": "en", "origin": "source", "title": "A first thought", "summary": "", "description": ""}
    bare = {"kind": "joint-programme", "source_language": "en", "country": "CN", "months_min": "many"}
    bare["translations"] = [thought]
    base = record(session, "training-base", own, place="nanning", contact_email="office@gudt.example", base_seats=40)
    scholar = record(session, "visiting-scholar", own, place="nanning", contact_email="office@gudt.example")
    grant = record(session, "scholarship", own, place="nanning", contact_email="office@gudt.example")

    def begin(content: Mapping[str, Any], draft: str = "editing", listing: str | None = None) -> Posting:
        posting = service.begin_posting(session, own, content, LINH, NOW - timedelta(days=1))
        session.flush()
        if listing is not None:
            service.publish_posting(session, posting, known, LINH, NOW - timedelta(days=1))
            session.get_one(Listing, posting.listing_id).state = listing
            if draft != "none":
                service.edit_posting(session, posting, LINH, NOW)
        posting.state = draft
        session.flush()
        return posting

    returned, review, scheduled = begin(base, "returned"), begin(scholar, "in-review"), begin(grant, "scheduled")
    returned.reason, returned.reason_codes = "The contact does not answer.", ["money-unclear"]
    review.submitted_at, review.submitted_by = NOW - timedelta(hours=3), MANAGER
    scheduled.publish_at, scheduled.zone = NOW + timedelta(days=3), "Asia/Shanghai"
    published, changing = begin(scholar, "none", "published"), begin(scholar, "editing", "published")
    changed = {"places_total": 9, "money": [], "months_max": "12.0"}
    service.save_draft(session, changing, changed, changing.revision, LINH, NOW)
    service.publish_posting(session, changing, known, LINH, NOW)
    service.edit_posting(session, changing, LINH, NOW)
    texts = [{**changing.content["translations"][0], "description": "Something else.\n\nAnd more of it."}]  # type: ignore[index]
    service.save_draft(session, changing, {"translations": texts, "places_total": 12}, changing.revision, LINH, NOW)
    token = new_token()
    session.add(StillRightQuestion(listing_id=published.listing_id, occasion="age", digest=digest(token), asked_at=NOW))
    published.asked_at = NOW
    drafts = begin(joint), begin(base), begin(bare)
    asked = begin(record(session, "shared-course", own, partners=[partner(other, "funder")]), "in-review")
    session.add(
        PartnerConfirmation(
            listing_id=asked.listing_id, organisation_id=other.id, state="asked", reason="", asked_at=NOW
        )
    )
    more = {state: begin(grant, "none", state) for state in ("suspended", "closed", "archived")}
    names = ("returned", "in-review", "scheduled", "published", "changing", "full", "training", "bare")
    own_ids = dict(zip(names, (returned, review, scheduled, published, changing, *drafts), strict=True)) | more
    return {name: posting.listing_id for name, posting in own_ids.items()} | {"question": token}


def add_people(session: Session, found: Mapping[str, str]) -> dict[str, str]:
    """Nadia may be found by hosts, and is invited to a listing."""
    profile = {"degrees": [{"level": "bachelor", "subject": "Hydrology"}], "skills": {"concepts": ["machine-learning"]}}
    for part, content in profile.items():
        save_part(session, NEWCOMER, part, content, NOW)
        show_part(session, NEWCOMER, part, "hosts", ("2026-1", "en"), NOW)
    be_findable(session, NEWCOMER, True, ("2026-1", "en"), NOW)
    session.add(
        ListingInvitation(
            id="invited", listing_id=found["published"], organisation_id=found["own"], user_id=NEWCOMER,
            sent_by=MANAGER, message="Come and look at our floods.", sent_at=NOW, expires_at=NOW + timedelta(days=9),
        )
    )  # fmt: skip
    seeker = people.handle_of(found["own"], session.get_one(Researcher, NEWCOMER).public_id)
    return {"invited": "invited", "seeker": seeker}


def add_desk(session: Session, site: Site) -> dict[str, str]:
    """Words, an announcement, and lines of the log."""
    sokha = Actor("sokha")
    known = Word("km", "រៀនម៉ាស៊ីន", "machine-learning", "As our students say.")
    word = propose_word(session, known, site.thesaurus, sokha, NOW - timedelta(days=1))
    new = Word("en", "prompt writing", None, "It is taught everywhere now.")
    propose_word(session, new, site.thesaurus, sokha, NOW)
    texts = {"en": "The site is read only on Sunday.", "vi": "Trang này chỉ đọc vào Chủ nhật."}
    notice = Notice(texts, NOW + timedelta(days=1), NOW + timedelta(days=2))
    announce(session, notice, None, Actor(ADMINISTRATOR, "administrator"), NOW)
    announcement = session.scalars(sa.select(Announcement)).one()
    letter = post(session, "posting-returned", "my", "somebody@example.org", NOW, title="x")
    letter.parked_at, letter.error, letter.attempts = NOW, "550 5.1.1 no such mailbox", 1
    note(session, "team.suspended", Actor(MODERATOR, "moderator"), ("organisation", "x"), NOW, reason="Nobody answers.")
    return {"word": word.id, "announcement": announcement.id}


def add_numbers(session: Session, listing_id: str) -> None:
    """A month of views."""
    for day in range(30):
        for what, language, count in (("view", "vi", day % 9 + 1), ("view", "en", day % 5), ("shown", "th", 3 * day)):
            at = (NOW - timedelta(days=day)).date()
            session.add(DayCount(listing_id=listing_id, day=at, what=what, language=language, count=count))


def add_files(site: Site, own: str) -> dict[str, str]:
    """A file that can be saved, one with mistakes."""
    contents = {"right": "title,kind,source_language\nOne course,shared-course,en\n", "wrong": WRONG_FILE}
    found = {}
    for name, text in contents.items():
        with site.unit_of_work().begin() as session:
            opened = open_import(session, own, LINH, (f"our {name} listings.csv", text.encode()), "en", NOW)
            found[name] = opened.id
        take_up(site, found[name], at_once=True)
    return found
