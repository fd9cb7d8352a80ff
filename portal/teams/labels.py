"""Roles in words: English message ids, translated when shown."""

from __future__ import annotations

from portal.core.messages import N_

ROLES = {"manager": N_("Manager"), "editor": N_("Editor"), "reviewer": N_("Reviewer")}
