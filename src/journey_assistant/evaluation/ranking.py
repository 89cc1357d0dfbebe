"""How good a ranking of articles is. Any of the right articles counts the same; all values lie between 0 and 1."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence


def reciprocal_rank(found: Sequence[str], right: Collection[str], k: int = 10) -> float:
    """One divided by the place of the first right article; 0 when none of the first ``k`` is right."""
    return next((1 / place for place, article in enumerate(found[:k], 1) if article in right), 0.0)


def recall(found: Sequence[str], right: Collection[str], k: int = 10) -> float:
    """Which part of the right articles is among the first ``k``."""
    return len(set(found[:k]) & set(right)) / len(set(right)) if right else 0.0


def success(found: Sequence[str], right: Collection[str], k: int = 1) -> float:
    """1 when one of the first ``k`` is right."""
    return float(any(article in right for article in found[:k]))


def ndcg(found: Sequence[str], right: Collection[str], k: int = 10) -> float:
    """Gain discounted by the logarithm of the place, against the best order there could be."""
    gains = math.fsum(1 / math.log2(place + 1) for place, article in enumerate(found[:k], 1) if article in right)
    best = math.fsum(1 / math.log2(place + 1) for place in range(1, min(len(set(right)), k) + 1))
    return gains / best if best else 0.0
