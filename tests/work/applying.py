"""Listings with rules of many kinds."""

from __future__ import annotations

from portal.demo.builders import make_listing, rule
from portal.indexing.service import rebuild
from portal.listings.models import EligibilityRule
from portal.site import Site


def make_listings(site: Site) -> dict[str, str]:
    """Some open listings, in the index: title → id."""
    with site.unit_of_work().begin() as session:
        made = [
            make_listing(session, title, rules=rules, deadlines=[], rolling=True) for title, rules in _rules().items()
        ]
        ids = dict(zip(_rules(), (listing.id for listing in made), strict=True))
    rebuild(site)
    return ids


def _rules() -> dict[str, list[EligibilityRule]]:
    return {
        "young": [rule("age-max", age=35), rule("citizenship", countries=["VN", "TH"])],
        "master": [rule("degree-min", degree="master"), rule("citizenship", countries=["VN"])],
        "chinese": [rule("citizenship", countries=["CN"])],
        "nobody asks": [],
        "tested": [rule("language-test", any_of=[{"language": "zh-Hans", "test": "HSK", "minimum": "4"}])],
        "back home": [rule("residence-max", country="CN", months=12, of_last=36)],
    }
