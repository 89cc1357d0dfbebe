"""An encoder of hashed words and letter groups: no model, no download, same vectors everywhere.

It stands in for the real encoder in tests and when that one is missing; it sees shared words and spelling, not
meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b

import numpy as np

from journey_assistant.ports import EncodedText, Vector

_WORD = re.compile(r"[^\W_]+")


class HashingEncoder:
    """Bag of hashed words and letter trigrams, signed and normalised."""

    def __init__(self, dimension: int = 256) -> None:
        self._dimension = dimension

    @property
    def id(self) -> str:
        """Changes with the dimension."""
        return f"hashing-{self._dimension}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def read(self, text: str) -> EncodedText:
        """The vector of one text; there are no features for a sentiment head."""
        return EncodedText(text=text, vector=self.encode([text])[0])

    def encode(self, texts: Sequence[str]) -> Vector:
        """Unit vectors; a text without a word is the zero vector."""
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for feature, weight in _features(text):
                digest = int.from_bytes(blake2b(feature.encode(), digest_size=8).digest(), "big")
                vectors[row, digest % self._dimension] += weight if digest >> 63 else -weight
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(lengths, 1e-9)
        return vectors


def _features(text: str) -> Iterator[tuple[str, float]]:
    for word in _WORD.findall(text.casefold()):
        weight = 1.0 if len(word) > 3 else 0.3
        yield word, weight
        padded = f"^{word}$"
        for start in range(len(padded) - 2):
            yield "~" + padded[start : start + 3], 0.3 * weight
