"""Numbers that come in as properties of events, whatever was sent."""

from __future__ import annotations

from math import isfinite
from typing import Any


def number_of(value: Any) -> float | None:
    """A property as a finite number, or None. Truth values are no numbers; text such as ``"89.00"`` is read."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if isfinite(number) else None
