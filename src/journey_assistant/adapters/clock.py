"""The clock of the wall. Nothing else in the product asks the machine for the time."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """Answers the Clock port."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)
