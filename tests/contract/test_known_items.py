"""Within one language a fragment of an open text finds its paragraph; marks that are typed count, but need not be."""

from __future__ import annotations

import pytest

from portal.locales import TAGS
from tests.benchmarks.known_items import measure, texts
from tests.servers.fixtures import obtain


@pytest.fixture(scope="module")
def paragraphs() -> dict[str, list[str]]:
    return obtain(texts)


@pytest.mark.parametrize("language", TAGS)
def test_ours_never_loses_against_exact_words_alone(language: str, paragraphs: dict[str, list[str]]) -> None:
    found = measure(language, paragraphs[language])
    assert len(paragraphs[language]) > 40
    assert found["ours"] >= found["exact"] - 0.001
    assert found["ours"] >= (0.75 if language in ("th", "lo", "km", "my") else 0.88)


def test_vietnamese_without_marks_is_found(paragraphs: dict[str, list[str]]) -> None:
    found = measure("vi", paragraphs["vi"])
    assert found["bare ours"] >= 0.9
