"""Time that passes at once: an event loop on which everybody who waits for a time has waited for it already.

Windows, time-outs, leases and rounds run as they do in a service, in their order, and a conversation of an hour takes
as long as its decisions.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Leaping(selectors.DefaultSelector):
    """Instead of waiting for the next timer it puts the clock forward, unless something outside is waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self.outside = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if found or (timeout is not None and timeout <= 0):
            return found
        if timeout is None or self.outside:
            found = super().select(timeout)
        if timeout is not None and not found:
            self.seconds += timeout
        return found


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop with a time of its own, in seconds from 0."""

    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        """Seconds since it began."""
        return self._leaping.seconds

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Meanwhile something real is waited for (a server, a thread): time stands still until it comes or is late."""
        self._leaping.outside += 1
        try:
            yield
        finally:
            self._leaping.outside -= 1


class SimulatedClock:
    """Answers the Clock port with the time of a simulated loop."""

    def __init__(self, start_at: datetime, loop: SimulatedLoop) -> None:
        self._start_at = start_at
        self._loop = loop

    def now(self) -> datetime:
        """The simulated moment, in whole milliseconds."""
        return self._start_at + timedelta(milliseconds=round(self._loop.time() * 1000))


def simulated_loop() -> SimulatedLoop:
    """The loop that is running. Only for what runs in simulated time."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SimulatedLoop)
    return loop


async def in_simulated_time(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of some work on a simulated loop, in a thread of its own beside the real one."""

    def done() -> Result:
        with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
            return runner.run(work)

    return await asyncio.to_thread(done)
