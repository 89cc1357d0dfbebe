"""Ways to die: at once, and with everything written and nothing committed."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from journey_assistant.adapters.store_sql.database import Database


def die() -> None:
    """The process is gone, without a word."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingDatabase(Database):
    """Dies with everything written and nothing committed, in the transaction with this number."""

    dies_in: int | None = None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        async with super().write() as connection:
            yield connection
            if self.dies_in is not None:
                self.dies_in -= 1
                if self.dies_in == 0:
                    die()


def log_of(file: str) -> Callable[[str, str], None]:
    """Writes down what a client was told, at once, as a line of a file that outlives the process."""
    descriptor = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def log(what: str, value: str = "") -> None:
        os.write(descriptor, (json.dumps({"what": what, "value": value}) + "\n").encode())

    return log
