"""An organisation that is in the directory twice becomes one: its listings, people and keys go to the other.

Only what no registry knows is taken out. What was done stays in the log under the former id, and the log says where it
went. A test holds that every table which names organisations is dealt with here, be it inside of JSON or text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.alerts.service import move_searches
from portal.core import audit
from portal.core.actor import Actor
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.outbox import enqueue
from portal.listings.models import Listing, Partner, PartnerConfirmation
from portal.listings.queries import list_ids_naming
from portal.listings.service import OUTBOX_KIND
from portal.mail.pages import Address
from portal.matching.invitations.service import hand_over_invitations
from portal.matching.models import Invitation as ListingInvitation
from portal.matching.models import Refusal
from portal.moderation.service import check_interest
from portal.organisations.models import Organisation, OrganisationName
from portal.organisations.names import names_by_language
from portal.posting.models import BulkImport, ListingVersion, Posting
from portal.researchers.models import Consent, ProfilePart, ProfileView
from portal.teams.mails import name_for, tell
from portal.teams.models import ApiKey, Claim, Membership, Team, TeamInvitation
from portal.teams.queries import everybody_of

# Table → the columns that, with the organisation, may be there once only; what the other one has stays.
MOVED: dict[type[Any], tuple[str, ...]] = {
    Membership: ("user_id",), TeamInvitation: ("email",), ApiKey: (), Claim: (), Posting: (), BulkImport: (),
    Listing: (), Partner: ("listing_id", "role"), PartnerConfirmation: ("listing_id",),
    ProfileView: ("user_id", "seen_by", "day"), Consent: (), ListingInvitation: (), Refusal: ("user_id",),
}  # fmt: skip
# What names organisations inside of JSON.
RECORDS: dict[type[Any], str] = {
    Posting: "content", ListingVersion: "record", Listing: "joint_degrees", ProfilePart: "content",
}  # fmt: skip
TAKEN_OUT = (Team, OrganisationName, Organisation)
_IN_RECORDS = ("organisation_id", "organisation")  # keys of records under which an organisation is named


@dataclass(frozen=True)
class Moving:
    """What goes from one organisation to the other."""

    listings: int
    members: int
    keys: int


def what_moves(session: Session, organisation_id: str) -> Moving:
    """How much would go to another organisation."""

    def count(model: type[Any], *conditions: Any) -> int:
        query = sa.select(sa.func.count()).select_from(model).where(model.organisation_id == organisation_id)
        return session.scalar(query.where(*conditions)) or 0

    return Moving(count(Posting), count(Membership), count(ApiKey, ApiKey.revoked_at.is_(None)))


def merge_organisations(
    session: Session, old: Organisation, new: Organisation, actor: Actor, now: datetime, address: Address
) -> None:
    """Make `old` part of `new` and take it out of the directory; the members of both teams are told. Raises `Invalid`
    ("merge.itself"), `Conflict` ("merge.of-registry", "merge.suspended": nobody comes back by this way), and
    `Forbidden` ("team.own") where either is the actor's."""
    if old.id == new.id:
        raise Invalid("merge.itself", field="into")
    if old.ror_id is not None:
        raise Conflict("merge.of-registry")
    for one in (old, new):
        check_interest(session, actor, one.id, ("organisation", one.id), now)
    _lock(session, old.id, new.id)
    moving, former, names = what_moves(session, old.id), names_by_language(old), names_by_language(new)
    _join_teams(session, old.id, new.id, now)
    listings = list_ids_naming(session, [old.id])
    _withdraw_repeated_claims(session, old.id, new.id, now)
    hand_over_invitations(session, old.id, new.id, now)
    _unite_views(session, old.id, new.id)
    for model, once in MOVED.items():
        _move(session, model, once, old.id, new.id)
    _rewrite_records(session, old.id, new.id)
    move_searches(session, old.id, new.id)
    for listing_id in listings:
        session.execute(sa.update(Listing).where(Listing.id == listing_id).values(version=Listing.version + 1))
        enqueue(session, OUTBOX_KIND, listing_id, now)
    for model, key in ((Team, Team.organisation_id), (OrganisationName, OrganisationName.organisation_id),
                       (Organisation, Organisation.id)):  # fmt: skip
        session.execute(sa.delete(model).where(key == old.id))
    session.expire_all()
    for organisation_id in (old.id, new.id):
        enqueue(session, "organisation", organisation_id, now)
    of, moved = ("organisation", new.id), {"listings": moving.listings, "members": moving.members}
    audit.note(session, "organisation.merged", actor, of, now, new.id, former=old.id, **moved)
    for member in everybody_of(session, new.id):
        own = {"former": name_for(former, member.language)}
        tell(session, "organisations-merged", [member], names, now, address, **own)


def _lock(session: Session, *ids: str) -> None:
    """Two who merge the same wait for each other, on any database: an update that changes nothing. Raises `NotFound`
    where another merge was first."""
    for organisation_id in sorted(ids):
        own = sa.update(Organisation).where(Organisation.id == organisation_id)
        same = own.values(country=Organisation.country).returning(Organisation.id)
        if not session.execute(same, execution_options={"synchronize_session": False}).all():
            raise NotFound("organisation.unknown", id=organisation_id)


def _join_teams(session: Session, old: str, new: str, now: datetime) -> None:
    """One team for both; trust is not handed on."""
    teams = {
        team.organisation_id: team
        for team in session.scalars(sa.select(Team).where(Team.organisation_id.in_((old, new))))
    }
    if any(team.suspended_at is not None for team in teams.values()):
        raise Conflict("merge.suspended")
    if old in teams and new not in teams:
        session.add(Team(organisation_id=new, trusted=False, created_at=now))
    session.flush()


def _withdraw_repeated_claims(session: Session, old: str, new: str, now: datetime) -> None:
    """Who waits to be let in by both waits once, and who is in already does not wait."""
    waiting = sa.select(Claim.user_id).where(Claim.organisation_id == new, Claim.state == "waiting")
    inside = sa.select(Membership.user_id).where(Membership.organisation_id.in_((old, new)))
    own = sa.update(Claim).where(Claim.organisation_id == old, Claim.state == "waiting")
    repeated = own.where(sa.or_(Claim.user_id.in_(waiting), Claim.user_id.in_(inside)))
    session.execute(
        repeated.values(state="withdrawn", decided_at=now), execution_options={"synchronize_session": False}
    )


def _unite_views(session: Session, old: str, new: str) -> None:
    """Who looked at a profile for both on one day saw what was seen for either."""
    other = aliased(ProfileView)
    same = [getattr(other, name) == getattr(ProfileView, name) for name in MOVED[ProfileView]]
    both = sa.select(ProfileView, other.parts).join(other, sa.and_(other.organisation_id == old, *same))
    for view, parts in session.execute(both.where(ProfileView.organisation_id == new)).all():
        view.parts = sorted({*view.parts, *parts})
    session.flush()


def _move(session: Session, model: type[Any], once: tuple[str, ...], old: str, new: str) -> None:
    if once:
        other = aliased(model)
        same = [getattr(other, name) == getattr(model, name) for name in once]
        there = sa.select(other.organisation_id).where(other.organisation_id == new, *same).exists()
        repeated = sa.delete(model).where(model.organisation_id == old, there)
        session.execute(repeated, execution_options={"synchronize_session": False})
    moved = sa.update(model).where(model.organisation_id == old).values(organisation_id=new)
    session.execute(moved, execution_options={"synchronize_session": False})


def _rewrite_records(session: Session, old: str, new: str) -> None:
    """Drafts, versions, degrees and profiles name organisations inside of JSON: in those with the old one, by text."""
    session.expire_all()
    for model, column in RECORDS.items():
        names_it = sa.cast(getattr(model, column), sa.Text).contains(f'"{old}"', autoescape=True)
        for row in session.scalars(sa.select(model).where(names_it)):
            setattr(row, column, renamed(getattr(row, column), old, new))
    session.flush()


def renamed(value: Any, old: str, new: str) -> Any:
    """A record with an organisation replaced wherever one is named, however deep it is."""
    if isinstance(value, dict):
        return {
            key: new if key in _IN_RECORDS and part == old else renamed(part, old, new) for key, part in value.items()
        }
    return [renamed(part, old, new) for part in value] if isinstance(value, list) else value
