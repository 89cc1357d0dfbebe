"""One ordinary customer of one ordinary company, and how a guardrail's table is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from journey_assistant.domain.customer import Account, AccountId, Consent, Customer, CustomerId
from journey_assistant.domain.timeline import Event, EventId, Timeline
from journey_assistant.guardrails.check import Guardrail
from journey_assistant.guardrails.context import CheckContext, Checked, Evidence, Surface

NOW = datetime(2026, 5, 6, 10, 0, tzinfo=UTC)
CONSENTING = Consent({c: {"marketing": True, "service": True} for c in ("email", "sms", "push")})
CUSTOMER = Customer(
    id=CustomerId("c_7"),
    name="Inês Duarte",
    email="ines@quintal.test",
    language="en",
    timezone="Europe/Lisbon",
    plan="Basic",
    consent=CONSENTING,
    account=Account(AccountId("a_7"), "Quintal Padaria", billing="monthly"),
)


def a_context(*evidence: str, customer: dict[str, Any] | None = None, **changes: Any) -> CheckContext:
    """The usual context with passages ``KB-1``, ``KB-2`` …; ``customer`` and other fields may be changed."""
    passages = tuple(Evidence(f"KB-{n}", text) for n, text in enumerate(evidence, 1))
    base = CheckContext(
        now_at=NOW,
        customer=replace(CUSTOMER, **(customer or {})),
        brand="Ovenly",
        allow_domains=("ovenly.test", "help.ovenly.test"),
        evidence=passages,
        plans=("Basic", "Plus", "Max"),
    )
    return replace(base, **changes)


def a_fact(text: str, **flags: Any) -> Evidence:
    """One fact of the customer's timeline."""
    return Evidence("T1", text, kind="fact", **flags)


def events(*rows: tuple[str, datetime, dict[str, Any]]) -> Timeline:
    """A timeline of (type, time, properties)."""
    return Timeline(Event(EventId(f"e{n}"), kind, at, properties=p) for n, (kind, at, p) in enumerate(rows, 1))


def objects(guardrail: Guardrail, text: str, context: CheckContext, surface: Surface = "draft") -> bool:
    """The guardrail objects to the text; its findings carry its name and a span inside the text."""
    found = guardrail(Checked(text, surface), context)
    assert all(f.guardrail == guardrail.__name__ for f in found)
    assert all(0 <= f.span[0] <= f.span[1] <= len(text) for f in found)
    return any(f.severity for f in found)
