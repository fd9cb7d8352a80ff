"""One label index for the thesaurus and all organisations, built anew when the directory changed."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

import portal.organisations
import search
from portal.core.outbox import sum_of_changes
from portal.locales import DEFAULT
from portal.organisations.models import Organisation, OrganisationName, folded
from portal.organisations.patterns import everyday_names, names_by_rule, shorter_names
from search.analysis.scripts import script_of
from search.concepts.ambiguity import read_decisions
from search.concepts.index import LabelIndex
from search.concepts.reading import particles
from search.concepts.thesaurus import Concept, Thesaurus

CHECK_EVERY = 3.0  # seconds between two looks at whether the directory changed
FILE = "labels.jsonl"  # in the data folder: the index as last built
_SHORTEST_ACRONYM = 3
_LANGUAGE_OF_SCRIPT = {"Han": "zh-Hans", "Thai": "th", "Lao": "lo", "Khmer": "km", "Myanmar": "my"}

# Acronyms of the registry that are also words in one of the languages of Latin letters: names in capitals alone.
_ORDINARY = """
art bit cap cast crest cup cut dad eos gist gut hie hit huc hub hum hun hut its just kimia kuis lit mac map mint mop
most must mut nice nin nit num pas pit precise rua rus seri setia sharps sim sit stain stan sus sut tar viva wise
"""
# Those that are currencies or terms, in capitals too.
_TERMS = """
cae cms create crm cuc dau dms dou dss due icp ics mpi pcr pei pmo ppp scs sdi sec sms tsp tts ubi uda uid umi urs usd
"""

_Stamp = tuple[int, datetime | None, int]
_Name = tuple[str, str, str | None, str]  # id of the organisation, value, language, kind


class LabelIndexCache:
    """Hands out the label index; safe for many threads, of which one builds while the others use the old one."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        thesaurus: Thesaurus,
        folder: Path,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions = sessions
        self._thesaurus = thesaurus
        self._file = folder / FILE
        self._timer = timer
        self._lock = threading.Lock()
        self._index: LabelIndex | None = None
        self._stamp: _Stamp | None = None
        self._checked_at = 0.0

    def get(self) -> LabelIndex:
        """The index; a change of the directory shows after a few seconds."""
        index = self._index
        if index is None:
            with self._lock:
                return self._index or self._refreshed()
        if self._timer() - self._checked_at >= CHECK_EVERY and self._lock.acquire(blocking=False):
            try:
                return self._refreshed()
            finally:
                self._lock.release()
        return index

    @property
    def edition(self) -> str:
        """Changes whenever a query may be read otherwise than before; the same in all processes of a release."""
        self.get()
        return hashlib.sha256(f"{self._thesaurus_digest} {_head(self._stamp)}".encode()).hexdigest()

    @cached_property
    def _thesaurus_digest(self) -> str:
        concepts = [
            (one.id, one.labels, one.hidden, one.broader, one.filter, sorted(one.capitals))
            for one in self._thesaurus.concepts.values()
        ]
        return hashlib.sha256(repr(concepts).encode()).hexdigest()

    def _refreshed(self) -> LabelIndex:
        with self._sessions() as session:
            stamp = _stamp(session)
            if self._index is None or stamp != self._stamp:
                kept = _read(self._file, stamp)
                self._index = kept or self._built(session, stamp)
                self._stamp = stamp
        self._checked_at = self._timer()
        return self._index

    def _built(self, session: Session, stamp: _Stamp) -> LabelIndex:
        concepts = organisation_concepts(session, self._thesaurus)
        index = LabelIndex([*self._thesaurus.concepts.values(), *concepts], read_decisions())
        _keep(self._file, stamp, index)
        return index


def _read(file: Path, stamp: _Stamp) -> LabelIndex | None:
    """The index that some process built of the same labels with the same code."""
    try:
        with file.open(encoding="utf-8") as lines:
            return LabelIndex.from_lines(lines) if next(lines, "") == _head(stamp) else None
    except (OSError, ValueError):
        return None


def _keep(file: Path, stamp: _Stamp, index: LabelIndex) -> None:
    """Keep an index for other processes; a folder that cannot be written only costs them the time."""
    with suppress(OSError), NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as written:
        written.write(_head(stamp))
        written.writelines(index.to_lines())
        written.flush()
        Path(written.name).replace(file)


def _head(stamp: _Stamp | None) -> str:
    return f"{_made_of()} {stamp}\n"


@cache
def _made_of() -> str:
    """Changes with the data files, with the code that cuts labels, and with the libraries that do."""
    libraries = [f"{name} {version(name)}" for name in ("babel", "icu4py", "opencc")]
    digest = hashlib.sha256(" ".join(libraries).encode())
    for folder in (Path(search.__file__).parent, Path(portal.organisations.__file__).parent / "data"):
        for path in sorted((*folder.rglob("*.py"), *folder.rglob("*.toml"))):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def organisation_concepts(session: Session, thesaurus: Thesaurus) -> Iterator[Concept]:
    """Every organisation as a concept, without the names that mean something else already."""
    name = OrganisationName
    query = sa.select(name.organisation_id, name.value, name.language, name.kind)
    yield from concepts_of(session.execute(query.order_by(name.organisation_id, name.position)), thesaurus)


def concepts_of(names: Iterable[_Name], thesaurus: Thesaurus) -> Iterator[Concept]:
    """Organisations as concepts, with their own names and those that people call them by."""
    taken = _Taken(thesaurus)
    labels: dict[str, dict[str, list[str]]] = {}
    known: set[str] = set()
    for organisation_id, value, language, kind in names:
        own = labels.setdefault(organisation_id, {})
        known.add(folded(value))
        if not taken.has(value, kind):
            own.setdefault(_language(language, value), []).append(value)
    for organisation_id, by_language in labels.items():
        everyday = everyday_names().get(organisation_id, {})
        found = {
            language: (*by_language.get(language, ()), *everyday.get(language, ()))
            for language in dict.fromkeys((*by_language, *everyday))
        }
        hidden = _by_rule(by_language, known)
        origins = {(language, made): "pattern" for language, others in hidden.items() for made in others}
        yield Concept(
            organisation_id, "organisation", found, filter=("organisation", (organisation_id,)), hidden=hidden,
            origins=origins, capitals=taken.words(by_language),
        )  # fmt: skip


def _by_rule(by_language: Mapping[str, list[str]], known: Container[str]) -> dict[str, tuple[str, ...]]:
    """Names formed by rule in languages for which there is none, and others in English unless an organisation is known
    by them; then names shortened."""
    made: dict[str, list[str]] = {}
    for name in by_language.get(DEFAULT, ()):
        for language, other in names_by_rule(name):
            if language not in by_language or (language == DEFAULT and folded(other) not in known):
                made.setdefault(language, []).append(other)
    for language, names in by_language.items():
        if shorter := [other for name in names for other in shorter_names(name, language)]:
            made.setdefault(language, []).extend(shorter)
    return {language: tuple(dict.fromkeys(names)) for language, names in made.items()}


class _Taken:
    """What names mean already: an organisation called SMART is not what “smart logistics” asks for."""

    def __init__(self, thesaurus: Thesaurus) -> None:
        concepts = thesaurus.concepts.values()
        self._labels = {folded(label) for concept in concepts for labels in concept.labels.values() for label in labels}
        self._terms = {word for label in self._labels for word in label.split()} | set(_TERMS.split())
        self._words = {word for label in map(folded, particles()) for word in label.split()} | set(_ORDINARY.split())

    def has(self, name: str, kind: str) -> bool:
        """Whether a name of an organisation must not be found."""
        form = folded(name)
        if form in self._labels or form in self._terms:
            return True
        return len(form) < _SHORTEST_ACRONYM if kind == "acronym" else form in self._words

    def words(self, names: Mapping[str, list[str]]) -> frozenset[str]:
        """The acronyms among names that are words too: names in capitals alone."""
        return frozenset(name for own in names.values() for name in own if folded(name) in self._words)


def _language(language: str | None, value: str) -> str:
    """The language of a label; aliases come without one, so their script has to tell."""
    if language == "zh-Hant":
        return "zh-Hans"
    return language or _LANGUAGE_OF_SCRIPT.get(script_of(value.lstrip()) or "", DEFAULT)


def _stamp(session: Session) -> _Stamp:
    """Changes whenever an organisation is added, changed or removed, even if the clock went back meanwhile."""
    changes = sum_of_changes("organisation")
    count, latest, changed = session.execute(
        sa.select(sa.func.count(), sa.func.max(Organisation.updated_at), changes)
    ).one()
    return count, latest, int(changed or 0)
