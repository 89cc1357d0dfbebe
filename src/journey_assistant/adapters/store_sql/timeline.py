"""Events in SQL. Recall hops over an index from topic to topic, so a long timeline costs what a short one does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.identities import resolved
from journey_assistant.adapters.store_sql.jobs import enqueue
from journey_assistant.adapters.store_sql.rows import after_page, event_of, event_row, insert_new, of_tenant
from journey_assistant.adapters.store_sql.schema import events
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.recall import SPLIT_TYPES, CustomerEvent, Recall
from journey_assistant.domain.timeline import Event
from journey_assistant.ports.store import Following

# SQLite takes 500 parts of a compound statement.
PARTS_A_STATEMENT = 100


class SqlTimeline:
    """Answers TimelineStore."""

    _db: Database

    async def add_events(
        self, tenant: TenantId, given: Sequence[CustomerEvent], *, then: Following | None = None
    ) -> int:
        """Stores new events and the jobs that follow from them, in one transaction."""
        async with self._db.write() as connection:
            theirs = await resolved(connection, tenant, given)
            new = await insert_new(connection, events, [event_row(tenant, event) for event in theirs])
            if then is not None:
                by_key = {(tenant, event.customer_id, event.event.id): event for event in reversed(theirs)}
                await enqueue(connection, then([event for key, event in by_key.items() if key in new]))
            return len(new)

    async def recall(self, tenant: TenantId, customer_id: CustomerId, bounds: Recall) -> list[Event]:
        """The newest events of every topic that are not after the moment."""
        own = (events.c.tenant_id == tenant, events.c.customer_id == customer_id)
        found: dict[str, Event] = {}
        async with self._db.read() as connection:
            topics = [topic async for topic in _topics(connection, own, bounds)]
            newest = [_newest(own, topic, bounds) for topic in topics]
            for start in range(0, len(newest), PARTS_A_STATEMENT):
                parts = newest[start : start + PARTS_A_STATEMENT]
                for row in await connection.execute(union_all(*(select(part.subquery()) for part in parts))):
                    found[row.id] = event_of(row)
        return sorted(found.values(), key=lambda event: (event.at, event.id))

    async def timeline(
        self, tenant: TenantId, customer_id: CustomerId, *, after: tuple[datetime, str] | None = None, limit: int = 1000
    ) -> list[Event]:
        """A page of all events by time and id."""
        wanted = of_tenant(events, tenant).where(events.c.customer_id == customer_id)
        if after is not None:
            wanted = wanted.where(after_page(events.c.at, events.c.id, after))
        async with self._db.read() as connection:
            rows = await connection.execute(wanted.order_by(events.c.at, events.c.id).limit(limit))
            return [event_of(row) for row in rows]


Condition = tuple[ColumnElement[bool], ...]


async def _topics(connection: AsyncConnection, own: Condition, bounds: Recall) -> AsyncIterator[Condition]:
    """What is read, one condition each: every topic of every type."""
    for type_ in await _distinct(connection, events.c.type, own, bounds.types):
        of_type = events.c.type == type_
        if type_ not in SPLIT_TYPES:
            yield of_type, events.c.topic == ""
            continue
        for topic in await _distinct(connection, events.c.topic, (*own, of_type), bounds.topics):
            yield of_type, events.c.topic == topic


async def _distinct(connection: AsyncConnection, column: Column[str], where: Condition, most: int) -> Sequence[str]:
    """The first distinct values of an indexed column, one index look-up each: never a scan of the rows."""
    hop = select(func.min(column).label("value"), literal(1).label("number")).where(*where).cte("hop", recursive=True)
    following = select(func.min(column)).where(*where, column > hop.c.value).scalar_subquery()
    hop = hop.union_all(select(following, hop.c.number + 1).where(hop.c.value.is_not(None), hop.c.number < most))
    return (await connection.scalars(select(hop.c.value).where(hop.c.value.is_not(None)))).all()


def _newest(own: Condition, topic: Condition, bounds: Recall) -> Select[Any]:
    wanted = select(events).where(*own, *topic, events.c.at <= bounds.until)
    return wanted.order_by(events.c.at.desc(), events.c.id.desc()).limit(bounds.per_topic)
