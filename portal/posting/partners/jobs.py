"""What the worker does for partners."""

from __future__ import annotations

from portal.posting.partners.service import ask_partners
from portal.site import Site


def ask_named_partners(site: Site) -> bool:
    """Ask the partners that were named since; there is nothing more to do afterwards."""
    with site.unit_of_work().begin() as session:
        ask_partners(session, site.clock(), lambda language: requests_address(site, language))
    return False


def requests_address(site: Site, language: str) -> str:
    """Where partners answer. It is put together here, since no request is there to ask for it; a test holds it to the
    route."""
    return f"{site.settings.site_url.rstrip('/')}/{language}/partner-requests"
