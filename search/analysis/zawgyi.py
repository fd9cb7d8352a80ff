"""Zawgyi, the old font encoding of Burmese that looks like Unicode and is not: told apart, and converted."""

from __future__ import annotations

import re
import warnings
from functools import cache

from myanmar.converter import convert

with warnings.catch_warnings():  # the package reads its data by a call that Python deprecated for a while
    warnings.simplefilter("ignore", DeprecationWarning)
    from myanmartools import ZawgyiDetector

SURE = 0.95  # probability from which a text counts as Zawgyi
_BURMESE = re.compile("[\u1000-\u109f]")


def is_zawgyi(text: str) -> bool:
    """Whether a text is written in Zawgyi, by Google's detector."""
    return _BURMESE.search(text) is not None and _detector().get_zawgyi_probability(text) > SURE


def to_unicode(text: str) -> str:
    """A Zawgyi text in Unicode."""
    converted: str = convert(text, "zawgyi", "unicode")
    return converted


@cache
def _detector() -> ZawgyiDetector:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return ZawgyiDetector()
