"""What is kept of people who act for organisations."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import sqlalchemy as sa

from portal.core import retention
from portal.core.holding import AT_ONCE, HeldFile, Holding, Keeping, Person, Rows, over
from portal.core.messages import N_
from portal.teams.models import ApiKey, Claim, Membership, StoredFile, TeamInvitation
from portal.teams.papers import drop_paper, drop_stray_papers, paper_content
from portal.teams.service import part_with_teams


def _leave(keeping: Keeping, person: Person) -> None:
    part_with_teams(
        keeping.session, person.id, keeping.now, lambda one: keeping.pages.to("teams.show", organisation_id=one)
    )


def _papers_of(keeping: Keeping, person: Person) -> list[StoredFile]:
    query = sa.select(StoredFile).where(StoredFile.owner_id == person.id)
    return list(keeping.session.scalars(query.order_by(StoredFile.created_at, StoredFile.id)))


def _files(keeping: Keeping, person: Person) -> Iterator[HeldFile]:
    for file in _papers_of(keeping, person):
        yield HeldFile(file.name, partial(paper_content, file, keeping.folder))


def _drop_papers(keeping: Keeping, person: Person) -> None:
    for file in _papers_of(keeping, person):
        drop_paper(keeping.session, file, keeping.folder)
    keeping.session.flush()


def _expire_papers(keeping: Keeping) -> int:
    """A decided request no longer needs its paper."""
    session = keeping.session
    old = sa.select(StoredFile).join(Claim, Claim.file_id == StoredFile.id).where(
        Claim.decided_at < retention.PAPERS.before(keeping.now)
    )  # fmt: skip
    found = session.scalars(old.limit(AT_ONCE)).all()
    session.execute(sa.update(Claim).where(Claim.file_id.in_([file.id for file in found])).values(file_id=None))
    for file in found:
        drop_paper(session, file, keeping.folder)
    return len(found)


def _sweep(keeping: Keeping) -> int:
    return drop_stray_papers(keeping.session, keeping.folder, keeping.now)


HOLDINGS = (
    Holding(
        "memberships", N_("Your teams"), N_("So that you can act for an organisation."),
        rows=(Rows(Membership.user_id),),
        forget=_leave,
    ),
    Holding(
        "claims", N_("Your requests to act for an organisation"), N_("So that somebody can decide about them."),
        rows=(
            Rows(Claim.user_id, hidden=("decided_by",)),
            Rows(StoredFile.owner_id, only=("name", "media_type", "size", "created_at")),
        ),
        periods=(retention.PAPERS,),
        files=_files,
        forget=_drop_papers,
        expire=(_expire_papers, _sweep),
    ),
    Holding(
        "decisions", N_("Requests that you decided"), N_("So that it is known who let somebody into a team."),
        rows=(Rows(Claim.decided_by, only=("id", "organisation_id", "state", "decided_at")),),
        stays=N_("The decisions stay, for others depend on them; they no longer say by whom."),
    ),
    Holding(
        "invitations", N_("Invitations to teams"), N_("So that whom you invite, or who invites you, can join."),
        rows=(
            Rows(TeamInvitation.email, by="email", only=("organisation_id", "role", "created_at", "expires_at")),
            Rows(TeamInvitation.invited_by, hidden=("id", "digest")),
        ),
        periods=(retention.INVITATIONS,),
        expire=(over(TeamInvitation.expires_at, retention.INVITATIONS),),
    ),
    Holding(
        "keys", N_("Keys for programs that you made"), N_("So that a program can write your organisation’s listings."),
        rows=(Rows(ApiKey.created_by, hidden=("digest",)),),
        stays=N_("Your keys stop working. Your team still sees what they were called."),
    ),
)  # fmt: skip
