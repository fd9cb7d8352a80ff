"""Leaving out the rules that somebody does not meet leaves out exactly the listings that they may not apply for."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.demo.builders import rule
from portal.eligibility.rulebook import Counts, Decisions, count_open
from portal.listings.answers import Answers, Outcome
from portal.listings.eligibility import Rule, decide, decide_all, digests, overall, parse_rule
from portal.listings.models import EligibilityRule, rule_digest
from search.concepts.understanding import NOTHING
from search.engine import SearchEngine, SearchRequest
from tests.answering import ANSWERS, RULES
from tests.contract.test_engine import NOW, make

LISTINGS = 80


def made_up(rows: list[EligibilityRule]) -> dict[str, list[EligibilityRule]]:
    chance = random.Random(5)  # noqa: S311 - the same listings each time
    return {f"l{number:02}": chance.sample(rows, chance.randint(0, min(4, len(rows)))) for number in range(LISTINGS)}


def parsed(rows: list[EligibilityRule]) -> list[Rule]:
    return [parse_rule(row.kind, row.parameters) for row in rows]


def test_a_search_leaves_out_what_deciding_each_listing_by_hand_leaves_out(engine: SearchEngine) -> None:
    rows: list[EligibilityRule] = []

    @settings(max_examples=40, database=None)
    @given(RULES)
    def collect(found: tuple[str, dict[str, object]]) -> None:
        rows.append(rule(found[0], **found[1]))

    collect()
    listings = made_up(rows)
    engine.rebuild(replace(make(name), facets={"rule": digests(own)}) for name, own in listings.items())
    known = {rule_digest(row.kind, row.parameters): parse_rule(row.kind, row.parameters) for row in rows}

    @settings(max_examples=25)
    @given(ANSWERS, st.dates(NOW.date(), NOW.date().replace(year=2030)))
    def each(answers: Answers, on: object) -> None:
        decisions = Decisions({digest: decide(one, answers, on).outcome for digest, one in known.items()})  # type: ignore[arg-type]
        by_hand = {name: overall(decide_all(parsed(own), answers, on)) for name, own in listings.items()}  # type: ignore[arg-type]
        request = SearchRequest(NOTHING, "en", NOW, exclude={"rule": decisions.unmet}, limit=LISTINGS)
        results = engine.search(request)
        assert {hit.id for hit in results.hits} == {name for name, one in by_hand.items() if one is not Outcome.UNMET}
        assert results.total == len(results.hits)
        sure = sum(one is Outcome.MET for one in by_hand.values())
        assert count_open(engine, request, results, decisions) == Counts(sure, results.total - sure)
        for name, own in listings.items():
            standing = decisions.standing(digests(own))
            assert (standing.outcome if standing else Outcome.MET) is by_hand[name]

    each()
