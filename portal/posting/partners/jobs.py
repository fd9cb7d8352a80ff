"""What the worker does for partners."""

from __future__ import annotations

from portal.posting.partners.service import ask_partners
from portal.site import Site


def ask_named_partners(site: Site) -> bool:
    """Ask the partners that were named since; there is nothing more to do afterwards."""
    with site.unit_of_work().begin() as session:
        ask_partners(session, site.clock(), site.pages.to("posting.partner_requests"))
    return False
