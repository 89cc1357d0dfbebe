"""The one schema of the store, for SQLite and Postgres. ``tenant_id`` leads every key and index."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, String, Table, UniqueConstraint

from journey_assistant.adapters.store_sql.chat_schema import attachments, case_states, conversations, entries
from journey_assistant.adapters.store_sql.columns import Json, UtcTime, Word, key, of_run, text
from journey_assistant.adapters.store_sql.columns import metadata as metadata
from journey_assistant.adapters.store_sql.console_schema import draft_changes
from journey_assistant.adapters.store_sql.outbox_schema import delivery_steps, outbox
from journey_assistant.domain.colleague import Role
from journey_assistant.domain.draft import DraftState
from journey_assistant.domain.snooze import WakeOn

accounts = Table("accounts", metadata, key("tenant_id"), key("id"), Column("document", Json, nullable=False))

customers = Table(
    "customers",
    metadata,
    key("tenant_id"),
    key("id"),
    Column("account_id", String),
    Column("email", Json),
    Column("document", Json, nullable=False),
    ForeignKeyConstraint(["tenant_id", "account_id"], ["accounts.tenant_id", "accounts.id"]),
    Index(None, "tenant_id", "account_id"),
    Index(None, "tenant_id", "email"),
)

# Events may come before their customer, so there is no foreign key.
events = Table(
    "events",
    metadata,
    key("tenant_id"),
    key("customer_id"),
    key("id"),
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
    key("tenant_id"),
    key("id"),
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
    key("tenant_id"),
    key("id"),
    Column("run_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("purpose", String, nullable=False),
    text("text"),
    text("subject", optional=True),
    Column("play", String),
    Column("reviewer", String),
    Column("facts", Json, nullable=False),
    Column("state", Word(DraftState), nullable=False),
    Column("version", Integer, nullable=False),
    Column("decided_by", String),
    Column("decided_at", UtcTime),
    text("why"),
    Column("replies_to", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("step", Integer, nullable=False),
    Column("words_by", String),
    Column("snoozed_until_at", UtcTime),
    Column("wakes_on", Word(WakeOn)),
    of_run(),
    Index(None, "tenant_id", "state", "created_at", "id"),
    Index(None, "tenant_id", "customer_id", "created_at", "id"),
    Index(None, "tenant_id", "run_id"),
)

handoffs = Table(
    "handoffs",
    metadata,
    key("tenant_id"),
    key("id"),
    Column("run_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("priority", String, nullable=False),
    Column("channel", String, nullable=False),
    text("text"),
    Column("summary", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("done_by", String),
    Column("done_at", UtcTime),
    of_run(),
    Index(None, "tenant_id", "created_at", "id"),
    Index(None, "tenant_id", "customer_id"),
    Index(None, "tenant_id", "run_id"),
)

holds = Table(
    "holds",
    metadata,
    key("tenant_id"),
    key("id"),
    Column("run_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("reason", String, nullable=False),
    text("until"),
    Column("until_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    of_run(),
    Index(None, "tenant_id", "created_at", "id"),
    Index(None, "tenant_id", "customer_id"),
    Index(None, "tenant_id", "run_id"),
)

actions = Table(
    "actions",
    metadata,
    key("tenant_id"),
    key("id"),
    Column("run_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("arguments", Json, nullable=False),
    text("why"),
    Column("created_at", UtcTime, nullable=False),
    of_run(),
    Index(None, "tenant_id", "created_at", "id"),
    Index(None, "tenant_id", "customer_id"),
    Index(None, "tenant_id", "run_id"),
)

colleagues = Table(
    "colleagues",
    metadata,
    key("tenant_id"),
    key("id"),
    Column("name", String, nullable=False),
    Column("role", Word(Role), nullable=False),
    Column("added_at", UtcTime, nullable=False),
    Column("timezone", String),
)

OF_CUSTOMER = (
    *(attachments, entries, conversations, case_states, draft_changes),
    *(delivery_steps, outbox, actions, holds, handoffs, drafts, runs, events),
)
"""Tables with rows about one customer, beside ``customers`` itself; in the order in which they can be emptied."""
