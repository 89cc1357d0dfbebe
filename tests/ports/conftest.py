"""Every adapter of the store, one after the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from databases import Postgres, opened, postgres, sqlite_store
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.ports.store import Store

__all__ = ["postgres"]


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store."""
    if request.param == "memory":
        yield MemoryStore()
    elif request.param == "sqlite":
        async with sqlite_store(tmp_path) as on_sqlite:
            yield on_sqlite
    else:
        server: Postgres = request.getfixturevalue("postgres")
        async with opened(await server.database()) as on_postgres:
            yield on_postgres
