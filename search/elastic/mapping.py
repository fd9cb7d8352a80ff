"""Settings and strict mapping of an index, generated from the one declaration of fields.

text.<language>.<field>    words folded; its sub-field `exact` keeps the marks
han.<language>.<field>     Chinese only: characters and pairs of them (a query: pairs)
pairs.<language>.<field>   Thai, Lao, Khmer, Burmese: pairs of grapheme clusters, cut by us
concepts.<source>          concepts by where they were found: a text field, or the owner's tags
facets.<name>, numbers.<name>, days.<name>
evidence, stored           handed back as they came, not searched
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from search.documents import Role, Schema
from search.engine import WINDOW

TAG = "tag"
CONFIRMED = "confirmed_at"  # the number whose whole days count in the score
_TOMBSTONES = "6h"  # how long a removed document's version is kept, so that a late write cannot bring it back

ANALYSIS: dict[str, Any] = {
    "filter": {"characters_and_pairs": {"type": "cjk_bigram", "output_unigrams": True}},
    "analyzer": {
        "folded": {"type": "custom", "tokenizer": "icu_tokenizer", "filter": ["icu_folding"]},
        "exact": {"type": "custom", "tokenizer": "icu_tokenizer", "filter": ["lowercase"]},
        "han": {
            "type": "custom",
            "tokenizer": "icu_tokenizer",
            "filter": ["icu_folding", "characters_and_pairs"],
        },
        "han_query": {"type": "custom", "tokenizer": "icu_tokenizer", "filter": ["icu_folding", "cjk_bigram"]},
    },
}


def make_settings(shards: int = 1, replicas: int = 0) -> dict[str, Any]:
    """Settings of a new index; what may change later (replicas, refresh) is set when it goes into service."""
    return {
        "index": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "max_result_window": WINDOW,
            "gc_deletes": _TOMBSTONES,
        },
        "analysis": ANALYSIS,
    }


def make_mapping(schema: Schema) -> dict[str, Any]:
    """The strict mapping of a schema, with its digest."""
    mapping = _mapping(schema)
    return {"_meta": {"schema": schema.name, "digest": digest(schema)}, **mapping}


def digest(schema: Schema) -> str:
    """A short hash of all that shapes an index: the declaration, the mapping made of it, and the analysers."""
    text = json.dumps([schema.digest(), _mapping(schema), ANALYSIS], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _mapping(schema: Schema) -> dict[str, Any]:
    texts = [item.name for item in schema.of_role(Role.TEXT)]
    exact = {"exact": _text("exact", "freqs")}
    return {
        "dynamic": "strict",
        # Only what is handed back is kept; the database, not the old index, is what a new index is made from.
        "_source": {"excludes": ["text", "han", "pairs", "concepts", "vector"]},
        "properties": {
            "id": {"type": "keyword"},
            "text": _by_language(schema, texts, {**_text("folded"), "fields": exact}),
            "han": _by_language(schema, texts, {**_text("han"), "search_analyzer": "han_query"}),
            "pairs": _by_language(schema, texts, _text("whitespace")),
            "concepts": _object({source: _keyword(counted=False) for source in (TAG, *texts)}),
            "facets": _object(
                {item.name: _keyword(item.role is Role.FACET) for item in schema.of_role(Role.FACET, Role.FILTER)}
            ),
            "numbers": _object({item.name: {"type": "double"} for item in schema.of_role(Role.NUMBER)}),
            "days": _object({CONFIRMED: {"type": "integer"}}),
            "evidence": {"type": "object", "enabled": False},
            "stored": {"type": "object", "enabled": False},
            **({"vector": _vector(schema.dimensions)} if schema.dimensions else {}),
        },
    }


def _by_language(schema: Schema, texts: list[str], field: dict[str, Any]) -> dict[str, Any]:
    return _object({language: _object(dict.fromkeys(texts, field)) for language in schema.languages})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _text(analyzer: str, options: str = "positions") -> dict[str, Any]:
    """Words are counted; their places are needed for phrases."""
    return {"type": "text", "analyzer": analyzer, "index_options": options}


def _vector(dimensions: int) -> dict[str, Any]:
    return {"type": "dense_vector", "dims": dimensions, "index": True, "similarity": "dot_product"}


def _keyword(counted: bool) -> dict[str, Any]:
    return {"type": "keyword"} if counted else {"type": "keyword", "doc_values": False}
