"""Moment and Snapshot: why a run starts, and all that it may know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NewType

from journey_assistant.domain.case_state import CaseState
from journey_assistant.domain.customer import Customer, TenantId
from journey_assistant.domain.timeline import Timeline

ConversationId = NewType("ConversationId", str)
CaseId = NewType("CaseId", str)


@dataclass(frozen=True, slots=True)
class Message:
    """The customer wrote to us."""

    text: str
    channel: str = "chat"
    conversation_id: ConversationId | None = None
    kind: str = "message"


@dataclass(frozen=True, slots=True)
class Sweep:
    """Look at the timeline at this time: is a play or an alert due?"""

    kind: str = "sweep"


Moment = Message | Sweep


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One read of everything a run may know: no later event than ``now_at`` is in the timeline."""

    case_id: CaseId
    now_at: datetime
    customer: Customer
    timeline: Timeline
    moment: Moment
    case_states: tuple[CaseState, ...] = ()
    """What the customer's live issues stand at, from all conversations and channels."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    account_timeline: Timeline = field(default_factory=Timeline)
    """Messages to other people of the customer's account: caps count them, nothing else may be read from them."""

    @property
    def tenant_id(self) -> TenantId:
        """Whose customer this is."""
        return self.customer.tenant_id

    @property
    def message(self) -> Message | None:
        """The customer's message, or None for a sweep."""
        return self.moment if isinstance(self.moment, Message) else None
