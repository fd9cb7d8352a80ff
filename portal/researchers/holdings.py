"""What is kept of a person's profile."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import User
from portal.core import audit, retention
from portal.core.actor import Actor
from portal.core.holding import AT_ONCE, Holding, Keeping, Person, Rows, end_rows
from portal.core.messages import N_
from portal.core.outbox import OutboxEntry
from portal.mail.service import post
from portal.researchers.models import Consent, ProfilePart, ProfileView, Researcher
from portal.researchers.service import OUTBOX_KIND, remove_profile


def _forget(keeping: Keeping, person: Person) -> None:
    remove_profile(keeping.session, person.id, keeping.now)


def _warn(keeping: Keeping) -> int:
    """Write to people who have not been signed in for so long that their profile will be deleted."""
    since = (retention.PROFILES.before(keeping.now) + retention.PROFILE_WARNING.length).date()
    people = _with_profile(User.seen_on <= since, User.warned_on.is_(None))
    found = keeping.session.scalars(people.limit(AT_ONCE)).all()
    ends_on = (keeping.now + retention.PROFILE_WARNING.length).date().isoformat()
    for user in found:
        user.warned_on = keeping.now.date()
        address = keeping.pages.to("accounts.sign_in")(user.language)
        post(
            keeping.session, "profile-ends", user.language, user.email, keeping.now, ends_on=ends_on, address=address
        )  # fmt: skip
    return len(found)


def _end(keeping: Keeping) -> int:
    """Delete the profiles of those who have not come back after that letter."""
    people = _with_profile(
        User.seen_on <= retention.PROFILES.before(keeping.now).date(),
        User.warned_on <= retention.PROFILE_WARNING.before(keeping.now).date(),
    )
    found = keeping.session.scalars(people.limit(AT_ONCE)).all()
    for user in found:
        remove_profile(keeping.session, user.id, keeping.now)
        audit.note(keeping.session, "profile.removed", Actor(), ("user", user.id), keeping.now)
    return len(found)


def _with_profile(*conditions: sa.ColumnElement[bool]) -> sa.Select[User]:
    query = sa.select(User).join(Researcher, Researcher.user_id == User.id).where(*conditions)
    return query.order_by(User.seen_on).with_for_update(skip_locked=True, of=User)


def _forget_told(keeping: Keeping) -> int:
    """Once the index has learned that a profile is gone, nothing needs its id any more."""
    known = sa.union_all(sa.select(Researcher.user_id), sa.select(Researcher.public_id))
    own = OutboxEntry.kind == OUTBOX_KIND, OutboxEntry.queued_at.is_(None), OutboxEntry.object_id.not_in(known)
    return end_rows(keeping.session, OutboxEntry, *own)


def _expire_views(keeping: Keeping) -> int:
    """A view has a day, and no hour."""
    return end_rows(keeping.session, ProfileView, ProfileView.day < retention.VIEWS.before(keeping.now).date())


HOLDINGS = (
    Holding(
        "profile", N_("Your profile"), N_("So that you see what fits you, and are found where you allow it."),
        rows=(Rows(Researcher.user_id, hidden=("version",)), Rows(ProfilePart.user_id, hidden=("revision",))),
        periods=(retention.PROFILES, retention.PROFILE_WARNING),
        forget=_forget,
        expire=(_warn, _end, _forget_told),
    ),
    Holding(
        "consents", N_("What you allowed"),
        N_("So that you and we can see what you allowed, when, and in which words."),
        rows=(Rows(Consent.user_id, hidden=("id",)),),
    ),
    Holding(
        "views", N_("Who saw your profile"), N_("So that you know who has seen what of you."),
        rows=(Rows(ProfileView.user_id, only=("organisation_id", "day", "parts")),),
        periods=(retention.VIEWS,),
        expire=(_expire_views,),
    ),
    Holding(
        "looks", N_("Whose profiles you looked at"), N_("So that those people know who has seen what of them."),
        rows=(Rows(ProfileView.seen_by, only=("organisation_id", "day", "parts"), aliased=True),),
        periods=(retention.VIEWS,),
        stays=N_(
            "The people whose profiles you saw keep the line with your organisation; it no longer says that it was you."
        ),
    ),
)  # fmt: skip
