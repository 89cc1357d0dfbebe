"""Simulated time passes at once, in the right order, and stands still while something outside is waited for."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest

from journey_assistant.evaluation.simulated_time import SimulatedClock, in_simulated_time, simulated_loop

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


async def test_that_an_hour_passes_at_once_and_timers_come_in_their_order() -> None:
    async def hour() -> tuple[list[str], datetime]:
        clock, seen = SimulatedClock(NOON, simulated_loop()), []

        async def after(seconds: float, name: str) -> None:
            await asyncio.sleep(seconds)
            seen.append(name)

        await asyncio.gather(after(3_600, "hour"), after(0.5, "moment"), after(60, "minute"))
        return seen, clock.now()

    async with asyncio.timeout(30):
        assert await in_simulated_time(hour()) == (["moment", "minute", "hour"], NOON + timedelta(hours=1))


async def test_that_a_time_out_is_a_time_out() -> None:
    async def waits() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(20):
                await asyncio.Event().wait()
        return simulated_loop().time()

    assert await in_simulated_time(waits()) == pytest.approx(20)


async def test_that_time_stands_still_while_a_thread_works() -> None:
    async def works() -> float:
        may_end, timer = threading.Event(), asyncio.create_task(asyncio.sleep(3_600))
        with simulated_loop().outside():
            working = asyncio.create_task(asyncio.to_thread(may_end.wait, 30))
            await asyncio.sleep(0)
            may_end.set()
            assert await working
            passed = simulated_loop().time()
        timer.cancel()
        return passed

    assert await in_simulated_time(works()) == 0
