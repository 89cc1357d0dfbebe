"""Derives one signal from a few events."""

from __future__ import annotations

from typing import Any

from journey_assistant.domain.company import Company
from journey_assistant.domain.sentiment import Sentiment, TextReading
from journey_assistant.domain.signals import Signal, named
from journey_assistant.domain.timeline import Event
from journey_assistant.perception.signals import derive_signals
from timelines import snapshot


def found(
    name: str, *events: Event, readings: tuple[TextReading, ...] = (), company: Company | None = None,
    mood: Sentiment | None = None, reason_of: Any = None, **fields: Any,
) -> Signal | None:  # fmt: skip
    """The signal of that name in a snapshot of these events, or None."""
    seen = snapshot(events, **fields)
    return named(derive_signals(seen, readings, company=company, message=mood, reason_of=reason_of), name)
