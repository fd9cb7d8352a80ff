"""Fills a site with demonstration listings and real schemes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.demo.directory import Directory
from portal.demo.generate import Generator
from portal.demo.programmes import load_programmes
from portal.demo.schemes import load_schemes
from portal.listings.models import Listing
from portal.listings.service import add_listing
from search.concepts.thesaurus import Thesaurus


def fill_demonstration(session: Session, thesaurus: Thesaurus, seed: int, now: datetime) -> int:
    """Add the demonstration listings and the real schemes unless some are there already; the number added.

    The directory of organisations has to be loaded.
    """
    if session.scalar(sa.select(sa.func.count()).select_from(Listing)):
        return 0
    generator = Generator(thesaurus, Directory.load(session, thesaurus), seed, now.date())
    listings = [*generator.listings(load_programmes()), *load_schemes(session)]
    for listing in listings:
        add_listing(session, listing, now)
    return len(listings)
