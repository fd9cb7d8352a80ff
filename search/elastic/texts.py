"""What is sent for a text, on both sides: the server cuts and folds it, we do what the server cannot."""

from __future__ import annotations

import re

from search.analysis.cleaning import clean, has_han, simplify
from search.analysis.segmentation import CLUSTER_SCRIPTS, script_of, terms

# The scripts whose pairs we cut; most texts have none of them and need not be looked at more closely.
_CLUSTERED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uaa60-\uaa7f]")
_SIGNS = re.compile(r"(?<=[^\W_])[+#]+")
_NAMES = {"+": "_plus", "#": "_sharp"}
# Khmer writes the subscripts of TA and DA alike; the server's folding takes them for different letters.
_KHMER_SUBSCRIPT_DA, _KHMER_SUBSCRIPT_TA = "\u17d2\u178a", "\u17d2\u178f"


def prepare(text: str) -> str:
    """A text for the server's analysers: cleaned, in simplified characters, "C++" as one word."""
    text = simplify(clean(text)).replace(_KHMER_SUBSCRIPT_DA, _KHMER_SUBSCRIPT_TA)
    if "+" in text or "#" in text:
        text = _SIGNS.sub(lambda found: "".join(_NAMES[sign] for sign in found[0]) + " ", text)
    return text


def cluster_pairs(prepared: str) -> str:
    """The pairs of grapheme clusters of a prepared text, with spaces between them; empty where its scripts have
    none."""
    if not _CLUSTERED.search(prepared):
        return ""
    pairs = terms(prepared).pairs
    if has_han(prepared):  # whose pairs the server cuts
        pairs = tuple(pair for pair in pairs if pair and script_of(pair) in CLUSTER_SCRIPTS)
    return " ".join(pairs)


def han(prepared: str) -> str:
    """A prepared text if it has Chinese characters."""
    return prepared if has_han(prepared) else ""
