"""Slips of the keyboard, words run together, negations, and Zawgyi."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vocabulary.thesaurus import load_thesaurus
from search.analysis.zawgyi import is_zawgyi, to_unicode
from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.concepts.thesaurus import Thesaurus
from search.concepts.understanding import Understanding
from search.concepts.wording import mixed


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return load_thesaurus()


@pytest.fixture(scope="module")
def labels(thesaurus: Thesaurus) -> LabelIndex:
    return LabelIndex(thesaurus.concepts.values())


@pytest.mark.parametrize(
    ("query", "language", "concept"),
    [
        ("machin lerning", "en", "machine-learning"), ("artifical inteligence", "en", "artificial-intelligence"),
        ("cybersecurty", "en", "cybersecurity"), ("kecerdasan buatn", "id", "artificial-intelligence"),
        ("machinelearning", "en", "machine-learning"), ("block chain", "en", "blockchain"),
        ("tritue nhantao", "vi", "artificial-intelligence"), ("rengongzhineng", "zh-Hans", "artificial-intelligence"),
        ("logistcs", "en", "logistics"), ("crossborder ecommerce", "en", "cross-border-e-commerce"),
        ("blajar machine learning", "id", "machine-learning"), ("trasnport", "en", "logistics"),
        ("ท่าเรือ smart", "th", "smart-ports"), ("smart ท่าเรือ", "th", "smart-ports"),
        ("mã hoá dữ liệu", "vi", "cryptography"), ("ki thuat dien", "vi", "electrical-engineering"),
        ("ren gong zhi neng", "en", "artificial-intelligence"), ("inteligencia artifical", "pt",
        "artificial-intelligence"),
    ],
)  # fmt: skip
def test_slips_are_put_right(query: str, language: str, concept: str, labels: LabelIndex, thesaurus: Thesaurus) -> None:
    read = understand(query, language, labels, thesaurus)
    assert [topic.concept for topic in read.topics] == [concept]
    assert read.words == ()


def test_what_was_put_right_says_so(labels: LabelIndex, thesaurus: Thesaurus) -> None:
    mended, plain = (understand(q, "en", labels, thesaurus).topics[0] for q in ("cybersecurty", "cybersecurity"))
    assert (mended.mended, plain.mended) == (True, False)
    assert mended.span.text == "cybersecurty"


@pytest.mark.parametrize("word", ["harbour", "Ubuntu", "kangaroo", "xyzzyq", "data", "GXU"])
def test_other_words_are_left_as_they_are(word: str, labels: LabelIndex, thesaurus: Thesaurus) -> None:
    read = understand(word, "en", labels, thesaurus)
    assert not any(part.mended for part in (*read.topics, *read.filters))


def test_a_word_that_labels_have_is_no_slip(labels: LabelIndex, thesaurus: Thesaurus) -> None:
    """Malay and Indonesian for training is close to that for a port."""
    read = understand("pelatihan logistik", "id", labels, thesaurus)
    assert [topic.concept for topic in read.topics] == ["logistics"]


def test_english_stands_for_a_part_of_a_label_never_for_the_whole() -> None:
    assert mixed("ท่าเรืออัจฉริยะ", "th") == ["port อัจฉริยะ", "ท่าเรือ smart", "อัจฉริยะ port", "smart ท่าเรือ"]
    assert mixed("อัจฉริยะ", "th") == []
    assert mixed("การออกแบบชิป", "th")


def test_a_place_may_be_misspelt_too(labels: LabelIndex, thesaurus: Thesaurus) -> None:
    read = understand("fintech Singapor", "en", labels, thesaurus)
    assert [(part.field, part.values, part.mended) for part in read.filters] == [("country", ("SG",), True)]


@given(text=st.text(alphabet="abcdefghij ", max_size=60))
def test_any_latin_text_can_be_mended(text: str, labels: LabelIndex, thesaurus: Thesaurus) -> None:
    read = understand(text, "en", labels, thesaurus)
    assert all(read.text[part.span.start : part.span.end] == part.span.text for part in read.topics)


@pytest.mark.parametrize(
    ("query", "language", "negated"),
    [
        ("học bổng AI không cần tiếng Trung", "vi", "không cần tiếng Trung"),
        ("人工智能 不要英文授课", "zh-Hans", "不要英文授课"),
        ("ปัญญาประดิษฐ์ ไม่ต้องใช้ภาษาจีน", "th", "ไม่ต้องใช้ภาษาจีน"),
        ("AI not in China", "en", "not in China"), ("ဉာဏ်ရည်တု တရုတ်စာ မလိုဘူး", "my", "တရုတ်စာ မလိုဘူး"),
        ("kecerdasan buatan bukan di Tiongkok", "id", "bukan di Tiongkok"),
    ],
)  # fmt: skip
def test_what_is_negated_is_left_alone(
    query: str, language: str, negated: str, labels: LabelIndex, thesaurus: Thesaurus
) -> None:
    read = understand(query, language, labels, thesaurus)
    assert [topic.concept for topic in read.topics] == ["artificial-intelligence"]
    assert not {part.field for part in read.filters} & {"country", "working_language"}
    assert [span.text for span in read.left_alone] == [negated]


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("有没有去新加坡的项目", "zh-Hans"),
        ("fábrica inteligente no Vietname", "pt"),
        ("hindi ko alam, AI sa Singapore", "fil"),
    ],
)
def test_what_only_looks_negated_is_asked_for(
    query: str, language: str, labels: LabelIndex, thesaurus: Thesaurus
) -> None:
    read: Understanding = understand(query, language, labels, thesaurus)
    assert read.left_alone == ()
    assert "country" in {part.field for part in read.filters}


ZAWGYI, UNICODE = "ပညာသင္ဆု ဉာဏ္ရည္တု တ႐ုတ္", "ပညာသင်ဆု ဉာဏ်ရည်တု တရုတ်"


def test_zawgyi_is_told_apart_and_converted(labels: LabelIndex, thesaurus: Thesaurus) -> None:
    assert is_zawgyi(ZAWGYI)
    assert not is_zawgyi(UNICODE)
    assert not is_zawgyi("AI 人工智能")
    assert to_unicode(ZAWGYI) == UNICODE
    read = understand(ZAWGYI, "my", labels, thesaurus)
    assert read.converted
    assert read.text == UNICODE
    assert [topic.concept for topic in read.topics] == ["artificial-intelligence"]
    assert not understand(UNICODE, "my", labels, thesaurus).converted
