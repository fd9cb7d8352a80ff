"""Left-over words as queries: by language, exact and folded words, and pairs where no spaces are written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from search import scoring
from search.analysis.cleaning import simplify
from search.analysis.folding import carries_marks
from search.analysis.scripts import script_of
from search.documents import Role, Schema
from search.elastic.texts import cluster_pairs, han, prepare
from search.plan import PlannedWord

Query = dict[str, Any]
_NAME = "word"


def best_language(schema: Schema, reader: str, words: tuple[PlannedWord, ...], join: str, named: bool = False) -> Query:
    """The words joined by "all" or "any" within one language of a document; its best language counts.

    With `named`, the answer says of each hit which words it has.
    """
    queries = []
    for language in schema.languages:
        names = [f"{_NAME}:{place}:{language}" if named else "" for place in range(len(words))]
        met = [_word(schema, language, word, name) for word, name in zip(words, names, strict=True)]
        weight = scoring.WORDS if language == reader else scoring.WORDS * scoring.OTHER_LANGUAGE
        joined = {"must": met} if join == "all" else {"should": met, "minimum_should_match": 1}
        queries.append({"bool": {**joined, "boost": weight}})
    return {"dis_max": {"queries": queries}}


def all_in_one_language(schema: Schema, words: tuple[PlannedWord, ...]) -> Query:
    """A filter: documents that have all of the words in one language."""
    inside = [{"bool": {"filter": [_word(schema, language, word) for word in words]}} for language in schema.languages]
    return {"bool": {"should": inside, "minimum_should_match": 1}}


def words_met(matched: Iterable[str]) -> set[int]:
    """The places of the words whose names an answer gives."""
    return {int(name.split(":")[1]) for name in matched if name.startswith(_NAME + ":")}


def beginning(schema: Schema, text: str) -> Query:
    """Titles that have all the words typed, the last one perhaps not to its end."""
    title = schema.of_role(Role.TEXT)[0].name
    part = ".exact" if carries_marks(text) else ""
    typed = {"query": prepare(text), "operator": "and"}
    queries = [{"match_bool_prefix": {f"text.{language}.{title}{part}": typed}} for language in schema.languages]
    return {"dis_max": {"queries": queries}}


def _word(schema: Schema, language: str, word: PlannedWord, name: str = "") -> Query:
    """One word in one language: its alternatives add up, as the marks that were typed shall count."""
    text, fields = prepare(word.text), _phrase if word.required else _fields
    found = [fields(schema, f"text.{language}", "", text)]
    if carries_marks(word.text) and not word.required:
        found.append(fields(schema, f"text.{language}", ".exact", text))
    if word.text and script_of(simplify(word.text)) is not None:
        pairs = [
            fields(schema, f"{place}.{language}", "", sent)
            for place, sent in (("han", han(text)), ("pairs", cluster_pairs(text)))
            if sent
        ]
        if pairs:
            found.append(pairs[0] if len(pairs) == 1 else {"bool": {"must": pairs}})
    if len(found) == 1 and not name:
        return found[0]
    return {"bool": {"should": found, "minimum_should_match": 1, **({"_name": name} if name else {})}}


def _fields(schema: Schema, place: str, part: str, text: str) -> Query:
    """All terms of a text, over the fields of one language as if they were one (BM25 with weights of fields)."""
    return {"combined_fields": {"query": text, "fields": _weighted(schema, place, part), "operator": "and"}}


def _phrase(schema: Schema, place: str, part: str, text: str) -> Query:
    """The terms of a text next to each other, in one of the fields."""
    return {"multi_match": {"query": text, "fields": _weighted(schema, place, part), "type": "phrase"}}


def _weighted(schema: Schema, place: str, part: str) -> list[str]:
    return [f"{place}.{item.name}{part}^{item.weight}" for item in schema.of_role(Role.TEXT)]
