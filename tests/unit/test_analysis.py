from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.cleaning import clean, simplify
from search.analysis.folding import carries_marks, fold
from search.analysis.letter_order import in_one_way
from search.analysis.segmentation import terms, words
from search.plan import index_terms, plan_word

ANY_TEXT = st.text(alphabet=st.characters(), max_size=60)
OUR_SCRIPTS = st.text(
    alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x17FF)
    | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    max_size=60,
)


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(ANY_TEXT)
def test_any_text_can_be_cut_to_terms(text: str) -> None:
    assert all(term and " " not in term for term in index_terms(clean(text)))


@given(OUR_SCRIPTS)
def test_words_are_where_they_say_they_are(text: str) -> None:
    text = clean(text)
    found = list(words(text))
    assert all(text[word.start : word.end] == word.text for word in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(OUR_SCRIPTS)
def test_simplifying_keeps_places(text: str) -> None:
    assert len(simplify(text)) == len(text)


@given(OUR_SCRIPTS)
def test_every_word_of_a_text_is_found_in_it(text: str) -> None:
    text = clean(text)
    stream = set(index_terms(text))
    for word in words(text):
        alternatives = plan_word(word.text, required=False).alternatives
        assert any(stream.issuperset(alternative) for alternative in alternatives), word


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Học Bổng", "hoc bong"), ("Đà Nẵng", "da nang"), ("São Tomé", "sao tome"), ("ＡＩ", "ai"),
        ("STRASSE", "strasse"),
        ("0¸", "0"), ("ทุ่น", "ทุน"), ("ວິທະຍາໄລ", "ວິທະຍາໄລ"), ("ပညာသင်", "ပညာသင"), ("ទិន្នន័យ", "ទិននន័យ".replace("័", "")),
    ],
)  # fmt: skip
def test_folding(written: str, folded: str) -> None:
    assert " ".join(fold(word) for word in written.split()) == folded


def test_vowels_of_scripts_without_spaces_are_kept() -> None:
    assert fold("ดี") == "ดี"
    assert fold("ដី") == "ដី"
    assert fold("ပို") == "ပို"


def test_two_spellings_of_a_khmer_subscript_fold_to_one() -> None:
    assert fold("បណ្ដុះ") == fold("បណ្តុះ")


def test_marks_are_noticed_where_folding_removes_them() -> None:
    assert carries_marks("học")
    assert not carries_marks("hoc")
    assert not carries_marks("机器")


def test_invisible_characters_do_not_separate() -> None:
    assert clean("សាកល\u200bវិទ្យា\u200bល័យ") == "សាកលវិទ្យាល័យ"
    assert clean("a\u00ad\u200db\x00c\ud800") == "ab c"
    assert clean("a\ufdd0\uffff\U0001fffeb\U0010ffff") == "ab"  # HTML has no place for these


def test_traditional_finds_simplified() -> None:
    assert simplify("機器學習獎學金") == "机器学习奖学金"


def test_names_of_programming_languages_stay_whole() -> None:
    assert [word.text for word in words("C++, C# and 5G")] == ["C++", "C#", "and", "5G"]


def test_pairs_do_not_depend_on_where_the_dictionary_cuts() -> None:
    whole, part = terms("ศูนย์ฝึกอบรมนครราชสีมา").pairs, terms("ราชสีมา").pairs
    assert set(part) <= set(whole)
    assert {"电", "电子"} <= set(terms("桂林电子科技大学").pairs)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("คอร์สonline", ["คอร์ส", "online"]), ("ທຶນຮຽນAIຈີນ", ["ທຶນ", "ຮຽນ", "AI", "ຈີນ"]),
        ("5Gเครือข่าย", ["5G", "เครือ", "ข่าย"]), ("AIသင်တန်း", ["AI", "သင်တန်း"]), ("C++เขียน", ["C++", "เขียน"]),
    ],
)  # fmt: skip
def test_scripts_that_touch_are_words_apart(text: str, cut: list[str]) -> None:
    assert [word.text for word in words(text)] == cut


@given(
    st.text(
        alphabet="\u1780\u179a\u17b6\u17b7\u17b8\u17bb\u17be\u17c1\u17c4\u17c6\u17c9\u17ca\u17cb\u17d2", max_size=40
    )
)
def test_letters_of_khmer_have_one_order(text: str) -> None:
    once = in_one_way(text)
    assert in_one_way(once) == once
    assert in_one_way("\u17c6" + "\u17b6" * 5_000).endswith("\u17c6")  # cubic, this would take an hour


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("ស្រ្តី", "ស្ត្រី"), ("កំុ", "កុំ"), ("សុី", "ស៊ី"), ("គេ្ល", "គ្លេ"), ("េី", "ើ"), ("ກໍາ", "ກຳ"), ("ນໍ້າ", "ນ້ຳ"),
        ("ຫນ", "ໜ"), ("กํา", "กำ"),
    ],
)  # fmt: skip
def test_letters_typed_in_another_order_are_the_same(typed: str, written: str) -> None:
    assert in_one_way(typed) == written
