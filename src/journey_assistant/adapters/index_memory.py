"""The dense index as one matrix in memory: exact, and fast enough for a hundred thousand passages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from journey_assistant.errors import PortError
from journey_assistant.ports import IndexEntry, IndexHit, Vector

PORT = "dense index"


class MemoryDenseIndex:
    """Rows of unit vectors in one contiguous block; facts as columns of small numbers, so that filters are cheap."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._ids: list[str] = []
        self._row: dict[str, int] = {}
        self._matrix: Vector = np.zeros((0, dimension), dtype=np.float32)
        self._facts: list[Mapping[str, str]] = []
        self._columns: dict[str, tuple[dict[str, int], NDArray[np.int32]]] = {}

    def upsert(self, entries: Sequence[IndexEntry]) -> None:
        """Adds or replaces entries. Raises PortError for a vector of another dimension."""
        if not entries:
            return
        if any(entry.vector.shape != (self._dimension,) for entry in entries):
            raise PortError(f"a vector has not {self._dimension} dimensions", port=PORT, retryable=False)
        newest = {entry.id: entry for entry in entries}
        self.delete(newest.keys() & self._row.keys())
        self._matrix = np.vstack([self._matrix, [entry.vector for entry in newest.values()]]).astype(np.float32)
        self._ids.extend(newest)
        self._facts.extend(dict(entry.facts) for entry in newest.values())
        self._renumber()

    def delete(self, ids: Iterable[str]) -> None:
        """Removes entries; unknown ids are ignored."""
        gone = {self._row[name] for name in ids if name in self._row}
        if gone:
            kept = [row for row in range(len(self._ids)) if row not in gone]
            self._matrix = np.ascontiguousarray(self._matrix[kept])
            self._ids = [self._ids[row] for row in kept]
            self._facts = [self._facts[row] for row in kept]
            self._renumber()

    def _renumber(self) -> None:
        self._row = {name: row for row, name in enumerate(self._ids)}
        self._columns.clear()

    def query(self, vector: Vector, k: int, where: Mapping[str, Collection[str]] | None = None) -> list[IndexHit]:
        """The nearest entries by cosine, nearest first; equals in the order in which they were added."""
        if vector.shape != (self._dimension,):
            raise PortError(f"the vector has not {self._dimension} dimensions", port=PORT, retryable=False)
        likeness = self._matrix @ np.asarray(vector, dtype=np.float32)
        for name, allowed in (where or {}).items():
            values, column = self._column(name)
            wanted = [values[value] for value in allowed if value in values]
            likeness = np.where(np.isin(column, wanted), likeness, -np.inf)
        k = min(k, len(self._ids))
        near = np.argpartition(-likeness, k - 1)[:k] if 0 < k < len(self._ids) else np.arange(len(self._ids))
        near = near[np.lexsort((near, -likeness[near]))][:k]
        return [
            IndexHit(self._ids[row], float(likeness[row]), self._facts[row])
            for row in near
            if np.isfinite(likeness[row])
        ]

    def _column(self, name: str) -> tuple[dict[str, int], NDArray[np.int32]]:
        if name not in self._columns:
            values: dict[str, int] = {}
            numbers = [values.setdefault(facts.get(name, ""), len(values)) for facts in self._facts]
            self._columns[name] = (values, np.array(numbers, dtype=np.int32))
        return self._columns[name]

    def count(self) -> int:
        """How many entries there are."""
        return len(self._ids)

    def ids(self) -> frozenset[str]:
        """The ids of all entries."""
        return frozenset(self._ids)

    def close(self) -> None:
        """Nothing to release."""
