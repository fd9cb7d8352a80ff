"""Codes of organisations in words: English message ids, translated when shown."""

from __future__ import annotations

from portal.core.messages import N_

TYPES = {
    "education": N_("University or school"),
    "facility": N_("Research facility"),
    "government": N_("Government body"),
    "nonprofit": N_("Non-profit organisation"),
    "funder": N_("Funder"),
    "healthcare": N_("Health care"),
    "company": N_("Company"),
    "archive": N_("Archive or library"),
    "other": N_("Other organisation"),
}
LINKS = {"website": N_("Website"), "wikipedia": N_("Wikipedia")}
