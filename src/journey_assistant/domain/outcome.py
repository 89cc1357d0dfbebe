"""Outcome: what a run proposes. A type, not a flag: ``match`` it and end with ``assert_never``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from journey_assistant.domain.handoff import HandoffSummary, Priority
from journey_assistant.domain.knowledge import Citation


@dataclass(frozen=True, slots=True)
class Reply:
    """Text for the customer. ``is_question`` marks the one clarifying question (never a resolution).

    ``asks_for`` is the field of the profile that a question at its end would fill.
    """

    text: str
    channel: str = "chat"
    citations: tuple[Citation, ...] = ()
    reason: str = "answer"
    is_question: bool = False
    asks_for: str | None = None


@dataclass(frozen=True, slots=True)
class DraftMessage:
    """A message a person reviews before it goes out. ``facts`` are ids of events and declared facts it rests on."""

    text: str
    channel: str
    purpose: str
    subject: str | None = None
    citations: tuple[Citation, ...] = ()
    facts: tuple[str, ...] = ()
    reviewer: str | None = None
    offer: str | None = None


@dataclass(frozen=True, slots=True)
class Handoff:
    """To a person. ``text`` is what the customer hears, empty when nobody wrote to us (an alert)."""

    queue: str
    priority: Priority
    summary: HandoffSummary
    text: str = ""
    channel: str = "chat"


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing now. Says until when, or until what."""

    reason: str
    until: str
    until_at: datetime | None = None


Outcome = Reply | DraftMessage | Handoff | Hold


@dataclass(frozen=True, slots=True)
class ProposedAction:
    """An effect that a run proposes and a person or rule confirms; it becomes an outbox row, never a call."""

    name: str
    arguments: dict[str, str] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A read that a run made, recorded with its result so that replay needs no tool."""

    name: str
    arguments: dict[str, str] = field(default_factory=dict)
    result: str = ""
    evidence: tuple[str, ...] = ()
