"""What the worker does for invitations."""

from __future__ import annotations

from portal.matching.invitations.service import expire_invitations
from portal.site import Site


def end_old_invitations(site: Site) -> bool:
    """End invitations that nobody has answered in time; there is nothing more to do afterwards."""
    with site.unit_of_work().begin() as session:
        expire_invitations(session, site.clock())
    return False
