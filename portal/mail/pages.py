"""Where letters lead to.

Some letters are written by the worker, when nobody asks for a page: so addresses are put together from the table here,
by everybody alike; a test holds it to the routes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Address = Callable[[str], str]  # language → the page that a letter leads to, in that language

PATHS = {
    "accounts.sign_in": "sign-in",
    "alerts.saved": "me/saved",
    "alerts.stop": "unsubscribe/{token}",
    "discovery.search": "listings",
    "discovery.topics": "concepts",
    "listings.show": "listings/{listing_id}",
    "matching.invitations": "me/invitations",
    "matching.people": "postings/{listing_id}/people",
    "posting.confirmation": "postings/{listing_id}/confirmation/{token}",
    "posting.partner_requests": "partner-requests",
    "posting.publication_of": "postings/{listing_id}/publication",
    "posting.still_right": "organisations/{organisation_id}/postings/still-right",
    "posting.show": "postings/{listing_id}",
    "rights.show": "me/data",
    "teams.mine": "account/organisations",
    "teams.show": "organisations/{organisation_id}/team",
    "teams.show_claim": "claims/{claim_id}",
}


@dataclass(frozen=True)
class Pages:
    """The pages of the site at an address."""

    site_url: str

    def to(self, endpoint: str, **values: str) -> Address:
        """The way to a page of `PATHS`; `values` are ids and tokens, which need no quoting."""
        path = PATHS[endpoint].format(**values)
        return lambda language: f"{self.site_url.rstrip('/')}/{language}/{path}"
