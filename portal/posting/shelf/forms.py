"""What is asked of the list in its address, and what is sent with it."""

from __future__ import annotations

from collections.abc import Mapping

from portal.listings.codes import KINDS
from portal.locales import TAGS
from portal.posting.shelf.queries import ORDERS, STATES, ShelfFilter
from search.analysis.cleaning import clean

LONGEST = 120  # characters of what is searched for


def read_filter(asked: Mapping[str, str]) -> ShelfFilter:
    """What an address asks for; values that cannot be are left out."""
    state = {"none": "published"}.get(asked.get("state", ""), asked.get("state", ""))  # as addresses used to say it
    return ShelfFilter(
        text=clean(asked.get("q", "")[: 2 * LONGEST]).strip()[:LONGEST],
        state=state if state in STATES else "",
        kind=asked["kind"] if asked.get("kind") in KINDS else "",
        lacks=asked["lacks"] if asked.get("lacks") in TAGS else "",
        order=asked["order"] if asked.get("order") in ORDERS else ORDERS[0],
    )


def asked_of(wanted: ShelfFilter) -> dict[str, str]:
    """A filter as parameters of an address."""
    order = "" if wanted.order == ORDERS[0] else wanted.order
    values = {
        "q": wanted.text, "state": wanted.state, "kind": wanted.kind, "lacks": wanted.lacks, "order": order,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value}
