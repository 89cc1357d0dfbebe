"""Brings a database to the schema of this version; the steps are in ``migrations/versions``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.errors import ConfigurationError

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"


async def migrate(database: Database) -> tuple[str | None, str]:
    """Applies what is missing, in one transaction; returns the revision before and the one after.

    Raises ConfigurationError when a newer version of the product wrote the database.
    """
    database.create_file()
    async with database.write() as connection:
        before = await connection.run_sync(revision_of)
        _must_be_known(before)
        await connection.run_sync(_upgrade)
    return before, newest_revision()


async def check_schema(database: Database) -> None:
    """Raises ConfigurationError unless the database has exactly the schema of this version."""
    async with database.read() as connection:
        revision = await connection.run_sync(revision_of)
    _must_be_known(revision)
    if revision != newest_revision():
        state = "has no tables yet" if revision is None else "is of an earlier version"
        raise ConfigurationError(f"the database {state}: run `journey migrate`")


def revision_of(connection: Connection) -> str | None:
    """The revision a database is at, None for an empty one."""
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """The revision this version of the product needs."""
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _must_be_known(revision: str | None) -> None:
    from alembic.script import ScriptDirectory

    known = {step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise ConfigurationError(
            f"the database is at revision {revision}, which this version does not know:"
            " install a newer journey-assistant"
        )


def _upgrade(connection: Connection) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
