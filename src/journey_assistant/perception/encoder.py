"""The embedded encoder: one pass over a text gives its vector and what the sentiment head needs.

The model lies beside this file (see its MODEL_CARD.md) and is opened at the first text, not at import.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from journey_assistant.errors import PortError
from journey_assistant.ports import EncodedText, Vector

MODEL_FOLDER = Path(__file__).parent / "model"
CACHED_TEXTS = 256
LONGEST_TEXT = 20_000
"""Characters looked at; of anything longer the beginning and the end."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the model folder says about itself; ``details`` holds calibration and figures for other readers."""

    id: str
    dimension: int
    max_tokens: int
    sha256: dict[str, str]
    details: dict[str, Any]


def read_manifest(folder: Path = MODEL_FOLDER) -> Manifest:
    """The manifest of a model folder. Raises PortError when it is missing or unreadable."""
    path = folder / "manifest.json"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(raw["id"], int(raw["dimension"]), int(raw["max_tokens"]), dict(raw["sha256"]), raw)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PortError(f"no usable model manifest at {path}: {error}", port="encoder", retryable=False) from error


class OnnxEncoder:
    """MiniLM in int8, run by onnxruntime. Safe to share between threads; equal texts give equal vectors."""

    def __init__(self, folder: Path = MODEL_FOLDER, threads: int = 1) -> None:
        self._folder = folder
        self._threads = threads
        self._manifest: Manifest | None = None
        self._engine: _Engine | None = None
        self._opening = threading.Lock()
        self._recent: OrderedDict[str, EncodedText] = OrderedDict()

    @property
    def id(self) -> str:
        """Name of the vectors: an index built under another id must be rebuilt."""
        return self.manifest.id

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return self.manifest.dimension

    @property
    def manifest(self) -> Manifest:
        """What the model folder says about itself. Raises PortError when there is none."""
        if self._manifest is None:
            self._manifest = read_manifest(self._folder)
        return self._manifest

    def read(self, text: str) -> EncodedText:
        """One pass: unit vector and mood logits. The last few hundred texts are remembered. Raises PortError."""
        known = self._recent.get(text)
        if known is None:
            vector, mood = self._opened().run(text)
            known = EncodedText(text, vector, mood)
            self._remember(known)
        return known

    def encode(self, texts: Sequence[str]) -> Vector:
        """Unit vectors, one row a text, in order. Raises PortError.

        Every text is run alone: int8 activations are scaled per run, so in a shared run a text's vector
        would depend on its neighbours, and an index on the order of ingest.
        """
        engine = self._opened()
        rows = [engine.run(text)[0] for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)

    def _remember(self, encoded: EncodedText) -> None:
        with self._opening:
            self._recent[encoded.text] = encoded
            while len(self._recent) > CACHED_TEXTS:
                self._recent.popitem(last=False)

    def _opened(self) -> _Engine:
        with self._opening:
            if self._engine is None:
                self._engine = _Engine(self._folder, self.manifest, self._threads)
            return self._engine


class _Engine:
    """The opened model file and tokenizer."""

    def __init__(self, folder: Path, manifest: Manifest, threads: int) -> None:
        for name, expected in manifest.sha256.items():
            _verify(folder / name, expected)
        try:
            import onnxruntime
            from tokenizers import Tokenizer

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:
            raise PortError(f"cannot open the model in {folder}: {error}", port="encoder", retryable=False) from error
        self._max_tokens = manifest.max_tokens

    def run(self, text: str) -> tuple[Vector, Vector]:
        ids = np.array([self._token_ids(text)], dtype=np.int64)
        try:
            vector, mood = self._session.run(
                ["vector", "mood"], {"input_ids": ids, "attention_mask": np.ones_like(ids)}
            )
        except Exception as error:
            raise PortError(f"the model failed on a text: {error}", port="encoder", retryable=False) from error
        return _frozen(vector[0]), _frozen(mood[0])

    def _token_ids(self, text: str) -> list[int]:
        """Token ids; of a text that is too long the beginning and the end, where people put what they want."""
        if len(text) > LONGEST_TEXT:
            text = f"{text[: LONGEST_TEXT // 2]} {text[-LONGEST_TEXT // 2 :]}"
        whole = text.encode("utf-8", "replace").decode("utf-8")  # half an emoji is no text to the tokenizer
        ids: list[int] = self._tokenizer.encode(whole).ids
        if len(ids) <= self._max_tokens:
            return ids
        half = self._max_tokens // 2
        return ids[:half] + ids[half - self._max_tokens :]


def _frozen(row: Any) -> Vector:
    """A row as float32 that nobody can change in the cache."""
    values = np.ascontiguousarray(row, dtype=np.float32)
    values.flags.writeable = False
    return values


def _verify(path: Path, expected: str) -> None:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise PortError(f"model file {path} cannot be read: {error}", port="encoder", retryable=False) from error
    if found != expected:
        raise PortError(
            f"model file {path} is damaged (sha256 {found[:12]}…, expected {expected[:12]}…)",
            port="encoder",
            retryable=False,
        )
