"""What became of the outbox, in memory."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from journey_assistant.adapters.store_memory.rows import Tenants
from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.outbox import Delivery, DeliveryState, OutboxMessage

Pair = tuple[OutboxMessage, Delivery]


class MemoryRelay(Tenants):
    """Answers RelayStore."""

    async def claim_due(
        self, tenant: TenantId, channels: Collection[str], *, owner: str, now: datetime, until_at: datetime, limit: int
    ) -> list[Pair]:
        """Takes queued messages that are due."""
        due = [
            (message, delivery)
            for message, delivery in self._pairs(tenant)
            if delivery.state is DeliveryState.QUEUED and message.channel in channels and delivery.due_at <= now
        ]
        claimed = [(message, delivery.claim(by=owner, until_at=until_at)) for message, delivery in due[:limit]]
        self._of(tenant).deliveries.update({delivery.key: delivery for _, delivery in claimed})
        return claimed

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

    async def settle(self, tenant: TenantId, before: Delivery, after: Delivery) -> bool:
        """Writes what became of a delivery, unless somebody else did."""
        kept = self._of(tenant)
        stored = kept.deliveries.get(before.key)
        if stored is None or (stored.state, stored.attempts) != (before.state, before.attempts):
            return False
        if before.key not in kept.outbox:
            return False
        kept.deliveries[before.key] = after
        return True

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
