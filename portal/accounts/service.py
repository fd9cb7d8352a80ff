"""What people change about their accounts, and where they are signed in.

Nobody learns from an answer who has an account: where an address is known and where it is not, the same happens on the
page, and only the letters differ.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.addresses import normal
from portal.accounts.browsers import browser_of
from portal.accounts.links import end_links, get_link, new_link, use_link
from portal.accounts.models import KnownBrowser, SignIn, User
from portal.accounts.passwords import check_password, hash_password, is_password, needs_rehash, nobodys
from portal.accounts.queries import find_user_by_email
from portal.accounts.ways_in import WaysIn
from portal.core import retention
from portal.core.actor import Actor
from portal.core.audit import note
from portal.core.database import insert_or
from portal.core.errors import Conflict, Gone, Invalid, NotFound
from portal.core.ids import CHANCE, new_id
from portal.core.secrets import digest, new_token
from portal.mail.service import post

SIGNED_IN_FOR = retention.SIGN_INS.length  # without being seen
_SEEN_EVERY = timedelta(minutes=10)  # how exact `seen_at` is

Page = Callable[[str], str]  # language → the public address of a page, for a letter in that language
LinkPage = Callable[[str, str], str]  # token, language → the page that the link of a letter opens


def add_user(session: Session, email: str, password: str, name: str, language: str, now: datetime) -> User:
    """A new account, not yet confirmed; address and password have been checked. Raises `Conflict` if somebody else was
    faster with the same address."""
    user = User(
        id=new_id(CHANCE), email=email, password_hash=hash_password(password), name=name, language=language,
        created_at=now, seen_on=now.date(),
    )  # fmt: skip
    session.add(user)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("email.taken") from error
    note(session, "account.created", Actor(user.id), ("user", user.id), now)
    return user


def add_confirmed_user(session: Session, email: str, password: str, name: str, language: str, now: datetime) -> User:
    """An account that an operator vouches for; one that was never confirmed makes way. Raises `Invalid`."""
    email = normal(email)
    check_password(password, name, email)
    _make_way(session, email)
    user = add_user(session, email, password, name, language, now)
    _confirmed(session, user, now)
    return user


def _make_way(session: Session, email: str) -> None:
    """Remove an account with this address that nobody has confirmed."""
    session.execute(sa.delete(User).where(User.email == email, User.confirmed_at.is_(None)))


def sign_up(
    session: Session, email: str, password: str, name: str, language: str, now: datetime,
    link: LinkPage, sign_in_page: Page,
) -> None:  # fmt: skip
    """Sign somebody up, and send a letter to the address: with the link that confirms it, or, where it has an account,
    that it has one. Raises `Invalid` for a password that is not good enough.

    An account that was never confirmed is taken over: whoever made it has not shown that the address is theirs.
    """
    check_password(password, name, email)
    user = find_user_by_email(session, email)
    if user is None:
        user = add_user(session, email, password, name, language, now)
    else:
        hashed = hash_password(password)  # also where it is not needed, so that the time does not tell
        if user.confirmed_at is not None:
            post(session, "already-registered", user.language, email, now, address=sign_in_page(user.language))
            return
        user.password_hash, user.name, user.language = hashed, name, language
    _send_confirmation(session, user, now, link)


def forget_unconfirmed(session: Session, now: datetime) -> int:
    """Remove accounts that nobody will confirm any more; their number."""
    old = (User.confirmed_at.is_(None), User.created_at < retention.UNCONFIRMED.before(now))
    rows = sa.select(User.id).where(*old).with_for_update(skip_locked=True)  # somebody may be confirming one just now
    gone = sa.delete(User).where(User.id.in_(rows)).returning(User.id)
    return len(session.scalars(gone, execution_options={"synchronize_session": False}).all())


def _send_confirmation(session: Session, user: User, now: datetime, link: LinkPage) -> None:
    address = link(new_link(session, user, "confirm", now), user.language)
    post(session, "confirm", user.language, user.email, now, address=address)


def confirm(session: Session, token: str, password: str, now: datetime) -> User:
    """Confirm an account by the link that was sent to its address, and the password that was chosen: who signed up with
    an address of somebody else has the one and not the other. Raises `Gone`, or `Invalid` for another password."""
    _link, user = get_link(session, token, "confirm", now)
    if not is_password(user.password_hash, password):
        raise Invalid("confirm.wrong", field="password")
    use_link(session, token, "confirm", now)
    _confirmed(session, user, now)
    return user


def _confirmed(session: Session, user: User, now: datetime) -> None:
    if user.confirmed_at is None:
        user.confirmed_at = now
        note(session, "account.confirmed", Actor(user.id), ("user", user.id), now)
    end_links(session, user.id, "confirm")


def authenticate(session: Session, email: str, password: str, now: datetime, link: LinkPage) -> User:
    """The person with this address and password; it takes as long where there is none. Raises `Invalid`, also for an
    account that is suspended.

    Where the address was never confirmed, another letter is sent; see `User.confirmed_at`.
    """
    user = find_user_by_email(session, email)
    if not is_password(user.password_hash if user else nobodys(), password) or user is None:
        raise Invalid("sign-in.wrong", field="password")
    if user.suspended_at:
        raise Invalid("account.suspended", field="email")
    if needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)
    if user.confirmed_at is None:
        _send_confirmation(session, user, now, link)
    return user


def check_present_password(user: User, password: str) -> None:
    """Ask for the password before what an unattended browser must not do. Raises `Invalid`."""
    if not is_password(user.password_hash, password):
        raise Invalid("password.wrong", field="present")


def send_reset(session: Session, email: str, now: datetime, link: LinkPage) -> None:
    """Send a link with which a new password can be chosen, if there is such an account."""
    user = find_user_by_email(session, email)
    if user is not None:
        address = link(new_link(session, user, "reset", now), user.language)
        post(session, "reset", user.language, user.email, now, address=address)


def reset_password(
    session: Session, token: str, password: str, now: datetime, reset_page: Page, ways: WaysIn, kept: Container[str]
) -> None:
    """Choose a new password by a link that was sent; the person is signed out everywhere, and other ways in are closed
    but those that they have `kept` (keys): somebody else may have had the account, and left one open. The link shows as
    well that the address is theirs. Raises `Gone` or `Invalid`."""
    _link, user = get_link(session, token, "reset", now)
    check_password(password, user.name, user.email)
    use_link(session, token, "reset", now)
    _confirmed(session, user, now)
    _set_password(session, user, password, now, reset_page)
    close_all_sign_ins(session, user.id)
    for way in ways(session, user):
        if way.key not in kept:
            way.close(session, user, now)


def change_password(
    session: Session, user: User, present: str, password: str, token: str, now: datetime, reset_page: Page
) -> None:
    """Choose another password; all sign-ins but the one with `token` end. Raises `Invalid`."""
    check_present_password(user, present)
    check_password(password, user.name, user.email)
    _set_password(session, user, password, now, reset_page)
    close_all_sign_ins(session, user.id, but=token)


def _set_password(session: Session, user: User, password: str, now: datetime, reset_page: Page) -> None:
    user.password_hash = hash_password(password)
    end_links(session, user.id, "reset", "change-email")
    note(session, "account.password-changed", Actor(user.id), ("user", user.id), now)
    post(session, "password-changed", user.language, user.email, now, address=reset_page(user.language))


def change_details(session: Session, user: User, name: str, language: str, now: datetime) -> None:
    """Change name and language."""
    user.name, user.language = name, language
    note(session, "account.details-changed", Actor(user.id), ("user", user.id), now)


def ask_for_email(
    session: Session, user: User, email: str, present: str, now: datetime, link: LinkPage, sign_in_page: Page
) -> None:
    """Send a link to a new address; it becomes the account's when the link is followed. Raises `Invalid`."""
    check_present_password(user, present)
    if email == user.email:
        raise Invalid("email.same", field="email")
    other = find_user_by_email(session, email)
    if other is not None and other.confirmed_at is not None:
        post(session, "already-registered", other.language, email, now, address=sign_in_page(other.language))
        return
    token = new_link(session, user, "change-email", now, email)
    post(session, "change-email", user.language, email, now, address=link(token, user.language))


def change_email(session: Session, token: str, now: datetime) -> User:
    """Make the address to which a link was sent that of the account; the old one is told. An account that was never
    confirmed makes way. Raises `Gone`, also when the address has come to belong to somebody else."""
    link, user = use_link(session, token, "change-email", now)
    email = link.email or ""
    _make_way(session, email)
    if find_user_by_email(session, email) is not None:
        raise Gone("link.ended")
    old, user.email = user.email, email
    end_links(session, user.id, "reset")
    note(session, "account.email-changed", Actor(user.id), ("user", user.id), now)
    post(session, "email-changed", user.language, old, now, email=user.email)
    return user


def sign_in(session: Session, user: User, user_agent: str, now: datetime, sign_ins_page: Page) -> str:
    """The token of a new sign-in; a letter tells of a browser that is new."""
    browser = browser_of(user_agent)
    known = set(session.scalars(sa.select(KnownBrowser.browser).where(KnownBrowser.user_id == user.id)))
    session.execute(insert_or(session, KnownBrowser).values(user_id=user.id, browser=browser).on_conflict_do_nothing())
    if known and browser not in known:
        post(
            session,
            "new-browser",
            user.language,
            user.email,
            now,
            browser=browser,
            address=sign_ins_page(user.language),
        )
    note(session, "account.signed-in", Actor(user.id), ("user", user.id), now)
    return open_sign_in(session, user.id, user_agent, now)


def open_sign_in(session: Session, user_id: str, user_agent: str, now: datetime) -> str:
    """The token of a new sign-in; those that are over are forgotten."""
    over = sa.delete(SignIn).where(SignIn.user_id == user_id, SignIn.seen_at < now - SIGNED_IN_FOR)
    session.execute(over)
    _seen(session.get_one(User, user_id), now)
    token = new_token()
    session.add(
        SignIn(
            id=new_id(CHANCE), digest=digest(token), user_id=user_id, browser=browser_of(user_agent), created_at=now,
            seen_at=now,
        )
    )  # fmt: skip
    return token


def use_sign_in(session: Session, token: str, now: datetime) -> User | None:
    """Who is signed in with a token; None if it has ended, or the person is suspended."""
    row = session.execute(
        sa.select(SignIn, User).join(User, User.id == SignIn.user_id).where(SignIn.digest == digest(token))
    ).one_or_none()
    if row is None or row[1].suspended_at or row[0].seen_at < now - SIGNED_IN_FOR:
        return None
    user: User = row[1]
    if row[0].seen_at < now - _SEEN_EVERY:
        row[0].seen_at = now
        _seen(user, now)
    return user


def _seen(user: User, now: datetime) -> None:
    """Note the day, which says when a profile is given up; whoever was warned of that has come back."""
    if user.seen_on != now.date():
        user.seen_on, user.warned_on = now.date(), None


def close_sign_in(session: Session, token: str) -> None:
    """End one sign-in."""
    session.execute(sa.delete(SignIn).where(SignIn.digest == digest(token)))


def end_sign_in(session: Session, user_id: str, sign_in_id: str, now: datetime) -> None:
    """End a sign-in of this person, in whichever browser. Raises `NotFound`."""
    query = sa.delete(SignIn).where(SignIn.id == sign_in_id, SignIn.user_id == user_id).returning(SignIn.id)
    if session.execute(query).one_or_none() is None:
        raise NotFound("sign-in.unknown", id=sign_in_id)
    note(session, "account.sign-in-ended", Actor(user_id), ("user", user_id), now)


def end_other_sign_ins(session: Session, user_id: str, token: str, now: datetime) -> None:
    """End all sign-ins of this person but the one with `token`."""
    close_all_sign_ins(session, user_id, but=token)
    note(session, "account.sign-ins-ended", Actor(user_id), ("user", user_id), now)


def close_all_sign_ins(session: Session, user_id: str, but: str | None = None) -> None:
    """End all sign-ins of a person, `but` the one with this token."""
    query = sa.delete(SignIn).where(SignIn.user_id == user_id)
    session.execute(query.where(SignIn.digest != digest(but)) if but else query)
