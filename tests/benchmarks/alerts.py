"""New listings matched with saved searches: the time grows with new listings × matches, not with all pairs.

Each row: saved searches × new listings; how many questions were asked of those there are, what was found, the
processor's time for it and for each match; and the time that asking every question would take, as one would without
keys, from a sample asked in the same run.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.alerts import matching
from portal.alerts.keys import keys_of_listing
from portal.alerts.models import SavedSearch, SharedSearch
from portal.alerts.shared_searches import ask, canonical, parse
from portal.core import migrations
from portal.listings import codes
from portal.locales import COUNTRIES, TAGS
from portal.settings import Settings
from portal.site import Site
from search.documents import Document
from tests.benchmarks.corpus import documents
from tests.moments import NOW

SEARCHES, LISTINGS = (1_000, 5_000, 20_000), (50, 500)
SAMPLE = 300  # questions


def run() -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = Site.open(Settings(data_dir=folder), lambda: NOW)
        migrations.upgrade(site.database)
        with site.unit_of_work().begin() as session:
            _person(session)
        drawn, saved = _searches(site), 0
        for number in SEARCHES:
            for _thousand in range(saved, number, 1_000):
                with site.unit_of_work().begin() as session:
                    for _more in range(1_000):
                        _save(site, session, *next(drawn))
            saved = number
            for listings in LISTINGS:
                print(_row(site, number, listings))
        site.close()


def _row(site: Site, searches: int, listings: int) -> str:
    new = list(documents(listings, seed=searches + listings))
    began = time.process_time()
    for document in new:
        keys_of_listing(document)
    matching.Batch(site, new, NOW)
    preparing = time.process_time() - began
    with site.sessions() as session:
        asked = _Asked()
        began = time.process_time()
        with asked:
            found = matching.find_matches(site, session, new, NOW)
        seconds = time.process_time() - began - preparing
        questions = list(session.scalars(sa.select(SharedSearch)))
    matches = sum(len(hits) for hits in found.values())
    every = _asking_all(site, new, questions, found)
    return (
        f"alerts: {searches:>6,} × {listings:>3}: {asked.number:>6,} of {len(questions):>6,} questions asked,"
        f" {matches:>7,} matches: {preparing:4.1f} s for the listings, {seconds:5.1f} s for the matches,"
        f" {seconds / max(matches, 1) * 1e6:5.0f} µs each; asking all {every:6.1f} s ({every / seconds:.1f}×)"
    )


def _asking_all(site: Site, new: list[Document], questions: list[SharedSearch], found: matching.Matches) -> float:
    """Seconds for all questions, by some of them; these say the same of the listings as was found by keys."""
    sample = random.Random(3).sample(questions, min(SAMPLE, len(questions)))
    batch = matching.Batch(site, new, NOW)
    began = time.process_time()
    answers = {one.digest: {hit.id for hit in batch.answers(one.query, one.language)} for one in sample}
    seconds = time.process_time() - began
    assert answers == {one.digest: {hit.id for hit in found.get(one.digest, ())} for one in sample}
    return seconds / len(sample) * len(questions)


class _Asked:
    """Counts how many questions are asked while it is open."""

    def __enter__(self) -> None:
        self.number, self._answers = 0, matching.Batch.answers
        answers = self._answers

        def counted(batch: matching.Batch, query: str, language: str) -> object:
            self.number += 1
            return answers(batch, query, language)

        matching.Batch.answers = counted  # type: ignore[method-assign,assignment]

    def __exit__(self, *_error: object) -> None:
        matching.Batch.answers = self._answers  # type: ignore[method-assign]


def _person(session: Session) -> None:
    session.add(User(id="bench", email="b@example.org", password_hash="", name="B", language="en", created_at=NOW))


def _searches(site: Site) -> Iterator[tuple[str, str]]:
    """Topics in all languages, half of them with facts beside them, some words, some facts alone."""
    chance = random.Random(5)
    topics = site.thesaurus.of_scheme("topic")
    while True:
        language = chance.choice(TAGS)
        kind = chance.random()
        pairs = [("q", chance.choice(topics).label(language))] if kind < 0.85 else []
        if kind < 0.1:
            pairs = [("q", f"{pairs[0][1]} {chance.choice(topics).label(language)}")]
        if kind > 0.4:
            pairs += [("country", chance.choice(COUNTRIES)), ("level", chance.choice(codes.LEVELS))]
        if kind > 0.7:
            pairs += [("kind", chance.choice(codes.KINDS)), ("open_to", chance.choice(COUNTRIES))]
        yield canonical(parse(urlencode(pairs))), language


def _save(site: Site, session: Session, query: str, language: str) -> None:
    digest = ask(session, site, query, language)
    number = session.info["number"] = session.info.get("number", time.perf_counter_ns()) + 1
    session.add(
        SavedSearch(
            id=f"{number:x}"[-12:], user_id="bench", name="x", query=query, language=language, frequency="daily",
            digest=digest, saved_at=NOW,
        )
    )  # fmt: skip
