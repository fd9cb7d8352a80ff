"""Texts as vectors, by a model on this machine: an optional help beside concepts and words.

Needs the extra `embeddings` (onnxruntime, tokenizers, numpy) and a folder with `model.onnx` and `tokenizer.json`, as
sentence-transformers models are published.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from search.errors import SearchError

LONGEST = 256  # tokens of a text that count
BATCH = 32

Vector = tuple[float, ...]


class ModelMissing(SearchError):
    """The folder does not hold a model that can be used; the message says what is missing."""


class Embedder(Protocol):
    """Turns texts into vectors of length 1, so that the product of two says how close they are in meaning."""

    name: str
    dimensions: int

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """One vector for each text."""


class OnnxEmbedder:
    """A sentence-transformers model in ONNX form: mean of the token vectors, scaled to length 1."""

    def __init__(self, folder: Path) -> None:
        """Raises `ModelMissing`."""
        model = next((path for path in (folder / "model.onnx", folder / "onnx" / "model.onnx") if path.is_file()), None)
        tokenizer = folder / "tokenizer.json"
        if model is None or not tokenizer.is_file():
            raise ModelMissing(f"{folder}: needs model.onnx and tokenizer.json")
        try:
            from onnxruntime import InferenceSession
            from tokenizers import Tokenizer
        except ImportError as error:
            raise ModelMissing(f"{error.name} is not installed: pip install with the extra “embeddings”") from error
        self.name = _name(folder)
        self._session = InferenceSession(str(model), providers=["CPUExecutionProvider"])
        self._inputs = {item.name for item in self._session.get_inputs()}
        self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding()
        self.dimensions = len(self.embed(["dimensions"])[0])

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """One vector for each text."""
        return [
            vector
            for start in range(0, len(texts), BATCH)
            for vector in self._embed_batch(texts[start : start + BATCH])
        ]

    def _embed_batch(self, texts: Sequence[str]) -> list[Vector]:
        import numpy as np

        encoded = self._tokenizer.encode_batch(list(texts))
        fields = {
            "input_ids": [item.ids for item in encoded],
            "attention_mask": [item.attention_mask for item in encoded],
            "token_type_ids": [item.type_ids for item in encoded],
        }
        given = {name: np.array(rows, dtype=np.int64) for name, rows in fields.items() if name in self._inputs}
        tokens = self._session.run(None, given)[0]
        mask = np.array(fields["attention_mask"], dtype=np.float32)[:, :, None]
        means = (tokens * mask).sum(axis=1) / mask.sum(axis=1).clip(min=1)
        lengths = np.linalg.norm(means, axis=1, keepdims=True).clip(min=1e-9)
        return [tuple(map(float, vector)) for vector in means / lengths]


def _name(folder: Path) -> str:
    """What the model is called: in its configuration, else its folder."""
    try:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        config = {}
    return str(config.get("_name_or_path") or folder.name)
