"""What is sent for a text, on both sides: the server cuts and folds it, we do what the server cannot."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain

from search.analysis.cleaning import clean, has_han, simplify
from search.analysis.folding import fold
from search.analysis.segmentation import CLUSTER_SCRIPTS, clusters, script_of

_SIGNS = re.compile(r"(?<=[^\W_])[+#]+")
_NAMES = {"+": "_plus", "#": "_sharp"}
# Khmer writes the subscripts of TA and DA alike; the server's folding takes them for different letters.
_KHMER_SUBSCRIPT_DA, _KHMER_SUBSCRIPT_TA = "\u17d2\u178a", "\u17d2\u178f"
_BLOCKS = (range(0x0E00, 0x0F00), range(0x1000, 0x10A0), range(0x1780, 0x1800), range(0xAA60, 0xAA80))


def _scripts() -> dict[str, str]:
    """The letters, marks and digits of the scripts without spaces whose pairs the server cannot cut, with their
    script."""
    found = {character: script_of(character) for character in map(chr, chain.from_iterable(_BLOCKS))}
    return {
        character: script
        for character, script in found.items()
        if script in CLUSTER_SCRIPTS and unicodedata.category(character)[0] in "LMN"
    }


_SCRIPTS = _scripts()
_ANY = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uaa60-\uaa7f]")  # quick to say that there is none


def prepare(text: str) -> str:
    """A text for the server's analysers: cleaned, in simplified characters, "C++" as one word."""
    text = simplify(clean(text)).replace(_KHMER_SUBSCRIPT_DA, _KHMER_SUBSCRIPT_TA)
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
