"""From a new listing to the searches that may want it, without looking at every search.

Whatever a search demands is a group of keys of which a listing must have at least one to answer it: a topic with all
that answers it, the values of a fact, or the index terms of a word. A search is filed under the keys of one of its
groups. A listing has some hundred keys of its own: they lead to the searches filed there, and where it has one of every
other group, too, the search engine decides. It cannot find a listing that lacks a group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from search.analysis.cleaning import clean
from search.documents import Document, Role, Schema
from search.plan import Plan, PlannedWord, index_terms

ALWAYS = "*"  # of searches that no fact narrows: every listing has it
LONGEST = 400  # characters of a key
_TOPIC, _WORD = "topic", "word"
_RARE = (_WORD, "organisation", "place", _TOPIC, "isced", "concept", "language_test")


def groups_of_search(plan: Plan, chosen: Mapping[str, tuple[str, ...]], schema: Schema) -> list[list[str]]:
    """Groups of keys: of each, every listing that answers, as the search stands, has one at least. The first is that
    which the fewest listings meet, as far as can be told beforehand."""
    coded = {field.name for field in schema.of_role(Role.FACET, Role.FILTER)}
    groups = [*_of_plan(plan), *((name, values) for name, values in chosen.items() if name in coded)]
    groups.sort(key=lambda group: (_rank(group[0]), len(group[1])))
    return [list(dict.fromkeys(_key(name, value) for value in values)) for name, values in groups] or [[ALWAYS]]


def keys_of_listing(document: Document) -> set[str]:
    """All keys that a listing has."""
    keys = {ALWAYS, *(_key(_TOPIC, evidence.concept) for evidence in document.concepts)}
    for name, values in document.facets.items():
        keys.update(_key(name, value) for value in values)
    for fields in document.texts.values():
        for text in fields.values():
            keys.update(_key(_WORD, term) for term in index_terms(clean(text)))
    return keys


def _of_plan(plan: Plan) -> Iterator[tuple[str, tuple[str, ...]]]:
    for topic in plan.topics:
        yield _TOPIC, tuple(topic.steps)
    for constraint in plan.constraints:
        if constraint.values:
            yield constraint.field, constraint.values
    only_words = not plan.topics and not plan.constraints
    for word in plan.words:
        if (only_words or word.required) and word.alternatives:
            yield _WORD, _terms(word)


def _terms(word: PlannedWord) -> tuple[str, ...]:
    """Of each way to write it the longest term: all terms of a way have to be there."""
    return tuple(max(alternative, key=len) for alternative in word.alternatives)


def _rank(name: str) -> int:
    return _RARE.index(name) if name in _RARE else len(_RARE)


def _key(name: str, value: str) -> str:
    """The index of words knows no capitals."""
    return f"{name}={value.lower()}"[:LONGEST]
