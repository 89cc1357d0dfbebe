"""Hidden states of the frozen lower half, computed once by the quantised graph the product runs."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnxruntime
from base import DIMENSION
from tokenizers import Tokenizer

MAX_TRAINING_TOKENS = 96


class StateCache:
    """Token states of every text, kept on disk; asking again for the same texts costs nothing."""

    def __init__(self, graph: Path, tokenizer: Path, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(graph), options)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TRAINING_TOKENS)
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def read(self, texts: list[str], name: str) -> list[np.ndarray]:
        """One float16 array (tokens, DIMENSION) a text, in order."""
        key = hashlib.sha256("\x1e".join(texts).encode()).hexdigest()[:16]
        flat_path, sizes_path = (self._folder / f"{name}-{key}.{kind}.npy" for kind in ("states", "sizes"))
        if not sizes_path.exists():
            states = [self._one(text) for text in texts]
            np.save(flat_path, np.concatenate(states))
            np.save(sizes_path, np.array([len(s) for s in states]))
        flat, sizes = np.load(flat_path, mmap_mode="r"), np.load(sizes_path)
        ends = np.cumsum(sizes)
        return [flat[end - size : end] for end, size in zip(ends, sizes, strict=True)]

    def _one(self, text: str) -> np.ndarray:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        (states,) = self._session.run(["states"], feed)
        return np.asarray(states)[0].reshape(-1, DIMENSION).astype(np.float16)
