"""Joins the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from journey_assistant.ports import Clock


def build_clock() -> Clock:
    """The clock of the wall."""
    from journey_assistant.adapters.clock import SystemClock

    return SystemClock()
