"""Conversations for tests, with everything that a test does not care about filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from journey_assistant.domain.chat import (
    ASSISTANT,
    ChatConversation,
    EntryId,
    EntryKind,
    NewEntry,
    Said,
)
from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.ownership import Ownership
from journey_assistant.ports.chat import LeaseWish
from records import ANA, NOON, OURS

TALK = ConversationId("conv_1")
MINUTE = timedelta(minutes=1)


def conversation(id_: str = TALK, customer_id: str = ANA, **fields: Any) -> ChatConversation:
    given = ChatConversation(ConversationId(id_), CustomerId(customer_id), NOON, NOON, Ownership(NOON), tenant_id=OURS)
    return replace(given, **fields)


def said(text: str = "Does Team include SSO?", key: str = "k1", at: datetime = NOON, **payload: Any) -> Said:
    return Said(key, text, at, payload)


def answer(text: str = "Yes.", number: int = 1, **payload: Any) -> NewEntry:
    return NewEntry(EntryId(f"answer_{number}"), EntryKind.MESSAGE, ASSISTANT, text, payload)


def wish(owner: str = "one", now: datetime = NOON, seconds: float = 15) -> LeaseWish:
    return LeaseWish(owner, now, now + timedelta(seconds=seconds))


def handed_over(ownership: Ownership, at: datetime = NOON, queue: str = "billing") -> Ownership:
    deadline = at + timedelta(hours=1)
    return ownership.hand_over(
        queue=queue, priority=Priority.NORMAL, at=at, pickup_by_at=deadline, promised_at=deadline
    )
