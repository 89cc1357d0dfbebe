"""Snooze: a draft is put aside until a time, or until something happens; it always comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from journey_assistant.domain.activity import newest_activity
from journey_assistant.domain.tickets import open_tickets
from journey_assistant.domain.timeline import Timeline

LONGEST = timedelta(days=30)
"""No draft is put aside for longer; its facts would be old."""


class WakeOn(StrEnum):
    """What brings a draft back before its time."""

    TIME = "time"
    TICKET_CLOSED = "ticket_closed"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class Snooze:
    """From when, until when at the latest, and what ends it before."""

    since_at: datetime
    until_at: datetime
    on: WakeOn = WakeOn.TIME

    def is_over(self, timeline: Timeline, now: datetime) -> str:
        """Why it is over at ``now``; empty while it lasts."""
        if now >= self.until_at:
            return "its time came"
        match self.on:
            case WakeOn.TICKET_CLOSED if not open_tickets(timeline, now):
                return "no ticket is open any more"
            case WakeOn.ACTIVITY if _acted(timeline, self.since_at, now):
                return "the customer is active again"
        return ""


def _acted(timeline: Timeline, since: datetime, now: datetime) -> bool:
    newest = newest_activity(timeline, now)
    return newest is not None and newest.at > since
