from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Table, text

from databases import postgres
from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.migrate import FOLDER, migrate, newest_revision
from journey_assistant.adapters.store_sql.schema import metadata
from journey_assistant.errors import ConfigurationError, PortError
from journey_assistant.services.audit_trail import verify_audit
from records import NOON, OURS

__all__ = ["postgres"]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'journey.db'}"
    empty: str = request.getfixturevalue("postgres").empty_database()
    return empty


async def test_that_the_migrations_make_exactly_the_schema(url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))

    database = Database(url)
    assert await migrate(database) == (None, newest_revision())
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


async def test_that_migrating_twice_changes_nothing(url: str) -> None:
    database = Database(url)
    await migrate(database)
    assert await migrate(database) == (newest_revision(), newest_revision())
    await database.close()


async def test_that_a_fresh_sqlite_file_is_migrated_when_it_is_opened(tmp_path: Path) -> None:
    store = await SqlStore.open(f"sqlite+aiosqlite:///{tmp_path / 'new' / 'journey.db'}")
    assert await store.customers(OURS) == []
    await store.close()


async def test_that_an_empty_postgres_is_not_touched_without_being_asked(request: pytest.FixtureRequest) -> None:
    with pytest.raises(ConfigurationError, match="journey migrate"):
        await SqlStore.open(request.getfixturevalue("postgres").empty_database())


async def test_that_a_database_of_a_newer_version_is_left_alone(url: str) -> None:
    database = Database(url)
    await migrate(database)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="newer"):
        await SqlStore.open(url)
    with pytest.raises(ConfigurationError, match="newer"):
        await migrate(database)
    await database.close()


async def test_that_a_migration_that_fails_leaves_the_database_as_it_was(url: str) -> None:
    database = Database(url)
    database.create_file()
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE outbox (in_the_way INTEGER)"))
    with pytest.raises(PortError):
        await migrate(database)
    async with database.write() as connection:
        await connection.execute(text("DROP TABLE outbox"))
    assert await migrate(database) == (None, newest_revision())
    await database.close()


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_that_the_tenant_leads_every_key_and_index(table: Table) -> None:
    assert next(iter(table.primary_key)).name == "tenant_id"
    assert all(next(iter(index.columns)).name == "tenant_id" for index in table.indexes)
    assert all(next(iter(key.column_keys)) == "tenant_id" for key in table.foreign_key_constraints)


async def test_that_steps_of_drafts_from_before_are_numbered_and_keep_their_words(url: str) -> None:
    database = Database(url)
    database.create_file()
    async with database.write() as connection:
        await connection.run_sync(lambda sync: upgrade(sync, "0004_console"))
        for statement in BEFORE_STEPS_HAD_NUMBERS:
            await connection.execute(text(statement))
    await migrate(database)
    store = SqlStore(database)
    (draft,) = await store.drafts(OURS)
    assert (draft.step, draft.words_by, draft.state) == (2, "dana", "pending")
    steps = await store.draft_changes(OURS, draft.id)
    assert [(step.step, step.kind, step.text) for step in steps] == [(1, "edited", "one"), (2, "edited", "two")]
    await store.change_draft(OURS, draft, draft.approve(by="eve", at=NOON))
    assert await verify_audit(store, OURS) == (1, ())
    await database.close()


_RUN = "'ours', 'run_1', 'm', 'c', 'case', '2026-03-10 12:00:00+00:00', 'draft_message', NULL, '{}', '{}', 'i'"
_STEP = "'c', NULL, '\"{}\"', 'dana', '2026-03-10 12:00:00+00:00', '\"edited\"'"
_NAMES = 'tenant_id, draft_id, version, state, customer_id, subject, text, "by", at, why'
BEFORE_STEPS_HAD_NUMBERS = [
    f"INSERT INTO runs VALUES ({_RUN})",
    "INSERT INTO drafts (tenant_id, id, run_id, customer_id, channel, purpose, text, facts, state, version, decided_by,"
    " why, created_at) VALUES ('ours', 'd1', 'run_1', 'c', 'email', 'service', '\"three\"', '[]', 'pending', 3, 'dana',"
    " '\"edited\"', '2026-03-10 12:00:00+00:00')",
    f"INSERT INTO draft_changes ({_NAMES}) VALUES ('ours', 'd1', 2, 'pending', {_STEP.format('two')})",
    f"INSERT INTO draft_changes ({_NAMES}) VALUES ('ours', 'd1', 1, 'pending', {_STEP.format('one')})",
]


async def test_that_waiting_messages_and_addresses_from_before_are_kept(url: str) -> None:
    database = Database(url)
    database.create_file()
    async with database.write() as connection:
        await connection.run_sync(lambda sync: upgrade(sync, "0005_review"))
        for statement in BEFORE_MAIL_CAME_IN:
            await connection.execute(text(statement))
    await migrate(database)
    store = SqlStore(database)
    assert [row.id for row in await store.customers_of_email(OURS, "ana@example.test")] == ["c"]
    ((message, delivery),) = await store.deliveries(OURS)
    assert (message.text, message.replies_to, message.expires_at) == ("Hello", (), None)
    assert (delivery.state, delivery.until, delivery.error) == ("queued", "", "")
    until = NOON + timedelta(minutes=1)
    ((_, begun),) = await store.claim_due(OURS, ["email"], owner="x", now=NOON, until_at=until, limit=1)
    assert await store.settle(OURS, begun, begun.sent(receipt="<1@x>", at=NOON))
    await database.close()


BEFORE_MAIL_CAME_IN = [
    f"INSERT INTO runs VALUES ({_RUN})",
    "INSERT INTO customers (tenant_id, id, document) VALUES ('ours', 'c', '{\"email\"\\: \"Ana@Example.test\"}')",
    "INSERT INTO customers (tenant_id, id, document) VALUES ('ours', 'd', '{\"email\"\\: null}')",
    "INSERT INTO outbox (tenant_id, key, run_id, customer_id, kind, channel, purpose, text, sha256, due_at, state,"
    " attempts, receipt, error) VALUES ('ours', 'k', 'run_1', 'c', 'reply', 'email', 'service', '\"Hello\"', 'x',"
    " '2026-03-10 12:00:00+00:00', 'queued', 0, '\"\"', '\"\"')",
]


def upgrade(connection: Connection, revision: str) -> None:
    """To a revision that is not the newest."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
