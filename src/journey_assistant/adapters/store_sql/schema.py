"""The one schema of the store, for SQLite and Postgres. ``tenant_id`` leads every key and index."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from journey_assistant.domain.colleague import Role
from journey_assistant.domain.draft import DraftState


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC; SQLite forgets the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone is never stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """JSON as ASCII text: the same bytes on every database, and no character that one of them refuses.

    Free text is kept as a JSON string for the same reason: what people write may hold a NUL or half a character.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Word(TypeDecorator[StrEnum]):
    """One of the words of a ``StrEnum``."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.words(value)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _key(name: str) -> Column[str]:
    return Column(name, String, primary_key=True)


def _text(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, Json, nullable=optional)


def _of_run() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"])


accounts = Table("accounts", metadata, _key("tenant_id"), _key("id"), Column("document", Json, nullable=False))

customers = Table(
    "customers",
    metadata,
    _key("tenant_id"),
    _key("id"),
    Column("account_id", String),
    Column("document", Json, nullable=False),
    ForeignKeyConstraint(["tenant_id", "account_id"], ["accounts.tenant_id", "accounts.id"]),
    Index(None, "tenant_id", "account_id"),
)

# Events may come before their customer, so there is no foreign key.
events = Table(
    "events",
    metadata,
    _key("tenant_id"),
    _key("customer_id"),
    _key("id"),
    Column("type", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("party", String, nullable=False),
    Column("properties", Json, nullable=False),
    Column("came_as", String),
    Index(None, "tenant_id", "customer_id", "type", "topic", "at", "id"),
    Index(None, "tenant_id", "customer_id", "at", "id"),
)

runs = Table(
    "runs",
    metadata,
    _key("tenant_id"),
    _key("id"),
    Column("moment_key", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("case_id", String, nullable=False),
    Column("now_at", UtcTime, nullable=False),
    Column("route", String, nullable=False),
    Column("play", String),
    Column("line", Json, nullable=False),
    Column("case", Json, nullable=False),
    Column("identity", String, nullable=False),
    UniqueConstraint("tenant_id", "moment_key"),
    Index(None, "tenant_id", "customer_id", "now_at", "id"),
    Index(None, "tenant_id", "now_at", "id"),
)

drafts = Table(
    "drafts",
    metadata,
    _key("tenant_id"),
    _key("id"),
    Column("run_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("purpose", String, nullable=False),
    _text("text"),
    _text("subject", optional=True),
    Column("play", String),
    Column("reviewer", String),
    Column("facts", Json, nullable=False),
    Column("state", Word(DraftState), nullable=False),
    Column("version", Integer, nullable=False),
    Column("decided_by", String),
    Column("decided_at", UtcTime),
    _text("why"),
    Column("created_at", UtcTime, nullable=False),
    _of_run(),
    Index(None, "tenant_id", "state", "created_at", "id"),
    Index(None, "tenant_id", "customer_id", "created_at", "id"),
    Index(None, "tenant_id", "run_id"),
)

handoffs = Table(
    "handoffs",
    metadata,
    _key("tenant_id"),
    _key("id"),
    Column("run_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("priority", String, nullable=False),
    Column("channel", String, nullable=False),
    _text("text"),
    Column("summary", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    _of_run(),
    Index(None, "tenant_id", "created_at", "id"),
    Index(None, "tenant_id", "customer_id"),
    Index(None, "tenant_id", "run_id"),
)

holds = Table(
    "holds",
    metadata,
    _key("tenant_id"),
    _key("id"),
    Column("run_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("reason", String, nullable=False),
    _text("until"),
    Column("until_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    _of_run(),
    Index(None, "tenant_id", "created_at", "id"),
    Index(None, "tenant_id", "customer_id"),
    Index(None, "tenant_id", "run_id"),
)

actions = Table(
    "actions",
    metadata,
    _key("tenant_id"),
    _key("id"),
    Column("run_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("arguments", Json, nullable=False),
    _text("why"),
    Column("created_at", UtcTime, nullable=False),
    _of_run(),
    Index(None, "tenant_id", "created_at", "id"),
    Index(None, "tenant_id", "customer_id"),
    Index(None, "tenant_id", "run_id"),
)

outbox = Table(
    "outbox",
    metadata,
    _key("tenant_id"),
    _key("key"),
    Column("run_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("purpose", String, nullable=False),
    _text("subject", optional=True),
    _text("text"),
    Column("sha256", String, nullable=False),
    Column("conversation_id", String),
    Column("draft_id", String),
    Column("draft_version", Integer),
    Column("due_at", UtcTime, nullable=False),
    _of_run(),
    UniqueConstraint("tenant_id", "draft_id", "draft_version"),
    Index(None, "tenant_id", "due_at", "key"),
    Index(None, "tenant_id", "customer_id"),
    Index(None, "tenant_id", "run_id"),
)

colleagues = Table(
    "colleagues",
    metadata,
    _key("tenant_id"),
    _key("id"),
    Column("name", String, nullable=False),
    Column("role", Word(Role), nullable=False),
    Column("added_at", UtcTime, nullable=False),
)

OF_CUSTOMER = (outbox, actions, holds, handoffs, drafts, runs, events)
"""Tables with rows about one customer, beside ``customers`` itself; in the order in which they can be emptied."""
