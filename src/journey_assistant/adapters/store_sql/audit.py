"""The audit trail in SQL: an entry is written in the transaction that does what it tells of, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from journey_assistant.adapters.store_sql.console_schema import audit, draft_changes
from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.outbox_schema import delivery_steps
from journey_assistant.adapters.store_sql.rows import of_tenant, row_of, value_of
from journey_assistant.adapters.store_sql.schema import handoffs
from journey_assistant.domain.audit import AuditEntry, Deed, Head, chained, erasure_of
from journey_assistant.domain.customer import CustomerId, TenantId


class SqlAudit:
    """Answers AuditStore."""

    _db: Database

    async def audit(self, tenant: TenantId, *, after: int = 0, limit: int = 1000) -> list[AuditEntry]:
        """A page of the chain by its numbers."""
        wanted = of_tenant(audit, tenant).where(audit.c.seq > after).order_by(audit.c.seq).limit(limit)
        async with self._db.read() as connection:
            return [value_of(AuditEntry, row) for row in await connection.execute(wanted)]

    async def audit_head(self, tenant: TenantId) -> Head | None:
        """The last entry."""
        async with self._db.read() as connection:
            return await _head(connection, tenant)


async def note(connection: AsyncConnection, tenant: TenantId, deeds: Sequence[Deed]) -> None:
    """Adds deeds to the chain within a transaction of somebody else; on Postgres one transaction at a time."""
    if not deeds:
        return
    if connection.dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
        await connection.execute(lock, {"name": f"audit:{tenant}"})
    rows = [row_of(entry, tenant) for entry in chained(tenant, deeds, await _head(connection, tenant))]
    await connection.execute(insert(audit), rows)


async def note_erasure(connection: AsyncConnection, tenant: TenantId, customer_id: CustomerId) -> None:
    """Says in the chain which of its deeds lose what belongs to them; before the rows are deleted."""
    steps = select(draft_changes.c.draft_id.label("subject"), func.max(draft_changes.c.at).label("at"))
    theirs = (draft_changes.c.tenant_id == tenant) & (draft_changes.c.customer_id == customer_id)
    done = select(handoffs.c.id.label("subject"), handoffs.c.done_at.label("at")).where(
        handoffs.c.tenant_id == tenant, handoffs.c.customer_id == customer_id, handoffs.c.done_at.is_not(None)
    )
    taken = select(delivery_steps.c.key.label("subject"), func.max(delivery_steps.c.at).label("at")).where(
        delivery_steps.c.tenant_id == tenant, delivery_steps.c.customer_id == customer_id
    )
    found = [*await connection.execute(steps.where(theirs).group_by(draft_changes.c.draft_id))]
    found += [*await connection.execute(taken.group_by(delivery_steps.c.key))]
    found += [*await connection.execute(done)]
    await note(connection, tenant, [erasure_of(row.subject, row.at) for row in sorted(found)])


async def _head(connection: AsyncConnection, tenant: TenantId) -> Head | None:
    last = select(audit.c.seq, audit.c.sha256).where(audit.c.tenant_id == tenant)
    row = (await connection.execute(last.order_by(audit.c.seq.desc()).limit(1))).one_or_none()
    return Head(row.seq, row.sha256) if row else None
