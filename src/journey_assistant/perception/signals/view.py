"""SignalView: what a signal function may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from journey_assistant.domain.activity import plan_of
from journey_assistant.domain.company import Company
from journey_assistant.domain.customer import Customer
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.sentiment import Sentiment, TextReading
from journey_assistant.domain.signal_rules import DEFAULT_SIGNAL_RULES, SignalRules
from journey_assistant.domain.signals import Signal
from journey_assistant.domain.timeline import Event, Timeline

MESSAGE_EVIDENCE = "moment"
"""Stands in the evidence for the moment's own message, which is not an event yet."""


@dataclass(frozen=True, slots=True)
class SignalView:
    """A snapshot with its readings and the rules. ``message`` is the mood of the moment's message, if there is one."""

    snapshot: Snapshot
    readings: tuple[TextReading, ...] = ()
    rules: SignalRules = DEFAULT_SIGNAL_RULES
    company: Company = field(default_factory=Company)
    message: Sentiment | None = None
    reason_of: Callable[[str], str] | None = None
    alike: Callable[[str, str], bool] | None = None

    @property
    def now(self) -> datetime:
        """The time of the decision; nothing later counts."""
        return self.snapshot.now_at

    @property
    def timeline(self) -> Timeline:
        """The customer's events."""
        return self.snapshot.timeline

    @property
    def customer(self) -> Customer:
        """Whose timeline it is."""
        return self.snapshot.customer

    @property
    def plan(self) -> str | None:
        """The plan the customer is on, None for none."""
        return plan_of(self.customer, self.timeline, self.now)

    def remembered(self, *types: str) -> list[Event]:
        """Events of the types within the rules' memory, oldest first."""
        return self.timeline.within(self.rules.memory, self.now, *types)

    def newest(self, type_: str) -> Event | None:
        """The newest event of a type within the rules' memory, or None."""
        event = self.timeline.newest(type_, until=self.now)
        return event if event is not None and self.now - event.at <= self.rules.memory else None


def signal(name: str, events: Iterable[Event | str], at: datetime | None = None, /, **facts: Any) -> Signal:
    """A signal with the ids of its events; ``at`` defaults to the time of the last event."""
    behind = list(events)
    ids = tuple(dict.fromkeys(e if isinstance(e, str) else str(e.id) for e in behind))
    times = [e.at for e in behind if isinstance(e, Event)]
    return Signal(name, ids, facts, at or max(times, default=None))
