"""Identities in SQL: a name and the events that came under it change hands in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.rows import insert_new, of_tenant, row_of, value_of
from journey_assistant.adapters.store_sql.schema import events
from journey_assistant.adapters.store_sql.schema_work import identities
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.identity import Identity
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.errors import NotFound


class SqlIdentities:
    """Answers IdentityStore."""

    _db: Database

    async def link(self, tenant: TenantId, alias: str, customer_id: CustomerId, *, at: datetime) -> Identity:
        """Links a name that nobody had; one of another customer belongs to nobody from then on."""
        wanted = Identity(alias, customer_id, at)
        async with self._db.write() as connection:
            if await insert_new(connection, identities, [row_of(wanted, tenant)]):
                await _give(connection, tenant, alias, customer_id)
                return wanted
            same = (identities.c.tenant_id == tenant) & (identities.c.alias == alias)
            stored = (await connection.execute(select(identities).where(same).with_for_update())).one()
            stands = value_of(Identity, stored)
            if stands.customer_id in (None, customer_id):
                return stands
            await connection.execute(update(identities).where(same).values(customer_id=None))
            return replace(stands, customer_id=None)

    async def unlink(self, tenant: TenantId, alias: str, *, at: datetime) -> int:
        """Takes a link back with the events that came under the name."""
        same = (identities.c.tenant_id == tenant) & (identities.c.alias == alias)
        async with self._db.write() as connection:
            linked = same & identities.c.customer_id.is_not(None)
            changed = await connection.execute(update(identities).where(linked).values(customer_id=None, linked_at=at))
            if changed.rowcount != 1:
                raise NotFound(f"{alias} is not linked to a customer")
            came = (events.c.tenant_id == tenant) & (events.c.came_as == alias) & (events.c.customer_id != alias)
            return (await connection.execute(update(events).where(came).values(customer_id=alias))).rowcount

    async def identities(self, tenant: TenantId, *, customer_id: CustomerId) -> list[Identity]:
        """The names of a customer, oldest link first."""
        wanted = of_tenant(identities, tenant).where(identities.c.customer_id == customer_id)
        async with self._db.read() as connection:
            rows = await connection.execute(wanted.order_by(identities.c.linked_at, identities.c.alias))
            return [value_of(Identity, row) for row in rows]


async def resolved(
    connection: AsyncConnection, tenant: TenantId, given: Sequence[CustomerEvent]
) -> list[CustomerEvent]:
    """The events with the customers to whom their names are linked now."""
    names = {event.came_as for event in given if event.came_as is not None}
    if not names:
        return list(given)
    wanted = select(identities.c.alias, identities.c.customer_id).where(
        identities.c.tenant_id == tenant, identities.c.alias.in_(names), identities.c.customer_id.is_not(None)
    )
    owners = {row.alias: CustomerId(row.customer_id) for row in await connection.execute(wanted)}
    return [replace(event, customer_id=owners.get(event.came_as or "", event.customer_id)) for event in given]


async def _give(connection: AsyncConnection, tenant: TenantId, alias: str, customer_id: CustomerId) -> None:
    """The events of a name to its customer; what the customer has already is not doubled."""
    mine = (events.c.tenant_id == tenant) & (events.c.customer_id == alias)
    theirs = aliased(events)
    known = select(theirs.c.id).where(theirs.c.tenant_id == tenant, theirs.c.customer_id == customer_id)
    await connection.execute(delete(events).where(mine & events.c.id.in_(known)))
    await connection.execute(update(events).where(mine).values(customer_id=customer_id, came_as=alias))
