"""Perceived: all that was derived from a snapshot before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass, field

from journey_assistant.domain.case_state import CaseState
from journey_assistant.domain.conversation import Conversation
from journey_assistant.domain.lifecycle import LifecycleStage
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.needs import Need, NeedCode
from journey_assistant.domain.sentiment import NEUTRAL, NO_REASON, ContactReason, Sentiment, TextReading
from journey_assistant.domain.signals import Signal, named


@dataclass(frozen=True, slots=True)
class Perceived:
    """What the gate and every later step may use. ``sentiment`` is that of the message (neutral for a sweep).

    ``readings`` are the customer's texts of the last 7 days, oldest first, the CRM's own labels among them;
    ``issue`` is the customer's issue that the message goes on with, from whatever conversation.
    ``language`` is that of the message or the profile, ``language_validated`` whether our readings are proven in it.
    """

    snapshot: Snapshot
    language: str = "en"
    language_validated: bool = True
    sentiment: Sentiment = NEUTRAL
    contact_reason: ContactReason = NO_REASON
    readings: tuple[TextReading, ...] = ()
    signals: tuple[Signal, ...] = ()
    needs: tuple[Need, ...] = ()
    stage: LifecycleStage = LifecycleStage.AWARENESS
    conversation: Conversation = field(default_factory=Conversation)
    degraded: tuple[str, ...] = ()
    issue: CaseState | None = None

    def signal(self, name: str) -> Signal | None:
        """The signal of that name, or None."""
        return named(self.signals, name)

    def need(self, code: NeedCode) -> Need | None:
        """The surest need of that code, or None."""
        return max((n for n in self.needs if n.code is code), key=lambda n: n.score, default=None)
