"""The store in SQL, opened."""

from __future__ import annotations

from typing import Self

from sqlalchemy import text

from journey_assistant.adapters.store_sql.audit import SqlAudit
from journey_assistant.adapters.store_sql.chat import SqlChat
from journey_assistant.adapters.store_sql.chat_work import SqlChatWork
from journey_assistant.adapters.store_sql.database import BUSY_TIMEOUT_S, Database
from journey_assistant.adapters.store_sql.drafts import SqlDrafts
from journey_assistant.adapters.store_sql.errors import damage_named, damaged
from journey_assistant.adapters.store_sql.glances import SqlGlances
from journey_assistant.adapters.store_sql.identities import SqlIdentities
from journey_assistant.adapters.store_sql.jobs import SqlJobs
from journey_assistant.adapters.store_sql.logins import SqlLogins
from journey_assistant.adapters.store_sql.migrate import check_schema, migrate
from journey_assistant.adapters.store_sql.relay import SqlRelay
from journey_assistant.adapters.store_sql.runs import SqlRuns
from journey_assistant.adapters.store_sql.timeline import SqlTimeline


class SqlStore(
    SqlGlances,
    SqlTimeline,
    SqlRuns,
    SqlDrafts,
    SqlAudit,
    SqlChat,
    SqlChatWork,
    SqlRelay,
    SqlIdentities,
    SqlJobs,
    SqlLogins,
):
    """Answers the Store port over one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @classmethod
    async def open(cls, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Self:
        """A store whose schema is that of this version; a fresh SQLite file is made and migrated.

        Raises ConfigurationError for a wrong URL or another schema, PortError when the database cannot be read or
        is damaged.
        """
        database = Database(url, busy_timeout_s=busy_timeout_s)
        try:
            with damage_named(database.file):
                if database.create_file():
                    await migrate(database)
                await check_schema(database)
        except BaseException:
            await database.close()
            raise
        return cls(database)

    async def ping(self) -> None:
        """Answers when the database does."""
        async with self._db.read() as connection:
            await connection.execute(text("SELECT 1"))

    async def check_integrity(self) -> None:
        """Reads a whole SQLite file for damage: minutes for many gigabytes. Raises PortError naming the file if so."""
        if self._db.file is None:
            return
        with damage_named(self._db.file):
            async with self._db.scan() as connection:
                found = await connection.scalar(text("PRAGMA quick_check(1)"))
        if found != "ok":
            raise damaged(self._db.file, str(found))

    async def close(self) -> None:
        """Closes the connections."""
        await self._db.close()
