"""What became of the outbox, in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from journey_assistant.adapters.store_memory.timeline import MemoryTimeline
from journey_assistant.domain.audit import taken_up
from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.outbox import WAITING, Delivery, DeliveryState, DeliveryStep, OutboxMessage
from journey_assistant.domain.recall import CustomerEvent, Recall
from journey_assistant.domain.sends import SENDS_WITHIN
from journey_assistant.ports.relay import SendFacts, SendRule

Pair = tuple[OutboxMessage, Delivery]


class MemoryRelay(MemoryTimeline):
    """Answers RelayStore."""

    async def claim_due(
        self,
        tenant: TenantId,
        channels: Collection[str],
        *,
        owner: str,
        now: datetime,
        until_at: datetime,
        limit: int,
        rule: SendRule | None = None,
    ) -> list[Pair]:
        """Takes waiting messages that are due, if the rule lets them go."""
        due = [
            (message, delivery)
            for message, delivery in self._pairs(tenant)
            if delivery.state in WAITING and message.channel in channels and delivery.due_at <= now
        ]
        found: list[Pair] = []
        for message, before in due[:limit]:
            stopped = None
            if rule is not None and rule.concerns(message):
                stopped = rule.stopped(message, before, self._send_facts(tenant, message, now))
            after = stopped.delivery if stopped else before.claim(by=owner, until_at=until_at)
            self._of(tenant).deliveries[after.key] = after
            self._add_events(tenant, stopped.events if stopped else ())
            found.append((self._addressed(tenant, message), after))
        return found

    def _addressed(self, tenant: TenantId, message: OutboxMessage) -> OutboxMessage:
        """An e-mail without an address goes to the customer's own."""
        if message.address or message.channel != "email" or message.customer_id is None:
            return message
        document = self._of(tenant).customers.get(message.customer_id)
        return replace(message, address=document.get("email") if document else None)

    def _send_facts(self, tenant: TenantId, message: OutboxMessage, now: datetime) -> SendFacts:
        customer_id, kept = message.customer_id, self._of(tenant)
        document = kept.customers.get(customer_id) if customer_id else None
        if customer_id is None or document is None:
            return SendFacts(now, None)
        people = {customer_id, *self._of_same_account(tenant, customer_id)}
        sending = [
            d.key for m, d in self._pairs(tenant) if d.state is DeliveryState.CLAIMED and m.customer_id in people
        ]
        return SendFacts(
            now,
            kept.with_account(document),
            self._recalled(tenant, customer_id, Recall(now)),
            self._account_sends(tenant, customer_id, now - SENDS_WITHIN, now),
            frozenset(sending),
        )

    async def lost_claims(
        self, tenant: TenantId, channels: Collection[str], *, now: datetime, limit: int = 50
    ) -> list[Pair]:
        """Messages that were claimed and never settled."""
        lost = [
            (message, delivery)
            for message, delivery in self._pairs(tenant)
            if delivery.state is DeliveryState.CLAIMED
            and message.channel in channels
            and delivery.claimed_until_at is not None
            and delivery.claimed_until_at <= now
        ]
        return lost[:limit]

    async def settle(
        self,
        tenant: TenantId,
        before: Delivery,
        after: Delivery,
        *,
        events: Sequence[CustomerEvent] = (),
        step: DeliveryStep | None = None,
    ) -> bool:
        """Writes what became of a delivery, unless somebody else did."""
        kept = self._of(tenant)
        message = kept.outbox.get(before.key)
        if message is None:
            return False
        stored = kept.deliveries.get(before.key) or Delivery(before.key, message.due_at)
        if (stored.state, stored.attempts) != (before.state, before.attempts):
            return False
        kept.deliveries[before.key] = after
        self._add_events(tenant, events)
        if step is not None:
            kept.delivery_steps[step.key, step.number] = step
            kept.note(tenant, [taken_up(step)])
        return True

    async def enqueue_messages(self, tenant: TenantId, messages: Sequence[OutboxMessage]) -> int:
        """Adds messages that are not there yet."""
        kept = self._of(tenant).outbox
        new = [message for message in messages if message.key not in kept]
        kept.update({message.key: message for message in new})
        return len(new)

    async def delivery(self, tenant: TenantId, key: str) -> Pair | None:
        """One message with what became of it, or None."""
        return next((pair for pair in self._pairs(tenant) if pair[0].key == key), None)

    async def delivery_of_receipt(self, tenant: TenantId, receipts: Sequence[str]) -> Pair | None:
        """The message that a receiver gave one of these ids to, or None."""
        return next((pair for pair in self._pairs(tenant) if pair[1].receipt and pair[1].receipt in receipts), None)

    async def delivery_steps(self, tenant: TenantId, key: str) -> list[DeliveryStep]:
        """What people did with a message that was given up."""
        steps = [step for step in self._of(tenant).delivery_steps.values() if step.key == key]
        return sorted(steps, key=lambda step: step.number)

    async def deliveries(
        self, tenant: TenantId, *, states: Collection[DeliveryState] | None = None, limit: int = 100
    ) -> list[Pair]:
        """Messages with what became of them."""
        return [pair for pair in self._pairs(tenant) if states is None or pair[1].state in states][:limit]

    def _pairs(self, tenant: TenantId) -> list[Pair]:
        kept = self._of(tenant)
        pairs = [
            (message, kept.deliveries.get(key) or Delivery(key, message.due_at, tenant_id=tenant))
            for key, message in kept.outbox.items()
        ]
        pairs = [(replace(message, due_at=delivery.due_at), delivery) for message, delivery in pairs]
        return sorted(pairs, key=lambda pair: (pair[1].due_at, pair[1].key))
