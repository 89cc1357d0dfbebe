"""Tables of what is to be done later, and of who is who."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from journey_assistant.adapters.store_sql.columns import Json, UtcTime, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("customer_id", String),
    Column("payload", Json, nullable=False),
    Column("run_at", UtcTime, nullable=False),
    Column("state", String, nullable=False),
    Column("stamp", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", UtcTime),
    Column("why", Json, nullable=False),
    Index(None, "tenant_id", "state", "run_at"),
    Index(None, "tenant_id", "customer_id"),
)

identities = Table(
    "identities",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("alias", String, primary_key=True),
    Column("customer_id", String),
    Column("linked_at", UtcTime, nullable=False),
    Index(None, "tenant_id", "customer_id"),
)
