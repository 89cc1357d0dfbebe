"""The tables of conversations."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from journey_assistant.adapters.store_sql.columns import Json, UtcTime, Word, key, metadata, text
from journey_assistant.domain.chat import Audience, EntryKind
from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.ownership import OwnerState


def _of_conversation() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", "conversation_id"], ["conversations.tenant_id", "conversations.id"])


conversations = Table(
    "conversations",
    metadata,
    key("tenant_id"),
    key("id"),
    Column("customer_id", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("visitor", Boolean, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("asked_seq", Integer, nullable=False),
    Column("answered_seq", Integer, nullable=False),
    Column("read_seq", Integer, nullable=False),
    Column("seen_seq", Integer, nullable=False, server_default="0"),
    Column("csat", Integer),
    Column("handed_over_by", String),
    # the owner
    Column("state", Word(OwnerState), nullable=False),
    Column("since_at", UtcTime, nullable=False),
    Column("colleague", String),
    Column("queue", String),
    Column("priority", Word(Priority), nullable=False),
    Column("pickup_by_at", UtcTime),
    Column("promised_at", UtcTime),
    Column("handoffs", Integer, nullable=False),
    Column("reassignments", Integer, nullable=False),
    # the process that is answering
    Column("lease_owner", String),
    Column("lease_until_at", UtcTime),
    Column("lease_fence", Integer, nullable=False),
    Index(None, "tenant_id", "customer_id", "updated_at"),
    Index(None, "tenant_id", "state", "queue", "updated_at"),
    Index(None, "tenant_id", "updated_at"),
)

entries = Table(
    "entries",
    metadata,
    key("tenant_id"),
    key("conversation_id"),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("kind", Word(EntryKind), nullable=False),
    Column("author", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    text("text"),
    Column("payload", Json, nullable=False),
    Column("audience", Word(Audience), nullable=False),
    Column("sent_key", String),
    Column("body_sha256", String),
    _of_conversation(),
    UniqueConstraint("tenant_id", "conversation_id", "sent_key"),
    UniqueConstraint("tenant_id", "id"),
    Index(None, "tenant_id", "customer_id"),
)

attachments = Table(
    "attachments",
    metadata,
    key("tenant_id"),
    key("id"),
    Column("conversation_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    text("name"),
    Column("type", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("content", LargeBinary, nullable=False),
    _of_conversation(),
    Index(None, "tenant_id", "customer_id"),
    Index(None, "tenant_id", "conversation_id"),
)

case_states = Table(
    "case_states",
    metadata,
    key("tenant_id"),
    key("id"),
    Column("customer_id", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("line", Json, nullable=False),
    Index(None, "tenant_id", "customer_id", "updated_at"),
)

revoked_tokens = Table(
    "revoked_tokens",
    metadata,
    key("tenant_id"),
    key("id"),
    Column("until_at", UtcTime, nullable=False),
)
