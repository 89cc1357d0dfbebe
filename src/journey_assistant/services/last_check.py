"""The last check: may this message still go out? Asked just before it is sent, by the rules of its decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from journey_assistant.domain.customer import Customer
from journey_assistant.domain.outbox import DeliveryState, OutboxMessage
from journey_assistant.domain.policy.consent import consent_for
from journey_assistant.domain.policy.frequency import frequency_cap, preferred
from journey_assistant.domain.policy.policy import Policy, Ruling
from journey_assistant.domain.policy.quiet_hours import quiet_hours
from journey_assistant.domain.policy.suppression import incident, open_issue, stop_state
from journey_assistant.domain.recall import CustomerEvent, Recall
from journey_assistant.domain.timeline import Event, EventId, Timeline
from journey_assistant.ports.store import Store
from journey_assistant.services.read_case import read_customer

DRAFT = "draft"
"""Kind of the messages that we began; an answer to the customer's own message always goes out."""


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a message does not go out now; ``until_at`` when it may, None for never."""

    why: str
    until_at: datetime | None = None


@dataclass(frozen=True)
class LastCheck:
    """Answers for the messages of one store."""

    store: Store
    policy: Policy

    async def objection(self, message: OutboxMessage, now: datetime) -> Objection | None:
        """What speaks against sending, or None. Raises PortError."""
        if message.kind != DRAFT:
            return None
        rows = await self.store.customers(message.tenant_id, ids=[message.customer_id])
        if not rows:
            return Objection("the customer is not there any more")
        customer = read_customer(dict(rows[0].document))
        events = await self.store.recall(message.tenant_id, message.customer_id, Recall(now))
        # The message itself stands on the timeline as queued; it does not count against itself.
        timeline = Timeline(event for event in events if event.properties.get("message_id") != message.key)
        for ruling in self._never(message, customer, timeline, now):
            if not ruling.allowed:
                return Objection(ruling.why)
        for ruling in self._not_now(message, customer, timeline, now):
            if not ruling.allowed:
                return Objection(ruling.why, ruling.until_at)
        return None

    def _never(self, message: OutboxMessage, customer: Customer, timeline: Timeline, now: datetime) -> Iterator[Ruling]:
        yield stop_state(customer, purpose=message.purpose, policy=self.policy)
        if message.channel != "chat":
            yield consent_for(customer, timeline, message.channel, message.purpose, now)
        if message.purpose == "marketing":
            yield open_issue(timeline, now, policy=self.policy)
            yield incident(customer, timeline, now)

    def _not_now(
        self, message: OutboxMessage, customer: Customer, timeline: Timeline, now: datetime
    ) -> Iterator[Ruling]:
        policy = preferred(self.policy, customer)
        yield frequency_cap(timeline, now, channel=message.channel, purpose=message.purpose, policy=policy)
        yield quiet_hours(customer.timezone, now, purpose=message.purpose, channel=message.channel, policy=self.policy)

    async def happened(self, message: OutboxMessage, state: DeliveryState, at: datetime) -> None:
        """The timeline learns what became of a message that we began; twice is once."""
        status = {DeliveryState.SENT: "sent", DeliveryState.DEAD: "failed", DeliveryState.UNKNOWN: "sent"}.get(state)
        if message.kind != DRAFT or status is None:
            return
        said = {
            "message_id": message.key,
            "channel": message.channel,
            "purpose": message.purpose,
            "status": status,
            "topic": message.subject or "",
        }
        known = await self.store.run(message.tenant_id, message.run_id)
        play = (known.play if known else None) or ""
        event = Event(
            EventId(f"{message.key}:{status}"), "message_sent", at, properties={**said, "play": play, "campaign": play}
        )
        await self.store.add_events(message.tenant_id, [CustomerEvent(message.customer_id, event)])
