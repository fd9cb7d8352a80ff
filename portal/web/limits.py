"""Counts what a client tries; the table of limits is in `portal.accounts.limits`."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from flask import current_app, request
from sqlalchemy.orm import Session

from portal.accounts.limits import count_attempt, forget_attempts
from portal.web.current import site
from portal.web.known_browser import known_browser


def limit(name: str, who: str | None = None) -> None:
    """Count one attempt, of the client's network if nobody is named. Raises `TooMany`, whose page says when it may be
    tried again.

    In a transaction of its own: what is tried may fail, and still counts.
    """
    with site().unit_of_work().begin() as session:
        limit_within(session, name, who or _network())


def limit_within(session: Session, name: str, who: str) -> None:
    """The same in a transaction of something else: only what succeeds counts."""
    count_attempt(session, name, who, _secret(), site().clock())


def limit_sign_in(address: str) -> None:
    """Count one attempt to sign in with an e-mail address; see the table for what counts."""
    browser = known_browser(address)
    if browser is not None:
        limit("sign-in-browser", browser)
    else:
        limit("sign-in-network")
        limit("sign-in-address-network", _at_network(address))
        limit("sign-in-address", address)


def pardon_sign_in(address: str) -> None:
    """The password was right: whoever asked from here was the person. What others try is counted on."""
    browser = known_browser(address)
    if browser is not None:
        pardon("sign-in-browser", browser)
    pardon("sign-in-address-network", _at_network(address))


def pardon(name: str, who: str) -> None:
    """Count somebody's attempts anew, since they have shown who they are."""
    with site().unit_of_work().begin() as session:
        forget_attempts(session, name, who, _secret())


def _at_network(address: str) -> str:
    return f"{address} {_network()}"


def _network() -> str:
    """The client's address; of one in IPv6 the first half, since each household has all of the rest."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return request.remote_addr or ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, 64), strict=False))
    return str(address)


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])
