"""HandoffSummary: what a colleague must know before the transcript, built without a model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Priority(StrEnum):
    """How soon a person should look."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    def raised(self) -> Priority:
        """One step up; urgent stays urgent."""
        steps = list(Priority)
        return steps[min(steps.index(self) + 1, len(steps) - 1)]


@dataclass(frozen=True, slots=True)
class SummaryEntry:
    """One line of the summary with the id of the message, event or record it was taken from."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class HandoffSummary:
    """Goal, facts, what was tried and promised, mood, channel, next step, and why this colleague."""

    goal: str = ""
    facts: tuple[SummaryEntry, ...] = ()
    tried: tuple[SummaryEntry, ...] = ()
    promised: tuple[SummaryEntry, ...] = ()
    sentiment: str = "neutral"
    preferred_channel: str = ""
    next_step: str = ""
    why_you: str = ""
