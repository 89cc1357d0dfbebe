"""Notices to colleagues: an urgent alert at once, and a digest in the morning. As little about people as will do.

A notice says what kind of thing waits and where to look; who it is about stands in the console. It goes through the
outbox like everything that leaves the house.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.customer import Customer, TenantId
from journey_assistant.domain.effects import OpenHandoff
from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.outbox import OutboxMessage
from journey_assistant.ports.logins import LoginStore

URGENT, DIGEST = "urgent_alert", "digest"
PRIORITIES = frozenset({Priority.HIGH, Priority.URGENT})
"""What a colleague is told of at once."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How colleagues are told: by e-mail to their own address, by a Slack-compatible webhook, both or neither.

    ``fallback`` is the address for alerts about customers whom nobody owns; ``base_url`` is the console's.
    """

    email: bool = False
    slack: bool = False
    fallback: str | None = None
    base_url: str = ""

    @property
    def any(self) -> bool:
        """There is a way at all."""
        return self.email or self.slack

    def rows(
        self, key: str, kind: str, subject: str, text: str, at: datetime, address: str | None, tenant: TenantId
    ) -> list[OutboxMessage]:
        """One message a way, each with a key of its own, about nobody in particular."""
        ways: list[tuple[str, str | None]] = [("email", address)] if self.email and address else []
        ways += [("slack", None)] if self.slack else []
        return [
            OutboxMessage(f"{key}:{way}", None, None, kind, way, text, at, subject, address=to, tenant_id=tenant)
            for way, to in ways
        ]


@dataclass(frozen=True)
class UrgentPings:
    """What colleagues are told of an urgent alert in the transaction that raises it."""

    store: LoginStore
    ways: Ways

    async def rows(self, handoff: OpenHandoff, code: str, customer: Customer) -> tuple[OutboxMessage, ...]:
        """The messages of one alert; none for one that can wait. Raises PortError."""
        if not self.ways.any or handoff.priority not in PRIORITIES:
            return ()
        address = await address_of_colleague(self.store, handoff.tenant_id, customer.csm) or self.ways.fallback
        company = customer.account.name if customer.account else ""
        what = code.replace("_", " ")
        subject = f"[{handoff.priority}] {what}" + (f" at {company}" if company else "")
        text = f"{subject}\n\nQueue: {handoff.queue}\n\n{link(self.ways.base_url, f'/customers/{customer.id}')}"
        rows = self.ways.rows(
            f"{URGENT}:{handoff.id}", URGENT, subject[:150], text, handoff.created_at, address, handoff.tenant_id
        )
        # Rows about a customer are erased with them.
        return tuple(replace(row, run_id=handoff.run_id, customer_id=handoff.customer_id) for row in rows)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one colleague: how many of what, by why; and since when the oldest."""

    drafts: int = 0
    alerts: int = 0
    urgent: int = 0
    given_up: int = 0
    why: Counter[str] = field(default_factory=Counter)
    oldest_at: datetime | None = None

    @property
    def total(self) -> int:
        """Everything that waits."""
        return self.drafts + self.alerts + self.given_up


def digest_words(waiting: Waiting, now: datetime, base_url: str) -> tuple[str, str]:
    """Subject and text of a digest: numbers and reasons, no names."""
    parts = [
        _count(waiting.alerts, "alert", f" ({waiting.urgent} urgent)" if waiting.urgent else ""),
        _count(waiting.drafts, "draft", " to review"),
        _count(waiting.given_up, "message", " that could not be delivered"),
    ]
    told = ", ".join(part for part in parts if part)
    lines = [f"Today: {told}."]
    if waiting.oldest_at is not None:
        lines.append(f"The oldest waits since {waiting.oldest_at:%Y-%m-%d %H:%M} UTC ({_age(now, waiting.oldest_at)}).")
    common = waiting.why.most_common(5)
    if common:
        lines.append("\n".join(f"- {why.replace('_', ' ')}: {number}" for why, number in common))
    lines.append(link(base_url, "/"))
    return f"Today: {told}", "\n\n".join(lines)


def _count(number: int, what: str, more: str = "") -> str:
    return f"{number} {what}{'s' if number != 1 else ''}{more}" if number else ""


def _age(now: datetime, since: datetime) -> str:
    hours = int((now - since).total_seconds() // 3600)
    return f"{hours // 24} d" if hours >= 48 else f"{hours} h"


def link(base_url: str, path: str) -> str:
    """Where to look, as an address in a line of its own."""
    return f"{base_url.rstrip('/')}{path}"


async def address_of_colleague(store: LoginStore, tenant: TenantId, colleague: str | None) -> str | None:
    """A colleague's own address, if one is known."""
    if not colleague:
        return None
    known = await store.credentials(tenant, ColleagueId(colleague))
    return known.email if known else None


def most_urgent(handoffs: Sequence[OpenHandoff]) -> int:
    """How many of these are told at once."""
    return sum(handoff.priority in PRIORITIES for handoff in handoffs)
