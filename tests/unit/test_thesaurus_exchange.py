"""The thesaurus out and in again: as a table, as SKOS; and labels that several concepts share."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from portal.vocabulary.thesaurus import build_thesaurus, load_thesaurus
from search.concepts.ambiguity import read_decisions, shared_labels
from search.concepts.exchange import apply, differences, read_csv, rows, write_csv
from search.concepts.index import LabelIndex
from search.concepts.skos import turtle
from search.concepts.thesaurus import DATA, Concept, Thesaurus
from search.errors import InvalidThesaurus


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return load_thesaurus()


def test_an_unchanged_table_has_no_differences(thesaurus: Thesaurus) -> None:
    rows = read_csv(write_csv(thesaurus), thesaurus)
    assert differences(thesaurus, rows) == []
    assert {row.origin for row in rows} == {"team", "cldr", "pinyin"}


def test_an_edited_table_is_shown_and_written(thesaurus: Thesaurus, tmp_path: Path) -> None:
    for path in DATA.glob("*.toml"):
        shutil.copy(path, tmp_path)
    rows = [
        row
        for row in read_csv(write_csv(thesaurus), thesaurus)
        if (row.concept, row.language) == ("speech-recognition", "th")
    ]
    edited = [*rows[:-1], replace(rows[-1], kind="hidden"), replace(rows[0], kind="alternative", label="รู้จำคำพูด")]
    (found,) = differences(thesaurus, edited)
    assert found.removed == ((rows[-1].kind, rows[-1].label),)
    assert set(found.added) == {("hidden", rows[-1].label), ("alternative", "รู้จำคำพูด")}
    assert [path.name for path in apply(edited, tmp_path, [found])] == ["data-and-ai.toml"]
    again = build_thesaurus(tmp_path)
    assert again["speech-recognition"].hidden["th"] == (rows[-1].label,)
    assert again["speech-recognition"].labels["th"][-1] == "รู้จำคำพูด"
    assert differences(again, edited) == []
    untouched = [c for c in thesaurus.concepts.values() if c.id != "speech-recognition"]
    assert all(again[c.id] == c for c in untouched)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nothing,topic,th,preferred,x,team", "line 2: unknown concept “nothing”"),
        ("machine-learning,topic,xx,preferred,x,team", "line 2: unknown language “xx”"),
        ("machine-learning,topic,th,best,x,team", "line 2: kind “best” is none of"),
        ("machine-learning,topic,th,preferred,\u200b,team", "line 2: the label is empty"),
    ],
)
def test_a_broken_row_is_named(line: str, message: str, thesaurus: Thesaurus) -> None:
    with pytest.raises(InvalidThesaurus, match=message):
        read_csv(f"concept,scheme,language,kind,label,origin\n{line}\n", thesaurus)
    with pytest.raises(InvalidThesaurus, match="the heading lacks"):
        read_csv("a,b\n1,2\n", thesaurus)


def test_skos_is_read_by_another_library_as_it_was_meant(thesaurus: Thesaurus) -> None:
    from rdflib import Graph, Literal, URIRef
    from rdflib.namespace import SKOS

    base = "https://exchange.example/en/concepts/"
    graph = Graph().parse(data="".join(turtle(thesaurus, base)), format="turtle")
    concept = URIRef(base + "machine-learning")
    assert (concept, SKOS.prefLabel, Literal("机器学习", lang="zh-Hans")) in graph
    assert (concept, SKOS.broader, URIRef(base + "artificial-intelligence")) in graph
    assert (URIRef(base + "artificial-intelligence"), SKOS.narrower, concept) in graph
    assert len(set(graph.subjects(SKOS.inScheme))) == len(thesaurus.concepts)
    for subject in graph.subjects(SKOS.inScheme):
        preferred = [label.language for label in graph.objects(subject, SKOS.prefLabel)]  # type: ignore[attr-defined]
        assert len(preferred) == len(set(preferred)), subject


def test_every_shared_label_is_decided(thesaurus: Thesaurus) -> None:
    index = LabelIndex(thesaurus.concepts.values(), read_decisions())
    undecided = [shared for shared in shared_labels(index) if shared.rule == "undecided"]
    assert undecided == []


def test_decisions_name_concepts_that_share_the_label(thesaurus: Thesaurus) -> None:
    index = LabelIndex(thesaurus.concepts.values())
    for label, concepts in read_decisions().items():
        assert set(concepts) <= {entry.concept for entry in index.readings(label)}, label


def test_a_decision_puts_a_reading_first() -> None:
    concepts = [Concept("b", "topic", {"en": ("bank",)}), Concept("a", "topic", {"en": ("bank",)})]
    undecided = LabelIndex(concepts)
    assert [shared.rule for shared in shared_labels(undecided)] == ["undecided"]
    decided = LabelIndex(concepts, {"bank": ("b", "a")})
    assert [entry.concept for entry in decided.readings("bank")] == ["b", "a"]
    assert [shared.rule for shared in shared_labels(decided)] == ["decision"]


def test_a_language_that_a_file_lacks_is_added(thesaurus: Thesaurus, tmp_path: Path) -> None:
    for path in DATA.glob("*.toml"):
        shutil.copy(path, tmp_path)
    place = next(c for c in thesaurus.concepts.values() if c.scheme == "place" and len(c.labels.get("my", ())) == 1)
    edited = [row for row in rows(thesaurus) if (row.concept, row.language) == (place.id, "my")]
    edited.append(replace(edited[0], kind="alternative", label="အမည်သစ်", origin="team"))
    apply(edited, tmp_path, differences(thesaurus, edited))
    assert "အမည်သစ်" in build_thesaurus(tmp_path)[place.id].labels["my"]


@pytest.mark.parametrize("kinds", [("hidden",), ("preferred", "preferred")])
def test_a_concept_has_one_preferred_label(thesaurus: Thesaurus, kinds: tuple[str, ...]) -> None:
    lines = [f"speech-recognition,topic,th,{kind},คำ {number},team" for number, kind in enumerate(kinds)]
    with pytest.raises(InvalidThesaurus, match="speech-recognition, th"):
        read_csv("\n".join(["concept,scheme,language,kind,label,origin", *lines]), thesaurus)
