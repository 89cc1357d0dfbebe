"""A SQLite connection that answers where it is asked: on the thread of the event loop.

A thread of its own for every connection costs four handovers a statement, each of which waits for the interpreter
until whoever has it lets go. A statement over an index is done sooner than one handover. What may really wait still
goes to the thread: the lock of the one writer, the disk at a commit, and commands that go over a whole file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import aiosqlite

LOCK = "BEGIN IMMEDIATE"
WAITING = ("VACUUM", "PRAGMA")
"""How statements begin that go over a whole file, or wait for it."""


class ConnectionHere(aiosqlite.Connection):
    """Answers at once what is quick; the rest as its base does. For transactions over few rows."""

    busy_timeout_ms = 0

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self._running or not self._connection:
            raise ValueError("Connection closed")
        if args and args[0] == LOCK and self._is_locked(fn, args):
            return None
        if _waits(fn, args):
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]  # as it is
        return fn(*args, **kwargs)

    def _is_locked(self, fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
        """Took the lock of the one writer at once; somebody else's is for another thread to wait for."""
        self._conn.execute("PRAGMA busy_timeout=0")
        try:
            fn(*args)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        finally:
            self._conn.execute(f"PRAGMA busy_timeout={self.busy_timeout_ms}")
        return True


def _waits(fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    name = fn.__name__
    if name == "execute":
        return bool(args) and str(args[0]).startswith((LOCK, *WAITING))
    return name == "commit"


async def connect_here(database: str, **options: Any) -> aiosqlite.Connection:
    """Opens a file; takes what ``sqlite3.connect`` takes."""
    options["check_same_thread"] = False
    connection = ConnectionHere(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    connection.busy_timeout_ms = int(1000 * options.get("timeout", 0))
    # A process that ends does not wait for the thread of a connection that nobody closed.
    connection._thread.daemon = True
    return await connection
