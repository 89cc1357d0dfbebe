"""Tables of the console: what colleagues sign in with, their sessions, what was done with drafts, the audit trail."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, String, Table, UniqueConstraint

from journey_assistant.adapters.store_sql.columns import Json, UtcTime, Word, key, metadata, text
from journey_assistant.domain.draft import DraftState, StepKind

credentials = Table(
    "credentials",
    metadata,
    key("tenant_id"),
    key("colleague_id"),
    Column("password_hash", String),
    Column("email", String),
    ForeignKeyConstraint(["tenant_id", "colleague_id"], ["colleagues.tenant_id", "colleagues.id"]),
    UniqueConstraint("tenant_id", "email"),
)

sessions = Table(
    "sessions",
    metadata,
    key("tenant_id"),
    key("id"),
    Column("colleague_id", String, nullable=False),
    Column("began_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["tenant_id", "colleague_id"], ["colleagues.tenant_id", "colleagues.id"]),
    Index(None, "tenant_id", "colleague_id"),
    Index(None, "tenant_id", "expires_at"),
)

login_tries = Table(
    "login_tries",
    metadata,
    key("tenant_id"),
    key("key"),
    Column("made_at", Json, nullable=False),
    Column("until_at", UtcTime, nullable=False),
    Index(None, "tenant_id", "until_at"),
)

draft_changes = Table(
    "draft_changes",
    metadata,
    key("tenant_id"),
    key("draft_id"),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("kind", Word(StepKind), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Word(DraftState), nullable=False),
    Column("customer_id", String, nullable=False),
    text("subject", optional=True),
    text("text"),
    Column("by", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    text("why"),
    ForeignKeyConstraint(["tenant_id", "draft_id"], ["drafts.tenant_id", "drafts.id"]),
    Index(None, "tenant_id", "customer_id"),
)

# Nothing of a customer stands here, so that erasing one leaves the chain whole.
audit = Table(
    "audit",
    metadata,
    key("tenant_id"),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("what", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("step", Integer, nullable=False),
    Column("by", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("payload_sha256", String, nullable=False),
    Column("previous", String, nullable=False),
    Column("sha256", String, nullable=False),
)
