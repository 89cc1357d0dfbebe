"""The outbox in SQL: claimed by one sender at a time, settled by compare-and-set."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, update

from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.rows import of_tenant, value_of
from journey_assistant.adapters.store_sql.schema import outbox
from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.outbox import Delivery, DeliveryState, OutboxMessage

CHANGING = [field.name for field in fields(Delivery) if field.name not in ("key", "tenant_id")]


class SqlRelay:
    """Answers RelayStore."""

    _db: Database

    async def claim_due(
        self, tenant: TenantId, channels: Collection[str], *, owner: str, now: datetime, until_at: datetime, limit: int
    ) -> list[tuple[OutboxMessage, Delivery]]:
        """Takes queued messages that are due; two relays never get the same one."""
        wanted = _of_channels(tenant, channels, DeliveryState.QUEUED).where(outbox.c.due_at <= now)
        wanted = wanted.order_by(outbox.c.due_at, outbox.c.key).limit(limit).with_for_update(skip_locked=True)
        async with self._db.write() as connection:
            found = [_pair(row) for row in await connection.execute(wanted)]
            claimed = [(message, delivery.claim(by=owner, until_at=until_at)) for message, delivery in found]
            for _, delivery in claimed:
                own = and_(outbox.c.tenant_id == tenant, outbox.c.key == delivery.key)
                await connection.execute(update(outbox).where(own).values(_values(delivery)))
        return claimed

    async def lost_claims(
        self, tenant: TenantId, channels: Collection[str], *, now: datetime, limit: int = 50
    ) -> list[tuple[OutboxMessage, Delivery]]:
        """Messages that were claimed and never settled."""
        wanted = _of_channels(tenant, channels, DeliveryState.CLAIMED).where(outbox.c.claimed_until_at <= now)
        async with self._db.read() as connection:
            rows = await connection.execute(wanted.order_by(outbox.c.due_at, outbox.c.key).limit(limit))
            return [_pair(row) for row in rows]

    async def settle(self, tenant: TenantId, before: Delivery, after: Delivery) -> bool:
        """Writes what became of a delivery, unless somebody else did."""
        unchanged = and_(
            outbox.c.tenant_id == tenant,
            outbox.c.key == before.key,
            outbox.c.state == before.state,
            outbox.c.attempts == before.attempts,
        )
        async with self._db.write() as connection:
            done = await connection.execute(update(outbox).where(unchanged).values(_values(after)))
        return done.rowcount == 1

    async def deliveries(
        self, tenant: TenantId, *, states: Collection[DeliveryState] | None = None, limit: int = 100
    ) -> list[tuple[OutboxMessage, Delivery]]:
        """Messages with what became of them."""
        wanted = of_tenant(outbox, tenant)
        if states is not None:
            wanted = wanted.where(outbox.c.state.in_(list(states)))
        async with self._db.read() as connection:
            rows = await connection.execute(wanted.order_by(outbox.c.due_at, outbox.c.key).limit(limit))
            return [_pair(row) for row in rows]


def _of_channels(tenant: TenantId, channels: Collection[str], state: DeliveryState) -> Select[Any]:
    return of_tenant(outbox, tenant).where(outbox.c.state == state, outbox.c.channel.in_(list(channels)))


def _pair(row: Any) -> tuple[OutboxMessage, Delivery]:
    return value_of(OutboxMessage, row), value_of(Delivery, row)


def _values(delivery: Delivery) -> dict[str, Any]:
    return {name: getattr(delivery, name) for name in CHANGING}
