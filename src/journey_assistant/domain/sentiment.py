"""Sentiment and ContactReason: readings of a text, with probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from journey_assistant.domain.timeline import EventId

SentimentLabel = Literal["negative", "neutral", "positive"]


@dataclass(frozen=True, slots=True)
class Sentiment:
    """How a text feels towards us. The three probabilities sum to 1; ``frustrated`` is a probability of its own."""

    label: SentimentLabel
    negative: float
    neutral: float
    positive: float
    frustrated: float = 0.0

    @property
    def is_negative(self) -> bool:
        """True when the reading says: upset with us."""
        return self.label == "negative"

    @classmethod
    def certain(cls, label: SentimentLabel) -> Sentiment:
        """A reading that somebody else already made (the CRM's own classification)."""
        return cls(label, *(float(label == name) for name in ("negative", "neutral", "positive")))


NEUTRAL = Sentiment.certain("neutral")


@dataclass(frozen=True, slots=True)
class TextReading:
    """One text of the customer, read. ``source`` is the event type; ``by_crm`` = the CRM's own label."""

    event_id: EventId
    at: datetime
    source: str
    sentiment: Sentiment
    conversation_id: str | None = None
    by_crm: bool = False


@dataclass(frozen=True, slots=True)
class ContactReason:
    """Why somebody writes: ``label`` equals ``best``, or ``none`` when out of scope; ``score`` = P(in scope)."""

    label: str
    best: str
    score: float


NO_REASON = ContactReason("none", "none", 0.0)
