"""Listings as JSON, one a line: what `portal listings export` writes and `import` reads, and what the API gives as detail.

Keys are the columns of `facts.FACTS`; `FORMAT.md` beside this file describes them. Dates and moments are ISO 8601, amounts
are text with two decimals, `local_time` of a deadline has no offset since its `zone` says the rest. Derived facts
(funding, open_to …) may be there and are not read: they follow from the others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.core.errors import Invalid
from portal.listings import codes, eligibility
from portal.listings.facts import FACTS
from portal.listings.models import (
    Criterion,
    Deadline,
    DocumentWanted,
    EligibilityRule,
    Listing,
    MoneyLine,
    Partner,
    Translation,
)
from portal.listings.shapes import Reader
from portal.listings.time import zone_of
from portal.locales import COUNTRIES, REGIONS, TAGS

