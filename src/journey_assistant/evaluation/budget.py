"""What a run of suites may use: money, tokens, time. When one is used up, no further case is begun."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any


@dataclass
class Budget:
    """Limits of a run (None = none) and what was used so far."""

    usd: float | None = None
    tokens: int | None = None
    seconds: float | None = None
    timer: Callable[[], float] = field(default=monotonic, repr=False)
    spent_usd: float = 0.0
    spent_tokens: int = 0

    def __post_init__(self) -> None:
        self._began = self.timer()

    def spend(self, run: Mapping[str, Any]) -> None:
        """Counts what one run used."""
        self.spent_usd += float(run.get("cost_usd") or 0)
        self.spent_tokens += int(run.get("tokens") or 0)

    @property
    def used_up(self) -> str | None:
        """Which limit was reached, in words; None while there is room."""
        if self.usd is not None and self.spent_usd >= self.usd:
            return f"{self.spent_usd:.4f} of {self.usd} USD are spent"
        if self.tokens is not None and self.spent_tokens >= self.tokens:
            return f"{self.spent_tokens} of {self.tokens} tokens are spent"
        if self.seconds is not None and self.timer() - self._began >= self.seconds:
            return f"{self.seconds:g} seconds are over"
        return None
