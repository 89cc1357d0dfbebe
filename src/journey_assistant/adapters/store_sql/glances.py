"""Glances at many customers in SQL: sums over indexes, no timeline is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, Float, Text, case, cast, func, literal, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from journey_assistant.adapters.store_sql.columns import UtcTime
from journey_assistant.adapters.store_sql.customers import SqlCustomers
from journey_assistant.adapters.store_sql.schema import events
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.glance import DONE, Glance, Seen, Used
from journey_assistant.domain.recall import Tally

NUMBER = r"^[0-9]{1,15}(\.[0-9]{1,15})?$"


class SqlGlances(SqlCustomers):
    """Answers the part of TimelineStore that looks at many customers or at counts alone."""

    async def count_events(self, tenant: TenantId, customer_id: CustomerId, tally: Tally) -> int:
        """How many events there are of a type and topic, since a time; no further than ``most``."""
        wanted = select(literal(1)).where(
            events.c.tenant_id == tenant,
            events.c.customer_id == customer_id,
            events.c.type == tally.type,
            events.c.topic == tally.topic,
            events.c.at >= tally.since,
        )
        async with self._db.read() as connection:
            return await connection.scalar(select(func.count()).select_from(wanted.limit(tally.most).subquery())) or 0

    async def glances(
        self,
        tenant: TenantId,
        *,
        now: datetime,
        window: timedelta,
        words: Sequence[str] = (),
        after: str = "",
        limit: int = 1000,
    ) -> list[Glance]:
        """Glances at a page of customers by id."""
        page = await self.customers(tenant, after=after, limit=limit)
        if not page:
            return []
        theirs = (events.c.tenant_id == tenant) & events.c.customer_id.between(page[0].id, page[-1].id)
        async with self._db.scan() as connection:
            seen = await _seen(connection, theirs)
            used = await _used(connection, theirs, now, window)
            done = await _done(connection, theirs)
            visited = await _visited(connection, theirs, words)
        none: dict[str, Any] = {}
        return [
            Glance(row.id, row.document, *(found.get(row.id, none) for found in (seen, used, done, visited)))
            for row in page
        ]


async def _seen(connection: AsyncConnection, theirs: ColumnElement[bool]) -> dict[str, dict[str, Seen]]:
    count, first, last = func.count(), func.min(events.c.at), func.max(events.c.at)
    wanted = select(events.c.customer_id, events.c.type, count, first, last).where(theirs)
    found: dict[str, dict[str, Seen]] = defaultdict(dict)
    for id_, type_, *numbers in await connection.execute(wanted.group_by(events.c.customer_id, events.c.type)):
        found[id_][type_] = Seen(*numbers)
    return found


async def _used(
    connection: AsyncConnection, theirs: ColumnElement[bool], now: datetime, window: timedelta
) -> dict[str, dict[str, Used]]:
    middle, begin = literal(now - window, UtcTime), literal(now - 2 * window, UtcTime)
    times = _times(connection)
    recent = func.sum(case((events.c.at > middle, times), else_=0.0))
    before = func.sum(case(((events.c.at > begin) & (events.c.at <= middle), times), else_=0.0))
    wanted = select(events.c.customer_id, events.c.topic, func.max(events.c.at), recent, before)
    wanted = wanted.where(theirs, events.c.type == "feature_used").group_by(events.c.customer_id, events.c.topic)
    found: dict[str, dict[str, Used]] = defaultdict(dict)
    for id_, topic, last_at, *sums in await connection.execute(wanted):
        found[id_][topic] = Used(last_at, *(float(value) for value in sums))
    return found


async def _done(connection: AsyncConnection, theirs: ColumnElement[bool]) -> dict[str, dict[str, datetime]]:
    wanted = select(events.c.customer_id, events.c.topic, func.max(events.c.at))
    wanted = wanted.where(theirs, events.c.type.in_(DONE)).group_by(events.c.customer_id, events.c.topic)
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    for id_, topic, last_at in await connection.execute(wanted):
        found[id_][topic] = last_at
    return found


async def _visited(
    connection: AsyncConnection, theirs: ColumnElement[bool], words: Sequence[str]
) -> dict[str, dict[str, datetime]]:
    """By the letters of what is stored: more pages than those meant may have a word, none of those meant lacks it."""
    if not words:
        return {}
    told = func.lower(type_coerce(events.c.properties, Text))
    last = [func.max(case((told.contains(word, autoescape=True), events.c.at))) for word in words]
    wanted = select(events.c.customer_id, *last).where(theirs, events.c.type == "page_viewed")
    return {
        id_: {word: at for word, at in zip(words, times, strict=True) if at is not None}
        for id_, *times in await connection.execute(wanted.group_by(events.c.customer_id))
    }


def _times(connection: AsyncConnection) -> ColumnElement[Any]:
    """How often one event says that a feature was used: its count, else once; a level (with a limit) is no use."""
    text = type_coerce(events.c.properties, Text)
    if connection.dialect.name == "sqlite":
        count, limit = func.json_extract(text, "$.count"), func.json_extract(text, "$.limit")
        return case((limit.is_not(None), 0.0), (count.is_(None), 1.0), else_=count * 1.0)
    as_json = cast(text, JSON)
    count, limit = func.json_extract_path_text(as_json, "count"), func.json_extract_path_text(as_json, "limit")
    number = case((count.regexp_match(NUMBER), count), else_="1")
    return case((limit.is_not(None), 0.0), else_=cast(number, Float))
