"""What a CV seems to say, line by line: what is easy to read in eleven languages, each with its words. No more is
claimed: these are proposals that a person looks through."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from portal.listings.language_tests import grades, position
from portal.researchers.identifiers import find_dois
from portal.researchers.intake.cv.personal import propose_personal
from portal.researchers.intake.dates import Moment, Stretch, find_moments, find_stretches, in_digits
from portal.researchers.intake.language_names import name_table, names_pattern
from portal.researchers.intake.proposals import Brought, Finds, short
from portal.researchers.intake.publications import year_in
from portal.researchers.intake.wording import find_cues, first_cue, folded
from portal.researchers.profile import Degree, Language, Place, Post, Publication, Skills, TestResult
from search.analysis.cleaning import clean
from search.analysis.scripts import is_spaceless
from search.analysis.zawgyi import is_zawgyi, to_unicode
from search.concepts.grades import result_behind
from search.concepts.index import LabelIndex
from search.concepts.reading import find_concepts
from search.concepts.thesaurus import Thesaurus

LONGEST = 60_000  # characters
_MOST_LINES, _LONGEST_LINE = 2000, 500
_MOST_PROPOSALS = 50  # of a part
# The language that a test tells about.
TESTED = {
    "IELTS": "en", "TOEFL": "en", "VSTEP": "en", "MUET": "en", "HSK": "zh-Hans", "TOCFL": "zh-Hans", "CU-TFL": "th",
    "UKBI": "id", "JLPT": "ja", "CAPLE": "pt",
}  # fmt: skip
_JOBS = "digital-occupations"  # the topic that has all occupations below it
_LONGEST_HEADING = 45
_NEAR = 2  # lines
_MOST_TESTS, _BEHIND = 10, 80  # of a line: tests that it names, characters in which a result follows
_GAP = re.compile(r"\t+| {3,}")
_CUT = re.compile(r"\s*(?:[,，、;；|·•–—\t()（）:：]|\s-\s)\s*")
_CEFR = re.compile(r"(?<![a-z0-9])([abc][12])(?![a-z0-9])")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Line:
    """A line of a CV: as it is shown, as words are looked for in it, and the section that it stands in."""

    text: str
    folded: str
    section: str | None


def propose(text: str, index: LabelIndex, thesaurus: Thesaurus, today: date) -> Brought:
    """What a CV seems to say; `index` has the labels of topics and language tests."""
    plain = lines_of(text)
    language = language_of_lines(plain)
    lines = list(_in_sections(plain))
    finds = Finds(_MOST_PROPOSALS)
    for line in lines:
        propose_personal(line.folded, line.text, thesaurus, finds)
    _add_degrees(lines, language, finds)
    _add_posts(lines, language, today, finds)
    _add_publications(lines, finds)
    _add_languages(lines, finds)
    _add_tests(lines, language, index, thesaurus, finds)
    _add_concepts(plain, language, index, thesaurus, finds)
    return finds.brought()


def lines_of(text: str) -> list[str]:
    """The lines that say something, cleaned; Zawgyi becomes Unicode, and the gaps of a table become “|”."""
    text = text[:LONGEST]
    if is_zawgyi(text):
        text = to_unicode(text)
    short_enough = (piece for line in text.splitlines() for piece in _cut(line))
    cleaned = (in_digits(clean(_GAP.sub(" | ", line))).strip("| ") for line in short_enough)
    return list(islice(filter(None, cleaned), _MOST_LINES))


def _cut(line: str) -> Iterator[str]:
    """A line in pieces that are not too long, cut between words where there are some."""
    while len(line) > _LONGEST_LINE:
        place = line.rfind(" ", 1, _LONGEST_LINE + 1)
        place = place if place > 0 else _LONGEST_LINE
        yield line[:place]
        line = line[place:].lstrip()
    yield line


def language_of_lines(lines: Sequence[str]) -> str | None:
    """The language in which most headings are written."""
    votes = Counter(tag for line in lines for cue in _headings(folded(line)) for tag in cue[1])
    return votes.most_common(1)[0][0] if votes else None


def _in_sections(lines: Sequence[str]) -> Iterator[Line]:
    section = None
    for line in lines:
        key = folded(line)
        heading = next((meaning for meaning, _languages in _headings(key)), None)
        section = heading or section
        if heading is None:
            yield Line(line, key, section)


def _headings(line: str) -> Iterator[tuple[str, frozenset[str]]]:
    """What a folded line is the heading of: it has hardly more in it than the words."""
    letters = len(_LETTER.findall(line))
    if not letters or len(line) > _LONGEST_HEADING or find_moments(line):
        return
    for cue in find_cues("headings", line):
        if 2 * len(_LETTER.findall(line[cue.start : cue.end])) > letters and not _says_more(line[cue.end :]):
            yield cue.meaning, cue.languages


def _says_more(rest: str) -> bool:
    """Whether a line goes on behind its heading (“Languages: English C1”)."""
    return rest.lstrip().startswith((":", "：")) and bool(_LETTER.search(rest))


def _add_degrees(lines: Sequence[Line], language: str | None, finds: Finds) -> None:
    has_section = any(line.section == "degrees" for line in lines)
    for place, line in enumerate(lines):
        if has_section and line.section != "degrees":
            continue
        level = next(
            (cue.meaning for cue in find_cues("degrees", line.folded, language) if cue.meaning != "none"), None
        )
        if level is None:
            continue
        around = _around(lines, place, language)
        moment = _last_moment(line) or next(filter(None, map(_last_moment, around)), None)
        if moment is None and not has_section:
            continue
        completed = (
            moment.last if moment and not _goes_on([line, *around][: 1 if _last_moment(line) else None]) else None
        )
        at = _place(line, language) or next((found for one in around if (found := _place(one, language))), "")
        finds.add(
            "degrees", Degree(level, _subject(line, language), at=Place(name=at), completed_on=completed), line.text
        )


def _around(lines: Sequence[Line], place: int, language: str | None) -> list[Line]:
    """The lines beside one that belong to the same entry: up to the next degree."""
    beside: list[Line] = []
    for way in (1, -1):
        for step in range(1, _NEAR + 1):
            other = lines[place + way * step] if 0 <= place + way * step < len(lines) else None
            if other is None or other.section != lines[place].section or first_cue("degrees", other.folded, language):
                break
            beside.append(other)
    return beside


def _last_moment(line: Line) -> Moment | None:
    return max(find_moments(line.folded), key=lambda moment: moment.first, default=None)


def _goes_on(lines: Sequence[Line]) -> bool:
    """Whether a stretch among the lines has no end yet."""
    return any(stretch.until is None for line in lines for stretch in find_stretches(line.folded))


def _pieces(text: str, stretch: Sequence[Moment | Stretch] = ()) -> list[str]:
    """The pieces of a line between separators, without its dates."""
    for part in sorted(stretch, key=lambda one: -one.start):
        text = f"{text[: part.start]} | {text[part.end :]}"
    found = (piece.strip(" .-–—~") for piece in _CUT.split(text))
    return [piece for piece in found if len(_LETTER.findall(piece)) > 1]


def _dateless(line: Line) -> list[str]:
    """The pieces of a line; those of scripts without spaces also end at spaces."""
    if len(line.text) != len(line.folded):
        text, marks = line.text, [Moment(0, None, *match.span()) for match in re.finditer(r"\d[\d./年月-]*", line.text)]
    else:
        text, marks = line.text, [*find_stretches(line.folded)] or [*find_moments(line.folded)]  # type: ignore[list-item]
    pieces = _pieces(text, marks)
    if any(is_spaceless(piece) for piece in pieces):
        return [part for piece in pieces for part in (piece.split() if is_spaceless(piece) else [piece])]
    return [piece for piece in pieces if first_cue("time", folded(piece)) is None or len(piece) > 20]


def _place(line: Line, language: str | None) -> str:
    """The piece of a line that names an organisation."""
    return short(_organisation(_dateless(line), language))


def _organisation(pieces: Sequence[str], language: str | None) -> str:
    """The piece that names an organisation; with the next one, where it is the mere word for a company or the like, or
    stands in several cities."""
    for place, piece in enumerate(pieces):
        key, following = folded(piece), pieces[place + 1 : place + 2]
        if cue := next(find_cues("places", key, language), None):
            if cue.meaning == "in-several-cities":
                return ", ".join([piece, *(one for one in following if not first_cue("degrees", folded(one)))])
            return " ".join([piece, *following]) if (cue.start, cue.end) == (0, len(key)) else piece
    return ""


def _subject(line: Line, language: str | None) -> str:
    """The piece of a line that names the degree, as it is written; in scripts without spaces, what stands beside the
    mere word for it."""
    pieces = _dateless(line)
    for place, piece in enumerate(pieces):
        key = folded(piece)
        if cue := next(find_cues("degrees", key, language), None):
            is_bare = (cue.start, cue.end) == (0, len(key))
            beside = (*pieces[:place][-1:], *pieces[place + 1 :][:1]) if is_bare else ()
            return short(next((one for one in beside if _may_be_subject(one, language)), piece))
    return ""


def _may_be_subject(piece: str, language: str | None) -> bool:
    key = folded(piece)
    return is_spaceless(key) and not any(first_cue(table, key, language) for table in ("places", "degrees", "time"))


def _add_posts(lines: Sequence[Line], language: str | None, today: date, finds: Finds) -> None:
    for place, line in enumerate(lines):
        stretch = next(find_stretches(line.folded), None)
        if line.section != "posts" or stretch is None or stretch.since.first > today:
            continue
        following = lines[place + 1 : place + 1 + _NEAR]
        entry = [line, *_until_next_stretch(following)]
        pieces = [piece for one in entry for piece in _dateless(one)]
        title = next((piece for piece in pieces if first_cue("posts", folded(piece), language)), "")
        at = _organisation([piece for piece in pieces if piece != title], language)
        title = title or next((piece for piece in pieces if not at.startswith(piece)), "")
        if not title:
            finds.leave_out("posts", line.text, "missing-field")
            continue
        kind = first_cue("posts", folded(title), language) or "other"
        until = stretch.until.last if stretch.until else None
        finds.add(
            "posts",
            Post(kind, short(title), Place(name=short(at)), stretch.since.first, until),
            line.text,
        )


def _until_next_stretch(lines: Sequence[Line]) -> Iterator[Line]:
    for line in lines:
        if line.section != "posts" or next(find_stretches(line.folded), None):
            return
        yield line


def _add_publications(lines: Sequence[Line], finds: Finds) -> None:
    """Only what has a DOI: where the title of another reference ends, no rule says in eleven languages, so that it is
    told that it was left out."""
    for line in lines:
        for doi in (found := find_dois(line.text)):
            title = short(line.text, 1000) if len(found) == 1 else doi
            finds.add("publications", Publication(title, "other", year_in(line.text), doi=doi), line.text)
        if not found and line.section == "publications" and year_in(line.text):
            finds.leave_out("publications", line.text, "other")


def _add_languages(lines: Sequence[Line], finds: Finds) -> None:
    for line in lines:
        pieces = [piece for piece in re.split(r"[,，、;；|/·•]", line.folded) if piece.strip()]
        for piece in pieces:
            for name, told in _by_language(piece):
                level = _level(told) or (_level(line.folded) if len(pieces) == 2 else None)
                if (line.section == "languages" or level) and len(told) <= _LONGEST_HEADING:
                    finds.add("languages", Language(name_table()[name], level), line.text)


def _by_language(piece: str) -> list[tuple[str, str]]:
    """The languages that a piece of a line names, each with what is told of it: what follows the name, where more than
    the last one has a level behind it, else the whole piece."""
    names = list(names_pattern().finditer(piece))
    ends = [*(name.start() for name in names[1:]), len(piece)]
    told = [piece[name.start() : end] for name, end in zip(names, ends, strict=False)]
    if not any(map(_level, told[:-1])):
        told = [piece] * len(names)
    return [(name[0], text) for name, text in zip(names, told, strict=True)]


def _level(text: str) -> str | None:
    if first_cue("levels", text):
        return "native"
    found = _CEFR.search(text)
    return found[1].upper() if found else None


def _add_tests(
    lines: Sequence[Line], language: str | None, index: LabelIndex, thesaurus: Thesaurus, finds: Finds
) -> None:
    for line in lines:
        for match in islice(index.find(line.text, language), _MOST_TESTS):
            concept = thesaurus.concepts.get(match.entries[0].concept)
            asked = concept.filter if concept and concept.filter else ("", ())
            if asked[0] != "language_test" or len(asked[1]) != 1 or asked[1][0] not in TESTED:
                continue
            test = asked[1][0]
            result = _result(test, line.text, match.end)
            if result is not None and position(test, result) is not None:
                finds.add("languages", Language(TESTED[test], tests=(TestResult(test, result),)), line.text)


def _result(test: str, text: str, end: int) -> str | None:
    """The result behind a test's name: a number, or a grade by its name."""
    text = text[: end + _BEHIND]
    behind = folded(text[end:])
    named = (
        grade for grade in sorted(grades(test), key=len, reverse=True) if re.search(rf"\b{folded(grade)}\b", behind)
    )
    found = result_behind(text, end)
    return next(named, None) or (found[0] if found else None)


def _add_concepts(
    lines: Sequence[str], language: str | None, index: LabelIndex, thesaurus: Thesaurus, finds: Finds
) -> None:
    texts = {language or "en": {str(number): line for number, line in enumerate(lines)}}
    jobs = thesaurus.descendants(_JOBS)
    for found in find_concepts(texts, index, thesaurus):
        if found.concept in jobs:
            continue  # what somebody was is no topic
        finds.add("skills", Skills(concepts=(found.concept,)), found.surface or "")
