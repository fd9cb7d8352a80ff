"""What hosts see of people who fit a listing: never a name, unless the person told this host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.core.paging import Page, slice_of
from portal.listings.models import Listing
from portal.matching.invitations.queries import Revealed, find_visible, list_sent, revealed_by
from portal.matching.models import Invitation
from portal.matching.people.candidates import Candidate, held_against, people_for
from portal.matching.people.handles import Handles
from portal.researchers.page import organisation_names
from portal.researchers.profile import Profile, highest_of
from portal.researchers.service import note_views
from portal.site import Site
from portal.web import filters
from portal.web.choices import Found
from portal.web.messages import gettext as _
from search.errors import EngineUnavailable

PER_PAGE = 20
IN_HEADLINE = frozenset({"degrees", "background"})
"""The parts of which `headline` says something."""


@dataclass(frozen=True)
class PeoplePage:
    """People who fit a listing while it is published, and what became of those who were invited: by public id, of which
    `handles` makes what the host reads. `away`: the index cannot be asked."""

    people: Page[Candidate]
    sent: Mapping[str, Invitation]
    shown: Mapping[str, Profile]  # of those who were invited and are still to be found
    handles: Handles
    away: bool


@dataclass(frozen=True)
class PersonPage:
    """One of them. No `candidate`: the person is not to be found any more, but had told this host who they are."""

    handle: str
    candidate: Candidate | None
    invitation: Invitation | None
    revealed: Revealed | None
    names: Mapping[str, Found]  # of the organisations in what is shown and told


def people_page(
    site: Site, session: Session, listing: Listing, actor: Actor, handles: Handles, number: int
) -> PeoplePage:
    """One page of them; that they were seen is noted. Raises `NotFound` past the end."""
    found, away = list[Candidate](), False
    try:
        found = people_for(site, session, listing, actor) if listing.state == "published" else found
    except EngineUnavailable:
        away = True
    people, sent = slice_of(found, number, PER_PAGE), list_sent(session, listing.id)
    invited = find_visible(session, list(sent), listing.organisation_id or "", actor)
    seen = {one.user_id: tuple(IN_HEADLINE.intersection(one.parts)) for one in invited}
    seen |= {one.person.user_id: one.person.parts for one in people.items}
    _note(site, session, listing, actor, seen)
    return PeoplePage(people, sent, {one.public_id: one.profile for one in invited}, handles, away)


def person_page(
    site: Site, session: Session, listing: Listing, actor: Actor, handles: Handles, handle: str
) -> PersonPage:
    """One person; that they were seen is noted. Raises `NotFound` for whom this host may not see."""
    public_id = handles.public_id(handle)
    invitation = list_sent(session, listing.id).get(public_id)
    open_to_all = listing.state == "published" or invitation is not None
    wanted = [public_id] if open_to_all else []  # who was not invited before it closed is not looked at afterwards
    candidate = next(iter(held_against(site, session, listing, actor, wanted)), None)
    revealed = revealed_by(session, invitation) if invitation else None
    if candidate is None and revealed is None:
        raise NotFound("person.unknown", id=handle)
    profiles = [*([candidate.person.profile] if candidate else ()), *([revealed.profile] if revealed else ())]
    names = {id_: one for profile in profiles for id_, one in organisation_names(site, profile).items()}
    seen = {*(candidate.person.parts if candidate else ()), *(revealed.parts if revealed else ())}
    user_id = candidate.person.user_id if candidate else invitation.user_id if invitation else ""
    _note(site, session, listing, actor, {user_id: tuple(seen)})
    return PersonPage(handle, candidate, invitation, revealed, names)


def headline(profile: Profile) -> str:
    """Who this is in a few words, of what is shown: “Researcher · Master’s degree · Laos”."""
    highest = highest_of(profile.degrees)
    where = profile.background.residence or (highest.at.country if highest else None)
    parts = [_("Researcher")]
    if highest:
        parts.append(filters.label(highest.level, "degree"))
    if where:
        parts.append(filters.FILTERS["country"](where))
    return " · ".join(parts)


def _note(site: Site, session: Session, listing: Listing, actor: Actor, seen: Mapping[str, tuple[str, ...]]) -> None:
    """Who saw what; people who show nothing were not seen."""
    shown = {user_id: parts for user_id, parts in seen.items() if parts}
    note_views(session, shown, listing.organisation_id or "", actor.user_id or "", site.clock().date())
