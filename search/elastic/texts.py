"""What is sent for a text, on both sides: the server cuts and folds it, we do what the server cannot."""

from __future__ import annotations

import re
import unicodedata

from search.analysis.cleaning import clean, has_han, simplify
from search.analysis.folding import fold
from search.analysis.scripts import CLUSTER_SCRIPTS, KHMER_SUBSCRIPTS, RANGES, class_of
from search.analysis.segmentation import clusters

_SIGNS = re.compile(r"(?<=[^\W_])[+#]+")
_NAMES = {"+": "_plus", "#": "_sharp"}


def _scripts() -> dict[str, str]:
    """The letters, marks and digits of the scripts without spaces whose pairs the server cannot cut, with their
    script."""
    ranges = [(script, *block) for script in CLUSTER_SCRIPTS for block in RANGES[script]]
    found = {chr(place): script for script, low, high in ranges for place in range(ord(low), ord(high) + 1)}
    return {character: found[character] for character in found if unicodedata.category(character)[0] in "LMN"}


_SCRIPTS = _scripts()
_ANY = re.compile(f"[{class_of(*CLUSTER_SCRIPTS)}]")  # quick to say that there is none


def prepare(text: str) -> str:
    """A text for the server's analysers: cleaned, in simplified characters, "C++" as one word."""
    text = simplify(clean(text)).replace(*KHMER_SUBSCRIPTS)  # the server takes them for different letters
    if "+" in text or "#" in text:
        text = _SIGNS.sub(lambda found: "".join(_NAMES[sign] for sign in found[0]) + " ", text)
    return text


def cluster_pairs(prepared: str) -> str:
    """The pairs of grapheme clusters of a prepared text, with spaces between them: those of `segmentation.terms`, but
    found without cutting words (which differs only where two of the scripts touch)."""
    pairs: list[str] = []
    before, script = "", None
    for start, end in clusters(prepared) if _ANY.search(prepared) else ():
        own = _SCRIPTS.get(prepared[start])
        part = fold(prepared[start:end]) if own else ""
        if own and own == script:
            pairs.append(before + part)
        before, script = part, own
    return " ".join(pairs)


def han(prepared: str) -> str:
    """A prepared text if it has Chinese characters."""
    return prepared if has_han(prepared) else ""
