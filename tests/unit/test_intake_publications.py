"""Publications from BibTeX and lists, identifiers, dates, and names of languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Invalid
from portal.locales import TAGS
from portal.researchers import profile as p
from portal.researchers.identifiers import check_digit, find_dois, find_orcids, read_doi, read_orcid
from portal.researchers.intake.dates import find_moments, find_stretches, read_day
from portal.researchers.intake.isolation import Isolation
from portal.researchers.intake.language_names import language_of, three_letters
from portal.researchers.intake.proposals import Brought, Finds, Gathered, joined
from portal.researchers.intake.publications import read_bibtex, read_doi_list
from portal.researchers.intake.wording import degree_level, folded
from portal.researchers.profile import Degree, Language, Place, Profile, Publication, Skills
from portal.vocabulary.cldr import language_name

BIBTEX = r"""
@string{jml = "Journal of Machine Learning"}
@article{one, title = {Sch{\"o}ne {DNA} \& {\'e}tudes}, author = {Nguy{\~{\^e}}n, Lan and {World Bank} and Li, Ming},
  year = 2020, journal = jml, doi = {https://doi.org/10.1000/ABC}, url = "https://example.org/1"}
@article{two, title = {The same, elsewhere}, doi = {10.1000/abc}}
@inproceedings{three, title = {机器翻译}, booktitle = {Proc. of X}, date = {2021-05}, url = {javascript:alert(1)}}
@misc{broken, title = {never closed
@phdthesis{four, title = "A thesis", school = {Universiti Malaya}, year = {in press}}
@book{five, author = {Nobody}, year = 2000}
""".encode()


@pytest.fixture
def isolation(tmp_path: Path) -> Isolation:
    return Isolation(tmp_path, "ming")


def publications(brought: Brought) -> list[Publication]:
    return [one.value for one in brought.proposals if one.part == "publications"]


def test_bibtex_is_read_past_what_is_broken_and_once(isolation: Isolation) -> None:
    brought = read_bibtex(BIBTEX, isolation)
    assert publications(brought) == [
        Publication(
            "Schöne DNA & études", "article", 2020, "Journal of Machine Learning",
            ("Lan Nguyễn", "World Bank", "Ming Li"), "10.1000/abc", "https://example.org/1",
        ),
        Publication("机器翻译", "conference-paper", 2021, "Proc. of X"),
        Publication("A thesis", "thesis", venue="Universiti Malaya"),
    ]  # fmt: skip
    assert [one.reason for one in brought.left_out] == ["missing-field"]


@pytest.mark.parametrize("text", [b"", b"no entries at all", b"\xff\xfe\x00", b"@" * 1000])
def test_what_is_no_bibtex_is_refused(text: bytes, isolation: Isolation) -> None:
    with pytest.raises(Invalid, match=r"intake\."):
        read_bibtex(text, isolation)


def test_bibtex_made_to_be_slow_ends(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"intake\.costly"):
        read_bibtex(b"@article{x, author={" + b"A and " * 150_000 + b"B}}", Isolation(tmp_path, "ming", seconds=1))


def test_a_list_of_dois() -> None:
    text = "https://doi.org/10.1000/A(1)b.\n\nNguyen (2021). Rice. Nature. doi:10.2000/x\n10.1000/a(1)B, 10.3000/y;\nno"
    assert [(one.doi, one.title, one.year) for one in publications(read_doi_list(text))] == [
        ("10.1000/a(1)b", "10.1000/a(1)b", None),
        ("10.2000/x", "Nguyen (2021). Rice. Nature. doi:10.2000/x", 2021),
        ("10.3000/y", "10.3000/y", None),
    ]
    with pytest.raises(Invalid, match=r"intake\.nothing"):
        read_doi_list("nothing\nhere")


def test_publications_are_the_same_by_doi_else_by_title_and_year() -> None:
    finds = Finds()
    for one in (
        Publication("Deep Learning: a Survey", year=2020),
        Publication("Deep learning – a survey.", year=2020, doi="10.1000/a"),
        Publication("Deep learning, a survey", year=2021),
        Publication("Other words", doi="10.1000/a"),
        Publication("Deep Learning: a Survey", year=2020, doi="10.1000/b"),
    ):
        finds.add("publications", one)
    kept = [(one.value.year, one.value.doi) for one in finds.proposals]
    assert kept == [(2020, None), (2021, None), (None, "10.1000/a")]


def test_degrees_are_the_same_unless_they_name_something_else() -> None:
    finds = Finds()
    for degree in (
        Degree("master", "Rice", at=Place(name="Minho")), Degree("master", "RICE"), Degree("master"),
        Degree("master", "Rice", at=Place(name="Porto")), Degree("master", "Soil"), Degree("bachelor"),
    ):  # fmt: skip
        finds.add("degrees", degree)
    kept = [(one.value.level, one.value.subject, one.value.at.name) for one in finds.proposals]
    assert kept == [("master", "Rice", "Minho"), ("master", "Rice", "Porto"), ("master", "Soil", ""),
                    ("bachelor", "", "")]  # fmt: skip


def test_what_is_beyond_the_most_is_left_out() -> None:
    finds = Finds(most=2)
    for number in range(4):
        finds.add("publications", Publication(f"Paper {number}"))
    assert (len(finds.proposals), len(finds.left_out)) == (2, 2)


def test_what_a_profile_says_already_is_not_proposed_again() -> None:
    hsk = p.TestResult("HSK", "5")
    profile = Profile(languages=(Language("zh-Hans", "B2"),), skills=Skills(("a",), concepts_refused=("b",)))
    finds = Finds()
    for part, value in (
        ("languages", Language("zh-Hans", tests=(hsk,))), ("languages", Language("zh-Hans", "B2")),
        ("skills", Skills(("a",))), ("skills", Skills(("b",))), ("skills", Skills(("c",))),
    ):  # fmt: skip
        finds.add(part, value)
    assert [Gathered(profile).has(one) for one in finds.proposals] == [False, True, True, False]
    after = joined(profile, finds.proposals)
    assert after.languages == (Language("zh-Hans", "B2", (hsk,)),)
    assert after.skills.concepts == ("a", "c")


@given(st.text("0123456789", min_size=15, max_size=15))
def test_one_wrong_digit_of_an_orcid_is_noticed(digits: str) -> None:
    orcid = digits + check_digit(digits)
    written = "-".join(orcid[start : start + 4] for start in range(0, 16, 4))
    assert read_orcid(written) == read_orcid(orcid) == read_orcid(f"https://orcid.org/{written}") == written
    assert find_orcids(f"(iD: {written}).") == [written]
    for place in range(15):
        other = str((int(orcid[place]) + 1) % 10)
        assert read_orcid(orcid[:place] + other + orcid[place + 1 :]) is None


def test_the_examples_of_orcid_itself() -> None:
    """https://support.orcid.org/hc/en-us/articles/360006897674"""
    assert read_orcid("0000-0002-1825-0097")
    assert read_orcid("0000-0001-5109-3700")
    assert read_orcid("0000-0002-1694-233X")
    assert not read_orcid("0000-0002-1825-0096")
    assert not read_orcid("٠٠٠٠-0002-1825-0097")


@given(st.from_regex(r"10\.[0-9]{4,9}/([a-z0-9./_-]|\([a-z]\)){0,20}[a-z0-9]", fullmatch=True))
def test_a_doi_is_read_bare_with_its_address_and_in_a_sentence(doi: str) -> None:
    assert read_doi(doi) == read_doi(f"https://doi.org/{doi.upper()}") == read_doi(f"doi: {doi}") == doi
    assert find_dois(f"See {doi}, and (https://dx.doi.org/{doi}).") == [doi, doi]


@pytest.mark.parametrize(
    ("pasted", "doi"),
    [
        ("https://www.doi.org/10.1000/182", "10.1000/182"), ("DOI 10.1000/182", "10.1000/182"),
        ("https://doi.org/10.1000%2FA%3F1?utm_source=mail#top", "10.1000/a?1"), ("（doi：10.1000/182）", "10.1000/182"),
        ("https://doi.org/10.1016/S0140-6736(20)30183-5", "10.1016/s0140-6736(20)30183-5"),
        ("https://doi.org/10.1000/pdf", "10.1000/pdf"), ("https://dx.doi.org/10.1000.10/182.", "10.1000.10/182"),
        ("https://link.springer.com/article/10.1007/s11192-020-03690-4", "10.1007/s11192-020-03690-4"),
        ("https://onlinelibrary.wiley.com/doi/full/10.1002/abc.123?x=1", "10.1002/abc.123"),
        ("https://www.frontiersin.org/articles/10.3389/fpsyg.2020.00001/full", "10.3389/fpsyg.2020.00001"),
        ("https://example.org/files/10.2019/cv.pdf", None), ("https://example.org/", None), ("See 10.1000/182", None),
        ("https://orcid.org/0000-0002-1825-0097", None), ("10.1000/", None), ("https://doi.org/10.1000%2F", None),
    ],
)  # fmt: skip
def test_an_address_alone_is_a_doi(pasted: str, doi: str | None) -> None:
    assert read_doi(pasted) == doi
    if doi:
        assert [one.doi for one in publications(read_doi_list(f"{pasted}\n"))] == [doi]


@pytest.mark.parametrize(
    "pasted",
    ["https://orcid.org/0000-0002-1825-0097?lang=zh", "http://orcid.org/0000-0002-1825-0097#works",
     "https://orcid.org/my-orcid?orcid=0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097/print",
     "ORCID: 0000-0002-1825-0097", "0000 0002 1825 0097", "0000\u20130002\u20131825\u20130097"],
)  # fmt: skip
def test_an_orcid_is_read_as_people_paste_it(pasted: str) -> None:
    assert read_orcid(pasted) == "0000-0002-1825-0097"


def test_two_orcids_are_not_one() -> None:
    assert read_orcid("0000-0002-1825-0097 0000-0001-5109-3700") is None


@pytest.mark.parametrize(
    ("line", "since", "until"),
    [
        ("Sep 2015 - Jun 2019", date(2015, 9, 1), date(2019, 6, 30)),
        ("2019年9月至今", date(2019, 9, 1), None),
        ("2015.09—2019.06", date(2015, 9, 1), date(2019, 6, 30)),
        ("09/2021 – nay", date(2021, 9, 1), None),
        ("tháng 9 năm 2020 đến tháng 6 năm 2024", date(2020, 9, 1), date(2024, 6, 30)),
        ("พ.ศ. 2562 - 2564", date(2019, 1, 1), date(2021, 12, 31)),
        ("มกราคม 2562 - ปัจจุบัน", date(2019, 1, 1), None),
        ("Março de 2021 – presente", date(2021, 3, 1), None),
        ("Agustus 2021 - sekarang", date(2021, 8, 1), None),
        ("2019-09 to 2020-02", date(2019, 9, 1), date(2020, 2, 29)),
    ],
)
def test_stretches_of_time_in_the_ways_of_many_languages(line: str, since: date, until: date | None) -> None:
    (found,) = find_stretches(folded(line))
    assert (found.since.first, found.until and found.until.last) == (since, until)


@given(st.text(max_size=60))
def test_dates_in_any_line_are_dates(line: str) -> None:
    key = folded(line)
    assert all(moment.first <= moment.last for moment in find_moments(key))
    assert all(one.until is None or one.since.first <= one.until.last for one in find_stretches(key))


def test_days_of_programs() -> None:
    assert [read_day("2019"), read_day("2019", last=True)] == [date(2019, 1, 1), date(2019, 12, 31)]
    assert read_day("2020-02", last=True) == date(2020, 2, 29)
    assert read_day("2019-09-01T00:00:00") == date(2019, 9, 1)
    assert [read_day(one) for one in ("", "2019-13", "2019-02-30", "0000", "soon")] == [None] * 5


@pytest.mark.parametrize("tag", TAGS)
def test_languages_are_known_by_their_names_in_every_language(tag: str) -> None:
    for language in TAGS:
        assert language_of(language_name(language, tag)) == language, language_name(language, tag)
        assert language_of(three_letters(language)) == language


def test_names_that_people_write() -> None:
    names = {"ภาษาไทย": "th", "Mandarin": "zh-Hans", "zh-CN": "zh-Hans", "chi": "zh-Hans", "英文": "en", "Tetum": "tet"}
    assert {name: language_of(name) for name in names} == names
    assert [language_of(one) for one in ("", "Klingonish", "xx1", "q" * 500)] == [None] * 4


@pytest.mark.parametrize(
    ("text", "language", "level"),
    [
        ("Ph.D. in Physics", None, "doctoral"), ("Sarjana Muda Sains", "ms", "bachelor"),
        ("Sarjana Sains", "ms", "master"),
        ("Sarjana Teknik", "id", "bachelor"), ("博士后", "zh-Hans", None), ("Postdoctoral fellow", None, None),
        ("វិទ្យាសាស្ត្រ បរិញ្ញាបត្រជាន់ខ្ពស់", "km", "master"), ("วิศวกรรมศาสตรมหาบัณฑิต", "th", "master"),
        ("masterpiece", None, None), ("mba", None, "master"),
        ("大专 计算机应用技术", "zh-Hans", "short-cycle"), ("某某高等专科学校", "zh-Hans", None),
        ("Cao đẳng Công nghệ thông tin, Trường Cao đẳng FPT", "vi", "short-cycle"),
        ("Trường Cao đẳng FPT", "vi", None), ("Cử nhân, Trường Cao đẳng Huế", "vi", "bachelor"),
        ("ปวส. คอมพิวเตอร์ธุรกิจ", "th", "short-cycle"), ("D3 Teknik Informatika", "id", "short-cycle"),
        ("បរិញ្ញាបត្ររង", "km", "short-cycle"), ("Associate degree in IT", None, "short-cycle"),
    ],
)  # fmt: skip
def test_levels_of_degrees(text: str, language: str | None, level: str | None) -> None:
    assert degree_level(text, language) == level
