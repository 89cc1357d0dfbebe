"""Drafts in SQL, changed by compare-and-set; and the rows that wait beside them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Table, func, insert, select, update

from journey_assistant.adapters.store_sql.audit import note
from journey_assistant.adapters.store_sql.console_schema import draft_changes
from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.events import insert_events
from journey_assistant.adapters.store_sql.jobs import enqueue
from journey_assistant.adapters.store_sql.outbox_schema import outbox
from journey_assistant.adapters.store_sql.rows import (
    after_page,
    of_tenant,
    outbox_row,
    row_of,
    value_of,
)
from journey_assistant.adapters.store_sql.schema import actions, drafts, handoffs, holds
from journey_assistant.domain.audit import deed_of, done_of
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.draft import Draft, DraftChange, DraftId, DraftState, change_between
from journey_assistant.domain.effects import ActionRequest, OpenHandoff, StandingHold
from journey_assistant.domain.job import Job
from journey_assistant.domain.outbox import OutboxMessage
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.errors import Conflict, NotFound

Value = TypeVar("Value")


class SqlDrafts:
    """Answers DraftStore."""

    _db: Database

    async def draft(self, tenant: TenantId, draft_id: DraftId) -> Draft | None:
        """One draft, or None."""
        async with self._db.read() as connection:
            row = (await connection.execute(of_tenant(drafts, tenant).where(drafts.c.id == draft_id))).one_or_none()
        return value_of(Draft, row) if row else None

    async def drafts(
        self,
        tenant: TenantId,
        *,
        state: DraftState | None = None,
        customer_id: CustomerId | None = None,
        play: str | None = None,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
    ) -> list[Draft]:
        """A page of drafts, oldest first."""
        wanted = of_tenant(drafts, tenant)
        if state is not None:
            wanted = wanted.where(drafts.c.state == state)
        if customer_id is not None:
            wanted = wanted.where(drafts.c.customer_id == customer_id)
        if play is not None:
            wanted = wanted.where(drafts.c.play == play)
        if after is not None:
            wanted = wanted.where(after_page(drafts.c.created_at, drafts.c.id, after))
        async with self._db.read() as connection:
            rows = await connection.execute(wanted.order_by(drafts.c.created_at, drafts.c.id).limit(limit))
            return [value_of(Draft, row) for row in rows]

    async def count_drafts(self, tenant: TenantId, *, states: Collection[DraftState]) -> int:
        """How many drafts are in one of these states."""
        wanted = select(func.count()).where(drafts.c.tenant_id == tenant, drafts.c.state.in_(states))
        async with self._db.read() as connection:
            return int(await connection.scalar(wanted) or 0)

    async def change_draft(
        self,
        tenant: TenantId,
        before: Draft,
        after: Draft,
        *,
        outbox: Sequence[OutboxMessage] = (),
        events: Sequence[CustomerEvent] = (),
        jobs: Sequence[Job] = (),
    ) -> None:
        """Replaces a draft that nobody changed meanwhile, with what follows from it."""
        stored = (drafts.c.tenant_id == tenant) & (drafts.c.id == before.id)
        unchanged = stored & (drafts.c.step == before.step) & (drafts.c.state == before.state)
        async with self._db.write() as connection:
            changed = await connection.execute(update(drafts).where(unchanged).values(row_of(after, tenant)))
            if changed.rowcount != 1:
                if await connection.scalar(select(drafts.c.id).where(stored)) is None:
                    raise NotFound(f"there is no draft {before.id}")
                raise Conflict(f"somebody changed draft {before.id} meanwhile")
            change = change_between(before, after)
            await connection.execute(insert(draft_changes).values(row_of(change, tenant)))
            await _write(connection, tenant, outbox, events)
            await enqueue(connection, jobs)
            await note(connection, tenant, [deed_of(change)])

    async def draft_changes(self, tenant: TenantId, draft_id: DraftId) -> list[DraftChange]:
        """What people and rules did with a draft, oldest first."""
        wanted = of_tenant(draft_changes, tenant).where(draft_changes.c.draft_id == draft_id)
        async with self._db.read() as connection:
            rows = await connection.execute(wanted.order_by(draft_changes.c.step))
            return [value_of(DraftChange, row) for row in rows]

    async def handoffs(
        self, tenant: TenantId, *, customer_id: CustomerId | None = None, open_only: bool = False
    ) -> list[OpenHandoff]:
        """Customers who wait for a person, or did, oldest first."""
        still = handoffs.c.done_at.is_(None) if open_only else None
        return await self._waiting(OpenHandoff, handoffs, handoffs.c.created_at, tenant, customer_id, still)

    async def handoff(self, tenant: TenantId, handoff_id: str) -> OpenHandoff | None:
        """One of them, or None."""
        wanted = of_tenant(handoffs, tenant).where(handoffs.c.id == handoff_id)
        async with self._db.read() as connection:
            row = (await connection.execute(wanted)).one_or_none()
        return value_of(OpenHandoff, row) if row else None

    async def finish_handoff(
        self, tenant: TenantId, before: OpenHandoff, after: OpenHandoff, *, events: Sequence[CustomerEvent] = ()
    ) -> None:
        """Marks it as done, unless somebody did meanwhile."""
        stored = (handoffs.c.tenant_id == tenant) & (handoffs.c.id == before.id)
        done = {"done_by": after.done_by, "done_at": after.done_at}
        async with self._db.write() as connection:
            waiting = update(handoffs).where(stored, handoffs.c.done_at.is_(None))
            if (await connection.execute(waiting.values(done))).rowcount != 1:
                by = (await connection.execute(select(handoffs.c.done_by).where(stored))).one_or_none()
                if by is None:
                    raise NotFound(f"there is no handoff {before.id}")
                raise Conflict(f"{by.done_by} has done it already")
            await _write(connection, tenant, (), events)
            await note(connection, tenant, [done_of(after)])

    async def holds(self, tenant: TenantId, *, customer_id: CustomerId | None = None) -> list[StandingHold]:
        """What was held, oldest first."""
        return await self._waiting(StandingHold, holds, holds.c.created_at, tenant, customer_id)

    async def actions(self, tenant: TenantId, *, customer_id: CustomerId | None = None) -> list[ActionRequest]:
        """Proposed effects, oldest first."""
        return await self._waiting(ActionRequest, actions, actions.c.created_at, tenant, customer_id)

    async def outbox(self, tenant: TenantId, *, customer_id: CustomerId | None = None) -> list[OutboxMessage]:
        """Messages to deliver, by the time they are due."""
        return await self._waiting(OutboxMessage, outbox, outbox.c.due_at, tenant, customer_id)

    async def _waiting(
        self,
        kind: type[Value],
        table: Table,
        by: Column[Any],
        tenant: TenantId,
        customer_id: CustomerId | None,
        only: ColumnElement[bool] | None = None,
    ) -> list[Value]:
        wanted = of_tenant(table, tenant).order_by(by, *table.primary_key)
        if only is not None:
            wanted = wanted.where(only)
        if customer_id is not None:
            wanted = wanted.where(table.c.customer_id == customer_id)
        async with self._db.read() as connection:
            return [value_of(kind, row) for row in await connection.execute(wanted)]


async def _write(
    connection: Any, tenant: TenantId, messages: Sequence[OutboxMessage], following: Sequence[CustomerEvent]
) -> None:
    for message in messages:
        await connection.execute(insert(outbox).values(outbox_row(tenant, message)))
    await insert_events(connection, tenant, following)
