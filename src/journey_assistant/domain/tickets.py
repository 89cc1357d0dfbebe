"""Tickets: which are open, what they are about, and whether an upset customer has recovered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from journey_assistant.domain.numbers import number_of
from journey_assistant.domain.sentiment import TextReading
from journey_assistant.domain.signal_rules import SignalRules
from journey_assistant.domain.timeline import Event, Timeline

MOST_TICKETS = 200
"""Tickets that are looked at, newest first: more than anybody has open, and a bound for the cost."""
CLOSING = ("ticket_closed", "ticket_resolved", "ticket_solved")
UPSET_LABELS = frozenset({
    "negative", "very_negative", "frustrated", "angry", "upset", "annoyed", "furious", "disappointed", "unhappy",
    "irritated",
})  # fmt: skip
"""What a CRM calls an upset customer."""
PLEASED_LABELS = frozenset(["positive", "very_positive", "happy", "satisfied", "delighted", "pleased"])


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket that was opened. ``closed_at`` is None while it is open or pending."""

    id: str
    event_id: str
    opened_at: datetime
    topic: str = ""
    subject: str = ""
    priority: str = ""
    mood: str = ""
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Nobody closed it since it was last opened."""
        return self.closed_at is None

    def was_open(self, at: datetime) -> bool:
        """Open at a time in the past; at the instant of its closing it still was."""
        return self.opened_at <= at and (self.closed_at is None or at <= self.closed_at)

    @property
    def is_upset(self) -> bool:
        """The CRM classified it as negative."""
        return self.mood in UPSET_LABELS


def tickets_of(timeline: Timeline, now: datetime) -> tuple[Ticket, ...]:
    """The newest tickets up to now, by the time they were (last) opened."""
    opened: dict[str, Event] = {}
    for event in timeline.latest(MOST_TICKETS, "ticket_opened", "ticket_reopened", until=now):
        key = str(event.properties.get("ticket_id") or event.id)
        # A reopened ticket keeps what it was about.
        opened[key] = event if event.type == "ticket_opened" or key not in opened else _reopened(opened[key], event)
    if not opened:
        return ()
    closings: dict[str, datetime] = {}
    oldest = min(event.at for event in opened.values())
    for event in timeline.of(*CLOSING, since=oldest, until=now):
        closings[str(event.properties.get("ticket_id") or "")] = event.at
    tickets = [_ticket(key, event, closings) for key, event in opened.items()]
    return tuple(sorted(tickets, key=lambda t: (t.opened_at, t.id)))


def _reopened(first: Event, again: Event) -> Event:
    return Event(again.id, first.type, again.at, again.party, {**first.properties, **again.properties})


def _ticket(key: str, event: Event, closings: dict[str, datetime]) -> Ticket:
    # A closing without an id can only mean a ticket without one.
    closed_at = closings.get(key if event.properties.get("ticket_id") else "")
    if closed_at is not None and closed_at < event.at:
        closed_at = None
    topic, subject, priority = (event.text_of(name) for name in ("topic", "subject", "priority"))
    return Ticket(key, str(event.id), event.at, topic, subject, priority, mood_label(event), closed_at)


def open_tickets(timeline: Timeline, now: datetime) -> tuple[Ticket, ...]:
    """Tickets of any kind that are open or pending now, oldest first."""
    return tuple(t for t in tickets_of(timeline, now) if t.is_open)


def mood_label(event: Event) -> str:
    """The CRM's own classification of an event, as one lower-case word; empty when there is none."""
    return event.text_of("sentiment").strip().casefold().replace(" ", "_")


def positive_signs(
    timeline: Timeline, readings: Iterable[TextReading], after: datetime, now: datetime, rules: SignalRules
) -> list[tuple[datetime, str]]:
    """Times and event ids of pleased customers after a time: CSAT of 4 up, NPS of 9 up, or a positive text."""
    signs = [(r.at, str(r.event_id)) for r in readings if after < r.at <= now and r.sentiment.label == "positive"]
    for type_, least in (("csat_submitted", rules.happy_csat), ("nps_submitted", rules.promoter_nps)):
        for event in timeline.of(type_, since=after, until=now, include_since=False):
            score = number_of(event.properties.get("score"))
            if score is not None and score >= least:
                signs.append((event.at, str(event.id)))
    return sorted(signs)


def recovered_at(
    timeline: Timeline, readings: Iterable[TextReading], since: datetime, now: datetime, rules: SignalRules
) -> tuple[datetime, str] | None:
    """When, and by which event, a customer upset at ``since`` recovered; None while they did not.

    Recovered means: a positive sign that came while no ticket was open. A calm message alone is not recovery.
    """
    tickets = tickets_of(timeline, now)
    signs = positive_signs(timeline, readings, since, now, rules)
    return next((sign for sign in signs if not any(t.was_open(sign[0]) for t in tickets)), None)


def newest_upset(
    timeline: Timeline, readings: Iterable[TextReading], now: datetime, rules: SignalRules
) -> TextReading | None:
    """The newest negative reading of the last 7 days that the customer has not recovered from, or None."""
    texts = tuple(readings)
    upset = [r for r in texts if r.sentiment.is_negative and now - rules.mood_window <= r.at <= now]
    if not upset:
        return None
    newest = max(upset, key=lambda r: (r.at, r.event_id))
    return None if recovered_at(timeline, texts, newest.at, now, rules) else newest
