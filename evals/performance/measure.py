"""How times are taken: warm, many times, in CPU time of this process, so that a busy machine does not count."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the results: what was measured, its budget in words, the value in words, and whether it holds.

    ``holds`` is None where there is no budget, or where it could not be measured.
    """

    what: str
    budget: str
    measured: str
    share: float | None = None

    @property
    def verdict(self) -> str:
        """Kept or over, from the share of the budget that was used."""
        if self.share is None:
            return "–"
        return f"{self.share:.2f} of the budget" if self.share <= 1 else f"**{self.share:.2f} of the budget: over**"


def milliseconds(work: Callable[[], object], times: int, warm: int = 5) -> list[float]:
    """CPU milliseconds of each run, all threads together, after a few that do not count."""
    for _ in range(warm):
        work()
    taken = []
    for _ in range(times):
        began = process_time()
        work()
        taken.append((process_time() - began) * 1000)
    return taken


def side_by_side(first: Callable[[], object], second: Callable[[], object], times: int) -> tuple[float, float]:
    """Medians of two works that take turns, so that a busy machine slows both alike."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for work, own in zip((first, second), taken, strict=True):
            own += milliseconds(work, 1, warm=0)
    return p50(taken[0][times // 10 :]), p50(taken[1][times // 10 :])


def p50(taken: Sequence[float]) -> float:
    """The median."""
    return statistics.median(taken)


def percentile(taken: Sequence[float], share: float) -> float:
    """The value that this share of the runs does not exceed."""
    return sorted(taken)[min(len(taken) - 1, round(share * (len(taken) - 1)))]
