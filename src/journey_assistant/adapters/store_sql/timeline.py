"""Events in SQL. Recall hops over an index from topic to topic, so a long timeline costs what a short one does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Integer, Select, TextClause, bindparam, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from journey_assistant.adapters.store_sql.columns import UtcTime
from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.events import insert_events
from journey_assistant.adapters.store_sql.identities import resolved
from journey_assistant.adapters.store_sql.jobs import enqueue
from journey_assistant.adapters.store_sql.rows import after_page, event_of, of_tenant
from journey_assistant.adapters.store_sql.schema import customers, events
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.recall import SPLIT_TYPES, CustomerEvent, Recall
from journey_assistant.domain.sends import MOST_SENDS, SEND_TYPES
from journey_assistant.domain.timeline import Event, EventId, Party
from journey_assistant.ports.store import Following

# SQLite takes 500 parts of a compound statement.
PARTS_A_STATEMENT = 100
_PARTIES = {party.value: party for party in Party}


class SqlTimeline:
    """Answers TimelineStore."""

    _db: Database

    async def add_events(
        self, tenant: TenantId, given: Sequence[CustomerEvent], *, then: Following | None = None
    ) -> int:
        """Stores new events and the jobs that follow from them, in one transaction."""
        async with self._db.write() as connection:
            theirs = await resolved(connection, tenant, given)
            new = await insert_events(connection, tenant, theirs)
            if then is not None:
                by_key = {(tenant, event.customer_id, event.event.id): event for event in reversed(theirs)}
                await enqueue(connection, then([event for key, event in by_key.items() if key in new]))
            return len(new)

    async def recall(self, tenant: TenantId, customer_id: CustomerId, bounds: Recall) -> list[Event]:
        """The newest events of every topic that are not after the moment."""
        async with self._db.read() as connection:
            return await recalled(connection, tenant, customer_id, bounds)

    async def account_sends(
        self, tenant: TenantId, customer_id: CustomerId, *, since: datetime, until: datetime
    ) -> list[Event]:
        """Messages to other people of the customer's account."""
        async with self._db.read() as connection:
            return await sends_to_account(connection, tenant, customer_id, since, until)

    async def timeline(
        self, tenant: TenantId, customer_id: CustomerId, *, after: tuple[datetime, str] | None = None, limit: int = 1000
    ) -> list[Event]:
        """A page of all events by time and id."""
        wanted = of_tenant(events, tenant).where(events.c.customer_id == customer_id)
        if after is not None:
            wanted = wanted.where(after_page(events.c.at, events.c.id, after))
        async with self._db.scan() as connection:
            rows = await connection.execute(wanted.order_by(events.c.at, events.c.id).limit(limit))
            return [event_of(row) for row in rows]


async def recalled(
    connection: AsyncConnection, tenant: TenantId, customer_id: CustomerId, bounds: Recall
) -> list[Event]:
    """The newest events of every topic, read within a transaction of somebody else."""
    own = {"tenant": tenant, "customer": customer_id}
    found: dict[str, Event] = {}
    topics = await _topics(connection, own, bounds)
    for start in range(0, len(topics), PARTS_A_STATEMENT):
        part = topics[start : start + PARTS_A_STATEMENT]
        given = {**own, "until": bounds.until, **_parameters(part, bounds)}
        for row in await connection.execute(newest_of_topics(len(part)), given):
            found[row[0]] = _read(*row)
    return sorted(found.values(), key=lambda event: (event.at, event.id))


async def sends_to_account(
    connection: AsyncConnection, tenant: TenantId, customer_id: CustomerId, since: datetime, until: datetime
) -> list[Event]:
    """Messages to other people of the customer's account, the newest of them, oldest first."""
    wanted = (
        of_tenant(events, tenant)
        .where(events.c.customer_id.in_(others_of_account(tenant, customer_id)), events.c.type.in_(SEND_TYPES))
        .where(events.c.at > since, events.c.at <= until)
    )
    newest = wanted.order_by(events.c.at.desc(), events.c.id.desc()).limit(MOST_SENDS)
    return [event_of(row) for row in reversed((await connection.execute(newest)).all())]


def others_of_account(tenant: TenantId, customer_id: CustomerId) -> Select[tuple[str]]:
    """The ids of other people of the customer's account; an account without an id is nobody else's."""
    own = customers.alias("own")
    account = select(own.c.account_id).where(own.c.tenant_id == tenant, own.c.id == customer_id).scalar_subquery()
    theirs = select(customers.c.id).where(customers.c.tenant_id == tenant, customers.c.account_id == account)
    return theirs.where(customers.c.id != customer_id)


Topic = tuple[str, str]
"""A type and the topic within it."""


async def _topics(connection: AsyncConnection, own: dict[str, Any], bounds: Recall) -> list[Topic]:
    """What is read: every topic of every type."""
    found: list[Topic] = []
    for type_ in await connection.scalars(_TYPES, {**own, "most": bounds.types}):
        if type_ not in SPLIT_TYPES:
            found.append((type_, ""))
            continue
        given = {**own, "type": type_, "most": bounds.topics}
        found += [(type_, topic) for topic in await connection.scalars(_TOPICS, given)]
    return found


def _hops(column: Column[str], *where: ColumnElement[bool]) -> Select[str]:
    """The first distinct values of an indexed column, one index look-up each: never a scan of the rows."""
    most = bindparam("most", type_=Integer)
    hop = select(func.min(column).label("value"), literal(1).label("number")).where(*where).cte("hop", recursive=True)
    following = select(func.min(column)).where(*where, column > hop.c.value).scalar_subquery()
    hop = hop.union_all(select(following, hop.c.number + 1).where(hop.c.value.is_not(None), hop.c.number < most))
    return select(hop.c.value).where(hop.c.value.is_not(None))


_OF = (events.c.tenant_id == bindparam("tenant"), events.c.customer_id == bindparam("customer"))
# Made once: most of a short statement's cost is putting it together.
_TYPES = _hops(events.c.type, *_OF)
_TOPICS = _hops(events.c.topic, *_OF, events.c.type == bindparam("type"))


@cache
def newest_of_topics(topics: int) -> TextClause:
    """The newest events of so many topics in one statement, each part a walk along the index that ends at its limit.

    Plain SQL, made once a size: thousands of rows are read for one moment, and most of the time went into
    assembling the statement and into one conversion a value.
    """
    parts = (
        "SELECT * FROM (SELECT id, type, at, party, properties FROM events WHERE tenant_id = :tenant"
        f" AND customer_id = :customer AND type = :type_{n} AND topic = :topic_{n} AND at <= :until"
        f" ORDER BY at DESC, id DESC LIMIT :most_{n}) AS topic_{n}"
        for n in range(topics)
    )
    return text(" UNION ALL ".join(parts)).bindparams(bindparam("until", type_=UtcTime))


def _parameters(topics: Sequence[Topic], bounds: Recall) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for n, (type_, topic) in enumerate(topics):
        given |= {f"type_{n}": type_, f"topic_{n}": topic, f"most_{n}": bounds.most_of(type_)}
    return given


def _read(id_: str, type_: str, at: datetime | str, party: str, properties: str) -> Event:
    """An event of a row as the driver gives it: SQLite keeps times as text in UTC."""
    when = datetime.fromisoformat(at).replace(tzinfo=UTC) if isinstance(at, str) else at.astimezone(UTC)
    return Event(EventId(id_), type_, when, _PARTIES[party], json.loads(properties))
