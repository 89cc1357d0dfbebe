"""``journey migrate``: the database gets the schema of this version."""

from __future__ import annotations

import asyncio

from journey_assistant.cli.stored import Json


def migrate(as_json: Json = False) -> None:
    """Bring the database (JOURNEY_DATABASE_URL) to the schema of this version, in one transaction.

    A fresh SQLite file is migrated when it is first used; a Postgres database only by this command.
    """
    from journey_assistant.bootstrap import migrate_store
    from journey_assistant.cli.output import console, print_json
    from journey_assistant.settings import load_settings

    before, after = asyncio.run(migrate_store(load_settings()))
    if as_json:
        print_json({"before": before, "after": after})
    elif before == after:
        console.print(f"nothing to do: the database is at revision {after}")
    else:
        console.print(f"migrated from {before or 'an empty database'} to revision {after}")
