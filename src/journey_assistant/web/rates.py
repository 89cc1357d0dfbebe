"""How often somebody may ask: token buckets per customer, network address and tenant."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_BUCKETS = 20_000
"""So many callers are remembered; who asked longest ago is forgotten first, with a bucket that has filled again."""

_ROUNDING = 1e-9


class TooOften(Exception):
    """Asked too often; ``retry_after_s`` whole seconds later the next request will do."""

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"too many requests: try again in {retry_after_s} s")


@dataclass(slots=True)
class _Bucket:
    left: float
    seen_at: float


class Rate:
    """So many a minute for each caller; a caller who was quiet for a minute may ask them all at once."""

    def __init__(self, per_minute: int, seconds: Callable[[], float], *, most: int = MOST_BUCKETS) -> None:
        self._full, self._per_second = float(per_minute), per_minute / 60
        self._seconds, self._most = seconds, most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, caller: str) -> None:
        """Counts one request. Raises TooOften, which costs nothing, when the caller has none left."""
        now = self._seconds()
        bucket = self._buckets.pop(caller, None) or _Bucket(self._full, now)
        bucket.left = min(self._full, bucket.left + max(0.0, now - bucket.seen_at) * self._per_second)
        bucket.seen_at = now
        self._buckets[caller] = bucket
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        if bucket.left < 1 - _ROUNDING:
            raise TooOften(max(1, math.ceil((1 - bucket.left) / self._per_second)))
        bucket.left -= 1


@dataclass(frozen=True, slots=True)
class Rates:
    """The three limits of the service."""

    customer: Rate
    address: Rate
    tenant: Rate
