"""Words beside a part of a query: who may apply, what is not needed, and the results of language tests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.locales import COUNTRIES, TAGS
from portal.vocabulary.thesaurus import load_thesaurus
from search.concepts.ambiguity import read_decisions
from search.concepts.cues import Beside, Cues, cue_lists
from search.concepts.grades import result_behind
from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.concepts.thesaurus import Thesaurus
from search.concepts.understanding import Understanding


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return load_thesaurus()


@pytest.fixture(scope="module")
def labels(thesaurus: Thesaurus) -> LabelIndex:
    return LabelIndex(thesaurus.concepts.values(), read_decisions())


def asked(read: Understanding) -> dict[str, tuple[str, ...]]:
    return {part.field: part.values for part in read.filters if part.field != "funding"}


def test_cues_are_listed_for_every_language() -> None:
    kinds = {"citizens.toml": {"before", "after", "to"}, "grades.toml": {"before", "after"}}
    kinds["negations.toml"] = {"links", "before", "after", "harmless"}
    for file, wanted in kinds.items():
        assert all(wanted <= set(cue_lists(file)[tag]) for tag in TAGS)


def test_every_country_has_its_people(thesaurus: Thesaurus) -> None:
    found = {concept.filter for concept in thesaurus.of_scheme("facet") if concept.id.startswith("people-")}
    members = tuple(sorted(set(COUNTRIES) - {"CN"}))
    assert found == {("open_to", (code,)) for code in COUNTRIES} | {("open_to", members)}


def test_what_negates_the_next_word_negates_none_before_it() -> None:
    """“AI, no Chinese needed” is about AI."""
    for tag, kinds in cue_lists("negations.toml").items():
        assert not set(kinds["before"]) & set(kinds["after"]), tag


def test_cues_are_words_of_their_own_where_words_have_spaces() -> None:
    cues = Cues({cue: {cue} for cue in ("from", "i am from", "rom", "来自", "student", "学生")})
    assert list(Beside("I am from China").before(10, cues)) == [(0, 9), (5, 9)]
    assert list(Beside("我来自中国").before(3, cues)) == [(1, 3)]
    assert list(Beside("Thai studentship").behind(4, cues)) == []
    assert list(Beside("泰國學生們").behind(2, cues)) == [(2, 4)]
    assert list(Beside("from").before(0, cues)) == list(Beside("from").behind(4, cues)) == []


def test_a_cue_counts_in_the_spellings_that_are_named() -> None:
    cues = Cues({"nguoi": {"người"}, "hoc sinh": {"hoc sinh", "học sinh"}})
    for typed, counts in {"người": True, "nguoi": False, "Học sinh": True, "hoc sinh": True, "họcsinh": False}.items():
        assert any(Beside(f"{typed} Lào").before(len(typed) + 1, cues)) is counts


@pytest.mark.parametrize(
    ("query", "language", "citizen", "host"),
    [
        ("scholarship for Vietnamese", "en", "VN", None), ("for Chinese in Thailand", "en", "CN", "TH"),
        ("I'm Vietnamese looking for a scholarship in China", "en", "VN", "CN"), ("I’m Khmer", "en", "KH", None),
        ("AI scholarships for Filipinos", "en", "PH", None), ("Khmer students", "en", "KH", None),
        ("I am a Thai student", "en", "TH", None), ("我是越南人", "zh-Hans", "VN", None),
        ("越南學生", "zh-Hans", "VN", None), ("越南研究生", "zh-Hans", "VN", None),
        ("tôi là người Việt", "vi", "VN", None), ("cho người Việt ở Trung Quốc", "vi", "VN", "CN"),
        ("sinh vien Việt Nam", "vi", "VN", None), ("ผมเป็นคนไทย อยากไปจีน", "th", "TH", "CN"),
        ("เด็กไทย", "th", "TH", None), ("saya orang Indonesia", "id", "ID", None), ("untuk WNI", "id", "ID", None),
        ("warga Malaysia", "ms", "MY", None), ("ຂ້ອຍເປັນຄົນລາວ", "lo", "LA", None),
        ("ខ្ញុំជាជនជាតិខ្មែរ", "km", "KH", None), ("ခင်ဗျား မြန်မာနိုင်ငံသား", "my", "MM", None),
        ("Pilipino ako", "fil", "PH", None), ("para sa mga Pilipino", "fil", "PH", None),
        ("sou timorense", "pt", "TL", None), ("bolsas para timorenses na China", "pt", "TL", "CN"),
        ("Vietnamese scholarship", "en", None, "VN"), ("scholarship for Vietnamese universities", "en", None, "VN"),
        ("scholarship for Vietnam", "en", None, "VN"), ("Vietnamese studentship", "en", None, "VN"),
        ("universities such as Thai", "en", None, "TH"), ("scholarship for international students", "en", None, None),
    ],
)  # fmt: skip
def test_people_may_apply_and_places_are_gone_to(
    query: str, language: str, citizen: str | None, host: str | None, labels: LabelIndex, thesaurus: Thesaurus
) -> None:
    found = asked(understand(query, language, labels, thesaurus))
    assert found.get("open_to") == ((citizen,) if citizen else None)
    assert found.get("country") == ((host,) if host else None)
    assert "working_language" not in found


def test_a_word_for_people_may_be_a_language(labels: LabelIndex, thesaurus: Thesaurus) -> None:
    taught = asked(understand("taught in Vietnamese for Vietnamese students", "en", labels, thesaurus))
    assert taught == {"working_language": ("vi",), "open_to": ("VN",)}
    assert asked(understand("Khmer", "en", labels, thesaurus)) == {"working_language": ("km",)}


def test_an_adjective_offers_its_other_reading(labels: LabelIndex, thesaurus: Thesaurus) -> None:
    (place,) = understand("Vietnamese", "en", labels, thesaurus).filters
    assert (place.field, place.alternatives) == ("country", ("people-VN",))
    (people,) = understand("Vietnamese students", "en", labels, thesaurus).filters
    assert (people.field, people.alternatives, people.span.text) == ("open_to", ("country-VN",), "Vietnamese students")


@pytest.mark.parametrize(
    ("query", "language", "field", "host"),
    [
        ("ASEAN scholarship", "en", "open_to", None), ("scholarship for ASEAN", "en", "open_to", None),
        ("ASEAN scholarship China", "en", "open_to", "CN"), ("ASEAN exchange Thailand", "en", "open_to", "TH"),
        ("fully funded, for Southeast Asia", "en", "open_to", None), ("东盟奖学金", "zh-Hans", "open_to", None),
        ("面向东盟的人工智能课程", "zh-Hans", "open_to", None), ("ทุนอาเซียน", "th", "open_to", None),
        ("học bổng ASEAN", "vi", "open_to", None), ("học bổng cho ASEAN ngành AI", "vi", "open_to", None),
        ("beasiswa Asia Tenggara", "id", "open_to", None), ("ທຶນອາຊຽນ", "lo", "open_to", None),
        ("អាហារូបករណ៍អាស៊ាន", "km", "open_to", None), ("အာဆီယံ ပညာသင်ဆု", "my", "open_to", None),
        ("ASEAN", "en", "country", None), ("AI in ASEAN", "en", "country", None),
        ("scholarship in ASEAN", "en", "country", None), ("去东盟 奖学金", "zh-Hans", "country", None),
        ("ทุนในอาเซียน", "th", "country", None), ("scholarship for ASEAN universities", "en", "country", None),
    ],
)  # fmt: skip
def test_a_group_of_countries_beside_money_or_a_host_may_apply(
    query: str, language: str, field: str, host: str | None, labels: LabelIndex, thesaurus: Thesaurus
) -> None:
    found = asked(understand(query, language, labels, thesaurus))
    members = thesaurus["people-asean"].filter
    assert members
    assert found == {field: members[1], **({"country": (host,)} if host else {})}


def test_a_group_of_countries_offers_its_other_reading(labels: LabelIndex, thesaurus: Thesaurus) -> None:
    for query, other in (("ASEAN", "people-asean"), ("ASEAN scholarship", "region-asean")):
        assert understand(query, "en", labels, thesaurus).filters[0].alternatives == (other,)


def test_a_cue_that_asks_for_something_itself_stays(labels: LabelIndex, thesaurus: Thesaurus) -> None:
    read = understand("越南研究生", "zh-Hans", labels, thesaurus)
    assert [(part.field, part.span.text) for part in read.filters] == [("open_to", "越南"), ("level", "研究生")]


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("no IELTS", "en"), ("no IELTS", "id"), ("without IELTS", "en"), ("IELTS not required", "en"),
        ("IELTS waiver", "en"), ("without IELTS 6.5", "en"), ("no HSK4", "en"), ("not requiring any IELTS", "en"),
        ("ไม่ใช้ IELTS", "th"), ("ไม่ต้องมี IELTS", "th"), ("ไม่จำเป็นต้องมี IELTS", "th"), ("ไม่มีคะแนน IELTS", "th"),
        ("不要雅思", "zh-Hans"), ("无需雅思", "zh-Hans"), ("没有雅思成绩", "zh-Hans"), ("不用考雅思", "zh-Hans"),
        ("雅思可免", "zh-Hans"), ("không cần IELTS", "vi"), ("ko cần IELTS", "vi"), ("không cần thi IELTS", "vi"),
        ("tanpa IELTS", "id"), ("gak usah IELTS", "id"), ("tidak perlu punya IELTS", "id"),
        ("tanpa syarat IELTS", "id"),
        ("tak perlu IELTS", "ms"), ("x payah IELTS", "ms"), ("tidak perlu ada IELTS", "ms"), ("walang IELTS", "fil"),
        ("hindi na kailangan ng IELTS", "fil"), ("sem IELTS", "pt"), ("não é preciso ter IELTS", "pt"),
        ("sem exigência de IELTS", "pt"), ("IELTS မလို", "my"), ("IELTS မလိုအပ်ပါ", "my"), ("IELTS မရှိဘဲ", "my"),
        ("មិនត្រូវការ IELTS", "km"), ("អត់បាច់មាន IELTS", "km"), ("ដោយមិនចាំបាច់មាន IELTS", "km"),
        ("ບໍ່ຕ້ອງມີ IELTS", "lo"), ("ບໍ່ຈຳເປັນຕ້ອງມີ IELTS", "lo"), ("ໂດຍບໍ່ໃຊ້ IELTS", "lo"),
    ],
)  # fmt: skip
def test_a_test_that_is_not_needed_is_left_alone(
    query: str, language: str, labels: LabelIndex, thesaurus: Thesaurus
) -> None:
    read = understand(query, language, labels, thesaurus)
    assert read.filters == ()
    assert read.words == ()
    assert [span.text for span in read.left_alone] == [query]


@pytest.mark.parametrize(
    ("query", "language", "field"),
    [
        ("pontuação no IELTS", "pt", "language_test"), ("有没雅思", "zh-Hans", "language_test"),
        ("特别中国", "zh-Hans", "country"), ("cho người Việt ở", "vi", "open_to"),
        ("xây dựng ở Singapore", "vi", "country"), ("not only China", "en", "country"),
    ],
)  # fmt: skip
def test_what_no_word_negates_is_asked_for(
    query: str, language: str, field: str, labels: LabelIndex, thesaurus: Thesaurus
) -> None:
    read = understand(query, language, labels, thesaurus)
    assert [part.field for part in read.filters] == [field]
    assert read.left_alone == ()


@pytest.mark.parametrize(
    ("query", "language"), [("AI not for Chinese students", "en"), ("AI bukan mahasiswa Indonesia", "id")]
)
def test_people_may_be_negated_too(query: str, language: str, labels: LabelIndex, thesaurus: Thesaurus) -> None:
    read = understand(query, language, labels, thesaurus)
    assert [found.concept for found in read.topics] == ["artificial-intelligence"]
    assert read.filters == ()
    assert [span.text for span in read.left_alone] == [query.removeprefix("AI ")]


@pytest.mark.parametrize(
    ("query", "language", "value"),
    [
        ("HSK4", "en", "HSK:4"), ("HSK5级", "zh-Hans", "HSK:5"), ("HSK五级", "zh-Hans", "HSK:5"),
        ("HSK 5 级", "zh-Hans", "HSK:5"), ("雅思6分", "zh-Hans", "IELTS:6"), ("雅思6.5", "zh-Hans", "IELTS:6.5"),
        ("雅思6分以上", "zh-Hans", "IELTS:6"), ("托福80分", "zh-Hans", "TOEFL:80"), ("TOEFL 80", "en", "TOEFL:80"),
        ("IELTS band 6.5", "en", "IELTS:6.5"), ("IELTS 6.5 or above", "en", "IELTS:6.5"),
        ("HSK cấp 4", "vi", "HSK:4"), ("IELTS 6.5 trở lên", "vi", "IELTS:6.5"), ("HSK ระดับ 4", "th", "HSK:4"),
        ("TOEFL 80 คะแนนขึ้นไป", "th", "TOEFL:80"), ("skor IELTS minimal 6", "id", "IELTS:6"),
        ("HSK tahap 4", "ms", "HSK:4"), ("HSK ລະດັບ 4", "lo", "HSK:4"), ("HSK កម្រិត ៤", "km", "HSK:4"),
        ("IELTS အမှတ် ၆.၅", "my", "IELTS:6.5"), ("HSK antas 4", "fil", "HSK:4"), ("IELTS nota 6,5", "pt", "IELTS:6.5"),
        ("CEFR B2", "en", "CEFR:B2"),
    ],
)  # fmt: skip
def test_the_result_of_a_test_is_read_with_its_words(
    query: str, language: str, value: str, labels: LabelIndex, thesaurus: Thesaurus
) -> None:
    read = understand(query, language, labels, thesaurus)
    assert [(part.values, part.span.text) for part in read.filters] == [((value,), query)]
    assert read.words == ()


def test_what_is_no_result_is_read_otherwise(labels: LabelIndex, thesaurus: Thesaurus) -> None:
    read = understand("khóa HSK 6 tháng", "vi", labels, thesaurus)
    assert [limit.name for limit in read.limits] == ["months"]
    assert asked(read) == {"language_test": ("HSK",)}
    assert result_behind("HSK 6.5.3", 3) is None
    assert result_behind("TOEFL 2027", 5) is None


@given(text=st.text(alphabet="HSKabc 0123456789.,:级分五以上+ระดับ", max_size=30), end=st.integers(0, 30))
def test_a_result_ends_within_the_text(text: str, end: int) -> None:
    found = result_behind(text, end)
    assert found is None or (end < found[1] <= len(text) and found[0])


RESULTS = [("IELTS", "6.5"), ("TOEFL", "120"), ("HSK", "5"), ("CEFR", "B2"), ("JLPT", "N2")]


@given(tested=st.sampled_from(RESULTS), tag=st.sampled_from(TAGS), data=st.data())
def test_a_result_is_read_between_any_words(tested: tuple[str, str], tag: str, data: st.DataObject) -> None:
    test, result = tested
    cues = cue_lists("grades.toml")[tag]
    before, after = (data.draw(st.sampled_from(["", *cues[kind]])) for kind in ("before", "after"))
    text = f"{test} {before} {result} {after}".strip()
    assert result_behind(text, len(test)) == (result, len(text))
