"""All that is kept about people, declared by the features."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from portal.accounts import holdings as accounts
from portal.alerts import holdings as alerts
from portal.core import holdings as core
from portal.core.holding import Holding
from portal.mail import holdings as mail
from portal.matching import holdings as matching
from portal.moderation import holdings as moderation
from portal.posting import holdings as posting
from portal.researchers import holdings as researchers
from portal.statistics import holdings as statistics
from portal.teams import holdings as teams

# In the order of the pages. With an account, what the higher features keep goes first: it leans on the lower ones. What
# speaks of everything comes last.
_FEATURES = (accounts, researchers, teams, posting, matching, alerts, moderation)
_OF_ALL = (mail, statistics, core)

HOLDINGS: tuple[Holding, ...] = tuple(one for feature in (*_FEATURES, *_OF_ALL) for one in feature.HOLDINGS)
GOING: tuple[Holding, ...] = tuple(
    one for feature in (*reversed(_FEATURES), *_OF_ALL) for one in feature.HOLDINGS
)  # fmt: skip

# Columns that look as if they named a person, and why they do not, or need not be declared.
NOBODYS: Mapping[str, str] = MappingProxyType({
    "listings.decided_by": "a code: which committee decides about applications",
    "outbox.object_id": "an object that changed; that of a profile goes with it (`researchers/holdings.py`)",
})  # fmt: skip
