"""Rounds: work that is looked for again and again while the service runs, each kind on its own and none in the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from journey_assistant.errors import PortError

_LOG = logging.getLogger(__name__)
SLOWEST_S = 30.0
"""A round that fails is made less and less often, down to this."""


@dataclass(frozen=True)
class Round:
    """One kind of work, looked for every ``every_s`` seconds."""

    name: str
    every_s: float
    make: Callable[[], Awaitable[object]]


class Rounds:
    """Makes rounds in the background until it is stopped."""

    def __init__(self, rounds: Sequence[Round]) -> None:
        self._rounds = tuple(rounds)
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    def start(self) -> None:
        """Begins; the first round of each kind at once."""
        self._tasks = [asyncio.create_task(self._go(one), name=one.name) for one in self._rounds]

    async def stop(self, within_s: float = 5.0) -> None:
        """Lets what is under way finish, at most for so long."""
        self._stopping.set()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=within_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _go(self, one: Round) -> None:
        pause = one.every_s
        while not self._stopping.is_set():
            try:
                await one.make()
                pause = one.every_s
            except PortError as error:
                _LOG.warning("%s: %s", one.name, error)
                pause = min(max(pause, 0.5) * 2, SLOWEST_S)
            except Exception:  # noqa: BLE001  # one kind of work that fails must not end the others
                _LOG.exception("%s failed", one.name)
                pause = min(max(pause, 0.5) * 2, SLOWEST_S)
            await self._rest(pause)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
