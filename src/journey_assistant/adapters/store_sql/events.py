"""Events written inside a transaction of somebody else, so that whoever is about to send sees them or waits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from journey_assistant.adapters.store_sql.rows import Key, event_row, insert_new
from journey_assistant.adapters.store_sql.schema import customers, events
from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.recall import CustomerEvent


async def insert_events(connection: AsyncConnection, tenant: TenantId, given: Sequence[CustomerEvent]) -> set[Key]:
    """Inserts those that are new; returns their keys.

    A send locks its customer while the rules are asked. Whoever adds an event holds the same row for as long: either
    the send sees the event, or the event comes after it. SQLite has one writer, so there it is so by itself.
    """
    if given and connection.dialect.name != "sqlite":
        ids = sorted({event.customer_id for event in given})
        theirs = (customers.c.tenant_id == tenant) & customers.c.id.in_(ids)
        held = select(customers.c.id).where(theirs).order_by(customers.c.id).with_for_update(read=True, key_share=True)
        await connection.execute(held)
    return await insert_new(connection, events, [event_row(tenant, event) for event in given])
