"""What all tests of services and queries share."""

from __future__ import annotations

import pytest

from portal.indexing.labels import LabelIndexCache
from tests.made_once import build_labels


@pytest.fixture(autouse=True)
def labels_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels are cut once for all sites with the same organisations."""
    monkeypatch.setattr(LabelIndexCache, "_built", build_labels)
