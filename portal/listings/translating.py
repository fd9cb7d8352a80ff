"""Drafts of missing prose by a machine: a server that speaks LibreTranslate's protocol. Off unless an address is set.

A draft has the origin `machine`, is shown as such, and never takes the place of what a person wrote.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Any, Protocol

from sqlalchemy.orm import Session

from portal.core.errors import Unavailable
from portal.core.outbox import enqueue
from portal.listings.codes import PROSE
from portal.listings.models import Listing, Translation
from portal.listings.service import OUTBOX_KIND
from search.analysis.cleaning import clean

TIMEOUT = 30.0  # seconds for one text
_LONGEST_ANSWER = 1 << 20  # bytes
_CODES = {"zh-Hans": "zh", "fil": "tl"}  # what LibreTranslate calls languages that it names otherwise


class Translator(Protocol):
    """Puts texts into another language."""

    def languages(self) -> frozenset[tuple[str, str]]:
        """The pairs (from, to) it knows, in this site's tags. Raises `Unavailable`."""

    def translate(self, text: str, source: str, target: str) -> str:
        """A text in another language. Raises `Unavailable`."""


@dataclass(frozen=True)
class LibreTranslate:
    """A server at `url` (with its path, if it has one), with a key if it wants one."""

    url: str
    api_key: str = ""
    timeout: float = TIMEOUT

    def languages(self) -> frozenset[tuple[str, str]]:
        """The pairs (from, to) it knows."""
        own = {code: tag for tag, code in _CODES.items()}
        with _understood():
            return frozenset(
                (own.get(item["code"], item["code"]), own.get(target, target))
                for item in self._ask("languages", None)
                for target in item["targets"]
            )

    def translate(self, text: str, source: str, target: str) -> str:
        """A text in another language; line breaks are kept."""
        question = {"q": text, "source": _CODES.get(source, source), "target": _CODES.get(target, target)}
        with _understood():
            return str(
                self._ask("translate", {**question, "format": "text", "api_key": self.api_key})["translatedText"]
            )

    def _ask(self, path: str, question: dict[str, str] | None) -> Any:
        data = None if question is None else json.dumps(question).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        request = urllib.request.Request(f"{self.url.rstrip('/')}/{path}", data, headers)  # noqa: S310 - a setting
        with urllib.request.urlopen(request, timeout=self.timeout) as response:  # noqa: S310
            return json.loads(response.read(_LONGEST_ANSWER))


@contextmanager
def _understood() -> Iterator[None]:
    """A server that does not answer, or answers something else, is away."""
    try:
        yield
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise Unavailable("translation.unavailable", reason=f"{type(error).__name__}: {error}") from error


def draft_translations(
    session: Session, listings: Iterable[Listing], targets: Iterable[str], translator: Translator, now: datetime
) -> Iterator[tuple[str, str]]:
    """Add the translations that are missing, one by one; (listing, language) of each that was added."""
    wanted, known = list(targets), translator.languages()
    for listing in listings:
        source = next(text for text in listing.translations if text.origin == "source")
        there = {text.language for text in listing.translations}
        for target in wanted:
            if target not in there and (source.language, target) in known:
                listing.translations.append(_draft(source, target, len(listing.translations), translator))
                listing.version += 1
                enqueue(session, OUTBOX_KIND, listing.id, now)
                yield listing.id, target


def translate_prose(texts: Mapping[str, str], source: str, target: str, translator: Translator) -> dict[str, str]:
    """The texts of a listing (title, summary, description) in another language. Raises `Unavailable`."""
    return {name: _lines(text, source, target, translator) for name, text in texts.items()}


def _draft(source: Translation, target: str, position: int, translator: Translator) -> Translation:
    own = {name: getattr(source, name) for name in PROSE}
    texts = translate_prose(own, source.language, target, translator)
    return Translation(language=target, origin="machine", position=position, **texts)


def _lines(text: str, source: str, target: str, translator: Translator) -> str:
    """Paragraph by paragraph, so that the Markdown between them stays."""
    paragraphs = (translator.translate(part, source, target) if part.strip() else part for part in text.split("\n\n"))
    return "\n\n".join("\n".join(map(clean, paragraph.split("\n"))) for paragraph in paragraphs)
