"""The dense index as one matrix in memory: exact, and for many entries so nearly exact that text cannot tell.

A full comparison reads 1.5 kB an entry; at a hundred thousand that is what a question waits for. So many are put
into cells of like vectors: a question reads the sketches of the nearest cells and compares the best of those in full.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from journey_assistant.errors import PortError
from journey_assistant.ports import IndexEntry, IndexHit, Vector

PORT = "dense index"
MANY = 20_000
"""From this many entries on, a question is compared with those of the nearest cells only."""
SKETCH = 64
SAMPLE = 8_000
ROUNDS = 4
SHARE_READ = 0.1
"""Part of the entries whose sketches a question reads."""
COMPARED = 800
"""Entries that are compared in full; never fewer than four times the wanted number."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Entries in groups of like vectors.

    ``axes``: those along which the vectors differ most; ``centres`` and ``sketches`` are told along them. The rows of
    cell i are ``rows[starts[i]:starts[i + 1]]``, their sketches stand in the same places.
    """

    axes: Vector
    centres: Vector
    starts: NDArray[np.intp]
    rows: NDArray[np.intp]
    sketches: Vector

    @classmethod
    def of(cls, matrix: Vector) -> Cells:
        """As many cells as a cell has entries; the same for the same vectors."""
        sample = matrix[:: max(1, len(matrix) // SAMPLE)]
        _, axes = np.linalg.eigh(sample.T @ sample)
        main = np.ascontiguousarray(axes[:, -SKETCH:].T, dtype=np.float32)
        sketches, drawn = matrix @ main.T, sample @ main.T
        centres = drawn[:: max(1, len(drawn) // int(len(matrix) ** 0.5))]
        for _ in range(ROUNDS):
            nearest = _nearest(drawn, centres)
            sums = np.zeros_like(centres)
            np.add.at(sums, nearest, drawn)
            counts = np.bincount(nearest, minlength=len(centres))[:, None]
            centres = np.where(counts > 0, sums / np.maximum(counts, 1), centres).astype(np.float32)
        cell = _nearest(sketches, centres)
        rows = np.argsort(cell, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=len(centres)))])
        return cls(main, centres, starts, rows, np.ascontiguousarray(sketches[rows]))

    def near(self, vector: Vector, most: int, allowed: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Rows that are allowed and probably the nearest, at most so many, out of the cells that are nearest."""
        told = self.axes @ vector
        order = np.argsort(_distance(told[None], self.centres)[0], kind="stable")
        read = np.cumsum((self.starts[1:] - self.starts[:-1])[order])
        wanted = max(SHARE_READ * len(self.rows), most)
        chosen = np.sort(order[: int(np.searchsorted(read, wanted)) + 1])
        cells = [slice(self.starts[cell], self.starts[cell + 1]) for cell in chosen]
        rows = np.concatenate([self.rows[cell] for cell in cells])
        roughly = np.concatenate([self.sketches[cell] @ told for cell in cells])
        roughly[~allowed[rows]] = -np.inf
        if len(rows) > most:
            best = np.argpartition(-roughly, most)[:most]
            rows, roughly = rows[best], roughly[best]
        return np.sort(rows[roughly > -np.inf])


def _nearest(vectors: Vector, centres: Vector, block: int = 8_192) -> NDArray[np.intp]:
    """The number of the nearest centre for each vector."""
    parts = [_distance(vectors[at : at + block], centres).argmin(axis=1) for at in range(0, len(vectors), block)]
    return np.concatenate(parts)


def _distance(vectors: Vector, centres: Vector) -> Vector:
    """Squared distances, less what is the same for all centres."""
    return np.asarray((centres**2).sum(axis=1) - 2 * (vectors @ centres.T), dtype=np.float32)


class MemoryDenseIndex:
    """Rows of unit vectors in one contiguous block; facts as columns of small numbers, so that filters are cheap."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._ids: list[str] = []
        self._row: dict[str, int] = {}
        self._matrix: Vector = np.zeros((0, dimension), dtype=np.float32)
        self._facts: list[Mapping[str, str]] = []
        self._columns: dict[str, tuple[dict[str, int], NDArray[np.int32]]] = {}
        self._cells: Cells | None = None

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
        self._cells = None

    def query(self, vector: Vector, k: int, where: Mapping[str, Collection[str]] | None = None) -> list[IndexHit]:
        """The nearest entries by cosine, nearest first; equals in the order in which they were added."""
        if vector.shape != (self._dimension,):
            raise PortError(f"the vector has not {self._dimension} dimensions", port=PORT, retryable=False)
        vector = np.asarray(vector, dtype=np.float32)
        rows = self._rows_to_compare(vector, self._allowed(where), k)
        likeness = self._matrix[rows] @ vector
        near = np.lexsort((rows, -likeness))[:k]
        return [IndexHit(self._ids[row], float(value)) for row, value in zip(rows[near], likeness[near], strict=True)]

    def _allowed(self, where: Mapping[str, Collection[str]] | None) -> NDArray[np.bool_]:
        allowed = np.ones(len(self._ids), dtype=bool)
        for name, values in (where or {}).items():
            numbers, column = self._column(name)
            allowed &= np.isin(column, [numbers[value] for value in values if value in numbers])
        return allowed

    def _rows_to_compare(self, vector: Vector, allowed: NDArray[np.bool_], k: int) -> NDArray[np.intp]:
        """All that are allowed, or of very many those whose cells and sketches are nearest."""
        most = max(COMPARED, 4 * k)
        if len(self._ids) < MANY or int(allowed.sum()) <= max(most, int(SHARE_READ * len(self._ids))):
            return np.flatnonzero(allowed)
        if self._cells is None:
            self._cells = Cells.of(self._matrix)
        return self._cells.near(vector, most, allowed)

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
