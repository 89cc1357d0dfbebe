"""The store that the settings name, opened or migrated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from journey_assistant.ports.store import Store


async def open_store(settings: Settings) -> Store:
    """The configured database; a fresh SQLite file is made and migrated.

    Raises ConfigurationError for a wrong URL or a schema of another version, PortError when it cannot be reached.
    """
    from journey_assistant.adapters.store_sql import SqlStore

    return await SqlStore.open(settings.database)


async def migrate_store(settings: Settings) -> tuple[str | None, str]:
    """Brings the configured database to the schema of this version; the revision before and the one after."""
    from journey_assistant.adapters.store_sql.database import Database
    from journey_assistant.adapters.store_sql.migrate import migrate

    database = Database(settings.database)
    try:
        return await migrate(database)
    finally:
        await database.close()
