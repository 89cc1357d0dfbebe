"""Runs and what follows from them in SQL: one transaction, and a moment only once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.events import insert_events
from journey_assistant.adapters.store_sql.jobs import enqueue
from journey_assistant.adapters.store_sql.outbox_schema import outbox
from journey_assistant.adapters.store_sql.rows import (
    after_page,
    insert_new,
    of_tenant,
    outbox_row,
    row_of,
    value_of,
)
from journey_assistant.adapters.store_sql.schema import (
    actions,
    customers,
    drafts,
    handoffs,
    holds,
    runs,
)
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.effects import Effects, RunRecord
from journey_assistant.domain.journey_run import RunId
from journey_assistant.errors import NotFound


class SqlRuns:
    """Answers RunStore."""

    _db: Database

    async def commit_run(
        self, tenant: TenantId, record: RunRecord, effects: Effects, *, of_stored_customer: bool = False
    ) -> RunRecord:
        """Writes a run and its effects, or finds the run of the same moment."""
        async with self._db.write() as connection:
            if of_stored_customer:
                await _hold_customer(connection, tenant, record.customer_id)
            if await insert_new(connection, runs, [row_of(record, tenant)]):
                await write_effects(connection, tenant, effects)
                return record
            same = or_(runs.c.moment_key == record.moment_key, runs.c.id == record.id)
            stands = (await connection.execute(of_tenant(runs, tenant).where(same).limit(1))).one()
            return value_of(RunRecord, stands)

    async def run(self, tenant: TenantId, run_id: RunId) -> RunRecord | None:
        """One run, or None."""
        async with self._db.glance() as connection:
            row = (await connection.execute(of_tenant(runs, tenant).where(runs.c.id == run_id))).one_or_none()
        return value_of(RunRecord, row) if row else None

    async def run_of_moment(self, tenant: TenantId, moment_key: str) -> RunRecord | None:
        """The run of a moment, or None."""
        async with self._db.glance() as connection:
            wanted = of_tenant(runs, tenant).where(runs.c.moment_key == moment_key)
            row = (await connection.execute(wanted)).one_or_none()
        return value_of(RunRecord, row) if row else None

    async def runs(
        self,
        tenant: TenantId,
        *,
        customer_id: CustomerId | None = None,
        since: datetime | None = None,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
    ) -> list[RunRecord]:
        """A page of runs by time and id."""
        wanted = of_tenant(runs, tenant)
        if customer_id is not None:
            wanted = wanted.where(runs.c.customer_id == customer_id)
        if since is not None:
            wanted = wanted.where(runs.c.now_at >= since)
        if after is not None:
            wanted = wanted.where(after_page(runs.c.now_at, runs.c.id, after))
        async with self._db.scan() as connection:
            rows = await connection.execute(wanted.order_by(runs.c.now_at, runs.c.id).limit(limit))
            return [value_of(RunRecord, row) for row in rows]


async def _hold_customer(connection: AsyncConnection, tenant: TenantId, customer_id: CustomerId) -> None:
    """Keeps the customer from being erased until the end of this transaction."""
    wanted = select(customers.c.id).where(customers.c.tenant_id == tenant, customers.c.id == customer_id)
    if await connection.scalar(wanted.with_for_update(key_share=True)) is None:
        raise NotFound(f"there is no customer {customer_id}")


async def write_effects(connection: AsyncConnection, tenant: TenantId, effects: Effects) -> None:
    """Writes the rows that follow from a run, inside the transaction that writes the run."""
    for table, value in ((drafts, effects.draft), (handoffs, effects.handoff), (holds, effects.hold)):
        if value is not None:
            await connection.execute(insert(table).values(row_of(value, tenant)))
    for action in effects.actions:
        await connection.execute(insert(actions).values(row_of(action, tenant)))
    for message in effects.outbox:
        await connection.execute(insert(outbox).values(outbox_row(tenant, message)))
    await insert_events(connection, tenant, effects.events)
    if effects.released:
        stood = (holds.c.tenant_id == tenant) & holds.c.id.in_(effects.released)
        await connection.execute(delete(holds).where(stood))
    await enqueue(connection, effects.jobs)
