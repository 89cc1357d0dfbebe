"""How well labels and probabilities were read: accuracy, F1, confusion, calibration, risk against coverage."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Pairs = Sequence[tuple[str, str]]
"""What was right and what was read, case by case."""
Certain = Sequence[tuple[float, bool]]
"""A confidence between 0 and 1, and whether it was right."""


def accuracy(pairs: Pairs) -> float | None:
    """The part that was read right."""
    return sum(right == read for right, read in pairs) / len(pairs) if pairs else None


def f1(pairs: Pairs, label: str) -> float | None:
    """The harmonic mean of precision and recall of one label; None when it neither occurs nor is read."""
    hits = sum(right == read == label for right, read in pairs)
    said, there = sum(read == label for _, read in pairs), sum(right == label for right, _ in pairs)
    return 2 * hits / (said + there) if said + there else None


def macro_f1(pairs: Pairs) -> float | None:
    """The mean F1 of the labels that occur."""
    labels = sorted({right for right, _ in pairs})
    values = [f1(pairs, label) or 0.0 for label in labels]
    return sum(values) / len(values) if values else None


def confusion(pairs: Pairs) -> dict[str, dict[str, int]]:
    """What was right (outer) against what was read (inner)."""
    counted = Counter(pairs)
    return {
        right: {read: n for (r, read), n in sorted(counted.items()) if r == right}
        for right in sorted({r for r, _ in pairs})
    }


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases of like confidence: how sure they were on average, and how many of them were right."""

    confidence: float
    right: float
    n: int


def calibration(certain: Certain, bins: int = 10) -> list[Bin]:
    """Confidence against what came true, in bins of equal width; empty bins are left out."""
    groups: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in certain:
        groups.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, right))
    return [
        Bin(math.fsum(c for c, _ in group) / len(group), sum(r for _, r in group) / len(group), len(group))
        for _, group in sorted(groups.items())
    ]


def calibration_error(certain: Certain, bins: int = 10) -> float | None:
    """How far confidence and truth lie apart on average (expected calibration error)."""
    if not certain:
        return None
    return math.fsum(b.n * abs(b.confidence - b.right) for b in calibration(certain, bins)) / len(certain)


def brier(certain: Certain) -> float | None:
    """The mean squared distance of confidence and truth."""
    return math.fsum((c - float(r)) ** 2 for c, r in certain) / len(certain) if certain else None


def risk_coverage(certain: Certain) -> list[tuple[float, float]]:
    """Coverage against risk: which part is answered when only the surest are, and which part of those is wrong."""
    ordered = sorted(certain, key=lambda pair: -pair[0])
    wrong, points = 0, []
    for answered, (_, right) in enumerate(ordered, 1):
        wrong += not right
        points.append((answered / len(ordered), wrong / answered))
    return points
