"""The life of an index on the server: versions, rebuilds beside writes, locks, drift, deep reading."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.concepts.thesaurus import Thesaurus
from search.concepts.understanding import Understanding
from search.documents import Document, Field, Role
from search.elastic.client import Link
from search.elastic.engine import ElasticEngine
from search.elastic.lock import PATIENCE, Lock, Locked
from search.elastic.writing import BATCH, DocumentsRejected
from search.engine import MAX_QUERY_LENGTH, SearchRequest
from search.errors import EngineUnavailable
from tests.contract.conftest import SCHEMA, system_clock
from tests.contract.test_engine import NOW, make

EVERYTHING = SearchRequest(Understanding(""), "en", NOW, limit=100)


def versions(engine: ElasticEngine) -> dict[str, int]:
    return dict(engine.versions())


def test_the_first_document_makes_the_index(elastic: ElasticEngine) -> None:
    assert elastic.status().digest is None
    assert list(elastic.versions()) == []
    with pytest.raises(EngineUnavailable):
        elastic.search(EVERYTHING)
    assert elastic.delete(["a"]) == 0
    assert elastic.put([make("a")]) == 1
    assert elastic.status().current
    assert versions(elastic) == {"a": 1}


def test_what_the_server_will_not_take_is_named_and_the_rest_is_written(elastic: ElasticEngine) -> None:
    wrong = replace(make("wrong"), facets={"undeclared": ("x",)})
    with pytest.raises(DocumentsRejected) as caught:
        elastic.put([make("a"), wrong, make("b")])
    assert list(caught.value.reasons) == ["wrong"]
    assert versions(elastic) == {"a": 1, "b": 1}


def test_changes_during_a_rebuild_are_in_the_new_index(elastic: ElasticEngine) -> None:
    elastic.put([make(name) for name in ("stays", "changes", "goes", "goes unversioned")])

    def read_long_ago() -> Iterator[Document]:
        """The database as it was; meanwhile others write."""
        yield make("stays")
        elastic.put([make("changes", version=2), make("comes")])
        elastic.delete({"goes": 2})
        elastic.delete(["goes unversioned"])
        yield from (make("changes"), make("goes"), make("goes unversioned"))

    elastic.rebuild(read_long_ago())
    assert versions(elastic) == {"stays": 1, "changes": 2, "comes": 1}
    assert elastic.search(EVERYTHING).total == 3


def test_a_failed_rebuild_leaves_no_trace_and_writes_go_on(elastic: ElasticEngine) -> None:
    elastic.put([make("old")])
    before = elastic.index.names()

    def broken() -> Iterator[Document]:
        yield from (make(f"n{number}") for number in range(2 * BATCH))
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        elastic.rebuild(broken())
    assert elastic.index.names() == before
    assert not elastic.index.is_building()
    assert elastic.put([make("new")]) == 1
    assert elastic.rebuild([make("other")]) == 1
    assert versions(elastic) == {"other": 1}
    assert len(elastic.index.names()) == 1


def test_a_document_that_is_refused_stops_a_rebuild(elastic: ElasticEngine) -> None:
    elastic.put([make("old")])
    with pytest.raises(DocumentsRejected):
        elastic.rebuild([make("a"), replace(make("wrong"), facets={"undeclared": ("x",)})])
    assert versions(elastic) == {"old": 1}


def test_what_the_new_index_refuses_is_refused(link: Link, elastic: ElasticEngine, thesaurus: Thesaurus) -> None:
    """A newer version of the site builds the index anew while an older one writes: its change must not pass for told,
    for the index that comes into service would lack it."""
    elastic.put([make("a")])
    fields = tuple(one for one in SCHEMA.fields if one.name != "country")
    prefix = elastic.index.alias.removesuffix(SCHEMA.name)
    newer = ElasticEngine(replace(SCHEMA, fields=fields), thesaurus, link, system_clock, prefix)
    newer.index.begin()
    with pytest.raises(DocumentsRejected):
        elastic.put([make("a", version=2, country=("CN",)), make("b")])
    assert versions(elastic) == {"a": 2, "b": 1}


def test_whatever_serves_makes_way_for_the_new_index(elastic: ElasticEngine) -> None:
    """Two indices behind the alias, as two processes may leave them, take no writes."""
    elastic.put([make("a")])

    def meanwhile() -> Iterator[Document]:
        with elastic.index.link.writing() as client:
            client.indices.create(index=f"{elastic.index.alias}-000099", aliases={elastic.index.alias: {}})
        yield make("b")

    elastic.rebuild(meanwhile())
    assert len(elastic.index.names()) == 1
    assert elastic.put([make("c")]) == 1
    assert versions(elastic) == {"b": 1, "c": 1}


def test_a_comparison_sees_what_was_written_just_now(link: Link, elastic: ElasticEngine, thesaurus: Thesaurus) -> None:
    patient = ElasticEngine(SCHEMA, thesaurus, link, system_clock, elastic.index.alias.removesuffix(SCHEMA.name))
    patient.rebuild([])
    patient.put([make("a")])
    assert versions(patient) == {"a": 1}
    patient.delete({"a": 2})
    assert versions(patient) == {}


def test_two_rebuilds_do_not_meet(elastic: ElasticEngine) -> None:
    def meanwhile() -> Iterator[Document]:
        with pytest.raises(Locked):
            elastic.rebuild([make("second")])
        yield make("first")

    elastic.rebuild(meanwhile())
    assert versions(elastic) == {"first": 1}


def test_the_lock_of_a_dead_process_is_taken_over(link: Link, elastic: ElasticEngine) -> None:
    place = f"test-{uuid.uuid4().hex[:12]}-locks"
    later = system_clock() + PATIENCE + timedelta(seconds=1)

    def at(moment: datetime) -> Lock:
        return Lock(link, place, "things", lambda: moment)

    dead, impatient, patient = at(system_clock()), at(system_clock()), at(later)
    try:
        dead.acquire()
        with pytest.raises(Locked):
            impatient.acquire()
        patient.acquire()
        with pytest.raises(Locked):
            dead.beat()
        dead.release()  # is not its any more
        patient.beat()
        patient.release()
        impatient.acquire()
        at(system_clock() - 2 * PATIENCE).acquire()  # the clock went back: what was seen later was seen long ago
    finally:
        with link.writing() as client:
            client.indices.delete(index=place)


def test_another_declaration_shows_as_drift(link: Link, elastic: ElasticEngine, thesaurus: Thesaurus) -> None:
    elastic.rebuild([make("a")])
    prefix = elastic.index.alias.removesuffix(SCHEMA.name)
    changed = replace(SCHEMA, fields=(*SCHEMA.fields, Field("level", Role.FACET)))
    later = ElasticEngine(changed, thesaurus, link, system_clock, prefix)
    status = later.status()
    assert status.documents == 1
    assert status.digest == elastic.index.digest
    assert not status.current
    later.rebuild([replace(make("a"), facets={"level": ("x",)})])
    assert later.status().current


def test_all_hits_can_be_read_however_many(elastic: ElasticEngine) -> None:
    elastic.rebuild(make(f"d{number:04}") for number in range(1203))
    found = [hit.id for hit in elastic.scan(replace(EVERYTHING, limit=10))]
    assert found == [f"d{number:04}" for number in range(1203)]


def test_pages_beyond_the_window_are_empty_and_still_counted(elastic: ElasticEngine) -> None:
    elastic.rebuild([make("a")])
    beyond = elastic.search(replace(EVERYTHING, offset=9_990, limit=20))
    assert (beyond.total, beyond.hits) == (1, ())
    assert beyond.facets


def test_similar_documents_are_counted_without_the_one_itself(elastic: ElasticEngine) -> None:
    elastic.rebuild([make("a", "learning"), make("b", "vision"), make("c", "learning"), make("d", "farming")])
    found = elastic.similar("a", EVERYTHING, limit=1)
    assert (found.total, [hit.id for hit in found.hits]) == (2, ["c"])


def test_suggestions_mind_the_marks_that_were_typed(elastic: ElasticEngine) -> None:
    elastic.rebuild([make("a", title="Lớp mã nguồn", language="vi"), make("b", title="Lớp mạ kim", language="vi")])
    assert [found.id for found in elastic.suggest("lớp mã", "vi")] == ["a"]
    assert [found.id for found in elastic.suggest("lop ma", "vi")] == ["a", "b"]
    assert [found.label for found in elastic.suggest("ngu", "en")] == ["Lớp mã nguồn"]


def test_signs_that_are_part_of_a_name_count(elastic: ElasticEngine) -> None:
    elastic.rebuild(
        [make("plus", title="Zeta++ tools"), make("sharp", title="Zeta# tools"), make("none", title="Zeta")]
    )
    assert [found.id for found in elastic.suggest("zeta++", "en")] == ["plus"]
    assert [found.id for found in elastic.suggest("zeta#", "en")] == ["sharp"]


@pytest.mark.parametrize("text", ["q w z j k v x ", "桂林甘蔗糖厂设备升级改造鱼塘水质检测", "ស្រូវអង្ករគោក្របីផ្លូវទឹក"])
def test_a_pasted_text_is_no_more_than_a_long_query(
    elastic: ElasticEngine, labels: LabelIndex, thesaurus: Thesaurus, text: str
) -> None:
    elastic.rebuild([make("a", title="something else")])
    pasted = understand((text * MAX_QUERY_LENGTH)[:MAX_QUERY_LENGTH], "en", labels, thesaurus)
    assert elastic.search(replace(EVERYTHING, understanding=pasted)).total == 0
