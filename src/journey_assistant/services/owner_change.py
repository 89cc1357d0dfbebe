"""A change of the owner: what is written with it, so that people read it and decisions know who speaks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from journey_assistant.domain.case_state import CaseState
from journey_assistant.domain.chat import SYSTEM, Audience, ChatConversation, EntryId, EntryKind, NewEntry
from journey_assistant.domain.ownership import Ownership
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.ports.chat import Change


def owned(
    before: ChatConversation,
    ownership: Ownership,
    now: datetime,
    *told: NewEntry,
    answered_seq: int | None = None,
    case_states: tuple[CaseState, ...] = (),
) -> tuple[ChatConversation, Change]:
    """The conversation with its new owner, what is said of it, and the event that decisions read."""
    answered = before.answered_seq if answered_seq is None else answered_seq
    after, entries = before.written(*told, at=now, ownership=ownership, answered_seq=answered)
    return after, Change(entries, ownership_events(before, after, now), case_states=case_states)


def entry_id(what: str, before: ChatConversation) -> EntryId:
    """The id of what is said of one change: the same if the change is tried again."""
    return EntryId(f"{what}:{before.id}:{before.version}")


def waiting_entry(why: str, ownership: Ownership, text: str = "") -> NewEntry:
    """The status that a customer waits for a person, and until when at the latest."""
    promised = ownership.promised_at.isoformat() if ownership.promised_at else None
    payload = {"status": "waiting", "promised_at": promised, "queue": ownership.queue}
    return NewEntry(EntryId(f"waiting:{why}"), EntryKind.STATUS, SYSTEM, text, payload)


def status_entry(id_: str, status: str, text: str, *, audience: Audience = Audience.ALL, **payload: Any) -> NewEntry:
    """What became of the conversation, in the customer's words."""
    return NewEntry(EntryId(id_), EntryKind.STATUS, SYSTEM, text, {"status": status, **payload}, audience)


_CHANGES = {
    ("assistant", "waiting"): "conversation_handed_over",
    ("waiting", "waiting"): "conversation_handed_over",
    ("person", "waiting"): "conversation_handed_over",
    ("assistant", "person"): "conversation_claimed",
    ("waiting", "person"): "conversation_claimed",
    ("person", "person"): "conversation_claimed",
    ("person", "assistant"): "conversation_given_back",
}


def ownership_events(
    before: ChatConversation, after: ChatConversation, now: datetime, why: str = ""
) -> tuple[CustomerEvent, ...]:
    """The change of the owner as an event; what decisions read to know who speaks."""
    old, new = before.ownership, after.ownership
    if (old.state, old.colleague, old.queue) == (new.state, new.colleague, new.queue):
        return ()
    name = "conversation_resolved" if new.state.value == "resolved" else _CHANGES.get((old.state, new.state))
    if name is None:
        return ()
    told: Mapping[str, Any] = {
        "conversation_id": before.id,
        "queue": new.queue or old.queue or "",
        "colleague": new.colleague or old.colleague or "",
        "why": why,
    }
    event = Event(EventId(f"{name}:{before.id}:{after.version}"), name, now, properties=told)
    return (CustomerEvent(before.customer_id, event),)
