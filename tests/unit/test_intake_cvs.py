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
BORN = date(2000, 3, 12)


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


PERSONAL = [
    ("Citizenship: Vietnamese", ("VN",), None), ("Date of birth: 12 March 2000", None, BORN),
    ("国籍：中国籍", ("CN",), None),
    ("国籍：越南 出生日期：2000年3月12日 性别：女", ("VN",), BORN), ("出生日期 2000年3月12日", None, BORN),
    ("Quốc tịch: Việt Nam", ("VN",), None), ("Ngày sinh: 12/03/2000", None, BORN),
    ("Ngày sinh: ngày 12 tháng 3 năm 2000", None, BORN), ("สัญชาติ ไทย ศาสนา พุทธ", ("TH",), None),
    ("วันเกิด: 12 มีนาคม พ.ศ. 2543", None, BORN), ("Kewarganegaraan: WNI", ("ID",), None),
    ("Warga Negara: Indonesia", ("ID",), None), ("Kewarganegaraan: Warga Negara Indonesia", ("ID",), None),
    ("Tempat, tanggal lahir: Jakarta, 12 Maret 2000", None, BORN), ("Warganegara: Malaysia", ("MY",), None),
    ("Tarikh lahir: 12 Mac 2000", None, BORN), ("ສັນຊາດ: ລາວ", ("LA",), None),
    ("ວັນເດືອນປີເກີດ: 12 ມີນາ 2000", None, BORN), ("សញ្ជាតិ៖ ខ្មែរ", ("KH",), None),
    ("ថ្ងៃខែឆ្នាំកំណើត៖ ថ្ងៃទី១២ ខែមីនា ឆ្នាំ២០០០", None, BORN), ("နိုင်ငံသား: မြန်မာ", ("MM",), None),
    ("မွေးသက္ကရာဇ်: ၁၂ မတ် ၂၀၀၀", None, BORN), ("Pagkamamamayan: Pilipino", ("PH",), None),
    ("Petsa ng kapanganakan: Marso 12, 2000", None, BORN), ("Nacionalidade: timorense", ("TL",), None),
    ("Data de nascimento: 12 de março de 2000", None, BORN),
    ("Nationality: Lao and Thai | DOB (dd/mm/yyyy): 13.03.2000", ("LA", "TH"), date(2000, 3, 13)),
    ("Nationality: Bosnia and Herzegovina", ("BA",), None), ("Nationality Vietnamese", ("VN",), None),
    ("Vietnamese", None, None), ("12 March 2000", None, None), ("Hanoi, Vietnam", None, None),
    ("Born 2000", None, None),
    ("Place of birth: Vietnam", None, None), ("Vietnamese nationality law", None, None),
    ("Research on nationality and China", None, None), ("Citizenship studies, 12 March 2000", None, None),
    ("Date of birth: 03/12/2000", None, None), ("Date of birth: 31 June 2000", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "citizenships", "born_on"), PERSONAL)
def test_citizenship_and_birth_are_read_behind_their_labels_alone(
    index: LabelIndex, line: str, citizenships: tuple[str, ...] | None, born_on: date | None
) -> None:
    brought = propose(line, index, load_thesaurus(), date(2026, 11, 23))
    found = [one.value for one in brought.proposals if one.part == "background"]
    assert [one.citizenships for one in found if one.citizenships] == ([citizenships] if citizenships else [])
    assert [one.born_on for one in found if one.born_on] == ([born_on] if born_on else [])


def test_what_a_label_names_and_nobody_can_read_is_told(index: LabelIndex) -> None:
    brought = propose("Date of birth: 03/12/2000\nNationality: Atlantean", index, load_thesaurus(), date(2026, 11, 23))
    assert [(one.part, one.words) for one in brought.left_out] == [
        ("background", "Date of birth: 03/12/2000"), ("background", "Nationality: Atlantean"),
    ]  # fmt: skip


def test_job_titles_are_no_topics(index: LabelIndex) -> None:
    brought = propose("Research Assistant: machine learning", index, load_thesaurus(), date(2026, 11, 23))
    assert [one.value.concepts for one in brought.proposals if one.part == "skills"] == [("machine-learning",)]


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
