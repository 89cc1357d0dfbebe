"""Connections: SQLite with exactly one writer, or a pool on Postgres. Each ``write`` is one transaction."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from journey_assistant.adapters.store_sql.errors import translated
from journey_assistant.adapters.store_sql.sqlite_here import connect_here
from journey_assistant.errors import ConfigurationError

BUSY_TIMEOUT_S = 5.0
SQLITE, POSTGRES = "sqlite+aiosqlite", "postgresql+psycopg"


class Database:
    """The engines of one database."""

    def __init__(self, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        """Connects to nothing yet. Raises ConfigurationError for a URL of another database."""
        self.url = _checked(url)
        self.is_sqlite = self.url.drivername == SQLITE
        if self.is_sqlite:
            # Several writing connections of one process only wait for each other; one is enough and never busy.
            self._writer = _sqlite_engine(self.url, busy_timeout_s, begin="BEGIN IMMEDIATE", size=1, here=True)
            self._reader = _sqlite_engine(self.url, busy_timeout_s, begin="BEGIN", size=4, here=True)
            self._glancer = _sqlite_engine(self.url, busy_timeout_s, begin="", size=4, here=True)
            self._scanner = _sqlite_engine(self.url, busy_timeout_s, begin="BEGIN", size=4)
        else:
            self._writer = _postgres_engine(self.url)
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ")
            self._glancer = self._writer.execution_options(isolation_level="AUTOCOMMIT")
            self._scanner = self._reader

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that may change rows: committed at the end, rolled back on any error."""
        with translated():
            async with self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that reads a single state of the database: rows of one customer, or a short list."""
        with translated():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def scan(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that reads a single state, over many rows: nobody else waits for it."""
        with translated():
            async with self._scanner.connect() as connection:
                yield connection

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncConnection]:
        """For one statement that reads: it is a transaction of its own, which nobody begins or ends."""
        with translated():
            async with self._glancer.connect() as connection:
                yield connection

    @asynccontextmanager
    async def outside_transactions(self) -> AsyncIterator[AsyncConnection]:
        """For commands that a transaction cannot hold, such as VACUUM."""
        with translated():
            async with self._writer.connect() as connection:
                yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def close(self) -> None:
        """Closes all connections."""
        with translated():
            await self._writer.dispose()
            await self._reader.dispose()
            await self._glancer.dispose()
            await self._scanner.dispose()

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database."""
        return Path(self.url.database or "") if self.is_sqlite else None

    def create_file(self) -> bool:
        """Makes a missing SQLite file that only its owner may read; True when it was made or is empty."""
        file = self.file
        if file is None:
            return False
        with translated():
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
            return file.stat().st_size == 0


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError("the database URL cannot be read (JOURNEY_DATABASE_URL)") from error
    if parsed.drivername not in (SQLITE, POSTGRES):
        raise ConfigurationError(
            f"{parsed.drivername} is no database of this product (JOURNEY_DATABASE_URL; allowed:"
            f" {SQLITE}:///FILE, {POSTGRES}://USER@HOST/DATABASE)"
        )
    if parsed.drivername == SQLITE and parsed.database in (None, "", ":memory:"):
        raise ConfigurationError("a SQLite database is a file (JOURNEY_DATABASE_URL)")
    return parsed


def _sqlite_engine(url: URL, busy_timeout_s: float, *, begin: str, size: int, here: bool = False) -> AsyncEngine:
    """An engine whose transactions begin with ``begin``; empty for one without transactions."""
    alone: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=size,
        max_overflow=0,
        connect_args={"timeout": busy_timeout_s, **({"async_creator_fn": connect_here} if here else {})},
        pool_reset_on_return="rollback" if begin else None,
        **({} if begin else alone),
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver's own transactions start at the first write, which deadlocks readers that turn writers.
        connection.isolation_level = None
        cursor = connection.cursor()
        pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
        for pragma in (*pragmas, f"busy_timeout={int(busy_timeout_s * 1000)}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        if begin and connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(begin)

    return engine


def _postgres_engine(url: URL) -> AsyncEngine:
    try:
        return create_async_engine(url, hide_parameters=True, pool_size=8, max_overflow=8, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise ConfigurationError("Postgres needs the extra: pip install 'journey-assistant[postgres]'") from error
