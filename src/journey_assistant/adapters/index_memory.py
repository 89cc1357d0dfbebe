"""The dense index as one matrix in memory: exact, and for many entries so nearly exact that text cannot tell.

A full comparison reads 1.5 kB an entry; at a hundred thousand that is what a question waits for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from journey_assistant.errors import PortError
from journey_assistant.ports import IndexEntry, IndexHit, Vector

PORT = "dense index"
MANY = 20_000
"""From this many entries on, a sketch of each vector chooses those that are compared in full."""
SKETCH = 64
LOOKED_AT = 2_000
SAMPLE = 4_000


class MemoryDenseIndex:
    """Rows of unit vectors in one contiguous block; facts as columns of small numbers, so that filters are cheap."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._ids: list[str] = []
        self._row: dict[str, int] = {}
        self._matrix: Vector = np.zeros((0, dimension), dtype=np.float32)
        self._facts: list[Mapping[str, str]] = []
        self._columns: dict[str, tuple[dict[str, int], NDArray[np.int32]]] = {}
        self._sketch: tuple[Vector, Vector] | None = None

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
        self._sketch = None

    def query(self, vector: Vector, k: int, where: Mapping[str, Collection[str]] | None = None) -> list[IndexHit]:
        """The nearest entries by cosine, nearest first; equals in the order in which they were added."""
        if vector.shape != (self._dimension,):
            raise PortError(f"the vector has not {self._dimension} dimensions", port=PORT, retryable=False)
        vector = np.asarray(vector, dtype=np.float32)
        rows = self._rows_to_compare(vector, self._allowed(where), k)
        likeness = self._matrix[rows] @ vector
        near = np.lexsort((rows, -likeness))[:k]
        return [
            IndexHit(self._ids[row], float(value), self._facts[row])
            for row, value in zip(rows[near], likeness[near], strict=True)
        ]

    def _allowed(self, where: Mapping[str, Collection[str]] | None) -> NDArray[np.bool_]:
        allowed = np.ones(len(self._ids), dtype=bool)
        for name, values in (where or {}).items():
            numbers, column = self._column(name)
            allowed &= np.isin(column, [numbers[value] for value in values if value in numbers])
        return allowed

    def _rows_to_compare(self, vector: Vector, allowed: NDArray[np.bool_], k: int) -> NDArray[np.intp]:
        """All that are allowed, or of very many those whose sketches are nearest."""
        enough = max(LOOKED_AT, 10 * k)
        if len(self._ids) < MANY or int(allowed.sum()) <= enough:
            return np.flatnonzero(allowed)
        axes, sketches = self._sketched()
        roughly = np.where(allowed, sketches @ (axes @ vector), -np.inf)
        return np.sort(np.argpartition(-roughly, enough)[:enough])

    def _sketched(self) -> tuple[Vector, Vector]:
        """The axes along which the vectors differ most, and every vector along them."""
        if self._sketch is None:
            sample = self._matrix[:: max(1, len(self._ids) // SAMPLE)]
            _, axes = np.linalg.eigh(sample.T @ sample)
            main = np.ascontiguousarray(axes[:, -SKETCH:].T, dtype=np.float32)
            self._sketch = (main, np.ascontiguousarray(self._matrix @ main.T))
        return self._sketch

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
