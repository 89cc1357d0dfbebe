import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from databases import Postgres, opened, postgres, sqlite_store
from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.schema import accounts
from journey_assistant.domain.outbox import message_of_draft
from journey_assistant.errors import ConfigurationError, PortError
from records import ANA, NOON, OURS, all_effects, customer, draft, event, run_record

__all__ = ["postgres"]
SECRET = "hunter2-password"


def url_of(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'journey.db'}"


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("busy_timeout", 5000)],
)
async def test_that_every_sqlite_connection_is_durable_and_strict(tmp_path: Path, pragma: str, value: object) -> None:
    database = Database(url_of(tmp_path))
    database.create_file()
    async with database.write() as writer, database.read() as reader:
        assert await writer.scalar(text(f"PRAGMA {pragma}")) == value
        assert await reader.scalar(text(f"PRAGMA {pragma}")) == value
    await database.close()


async def test_that_a_write_takes_the_lock_at_its_start(tmp_path: Path) -> None:
    async with sqlite_store(tmp_path):
        database = Database(url_of(tmp_path))
        other = sqlite3.connect(tmp_path / "journey.db", timeout=0)
        async with database.write():
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")
        other.close()
        await database.close()


async def test_that_readers_go_on_while_somebody_writes(tmp_path: Path) -> None:
    async with sqlite_store(tmp_path) as store:
        await store.put_customers(OURS, [customer(name="before")])
        database = Database(url_of(tmp_path))
        async with database.write() as writer:
            await writer.execute(insert(accounts).values(tenant_id=OURS, id="a_1", document={}))
            assert [row.document["name"] for row in await store.customers(OURS)] == ["before"]
        await database.close()


async def test_that_only_the_owner_may_read_the_files(tmp_path: Path) -> None:
    async with sqlite_store(tmp_path / "home") as store:
        await store.put_customers(OURS, [customer()])
        files = list((tmp_path / "home").iterdir())
        assert len(files) == 3
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700


async def test_that_a_locked_database_is_a_passing_error_and_nothing_is_written(tmp_path: Path) -> None:
    async with sqlite_store(tmp_path):
        other = sqlite3.connect(tmp_path / "journey.db")
        other.execute("BEGIN IMMEDIATE")
        hurried = await SqlStore.open(url_of(tmp_path), busy_timeout_s=0.05)
        with pytest.raises(PortError, match="locked") as failure:
            await hurried.put_customers(OURS, [customer()])
        assert failure.value.retryable
        other.rollback()
        other.close()
        assert await hurried.customers(OURS) == []
        await hurried.put_customers(OURS, [customer()])
        await hurried.close()


async def test_that_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journey.db").write_bytes(b"this is no database, but it is long enough" * 100)
    with pytest.raises(PortError, match=r"journey\.db is damaged .*not a database.*backup") as failure:
        await SqlStore.open(url_of(tmp_path))
    assert not failure.value.retryable


async def test_that_damage_inside_a_file_is_found(tmp_path: Path) -> None:
    async with sqlite_store(tmp_path) as store:
        await store.add_events(OURS, [event(f"e{n}", note="x" * 500) for n in range(200)])
        await store.check_integrity()
    file = tmp_path / "journey.db"
    content = bytearray(file.read_bytes())
    content[40_000:60_000] = os.urandom(20_000)
    file.write_bytes(content)
    async with opened(url_of(tmp_path)) as store:
        with pytest.raises(PortError, match=r"journey\.db is damaged .*backup"):
            await store.check_integrity()


async def test_that_a_folder_that_cannot_be_made_is_a_port_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PortError):
        await SqlStore.open(url_of(tmp_path / "file"))


@pytest.mark.parametrize(
    "url",
    ["", "no url", "mysql://host/db", "sqlite:///file.db", "sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"],
)
def test_that_another_database_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError, match="JOURNEY_DATABASE_URL"):
        Database(url)


async def test_that_a_server_that_is_down_is_a_passing_error_without_the_password() -> None:
    with pytest.raises(PortError) as failure:
        await SqlStore.open(f"postgresql+psycopg://journey:{SECRET}@127.0.0.1:1/journey?connect_timeout=2")
    assert failure.value.retryable
    assert SECRET not in str(failure.value)


async def test_that_postgres_reads_one_state_within_a_read(postgres: Postgres) -> None:
    url = await postgres.database()
    async with opened(url) as store:
        database = Database(url)
        async with database.read() as reader:
            assert (await reader.execute(text("SELECT id FROM customers"))).all() == []
            await store.put_customers(OURS, [customer()])
            assert (await reader.execute(text("SELECT id FROM customers"))).all() == []
        await database.close()
        assert await store.customers(OURS)


# --- all or nothing ------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return url_of(tmp_path) if request.param == "sqlite" else await request.getfixturevalue("postgres").database()


async def test_that_a_commit_that_fails_in_the_middle_leaves_nothing(url: str) -> None:
    async with opened(url) as store:
        broken = all_effects()
        twice = (*broken.outbox, *broken.outbox)
        with pytest.raises(PortError):
            await store.commit_run(OURS, run_record(), type(broken)(draft=broken.draft, outbox=twice))
        assert await store.runs(OURS) == []
        assert await store.drafts(OURS) == []
        assert await store.outbox(OURS) == []


async def test_that_a_draft_version_is_never_queued_twice(url: str) -> None:
    async with opened(url) as store:
        await store.commit_run(OURS, run_record(), all_effects())
        before = draft(text="word")
        after = before.approve(by="dana", at=NOON)
        first = message_of_draft(after, at=NOON)
        under_another_key = type(first)(**{**{n: getattr(first, n) for n in first.__slots__}, "key": "other"})
        with pytest.raises(PortError):
            await store.change_draft(OURS, before, after, outbox=[first, under_another_key])
        assert [d.state for d in await store.drafts(OURS)] == ["pending"]


KILLED_INSIDE = """
import asyncio, os, signal, sys
sys.path[:0] = sys.argv[2:]
from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.adapters.store_sql import runs
from records import OURS, all_effects, run_record

class Dying:
    'An event that ends the process while its transaction is open.'
    def __getattr__(self, name):
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    store = await SqlStore.open(sys.argv[1])
    effects = all_effects()
    object.__setattr__(effects, "events", (*effects.events, Dying()))
    await store.commit_run(OURS, run_record(), effects)

asyncio.run(main())
"""


async def test_that_a_process_killed_inside_a_commit_leaves_nothing(url: str) -> None:
    async with opened(url) as store:
        await store.put_customers(OURS, [customer()])
        killed = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-c", KILLED_INSIDE, url, *sys.path], capture_output=True
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
        assert await store.runs(OURS) == []
        assert await store.drafts(OURS) == []
        assert await store.timeline(OURS, ANA) == []
        await store.commit_run(OURS, run_record(), all_effects())
        assert len(await store.outbox(OURS)) == 1


async def test_that_nothing_of_an_erased_customer_is_left_in_the_files(tmp_path: Path) -> None:
    canary = "canary-7f3a91"
    async with sqlite_store(tmp_path) as store:
        await store.put_customers(OURS, [customer(name=canary, account={"id": "a_1", "name": canary})])
        await store.put_customers(OURS, [customer("c_other", name="stays")])
        await store.add_events(OURS, [event(f"e{n}", "note_added", text=f"{canary} " * 50) for n in range(100)])
        record = run_record(line={"text": canary}, case={"note": canary}, moment_key=canary)
        await store.commit_run(OURS, record, all_effects(word=canary))
        assert any(canary.encode() in file.read_bytes() for file in tmp_path.iterdir())
        await store.erase_customer(OURS, ANA)
        left = [file.name for file in tmp_path.iterdir() if canary.encode() in file.read_bytes()]
        assert left == []
        assert [row.document["name"] for row in await store.customers(OURS)] == ["stays"]
    assert [file.name for file in tmp_path.iterdir() if canary.encode() in file.read_bytes()] == []
