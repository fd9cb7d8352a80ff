"""Who acts: what a rule of some feature's `policy` decides by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ORGANISATION_ROLES = ("manager", "editor", "reviewer")
EDITING_ROLES = ("manager", "editor")  # that write an organisation's listings
SITE_ROLES = ("moderator", "administrator")


@dataclass(frozen=True)
class Actor:
    """A person signed in, or nobody (`ANYONE`). `roles`: organisation id → the person's role there."""

    user_id: str | None = None
    site_role: str | None = None
    roles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody is known to act."""
        return self.user_id is not None

    @property
    def is_moderator(self) -> bool:
        """Whether the actor belongs to the site's team; administrators are moderators too."""
        return self.site_role in SITE_ROLES

    @property
    def is_administrator(self) -> bool:
        """Whether the actor runs the site."""
        return self.site_role == "administrator"

    def belongs_to(self, organisation_id: str | None) -> bool:
        """Whether the actor has a place in the team of an organisation."""
        return organisation_id in self.roles

    def edits_for(self, organisation_id: str) -> bool:
        """Whether the actor writes an organisation's listings."""
        return self.has_role(organisation_id, *EDITING_ROLES)

    def manages(self, organisation_id: str) -> bool:
        """Whether the actor manages the team of an organisation."""
        return self.has_role(organisation_id, "manager")

    def has_role(self, organisation_id: str, *roles: str) -> bool:
        """Whether the actor has one of these roles in an organisation."""
        return self.roles.get(organisation_id) in roles


ANYONE = Actor()
"""Nobody in particular: whoever reads the public pages."""
