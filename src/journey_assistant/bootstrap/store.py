"""The store that the settings name, opened or migrated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from journey_assistant.ports.store import Store


async def open_store(settings: Settings, *, looks_for_damage: bool = True) -> Store:
    """The configured database; a fresh SQLite file is made and migrated.

    A service looks through the whole file once before it starts; a single command may leave that out.
    Raises ConfigurationError for a wrong URL or a schema of another version, PortError when it cannot be reached or
    is damaged.
    """
    from journey_assistant.adapters.store_sql import SqlStore

    store = await SqlStore.open(settings.database)
    if looks_for_damage:
        try:
            await store.check_integrity()
        except BaseException:
            await store.close()
            raise
    return store


async def migrate_store(settings: Settings) -> tuple[str | None, str]:
    """Brings the configured database to the schema of this version; the revision before and the one after."""
    from journey_assistant.adapters.store_sql.database import Database
    from journey_assistant.adapters.store_sql.migrate import migrate

    database = Database(settings.database)
    try:
        return await migrate(database)
    finally:
        await database.close()


def build_memory_store() -> Store:
    """A store in memory that leaves nothing behind."""
    from journey_assistant.adapters.store_memory import MemoryStore

    return MemoryStore()
