"""Stored things for tests, with everything that a test does not care about filled in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.draft import Draft, DraftId
from journey_assistant.domain.effects import ActionRequest, Effects, OpenHandoff, RunRecord, StandingHold
from journey_assistant.domain.journey_run import RunId
from journey_assistant.domain.moment import CaseId
from journey_assistant.domain.outbox import OutboxMessage
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.ports.store import CustomerRow

OURS, THEIRS = TenantId("ours"), TenantId("theirs")
ANA, BEN = CustomerId("c_ana"), CustomerId("c_ben")
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def customer(id_: str = ANA, **fields: Any) -> CustomerRow:
    return CustomerRow(CustomerId(id_), {"id": id_, **fields})


def event(
    id_: str, type_: str = "page_viewed", at: datetime = NOON, customer_id: str = ANA, **properties: Any
) -> CustomerEvent:
    return CustomerEvent(CustomerId(customer_id), Event(EventId(id_), type_, at, properties=properties))


def run_record(number: int = 1, customer_id: str = ANA, **fields: Any) -> RunRecord:
    given: dict[str, Any] = {
        "id": RunId(f"run_{number}"),
        "moment_key": f"moment:{number}",
        "customer_id": CustomerId(customer_id),
        "case_id": CaseId(f"case-{number}"),
        "now_at": NOON + timedelta(minutes=number),
        "route": "draft_message",
        "play": "welcome",
        "line": {"id": f"run_{number}", "outcome": {"text": "Hello"}},
        "case": {"id": f"case-{number}", "now": "2026-03-10T12:00:00-05:00"},
        "identity": "0" * 64,
    }
    return RunRecord(**given | fields)


def draft(number: int = 1, customer_id: str = ANA, **fields: Any) -> Draft:
    given: dict[str, Any] = {
        "id": DraftId(f"draft_{number}"),
        "run_id": RunId(f"run_{number}"),
        "customer_id": CustomerId(customer_id),
        "channel": "email",
        "purpose": "marketing",
        "text": "Hello Ana, here is the guide.",
        "created_at": NOON + timedelta(minutes=number),
        "subject": "A guide",
        "play": "welcome",
        "facts": ("e1", "declared.goal"),
    }
    return Draft(**given | fields)


def message(number: int = 1, customer_id: str = ANA, **fields: Any) -> OutboxMessage:
    given: dict[str, Any] = {
        "key": f"reply:run_{number}",
        "run_id": RunId(f"run_{number}"),
        "customer_id": CustomerId(customer_id),
        "kind": "reply",
        "channel": "chat",
        "text": "Team includes SSO.",
        "due_at": NOON,
    }
    return OutboxMessage(**given | fields)


def all_effects(number: int = 1, customer_id: str = ANA, word: str = "word") -> Effects:
    """One row of every kind."""
    run, whose, at = RunId(f"run_{number}"), CustomerId(customer_id), NOON + timedelta(minutes=number)
    return Effects(
        draft=draft(number, customer_id, text=word),
        handoff=OpenHandoff(f"handoff_{number}", run, whose, "billing", "high", "chat", word, {"goal": word}, at),
        hold=StandingHold(f"hold_{number}", run, whose, "quiet_hours", word, at + timedelta(hours=8), at),
        actions=(ActionRequest(f"action_{number}", run, whose, "close_ticket", {"ticket": word}, word, at),),
        outbox=(message(number, customer_id, text=word),),
        events=(event(f"draft-{number}", "draft_created", at, customer_id, play="welcome", note=word),),
    )
