"""How well CVs are read: precision and recall on constructed ones in eleven languages, with a floor."""

from __future__ import annotations

from datetime import date
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.locales import TAGS
from portal.researchers.intake.cv.proposing import LONGEST, lines_of, propose
from portal.vocabulary.thesaurus import load_thesaurus
from search.concepts.index import LabelIndex
from tests.unit.cvs import CVS, KINDS, measure

FLOOR = 0.95


@pytest.fixture(scope="module")
def index() -> LabelIndex:
    return LabelIndex(load_thesaurus().concepts.values())


def test_there_is_a_cv_in_every_language() -> None:
    assert {cv["language"] for cv in CVS} == set(TAGS)


def test_what_is_proposed_is_right_and_nearly_all(index: LabelIndex) -> None:
    measured, wrong = measure(index, load_thesaurus())
    for kind in KINDS:
        precision, recall = measured[kind]
        assert recall >= FLOOR, (kind, wrong)
        assert precision >= FLOOR or kind == "topics", (kind, wrong)


def test_each_proposal_has_the_words_it_was_found_in(index: LabelIndex) -> None:
    for cv in CVS:
        lines = lines_of(cv["text"])
        for one in propose(cv["text"], index, load_thesaurus(), date(2026, 11, 23)).proposals:
            assert any(one.words in line for line in lines)


@pytest.mark.parametrize(
    ("language", "places"),
    [
        ("vi", ["Trường Đại học Cần Thơ", "Công ty TNHH Phần mềm Sao Mai"]),
        ("th", ["มหาวิทยาลัยขอนแก่น", "บริษัท ตัวอย่าง"]),
        ("pt", ["Universidade Nacional Timor Lorosa'e", "Empresa Exemplo Lda"]),
    ],
)
def test_where_somebody_worked(index: LabelIndex, language: str, places: list[str]) -> None:
    text = next(cv["text"] for cv in CVS if cv["language"] == language)
    brought = propose(text, index, load_thesaurus(), date(2026, 11, 23))
    assert [one.value.at.name for one in brought.proposals if one.part == "posts"] == places


def test_lines_are_cut_between_words_and_not_endless() -> None:
    lines = lines_of("word " * 300)
    assert max(map(len, lines)) <= 500
    assert " ".join(lines).split() == ["word"] * 300
    assert [len(line) for line in lines_of("x" * 1100)] == [500, 500, 100]
    assert len(lines_of("a\n" * 10_000)) == 2000


@pytest.mark.parametrize("words", ["a ", "master ", "machine learning ", "Dosen 2019 - 2020\n", "HSK 5 ", "HSK "])
def test_no_text_takes_long(index: LabelIndex, words: str) -> None:
    started = process_time()
    propose(words * (LONGEST // len(words)), index, load_thesaurus(), date(2026, 11, 23))
    assert process_time() - started < 4  # on machines that do other things too


def test_no_more_is_proposed_than_people_look_through(index: LabelIndex) -> None:
    text = "\n".join(f"10.1000/{number}" for number in range(60))
    assert len(propose(text, index, load_thesaurus(), date(2026, 11, 23)).proposals) == 50


def test_zawgyi_is_read_as_burmese() -> None:
    assert lines_of("ျမန္မာဘာသာစကား သင္တန္း") == ["မြန်မာဘာသာစကား သင်တန်း"]


WORDS = st.sampled_from(
    ["Education", "2019", "-", "present", "学士", "ปริญญาโท", "IELTS", "HSK", "5", "English", "native", "\t", "|", "\n",
     "10.1000/a", "University", "Experience", "พ.ศ.", "2562", "C1", "Dosen", "ປັດຈຸບັນ", "(", "\u200b"]
)  # fmt: skip


@given(st.lists(WORDS | st.text(max_size=8), max_size=40))
def test_any_text_gives_proposals_that_profiles_can_hold(index: LabelIndex, words: list[str]) -> None:
    brought = propose(" ".join(words), index, load_thesaurus(), date(2026, 11, 23))
    assert all(one.value for one in brought.proposals)


def brought_by(text: str, index: LabelIndex, part: str) -> list[Any]:
    brought = propose(text, index, load_thesaurus(), date(2026, 11, 23))
    return [one.value for one in brought.proposals if one.part == part]


@pytest.mark.parametrize(
    ("line", "subject", "at"),
    [
        ("教育背景\n2024年 计算机科学 硕士 清华大学", "计算机科学", "清华大学"),
        ("教育背景\n2024年 清华大学 硕士 计算机科学", "计算机科学", "清华大学"),
        ("教育背景\n2024年 清华大学 硕士", "硕士", "清华大学"),
        ("教育背景\n2024年 北京大学 软件工程学士", "软件工程学士", "北京大学"),
        (
            "การศึกษา\n2566 วิทยาศาสตรมหาบัณฑิต สาขาวิทยาการคอมพิวเตอร์ มหาวิทยาลัยขอนแก่น",
            "สาขาวิทยาการคอมพิวเตอร์", "มหาวิทยาลัยขอนแก่น",
        ),
        ("การศึกษา\nพ.ศ. 2562 ปริญญาโท วิทยาการคอมพิวเตอร์ มหาวิทยาลัยขอนแก่น", "วิทยาการคอมพิวเตอร์", "มหาวิทยาลัยขอนแก่น"),
        (
            "EDUCATION\nMSc in Data Science, Vietnam National University, Hanoi, 2022",
            "MSc in Data Science", "Vietnam National University, Hanoi",
        ),
        (
            "EDUCATION\nVietnam National University, MSc in Data Science, 2022",
            "MSc in Data Science", "Vietnam National University",
        ),
    ],
)  # fmt: skip
def test_what_a_degree_is_in_and_where_it_is_from(index: LabelIndex, line: str, subject: str, at: str) -> None:
    (degree,) = brought_by(line, index, "degrees")
    assert (degree.subject, degree.at.name) == (subject, at)


@pytest.mark.parametrize(
    ("line", "levels"),
    [
        (
            "ภาษา\nภาษาไทย (ภาษาแม่) ภาษาอังกฤษ (B2) ภาษาจีน (พอใช้) ภาษาลาว (พอใช้)",
            {"th": "native", "en": "B2", "zh-Hans": None, "lo": None},
        ),
        ("LANGUAGES\nEnglish and Thai: C1", {"en": "C1", "th": "C1"}),
        ("LANGUAGES\nNative: Thai and Lao", {"th": "native", "lo": "native"}),
    ],
)
def test_a_level_is_that_of_the_language_it_follows(
    index: LabelIndex, line: str, levels: dict[str, str | None]
) -> None:
    assert {one.language: one.level for one in brought_by(line, index, "languages")} == levels


def test_a_reference_without_a_doi_is_said_to_be_left_out(index: LabelIndex) -> None:
    text = "论文\n李小明. 面向东盟语言的机器翻译研究[J]. 计算机学报, 2021.\n机器学习. 2022. 10.5555/cjc.2022.001"
    brought = propose(text, index, load_thesaurus(), date(2026, 11, 23))
    assert [(one.part, one.words[:3]) for one in brought.left_out] == [("publications", "李小明")]
    assert [one.doi for one in brought_by(text, index, "publications")] == ["10.5555/cjc.2022.001"]
