"""The store in SQL: one code path for SQLite (the embedded profile) and Postgres."""

from journey_assistant.adapters.store_sql.store import SqlStore

__all__ = ["SqlStore"]
