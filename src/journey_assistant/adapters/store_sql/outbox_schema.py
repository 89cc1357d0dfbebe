"""Tables of what leaves the house, and of what people did with what could not be delivered."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, String, Table, UniqueConstraint

from journey_assistant.adapters.store_sql.columns import Json, UtcTime, Word, key, metadata, of_run, text
from journey_assistant.domain.outbox import DeliveryState

outbox = Table(
    "outbox",
    metadata,
    key("tenant_id"),
    key("key"),
    Column("run_id", String),
    Column("customer_id", String),
    Column("kind", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("purpose", String, nullable=False),
    text("subject", optional=True),
    text("text"),
    Column("sha256", String, nullable=False),
    Column("conversation_id", String),
    Column("address", Json),
    Column("draft_id", String),
    Column("draft_version", Integer),
    Column("play", String),
    Column("expires_at", UtcTime),
    Column("replies_to", Json, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("state", Word(DeliveryState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_by", String),
    Column("claimed_until_at", UtcTime),
    Column("receipt", Json, nullable=False),
    Column("error", Json, nullable=False),
    Column("until", Json, nullable=False),
    Column("settled_at", UtcTime),
    of_run(),
    UniqueConstraint("tenant_id", "draft_id", "draft_version"),
    Index(None, "tenant_id", "due_at", "key"),
    Index(None, "tenant_id", "state", "channel", "due_at"),
    Index(None, "tenant_id", "customer_id"),
    Index(None, "tenant_id", "run_id"),
    Index(None, "tenant_id", "receipt"),
)

delivery_steps = Table(
    "delivery_steps",
    metadata,
    key("tenant_id"),
    key("key"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("step", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    text("why"),
    Column("customer_id", String),
    ForeignKeyConstraint(["tenant_id", "key"], ["outbox.tenant_id", "outbox.key"]),
    Index(None, "tenant_id", "customer_id"),
)
