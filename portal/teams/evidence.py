"""What an e-mail address proves: that a person has a mailbox at the organisation's own domain."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from portal.organisations.models import Organisation

DATA = Path(__file__).parent / "data" / "public-domains.txt"
_FIRST_LABELS = {"www", "www2", "en", "eng", "english"}  # of websites, where the rest is the domain


def proves_place(email: str, organisation: Organisation) -> bool:
    """Whether an address is good proof that a person belongs to an organisation. Where no registry knows it, its
    website is what some claimant has typed, and proves nothing."""
    if organisation.ror_id is None:
        return False
    websites = [link["value"] for link in organisation.links if link["type"] == "website"]
    return is_own_address(email, organisation.domains, websites)


def is_own_address(email: str, domains: Collection[str], websites: Iterable[str]) -> bool:
    """Whether an address lies in one of an organisation's domains, or in that of its website, or below one.

    A domain that many share (a mail provider, a site for everybody's pages, “edu.ph”) is nobody's own.
    """
    own = _ascii(email.rpartition("@")[2])
    if own in public_domains():
        return False
    known = {*map(_ascii, domains), *_hosts(websites)} - public_domains()
    return any(own == domain or own.endswith(f".{domain}") for domain in known if "." in domain)


@cache
def public_domains() -> frozenset[str]:
    """Domains that prove nothing."""
    lines = DATA.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _hosts(websites: Iterable[str]) -> Iterator[str]:
    for website in websites:
        try:
            host = urlsplit(website).hostname or ""
        except ValueError:  # a bracket that begins no address
            continue
        first, _dot, rest = host.partition(".")
        yield _ascii(rest if first in _FIRST_LABELS else host)


def _ascii(domain: str) -> str:
    """A domain as it stands in the DNS, so that both ways to write 大学.cn are one."""
    try:
        return domain.strip().rstrip(".").casefold().encode("idna").decode("ascii")
    except UnicodeError:
        return ""
