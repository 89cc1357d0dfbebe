"""The learned half of reading needs: a small network over the encoder's vector and the words, as data in the package.

The vector says what a sentence is about, the words how it is put ("please ..." or "how do I ..."). Trained by
``training/needs.py``; what it was trained on and how well it reads stands in the card beside that.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from journey_assistant.domain.needs import NeedCode
from journey_assistant.errors import ConfigurationError
from journey_assistant.perception.sentences import fold
from journey_assistant.ports import Vector

HEAD_FILE = Path(__file__).with_name("needs_head.npz")
WORDINGS = 4096
"""Buckets for words and pairs of words."""
_WEIGHTS = ("hidden", "hidden_bias", "out", "out_bias", "wordings")
_WORD = re.compile(r"[^\W_]+(?:'\w+)?")


@dataclass(frozen=True, slots=True)
class NeedsHead:
    """One hidden layer over unit vectors plus one weight per wording.

    ``thresholds`` says from which probability a code counts as read.
    """

    codes: tuple[NeedCode, ...]
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    out_bias: NDArray[np.float32]
    wordings: NDArray[np.float32]
    thresholds: Mapping[NeedCode, float]

    @property
    def dimension(self) -> int:
        """The length of the vectors it reads."""
        return int(self.hidden.shape[0])

    def probabilities(self, vectors: Vector, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row per text, one column per code of ``codes``; the columns are independent of each other."""
        inner = np.maximum(vectors @ self.hidden + self.hidden_bias, 0)
        by_words = np.stack([self._by_words(text) for text in texts])
        return np.asarray(1 / (1 + np.exp(-(inner @ self.out + self.out_bias + by_words))), dtype=np.float32)

    def _by_words(self, text: str) -> NDArray[np.float32]:
        buckets = wordings_of(text)
        total: NDArray[np.float32] = self.wordings[buckets].sum(axis=0) / np.float32(max(len(buckets), 1) ** 0.5)
        return total

    def save(self, path: Path = HEAD_FILE) -> None:
        """Write the head as package data, in half precision."""
        np.savez_compressed(
            path,
            codes=np.array([code.value for code in self.codes]),
            thresholds=np.array([self.thresholds[code] for code in self.codes], dtype=np.float32),
            **{name: getattr(self, name).astype(np.float16) for name in _WEIGHTS},
        )


def wordings_of(text: str) -> list[int]:
    """The buckets of the words and pairs of words in a text; beginning and end count as words."""
    words = ["<", *_WORD.findall(fold(text)), ">"]
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    return sorted({zlib.crc32(wording.encode()) % WORDINGS for wording in (*words[1:-1], *pairs)})


@cache
def shipped_head(path: Path = HEAD_FILE) -> NeedsHead | None:
    """The head in the package, None when there is none. Raises ConfigurationError when the file is broken."""
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as stored:
            codes = tuple(NeedCode(code) for code in stored["codes"].tolist())
            hidden, hidden_bias, out, out_bias, wordings = (stored[name].astype(np.float32) for name in _WEIGHTS)
            thresholds = dict(zip(codes, stored["thresholds"].tolist(), strict=True))
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"{path.name} cannot be read: {error}") from error
    return NeedsHead(codes, hidden, hidden_bias, out, out_bias, wordings, thresholds)
