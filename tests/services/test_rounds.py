from __future__ import annotations

import asyncio

from journey_assistant.errors import PortError
from journey_assistant.services.rounds import Round, Rounds


async def test_that_rounds_are_made_until_they_are_stopped_and_a_failing_one_hinders_no_other() -> None:
    made: dict[str, int] = {"good": 0, "failing": 0, "broken": 0}

    async def good() -> None:
        made["good"] += 1

    async def failing() -> None:
        made["failing"] += 1
        raise PortError("gone", port="store", retryable=True)

    async def broken() -> None:
        made["broken"] += 1
        raise ValueError("our mistake")

    rounds = Rounds([Round("good", 0.001, good), Round("failing", 0.001, failing), Round("broken", 0.001, broken)])
    rounds.start()
    async with asyncio.timeout(5):
        while made["good"] < 3:
            await asyncio.sleep(0.001)
    await rounds.stop()
    at_the_end = dict(made)
    await asyncio.sleep(0.01)
    assert made == at_the_end
    assert made["failing"] == made["broken"] == 1


async def test_that_what_is_under_way_is_finished_before_it_stops() -> None:
    begun, finished = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await asyncio.sleep(0.02)
        finished.set()

    rounds = Rounds([Round("slow", 10, slow)])
    rounds.start()
    await begun.wait()
    await rounds.stop()
    assert finished.is_set()


async def test_that_what_takes_too_long_is_cut_off() -> None:
    cut_off = asyncio.Event()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cut_off.set()

    rounds = Rounds([Round("endless", 10, endless)])
    rounds.start()
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await rounds.stop(within_s=0.01)
    assert cut_off.is_set()
