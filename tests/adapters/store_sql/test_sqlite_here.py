"""Statements answer on the thread of the loop; what may wait does not hold it up."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from databases import sqlite_store
from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.sqlite_here import connect_here


async def test_that_a_statement_needs_no_other_thread(tmp_path: Path) -> None:
    connection = await connect_here(str(tmp_path / "a.db"), isolation_level=None)
    asked: list[str] = []
    await connection.create_function("asked", 0, lambda: asked.append(threading.current_thread().name))
    async with await connection.cursor() as cursor:
        await cursor.execute("SELECT asked()")
    await connection.close()
    assert asked == [threading.current_thread().name]


async def test_that_the_loop_goes_on_while_the_lock_is_waited_for(tmp_path: Path) -> None:
    async with sqlite_store(tmp_path):
        other = sqlite3.connect(tmp_path / "journey.db", check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'journey.db'}")

        async def write() -> None:
            async with database.write() as connection:
                await connection.execute(text("SELECT 1"))

        writing = asyncio.create_task(write())
        # Were the lock waited for on this thread, nobody could let go of it.
        await asyncio.sleep(0.05)
        other.rollback()
        await writing
        other.close()
        await database.close()


async def test_that_a_lock_that_is_free_is_taken_at_once_and_the_patience_stays(tmp_path: Path) -> None:
    connection = await connect_here(str(tmp_path / "a.db"), isolation_level=None, timeout=5.0)
    await connection.execute("BEGIN IMMEDIATE")
    async with connection.execute("PRAGMA busy_timeout") as cursor:
        assert list(await cursor.fetchone() or ()) == [5000]
    assert connection.in_transaction
    await connection.close()


async def test_that_a_closed_connection_answers_no_more(tmp_path: Path) -> None:
    connection = await connect_here(str(tmp_path / "a.db"))
    await connection.close()
    with pytest.raises(ValueError, match=r"[Cc]losed|no active"):
        await connection.execute("SELECT 1")
