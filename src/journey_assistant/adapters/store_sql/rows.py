"""Values of the domain as rows and back, and the statements that both databases spell differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Select, Table, literal, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.outbox import Delivery, OutboxMessage
from journey_assistant.domain.recall import CustomerEvent, topic_of
from journey_assistant.domain.timeline import Event, EventId, Party

ROWS_A_STATEMENT = 500

Value = TypeVar("Value")
Item = TypeVar("Item")
Key = tuple[Any, ...]
"""Values of a primary key, in the order of its columns."""


def row_of(value: Any, tenant: TenantId) -> dict[str, Any]:
    """A dataclass whose fields are the columns of its table."""
    return {f.name: getattr(value, f.name) for f in fields(value)} | {"tenant_id": tenant}


def value_of(kind: type[Value], row: Any) -> Value:
    """The same value again; lists of JSON are tuples in the domain."""
    names = {f.name for f in fields(kind)}  # type: ignore[arg-type]  # every kind stored is a dataclass
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in row._mapping.items() if k in names})


def event_row(tenant: TenantId, given: CustomerEvent) -> dict[str, Any]:
    """One event as a row, with the topic that recall reads by."""
    event = given.event
    return {
        "tenant_id": tenant,
        "customer_id": given.customer_id,
        "id": event.id,
        "type": event.type,
        "topic": topic_of(event),
        "at": event.at,
        "party": event.party.value,
        "properties": dict(event.properties),
        "came_as": given.came_as,
    }


def event_of(row: Any) -> Event:
    """The event of a row."""
    return Event(EventId(row.id), row.type, row.at, Party(row.party), row.properties)


def outbox_row(tenant: TenantId, message: OutboxMessage) -> dict[str, Any]:
    """A message as a row, with the hash of its words; nobody has sent it yet."""
    waiting = Delivery(message.key, message.due_at)
    return row_of(waiting, tenant) | row_of(message, tenant) | {"sha256": message.sha256}


async def insert_new(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> set[Key]:
    """Inserts rows whose key is not there yet; returns the keys of those that were new."""
    if len(rows) == 1:
        return {tuple(row) for row in await connection.execute(_adding(table, connection.dialect.name), rows[0])}
    added: set[Key] = set()
    for batch in _batches(rows):
        statement = _adding(table, connection.dialect.name).values(batch)
        added.update(tuple(row) for row in await connection.execute(statement))
    return added


@cache
def _adding(table: Table, dialect: str) -> Any:
    """Made once: most of a statement's cost is putting it together."""
    return _insert(table, dialect).on_conflict_do_nothing().returning(*table.primary_key)


async def put(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows, or replaces those with the same key."""
    statement = _putting(table, connection.dialect.name)
    if len(rows) == 1:
        await connection.execute(statement, rows[0])
        return
    for batch in _batches(rows):
        await connection.execute(statement.values(batch))


@cache
def _putting(table: Table, dialect: str) -> Any:
    keys = [column.name for column in table.primary_key]
    statement = _insert(table, dialect)
    changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _insert(table: Table, dialect: str) -> Any:
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


def _batches(rows: Sequence[Item]) -> list[list[Item]]:
    remaining = iter(rows)
    return list(iter(lambda: list(islice(remaining, ROWS_A_STATEMENT)), []))


def of_tenant(table: Table, tenant: TenantId) -> Select[Any]:
    """Every read starts here: rows of other tenants are out of reach."""
    return select(table).where(table.c.tenant_id == tenant)


def after_page(at: Column[datetime], id_: Column[str], last: tuple[datetime, str]) -> ColumnElement[bool]:
    """The rows behind the last one of a page that is ordered by time and id."""
    # A tuple of plain values would not be bound with the columns' types.
    return tuple_(at, id_) > tuple_(literal(last[0], at.type), literal(last[1], id_.type))
