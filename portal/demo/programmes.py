"""Reads and checks the hand-written programmes (`programmes/*.toml`): shared paragraphs, and editions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.core.errors import Invalid
from portal.listings import codes, language_tests
from portal.listings.shapes import Reader
from portal.locales import COUNTRIES, TAGS
from portal.vocabulary.isced import load_isced
from portal.vocabulary.thesaurus import load_thesaurus

FOLDER = Path(__file__).parent / "programmes"
# How the money is given where the prose tells: everything with the journey, a part of the living, the teaching and a
# room, half of the fees, or nothing but also no fee.
PAYS = {"all": "full", "living": "partly", "teaching": "partly", "half-fees": "partly", "no-fee": "none"}
KINDS_WITH_PARTNER = frozenset({"joint-programme", "training-base", "shared-course", "overseas-training"})
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Prose:
    """What one edition says of itself in one language."""

    title: str
    summary: str
    focus: str


@dataclass(frozen=True)
class Edition:
    """One listing to be: where it takes place, its further concepts, its prose by language, and whom alone it is for
    where the prose says so."""

    host: str
    concepts: tuple[str, ...]
    prose: Mapping[str, Prose]
    citizens: tuple[str, ...] = ()


@dataclass(frozen=True)
class TestWanted:
    """A language test and its minimum."""

    __test__ = False  # not a test of ours

    language: str
    test: str
    minimum: str


@dataclass(frozen=True)
class Programme:
    """What the editions share. `shared` holds the paragraphs by language, the source language first."""

    slug: str
    source: str
    kind: str
    concepts: tuple[str, ...]
    isced: tuple[str, ...]
    levels: tuple[str, ...]
    mode: str
    working_languages: tuple[str, ...]
    award: str
    months: tuple[int, int]
    funding: str
    pays: str | None
    places: tuple[int, int]
    minimum_degree: str | None
    age_max: int | None
    tests: tuple[TestWanted, ...]
    documents: tuple[str, ...]
    criteria: tuple[tuple[str, int], ...]
    shared: Mapping[str, tuple[str, ...]]
    editions: tuple[Edition, ...]


@cache
def load_programmes() -> tuple[Programme, ...]:
    """All programmes, in the order of files and tables. Raises `Invalid`, naming file, programme and field."""
    found = [programme for path in sorted(FOLDER.glob("*.toml")) for programme in read_programmes(path)]
    slugs = [programme.slug for programme in found]
    repeated = next((slug for slug in slugs if slugs.count(slug) > 1), None)
    if repeated:
        raise Invalid("record.broken", field="slug", reason="repeated-code", value=repeated)
    return tuple(found)


def read_programmes(path: Path) -> Iterator[Programme]:
    """The programmes of one file."""
    reader = Reader(tomllib.loads(path.read_text("utf-8")), path.name)
    for child in reader.children("programme"):
        yield _programme(child)
    reader.finish()


def _programme(reader: Reader) -> Programme:
    topics = load_thesaurus().concepts
    source = reader.code("source", TAGS)
    funding = reader.code("funding", codes.FUNDINGS)
    pays = [way for way, comes_to in PAYS.items() if comes_to == funding]
    shared = _shared(reader, source)
    kind = reader.code("kind", codes.KINDS)
    programme = Programme(
        slug=reader.text("slug"),
        source=source,
        kind=kind,
        concepts=tuple(reader.codes("concepts", topics)),
        isced=tuple(reader.codes("isced", load_isced().fields)),
        levels=tuple(reader.codes("levels", codes.LEVELS)),
        mode=reader.code("mode", codes.MODES),
        working_languages=tuple(reader.codes("working_languages", TAGS)),
        award=reader.code("award", codes.AWARDS),
        months=_pair(reader, "months"),
        funding=funding,
        pays=reader.optional(reader.code_of(pays), "pays"),
        places=_pair(reader, "places"),
        minimum_degree=reader.optional(reader.code_of(codes.DEGREES), "minimum_degree"),
        age_max=reader.optional(reader.whole, "age_max"),
        tests=tuple(_test(child) for child in reader.children("tests")),
        documents=tuple(reader.codes("documents", codes.DOCUMENTS)),
        criteria=tuple(_criterion(child) for child in reader.children("criteria")),
        shared=shared,
        editions=tuple(_edition(child, tuple(shared), topics) for child in reader.children("edition")),
    )
    reader.finish()
    _check_placeholders(reader, programme)
    return programme


def _shared(reader: Reader, source: str) -> dict[str, tuple[str, ...]]:
    """The shared paragraphs, the source language first."""
    child = Reader(reader.mapping("shared"), reader.at("shared"))
    found = {tag: tuple(child.codes(tag, None)) for tag in (source, *(tag for tag in TAGS if tag != source))}
    child.finish()
    if not found[source]:
        raise Invalid("record.broken", field=child.at(source), reason="missing-field")
    return {tag: paragraphs for tag, paragraphs in found.items() if paragraphs}


def _edition(reader: Reader, languages: tuple[str, ...], topics: Container[str]) -> Edition:
    prose = {tag: _prose(Reader(reader.mapping(tag), reader.at(tag))) for tag in languages}
    edition = Edition(
        reader.code("host", COUNTRIES), tuple(reader.codes("concepts", topics)), prose,
        tuple(reader.codes("citizens", COUNTRIES)),
    )  # fmt: skip
    reader.finish()
    return edition


def _prose(reader: Reader) -> Prose:
    prose = Prose(reader.text("title", 300), reader.text("summary"), reader.text("focus"))
    reader.finish()
    return prose


def _test(reader: Reader) -> TestWanted:
    wanted = TestWanted(
        reader.code("language", TAGS), reader.code("test", codes.LANGUAGE_TESTS), reader.text("minimum", 20)
    )
    if language_tests.position(wanted.test, wanted.minimum) is None:
        raise Invalid("record.broken", field=reader.at("minimum"), reason="unknown-code", value=wanted.minimum)
    reader.finish()
    return wanted


def _criterion(reader: Reader) -> tuple[str, int]:
    criterion = (reader.code("code", codes.CRITERIA), reader.whole("weight"))
    reader.finish()
    return criterion


def _pair(reader: Reader, key: str) -> tuple[int, int]:
    values = reader.items(key)
    if len(values) != 2 or not all(isinstance(value, int) for value in values) or not 0 < values[0] <= values[1]:
        raise Invalid("record.broken", field=reader.at(key), reason="wrong-type", expected="minimum, maximum")
    return values[0], values[1]


def _check_placeholders(reader: Reader, programme: Programme) -> None:
    """Only names that will be filled in; the partner only where there is one."""
    allowed = {"host", "city"} | ({"partner"} if programme.kind in KINDS_WITH_PARTNER else set())
    texts = [text for paragraphs in programme.shared.values() for text in paragraphs]
    for edition in programme.editions:
        for prose in edition.prose.values():
            texts += [prose.title, prose.summary, prose.focus]
    for text in texts:
        unknown = set(_PLACEHOLDER.findall(text)) - allowed
        if unknown or text.count("{") != len(_PLACEHOLDER.findall(text)):
            raise Invalid("record.broken", field=reader.at("shared"), reason="unknown-placeholder", value=text[:80])
