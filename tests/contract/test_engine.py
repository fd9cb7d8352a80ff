"""What every engine must do, whatever it stands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from search import scoring
from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.concepts.thesaurus import Thesaurus
from search.concepts.understanding import Limit, Span
from search.documents import Document, Evidence
from search.engine import SearchEngine, SearchRequest
from search.results import Relaxation, SearchResults

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DAY = 86400.0
Find = Callable[..., SearchResults]


def make(name: str, *concepts: str, title: str = "", language: str = "en", **rest: Any) -> Document:
    evidence = tuple(Evidence(concept, "tag") for concept in concepts)
    facets = {key: tuple(rest.pop(key, ())) for key in ("kind", "country")}
    numbers = {"posted_at": NOW.timestamp(), **rest.pop("numbers", {})}
    texts = {language: {"title": title or name, "summary": rest.pop("summary", ""), "description": ""}}
    return Document(
        name, rest.pop("version", 1), texts, evidence, facets, numbers, {"titles": {language: title or name}}
    )


@pytest.fixture
def find(engine: SearchEngine, labels: LabelIndex, thesaurus: Thesaurus) -> Find:
    def ask(query: str = "", language: str = "en", **options: Any) -> SearchResults:
        return engine.search(SearchRequest(understand(query, language, labels, thesaurus), language, NOW, **options))

    return ask


def ids(results: SearchResults) -> list[str]:
    return [hit.id for hit in results.hits]


def test_an_empty_query_finds_everything(engine: SearchEngine, find: Find) -> None:
    engine.put([make("a"), make("b")])
    assert sorted(ids(find())) == ["a", "b"]


def test_an_empty_index_answers_everything_with_nothing(find: Find) -> None:
    for query in ("", "machine learning", "China", "harbour", "harbour field"):
        results = find(query)
        assert (results.total, results.hits, results.suggestions) == (0, (), ())


@pytest.mark.parametrize(
    "query", ["machine learning", "机器学习", "機器學習", "hoc may", "học máy", "การเรียนรู้ของเครื่อง", "စက်သင်ယူမှု"]
)
def test_a_concept_is_found_from_every_language(engine: SearchEngine, find: Find, query: str) -> None:
    engine.put([make("tagged", "learning", language="th", title="หลักสูตร"), make("other", "farming")])
    assert ids(find(query)) == ["tagged"]


def test_narrower_concepts_answer_but_come_later(engine: SearchEngine, find: Find) -> None:
    engine.put([make("narrow", "vision"), make("exact", "learning"), make("broad", "intelligence")])
    results = find("machine learning")
    assert ids(results) == ["exact", "narrow"]
    assert results.hits[1].reasons[0].distance == 1


def test_the_tag_of_the_owner_counts_more_than_a_title(engine: SearchEngine, find: Find) -> None:
    in_title = replace(make("title"), concepts=(Evidence("learning", "title", "vi", "học máy"),))
    engine.put([make("tag", "learning"), in_title])
    results = find("machine learning")
    assert ids(results) == ["tag", "title"]
    assert results.hits[1].reasons[0].surface == "học máy"


def test_the_score_is_the_sum_of_its_parts_and_follows_the_formula(engine: SearchEngine, find: Find) -> None:
    engine.put([make("a", "vision", numbers={"confirmed_at": NOW.timestamp() - 9 * DAY})])
    hit = find("machine learning").hits[0]
    assert hit.score == pytest.approx(sum(part.value for part in hit.parts))
    expected = scoring.topic_value(1, "tag") + scoring.confirmed_value(9) + scoring.ahead_value(None)
    assert hit.score == pytest.approx(expected)


def test_a_place_filters_and_is_given_as_a_reason(engine: SearchEngine, find: Find) -> None:
    engine.put([make("cn", "learning", country=["CN"]), make("vn", "learning", country=["VN"])])
    results = find("học máy Trung Quốc", "vi")
    assert ids(results) == ["cn"]
    assert [(r.field, r.value) for r in results.hits[0].reasons if r.kind == "filter"] == [("country", "CN")]


def test_facet_counts_stay_after_choosing(engine: SearchEngine, find: Find) -> None:
    engine.put(
        [
            make("a", kind=["x"], country=["CN"]),
            make("b", kind=["y"], country=["CN"]),
            make("c", kind=["y"], country=["VN"]),
        ]
    )
    results = find(chosen={"kind": ("x",)})
    assert ids(results) == ["a"]
    assert {v.value: (v.count, v.chosen) for v in results.facets["kind"]} == {"y": (2, False), "x": (1, True)}
    assert {v.value: v.count for v in results.facets["country"]} == {"CN": 1}


def test_deadline_windows_are_counted_and_can_be_chosen(engine: SearchEngine, find: Find) -> None:
    engine.put(
        [
            make(name, numbers={"closes_at": NOW.timestamp() + days * DAY})
            for name, days in (("soon", 3), ("later", 20), ("past", -2))
        ]
    )
    results = find(chosen={"closes_at": ("7d",)})
    assert ids(results) == ["soon"]
    assert {v.value: v.count for v in results.facets["closes_at"]} == {"7d": 1, "30d": 2}


def test_ranges_always_hold(engine: SearchEngine, find: Find) -> None:
    engine.put(
        [
            make("past", numbers={"closes_at": NOW.timestamp() - DAY}),
            make("ahead", numbers={"closes_at": NOW.timestamp() + DAY}),
        ]
    )
    assert ids(find(ranges={"closes_at": (NOW.timestamp(), None)})) == ["ahead"]


def test_sorting_by_deadline_and_by_novelty(engine: SearchEngine, find: Find) -> None:
    engine.put(
        [
            make(n, numbers={"closes_at": NOW.timestamp() + c * DAY, "posted_at": NOW.timestamp() - p * DAY})
            for n, c, p in (("a", 5, 1), ("b", 2, 3), ("c", 9, 2))
        ]
    )
    assert ids(find(sort="deadline")) == ["b", "a", "c"]
    assert ids(find(sort="newest")) == ["a", "c", "b"]


def test_pages_do_not_overlap_and_the_total_counts_all(engine: SearchEngine, find: Find) -> None:
    engine.put([make(f"d{n:02}", "learning") for n in range(25)])
    pages = [find("machine learning", offset=o, limit=10) for o in (0, 10, 20)]
    assert sorted(name for page in pages for name in ids(page)) == [f"d{n:02}" for n in range(25)]
    assert {page.total for page in pages} == {25}


@pytest.mark.parametrize(
    ("title", "language", "fragment"),
    [
        ("ศูนย์ฝึกอบรมนครราชสีมา", "th", "ราชสีมา"),
        ("ສູນຝຶກອົບຮົມສະຫວັນນະເຂດ", "lo", "ສະຫວັນນະເຂດ"),
        ("មជ្ឈមណ្ឌលបណ្តុះបណ្តាលបាត់ដំបង", "km", "បាត់ដំបង"),
        ("မန္တလေးသင်တန်းကျောင်း", "my", "မန္တလေး"),
        ("桂林电子科技大学实训", "zh-Hans", "電子科技"),
        ("Trường hè Đà Lạt", "vi", "da lat"),
    ],
)
def test_words_without_a_concept_are_found_in_their_language(
    engine: SearchEngine, find: Find, title: str, language: str, fragment: str
) -> None:
    engine.put([make("it", title=title, language=language), make("not", title="something else")])
    results = find(fragment, language)
    assert ids(results) == ["it"]
    assert results.hits[0].reasons[0].kind == "word"


def test_marks_that_are_typed_are_meant(engine: SearchEngine, find: Find) -> None:
    engine.put([make("ma", title="Lớp mã nguồn", language="vi"), make("ma2", title="Lớp mạ kim loại", language="vi")])
    assert ids(find("mã", "vi"))[0] == "ma"
    assert sorted(ids(find("ma", "vi"))) == ["ma", "ma2"]


def test_all_words_first_then_any_with_a_notice(engine: SearchEngine, find: Find) -> None:
    engine.put([make("both", title="alpha beta"), make("one", title="alpha gamma")])
    assert ids(find("alpha beta")) == ["both"]
    loose = find("beta gamma")
    assert loose.relaxed
    assert sorted(ids(loose)) == ["both", "one"]


def test_words_that_only_stand_together_where_nobody_may_look_are_not_required_together(
    engine: SearchEngine, find: Find
) -> None:
    past, ahead = {"closes_at": NOW.timestamp() - DAY}, {"closes_at": NOW.timestamp() + DAY}
    engine.put([make("both", title="alpha beta", numbers=past), make("one", title="alpha", numbers=ahead)])
    loose = find("alpha beta", ranges={"closes_at": (NOW.timestamp(), None)})
    assert ids(loose) == ["one"]
    assert loose.relaxed


def test_quoted_words_are_required(engine: SearchEngine, find: Find) -> None:
    engine.put([make("a", "learning", title="alpha"), make("b", "learning", title="beta")])
    assert ids(find("machine learning “beta”")) == ["b"]


@pytest.mark.parametrize(
    ("language", "query", "title", "other"),
    [
        ("en", '"deep sea port"', "A deep sea port", "Sea of the deep: a port"),
        ("vi", "“cảng biển sâu”", "Một cảng biển sâu", "Biển có cảng sâu"),
        ("zh-Hans", "「深水港口」", "建设深水港口", "港口的深水"),
        ("th", '"ท่าเรือน้ำลึก"', "สร้างท่าเรือน้ำลึก", "น้ำในท่าเรือลึก"),
    ],
)
def test_what_stands_in_quotation_marks_is_a_phrase(
    engine: SearchEngine, find: Find, language: str, query: str, title: str, other: str
) -> None:
    engine.put([make("a", title=title, language=language), make("b", title=other, language=language)])
    assert ids(find(query, language)) == ["a"]


def test_all_topics_first_then_any_with_a_notice(engine: SearchEngine, find: Find) -> None:
    engine.put([make("a", "learning"), make("b", "farming")])
    loose = find("machine learning farming en")
    assert loose.relaxed
    assert sorted(ids(loose)) == ["a", "b"]
    engine.put([make("c", "learning", "farming")])
    strict = find("machine learning farming en")
    assert not strict.relaxed
    assert ids(strict) == ["c"]


def test_nothing_below_goes_one_step_up_and_says_so(engine: SearchEngine, find: Find) -> None:
    engine.put([make("sibling", "learning")])
    results = find("vision en")
    assert ids(results) == ["sibling"]
    assert results.widened == ("learning",)


@pytest.mark.parametrize(("others", "widened"), [(47, ()), (48, ("learning",))])
def test_nothing_below_stays_nothing_where_one_step_up_is_nearly_everything(
    engine: SearchEngine, find: Find, others: int, widened: tuple[str, ...]
) -> None:
    siblings = [make(f"sibling-{number}", "learning") for number in range(12)]
    engine.put([*siblings, *(make(f"other-{number}", "farming") for number in range(others))])
    results = find("vision en")
    assert (results.total, results.widened) == (12 if widened else 0, widened)


def test_no_hits_say_what_to_drop(engine: SearchEngine, find: Find) -> None:
    engine.put([make("cn", "learning", country=["CN"]), make("vn", "farming", country=["VN"], kind=["x"])])
    results = find("farming en China")
    assert results.total == 0
    assert {(r.kind, r.count) for r in results.suggestions} == {("filter", 1), ("topic", 1)}


def test_no_hits_say_which_limit_to_drop_in_the_words_of_the_query(
    engine: SearchEngine, labels: LabelIndex, thesaurus: Thesaurus
) -> None:
    engine.put([make(name, "learning", numbers={"closes_at": NOW.timestamp() + 9 * DAY}) for name in ("a", "b")])
    limit = Limit("closes", None, NOW.timestamp() + DAY, Span(17, 32, "before tomorrow"))
    understanding = replace(understand("machine learning", "en", labels, thesaurus), limits=(limit,))
    results = engine.search(SearchRequest(understanding, "en", NOW))
    assert results.total == 0
    assert Relaxation("limit", "closes", (), 2, "before tomorrow") in results.suggestions


def test_an_older_version_never_wins(engine: SearchEngine, find: Find) -> None:
    engine.put([make("a", "learning", version=2)])
    assert engine.put([make("a", "farming", version=1)]) == 0
    assert ids(find("machine learning")) == ["a"]
    assert engine.put([make("a", "farming", version=3)]) == 1
    assert ids(find("machine learning")) == []
    assert ids(find("farming en")) == ["a"]


def test_a_late_write_cannot_bring_a_removed_document_back(engine: SearchEngine) -> None:
    engine.put([make("a", version=3), make("b", version=3)])
    assert engine.delete({"a": 5, "b": 2, "never seen": 4}) == 1
    assert engine.put([make("a", version=4), make("never seen", version=3)]) == 0
    assert dict(engine.versions()) == {"b": 3}
    assert engine.delete({"a": 6, "b": 3, "never seen": 4}) == 1
    assert engine.put([make("a", version=6)]) == 0
    assert engine.put([make("a", version=7), make("never seen", version=5)]) == 2
    assert dict(engine.versions()) == {"a": 7, "never seen": 5}


def test_deleted_documents_are_gone_and_may_come_back(engine: SearchEngine, find: Find) -> None:
    engine.put([make("a"), make("b")])
    assert engine.delete(["a", "unknown"]) == 1
    assert ids(find()) == ["b"]
    engine.put([make("a", version=2)])
    assert sorted(ids(find())) == ["a", "b"]


def test_rebuild_replaces_everything(engine: SearchEngine, find: Find) -> None:
    engine.put([make("old")])
    told: list[int] = []
    assert engine.rebuild((make(f"n{i}") for i in range(3)), told.append) == 3
    assert sorted(ids(find())) == ["n0", "n1", "n2"]
    assert sum(told) == 3
    assert engine.status().documents == 3
    assert engine.status().current


def test_a_failed_rebuild_leaves_the_old_index(engine: SearchEngine, find: Find) -> None:
    engine.put([make("old")])

    def broken() -> Any:
        yield make("new")
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        engine.rebuild(broken())
    assert ids(find()) == ["old"]


def test_versions_tell_what_is_there(engine: SearchEngine) -> None:
    engine.put([make("a", version=3), make("b"), make("c")])
    engine.delete(["b"])
    assert dict(engine.versions()) == {"a": 3, "c": 1}


def test_similar_documents_share_concepts(engine: SearchEngine, find: Find) -> None:
    engine.put([make("a", "learning"), make("b", "vision"), make("c", "farming")])
    request = SearchRequest(find("").understanding, "en", NOW)
    assert ids(engine.similar("a", request)) == ["b"]
    assert ids(engine.similar("unknown", request)) == []


def test_titles_are_suggested_from_their_beginning(engine: SearchEngine) -> None:
    engine.put([make("a", title="Marine robots in Beihai"), make("b", title="Field robots")])
    assert [s.id for s in engine.suggest("marine rob", "en")] == ["a"]
    assert sorted(s.id for s in engine.suggest("rob", "en")) == ["a", "b"]
    assert engine.suggest('"* NEAR(', "en") == []


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "*",
        "a AND",
        "NEAR(a b)",
        "title:x",
        "{a}",
        "-a",
        "^",
        "a\x00b",
        "\ud800",
        "<b>x</b>",
        "' OR 1=1 --",
        "()",
        "~",
        "=",
    ],
)
def test_operators_and_broken_text_are_searched_as_text(engine: SearchEngine, find: Find, query: str) -> None:
    engine.put([make("a")])
    find(query)
    engine.suggest(query, "en")
