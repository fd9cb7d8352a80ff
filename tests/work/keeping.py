"""Somebody of whom everything is kept that can be kept of anybody; and a look into everything there is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.links import new_link
from portal.accounts.models import KnownBrowser, Passkey, PasskeyChallenge, RecoveryCode, User
from portal.alerts.models import Alert
from portal.alerts.service import note_listing, open_calendar, save_listing, save_search
from portal.alerts.stopping import new_stop_link
from portal.core import audit
from portal.core.actor import Actor
from portal.core.preferences import SiteSetting
from portal.demo.builders import make_listing
from portal.listings.models import Listing, ListingOpening, PartnerConfirmation
from portal.mail.service import post
from portal.matching.models import Invitation as ListingInvitation
from portal.matching.models import Refusal
from portal.moderation.models import Announcement, ThesaurusProposal
from portal.organisations.models import Organisation
from portal.posting.models import BulkImport, ListingVersion, Posting
from portal.researchers.models import ProfileView
from portal.researchers.service import be_findable, save_part, show_part
from portal.site import Site
from portal.teams.models import ApiKey, Claim, TeamInvitation
from portal.teams.papers import Paper, keep_paper
from tests.moments import NOW
from tests.people import add_member, add_person

NAME, ADDRESS, ID = "Xochitl", "xochitl@example.org", "xochitl"
OTHER, THIRD = "otherone@example.org", "third@example.org"
DEGREE, LETTER, NOTE, PAPER, TABLE = "Zyxquartz", "Kwyjibo", "Frabjous", "Brillig", "Callooh"
TRACES = (ID, DEGREE, LETTER, NOTE, PAPER, TABLE)  # by which the person could be found again
SOON = NOW + timedelta(days=9)
LINK = "https://exchange.example/en/somewhere"


def fill(session: Session, site: Site, organisation_id: str) -> User:
    """The person, who manages a team together with somebody else."""
    me, other = add_person(session, NAME), add_person(session, "Otherone")
    for one in (other, me):
        add_member(session, one, organisation_id, "manager")
    _account(session, me)
    _letters_and_log(session, me)
    _profile(session, me, other, organisation_id)
    _team(session, site, me, other, organisation_id)
    _listings(session, me, session.get_one(Organisation, organisation_id))
    _site(session, me)
    _looking(session, site, me, other, organisation_id)
    session.flush()
    return me


def _account(session: Session, me: User) -> None:
    new_link(session, me, "reset", NOW)
    new_link(session, session.get_one(User, "otherone"), "change-email", NOW, ADDRESS)
    session.add_all((
        KnownBrowser(user_id=me.id, browser="Firefox, Linux"),
        RecoveryCode(digest="d", user_id=me.id),
        Passkey(id="passkey", user_id=me.id, credential_id=b"1", public_key=b"2", sign_count=0, transports=["usb"],
                name=f"{NOTE} key", created_at=NOW),
        PasskeyChallenge(digest="e", user_id=me.id, expires_at=NOW),
    ))  # fmt: skip


def _letters_and_log(session: Session, me: User) -> None:
    post(session, "reset", "en", ADDRESS, NOW, address=f"{LINK}/secret")
    for sent_at in (None, NOW):
        told = {"member": NAME, "role": "editor", "organisation": "G", "address": LINK}
        post(session, "team-joined", "en", OTHER, NOW, **told).sent_at = sent_at
    post(session, "team-joined", "en", OTHER, NOW, **{**told, "member": "Somebody else"})
    mo = Actor("moderator")
    audit.note(session, "account.signed-in", Actor(me.id), ("user", me.id), NOW)
    audit.note(session, "account.suspended", mo, ("user", me.id), NOW, reason=LETTER)
    audit.note(session, "log.exported", mo, ("log", "log"), NOW, person=ADDRESS)
    audit.note(session, "claim.refused", mo, ("claim", "another"), NOW, reason="stays")


def _profile(session: Session, me: User, other: User, organisation_id: str) -> None:
    save_part(session, me.id, "degrees", [{"level": "master", "subject": DEGREE}], NOW)
    show_part(session, me.id, "degrees", "hosts", ("2026-1", "en"), NOW)
    be_findable(session, me.id, True, ("2026-1", "en"), NOW)
    session.add_all(
        ProfileView(user_id=of, organisation_id=organisation_id, seen_by=by, day=NOW.date(), parts=["degrees"])
        for of, by in ((me.id, other.id), (other.id, me.id))
    )


def _team(session: Session, site: Site, me: User, other: User, organisation_id: str) -> None:
    content = f"%PDF-1.4 {PAPER} %%EOF".encode()
    paper = keep_paper(
        session, Paper(f"{PAPER}.pdf", "application/pdf", content), me.id, site.settings.files_folder, NOW
    )  # fmt: skip
    common = {"organisation_id": organisation_id, "created_at": NOW}
    session.add_all((
        Claim(id="mine", user_id=me.id, proof="document", file_id=paper.id, message=LETTER, state="approved",
              decided_at=NOW, **common),
        Claim(id="others", user_id=other.id, proof="domain", state="refused", decided_at=NOW, decided_by=me.id,
              **common),
        TeamInvitation(id="to-me", digest="a", email=ADDRESS, role="editor", language="en", invited_by=other.id,
                       expires_at=SOON, **common),
        TeamInvitation(id="by-me", digest="b", email=THIRD, role="editor", language="en", invited_by=me.id,
                       expires_at=SOON, **common),
        ApiKey(id="key", digest="c", name="Catalogue", created_by=me.id, **common),
        BulkImport(id="import", owner_id=me.id, name="mine.csv", language="en", content=TABLE.encode(), **common),
    ))  # fmt: skip


def _listings(session: Session, me: User, organisation: Organisation) -> None:
    contact = {"contact_name": NAME, "contact_email": ADDRESS}
    listing = make_listing(session, "Robots for rice", organisation=organisation, **contact)
    session.flush()
    common = {"organisation_id": organisation.id, "created_at": NOW, "saved_at": NOW, "saved_by": me.id}
    session.add_all((
        Posting(listing_id=listing.id, content={**contact, "title": "Robots"}, submitted_by=me.id, **common),
        ListingVersion(listing_id=listing.id, version=1, record={**contact, "kind": "x"}, published_at=NOW,
                       published_by=me.id),
        PartnerConfirmation(listing_id=listing.id, organisation_id=organisation.id, asked_at=NOW, answered_by=me.id),
    ))  # fmt: skip


def _site(session: Session, me: User) -> None:
    session.add_all((
        ThesaurusProposal(id="word", language="en", label="Loom", note=NOTE, proposed_by=me.id, created_at=NOW,
                          state="taken", decided_by=me.id),
        Announcement(id="notice", texts={"en": "Closed"}, shown_from=SOON, created_by=me.id, created_at=NOW),
        SiteSetting(name="contact", value="desk@example.org", changed_at=NOW, changed_by=me.id),
    ))  # fmt: skip


def _looking(session: Session, site: Site, me: User, other: User, organisation_id: str) -> None:
    """What somebody saves, and invitations both ways."""
    listing = session.scalars(sa.select(Listing).limit(1)).one()
    save_listing(session, me.id, listing.id, NOW)
    note_listing(session, me.id, listing.id, NOTE, tell=True)
    search = save_search(session, site, me, "q=robots", "en", NOTE, "daily")
    opening = ListingOpening(listing_id=listing.id, opened_at=NOW, cause="new")
    session.add(opening)
    session.flush()
    session.add(Alert(search_id=search.id, opening_id=opening.id, user_id=me.id, due_at=NOW))
    new_stop_link(session, me.id, search.id, NOW)
    open_calendar(session, me.id, NOW)
    own = {"listing_id": listing.id, "organisation_id": organisation_id, "message": NOTE, "sent_at": NOW}
    session.add_all((
        ListingInvitation(id="to-me", user_id=me.id, sent_by=other.id, expires_at=SOON, revealed=["degrees"], **own),
        ListingInvitation(
            id="from-me", user_id=other.id, sent_by=me.id, expires_at=SOON, **{**own, "message": "Look."}
        ),
        Refusal(user_id=me.id, organisation_id=organisation_id, at=NOW),
    ))  # fmt: skip


def places_of(site: Site, *traces: str) -> set[str]:
    """Every table and column, also of the index, and every file of the site in which something can be read, whatever
    the case of its letters."""
    wanted = [trace.lower() for trace in traces]
    found = {f"{table}.{column}" for table, column, value in _values(site) if any(one in value for one in wanted)}
    for path in Path(site.settings.data_dir).rglob("*"):
        if path.is_file() and any(one.encode() in path.read_bytes().lower() for one in wanted):
            found.add(path.name)
    return found


def _values(site: Site) -> list[tuple[str, str, str]]:
    """All there is in the database, also what no model knows of."""
    with site.database.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        tables = [(name, connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings().all()) for name in names]
    return [
        (name, column, (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)).lower())
        for name, rows in tables
        for row in rows
        for column, value in row.items()
    ]
