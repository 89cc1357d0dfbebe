"""The vectors of a knowledge base: its passages, each statement under its heading, and its articles as wholes."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from journey_assistant.domain.knowledge import ArticleId, Passage
from journey_assistant.knowledge.passages import plain, statements
from journey_assistant.ports import Encoder, Vector, VectorCache

Rows = NDArray[np.int64]
BATCH = 64


def passage_text(passage: Passage) -> str:
    """What is encoded for a passage: its title, heading and words."""
    parts = (passage.title, passage.heading, plain(passage.text))
    return ". ".join(part.rstrip(".") for part in parts[:2] if part) + ". " + parts[2]


def statement_texts(passage: Passage) -> list[str]:
    """What is encoded for each statement: under its heading, because "Up to 40" alone says nothing."""
    above = passage.heading or passage.title
    return [f"{above}: {statement}" for statement in statements(passage.text)]


class RememberingEncoder:
    """An encoder that encodes no text twice: what the cache knows is taken, what is new is kept by ``save``."""

    def __init__(self, encoder: Encoder, cache: VectorCache | None = None) -> None:
        self._encoder = encoder
        self._cache = cache
        self._known = cache.load(encoder.id) if cache else {}
        self._changed = False

    def encode(self, texts: Sequence[str]) -> Vector:
        """Unit vectors, one row a text. Raises PortError when the encoder fails."""
        if not texts:
            return np.zeros((0, self._encoder.dimension), dtype=np.float32)
        keys = [_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        # Texts of like length share a batch, so that little is padded.
        ordered = sorted(missing, key=lambda key: len(missing[key]))
        for start in range(0, len(ordered), BATCH):
            batch = ordered[start : start + BATCH]
            self._known.update(zip(batch, _kept(self._encoder.encode([missing[key] for key in batch])), strict=True))
        self._changed = self._changed or bool(missing)
        return np.ascontiguousarray([self._known[key] for key in keys], dtype=np.float32)

    def save(self) -> None:
        """Hands what is new to the cache. Raises PortError when it cannot be written."""
        if self._cache and self._changed:
            self._cache.save(self._encoder.id, self._known)
            self._changed = False


def _kept(fresh: Vector) -> Vector:
    """Fresh vectors as a cache gives them back, in half precision: the first run must decide like every later one."""
    return fresh.astype(np.float16).astype(np.float32)


class KnowledgeVectors:
    """Unit vectors in blocks: one row a passage, ``starts[i]:starts[i + 1]`` the statements of passage i."""

    def __init__(self, passages: Sequence[Passage], encoder: RememberingEncoder) -> None:
        """Encodes what is not remembered. Raises PortError when the encoder fails."""
        told = [statement_texts(passage) for passage in passages]
        self.passages: Vector = encoder.encode([passage_text(passage) for passage in passages])
        self.statements = encoder.encode([text for group in told for text in group]).astype(np.float16)
        self._starts: Rows = np.cumsum([0, *(len(group) for group in told)]).astype(np.int64)
        numbers: dict[ArticleId, int] = {}
        self._article_of: Rows = np.array([numbers.setdefault(p.article_id, len(numbers)) for p in passages], np.int64)
        self._articles = _means(self.passages, self._article_of)

    def passage_likeness(self, rows: Rows, vector: Vector) -> Vector:
        """Cosine of each passage with a vector."""
        return np.asarray(self.passages[rows] @ vector, dtype=np.float32)

    def article_likeness(self, rows: Rows, vector: Vector) -> Vector:
        """Cosine of each passage's whole article with a vector."""
        return np.asarray(self._articles[self._article_of[rows]] @ vector, dtype=np.float32)

    def best_statement(self, rows: Rows, vector: Vector) -> Vector:
        """Cosine of the nearest statement of each passage; -1 for a passage without one."""
        counts = self._starts[rows + 1] - self._starts[rows]
        best = np.full(len(rows), -1.0, dtype=np.float32)
        told = counts > 0
        if told.any():
            ends = np.cumsum(counts)
            wanted = np.arange(ends[-1]) + np.repeat(self._starts[rows] - (ends - counts), counts)
            likeness = self.statements[wanted].astype(np.float32) @ vector
            best[told] = np.maximum.reduceat(likeness, (ends - counts)[told])
        return best

    def statement_likeness(self, row: int, vector: Vector) -> Vector:
        """Cosine of each statement of one passage, in reading order."""
        block = self.statements[self._starts[row] : self._starts[row + 1]]
        return np.asarray(block.astype(np.float32) @ vector, dtype=np.float32)


def _key(text: str) -> str:
    return blake2b(text.encode(), digest_size=12).hexdigest()


def _means(vectors: Vector, group: Rows) -> Vector:
    sums = np.zeros((int(group.max(initial=0)) + 1, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, group, vectors)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(sums / np.maximum(lengths, 1e-9), dtype=np.float32)
