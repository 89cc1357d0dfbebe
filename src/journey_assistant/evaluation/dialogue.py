"""A conversation with the real services in memory, on a clock of its own: what a customer writes, what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.ports.store import CustomerRow
from journey_assistant.services.answer_customer import IncomingMessage, answer_customer
from journey_assistant.services.read_case import read_customer, read_event

if TYPE_CHECKING:
    from journey_assistant.ports.store import Store
    from journey_assistant.services.commit import Deciding

JOINS_AFTER = timedelta(seconds=20)
"""How long a simulated colleague takes to join a conversation that was handed over."""
COLLEAGUE = "agent:colleague"


@dataclass
class SimulatedClock:
    """Answers the Clock port; time passes only when it is told to."""

    at: datetime

    def now(self) -> datetime:
        """The simulated moment."""
        return self.at

    def passes(self, seconds: float) -> None:
        """Lets time pass."""
        self.at += timedelta(seconds=seconds)


@dataclass
class Dialogue:
    """One conversation. Handovers are taken by a simulated colleague, from whom on the assistant must be silent."""

    store: Store
    decider: Deciding
    clock: SimulatedClock
    customer_id: CustomerId
    id: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @classmethod
    async def begin(
        cls,
        store: Store,
        decider: Deciding,
        *,
        customer: Mapping[str, Any],
        timeline: Sequence[Mapping[str, Any]],
        start_at: datetime,
        conversation: str,
    ) -> Dialogue:
        """A customer with their past in an empty store. Raises Rejected for a malformed customer or event."""
        customer_id = read_customer(dict(customer)).id
        await store.put_customers(DEFAULT_TENANT, [CustomerRow(customer_id, dict(customer))])
        events = [CustomerEvent(customer_id, read_event(dict(row))) for row in timeline]
        if events:
            await store.add_events(DEFAULT_TENANT, events)
        return cls(store, decider, SimulatedClock(start_at), customer_id, conversation)

    async def say(self, text: str, after_s: float = 0.0) -> dict[str, Any]:
        """The customer writes; the line of the run that answers."""
        self.clock.passes(after_s)
        self.said.append(text)
        message = IncomingMessage(
            f"{self.id}:{len(self.said)}", self.customer_id, text, conversation_id=self.id
        )  # fmt: skip
        record = await answer_customer(self.store, self.decider, self.clock, message)
        line = dict(record.line)
        self.lines.append(line)
        if line["route"] == "route_to_human" and not self.is_with_person_before(line):
            await self._colleague_joins()
        self.clock.passes(1)
        return line

    def is_with_person_before(self, line: Mapping[str, Any]) -> bool:
        """Had an earlier turn been handed over already?"""
        earlier = self.lines[: self.lines.index(dict(line))]
        return any(one["route"] == "route_to_human" for one in earlier)

    async def _colleague_joins(self) -> None:
        self.clock.passes(JOINS_AFTER.total_seconds())
        said = {"conversation_id": self.id, "author": COLLEAGUE, "text": "Hello, I have taken this over."}
        event = Event(EventId(f"{self.id}:colleague"), "chat_message", self.clock.now(), properties=said)
        await self.store.add_events(DEFAULT_TENANT, [CustomerEvent(self.customer_id, event)])

    @property
    def state(self) -> dict[str, Any]:
        """How it stands: who owns it, and how often it was answered and handed over."""
        handoffs = sum(line["route"] == "route_to_human" for line in self.lines)
        answers = sum(
            line["route"] == "self_resolve" and bool((line["outcome"] or {}).get("citations")) for line in self.lines
        )
        owner = "person" if handoffs else "assistant"
        return {"owner": owner, "handoffs": handoffs, "answers": answers, "turns": len(self.lines)}
