"""The outbox in SQL: claimed by one sender at a time, settled by compare-and-set."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, insert, update

from journey_assistant.adapters.store_sql.audit import note
from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.events import insert_events
from journey_assistant.adapters.store_sql.outbox_schema import delivery_steps, outbox
from journey_assistant.adapters.store_sql.rows import insert_new, of_tenant, outbox_row, row_of, value_of
from journey_assistant.adapters.store_sql.send_facts import addressed, send_facts
from journey_assistant.domain.audit import taken_up
from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.outbox import WAITING, Delivery, DeliveryState, DeliveryStep, OutboxMessage
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.ports.relay import SendRule

Pair = tuple[OutboxMessage, Delivery]
CHANGING = [field.name for field in fields(Delivery) if field.name not in ("key", "tenant_id")]


class SqlRelay:
    """Answers RelayStore."""

    _db: Database

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
        """Takes waiting messages that are due, if the rule lets them go; two relays never get the same one."""
        wanted = _of_channels(tenant, channels, *WAITING).where(outbox.c.due_at <= now)
        wanted = wanted.order_by(outbox.c.due_at, outbox.c.key).limit(limit).with_for_update(skip_locked=True)
        found: list[Pair] = []
        async with self._db.write() as connection:
            for message, before in [_pair(row) for row in await connection.execute(wanted)]:
                stopped = None
                if rule is not None and rule.concerns(message):
                    stopped = rule.stopped(message, before, await send_facts(connection, tenant, message, now))
                after = stopped.delivery if stopped else before.claim(by=owner, until_at=until_at)
                own = and_(outbox.c.tenant_id == tenant, outbox.c.key == after.key)
                await connection.execute(update(outbox).where(own).values(_values(after)))
                await insert_events(connection, tenant, stopped.events if stopped else ())
                found.append((await addressed(connection, tenant, message), after))
        return found

    async def lost_claims(
        self, tenant: TenantId, channels: Collection[str], *, now: datetime, limit: int = 50
    ) -> list[Pair]:
        """Messages that were claimed and never settled."""
        wanted = _of_channels(tenant, channels, DeliveryState.CLAIMED).where(outbox.c.claimed_until_at <= now)
        async with self._db.read() as connection:
            rows = await connection.execute(wanted.order_by(outbox.c.due_at, outbox.c.key).limit(limit))
            return [_pair(row) for row in rows]

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
        unchanged = and_(
            outbox.c.tenant_id == tenant,
            outbox.c.key == before.key,
            outbox.c.state == before.state,
            outbox.c.attempts == before.attempts,
        )
        async with self._db.write() as connection:
            done = await connection.execute(update(outbox).where(unchanged).values(_values(after)))
            if done.rowcount != 1:
                return False
            await insert_events(connection, tenant, events)
            if step is not None:
                await connection.execute(insert(delivery_steps).values(row_of(step, tenant)))
                await note(connection, tenant, [taken_up(step)])
        return True

    async def enqueue_messages(self, tenant: TenantId, messages: Sequence[OutboxMessage]) -> int:
        """Adds messages that are not there yet."""
        async with self._db.write() as connection:
            return len(await insert_new(connection, outbox, [outbox_row(tenant, message) for message in messages]))

    async def delivery(self, tenant: TenantId, key: str) -> Pair | None:
        """One message with what became of it, or None."""
        return await self._first(of_tenant(outbox, tenant).where(outbox.c.key == key))

    async def delivery_of_receipt(self, tenant: TenantId, receipts: Sequence[str]) -> Pair | None:
        """The message that a receiver gave one of these ids to, or None."""
        return await self._first(of_tenant(outbox, tenant).where(outbox.c.receipt.in_([r for r in receipts if r])))

    async def _first(self, wanted: Select[Any]) -> Pair | None:
        async with self._db.read() as connection:
            row = (await connection.execute(wanted.order_by(outbox.c.key).limit(1))).one_or_none()
        return _pair(row) if row else None

    async def delivery_steps(self, tenant: TenantId, key: str) -> list[DeliveryStep]:
        """What people did with a message that was given up."""
        wanted = of_tenant(delivery_steps, tenant).where(delivery_steps.c.key == key).order_by(delivery_steps.c.number)
        async with self._db.read() as connection:
            return [value_of(DeliveryStep, row) for row in await connection.execute(wanted)]

    async def deliveries(
        self, tenant: TenantId, *, states: Collection[DeliveryState] | None = None, limit: int = 100
    ) -> list[Pair]:
        """Messages with what became of them."""
        wanted = of_tenant(outbox, tenant)
        if states is not None:
            wanted = wanted.where(outbox.c.state.in_(list(states)))
        async with self._db.read() as connection:
            rows = await connection.execute(wanted.order_by(outbox.c.due_at, outbox.c.key).limit(limit))
            return [_pair(row) for row in rows]


def _of_channels(tenant: TenantId, channels: Collection[str], *states: DeliveryState) -> Select[Any]:
    return of_tenant(outbox, tenant).where(outbox.c.state.in_(states), outbox.c.channel.in_(list(channels)))


def _pair(row: Any) -> Pair:
    return value_of(OutboxMessage, row), value_of(Delivery, row)


def _values(delivery: Delivery) -> dict[str, Any]:
    return {name: getattr(delivery, name) for name in CHANGING}
