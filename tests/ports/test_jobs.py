"""What every queue of jobs must do: one suite for memory, SQLite and Postgres."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from journey_assistant.domain.job import Job
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.ports.store import Store
from records import ANA, BEN, NOON, OURS, THEIRS, event

MINUTE = timedelta(minutes=1)


def job(key: str = "look", at: datetime = NOON, **fields: Any) -> Job:
    return Job(**{"key": key, "kind": "look", "run_at": at, "tenant_id": OURS, **fields})


async def leased(store: Store, at: datetime = NOON, **given: Any) -> list[str]:
    return [one.job.key for one in await store.lease(OURS, at, until=at + MINUTE, **given)]


async def test_that_a_job_comes_back_as_it_was_given(store: Store) -> None:
    given = job(customer_id=ANA, payload={"why": "“x”\u0000", "n": [1, None]})
    await store.enqueue([given])
    assert await store.jobs(OURS) == [given]
    (one,) = await store.lease(OURS, NOON, until=NOON + MINUTE)
    assert (one.job, one.attempts) == (given, 1)


async def test_that_nothing_runs_before_its_time_and_the_longest_waiting_runs_first(store: Store) -> None:
    await store.enqueue([job("late", NOON + MINUTE), job("b", NOON - MINUTE), job("a", NOON - MINUTE), job("now")])
    assert await leased(store) == ["a", "b", "now"]
    assert await leased(store, NOON + MINUTE / 2) == []
    assert "late" in await leased(store, NOON + MINUTE)


async def test_that_a_leased_job_is_nobody_elses_until_the_lease_ends(store: Store) -> None:
    await store.enqueue([job()])
    (first,) = await store.lease(OURS, NOON, until=NOON + MINUTE)
    assert await leased(store, NOON + MINUTE / 2) == []
    (second,) = await store.lease(OURS, NOON + MINUTE, until=NOON + 2 * MINUTE)
    assert second.attempts == 2
    await store.finish([first])
    assert await store.jobs(OURS) == [job()]
    await store.finish([second])
    assert await store.jobs(OURS) == []


async def test_that_many_workers_never_have_the_same_job(store: Store) -> None:
    await store.enqueue([job(f"j{number:02}") for number in range(30)])
    taken = await asyncio.gather(*(leased(store, limit=3) for _ in range(15)))
    keys = [key for some in taken for key in some]
    assert len(keys) == len(set(keys))
    assert len(keys) + len(await leased(store)) == 30


async def test_that_a_key_that_waits_is_one_job_at_the_earlier_time(store: Store) -> None:
    await store.enqueue([job(at=NOON + MINUTE)])
    await store.enqueue([job(at=NOON)])
    await store.enqueue([job(at=NOON + 2 * MINUTE)])
    assert [one.run_at for one in await store.jobs(OURS)] == [NOON]


async def test_that_a_job_enqueued_while_it_runs_runs_again(store: Store) -> None:
    await store.enqueue([job()])
    (running,) = await store.lease(OURS, NOON, until=NOON + MINUTE)
    await store.enqueue([job()])
    assert await leased(store) == []
    await store.finish([running])
    assert await leased(store) == ["look"]


async def test_that_a_postponed_job_waits_for_its_new_time(store: Store) -> None:
    await store.enqueue([job()])
    (one,) = await store.lease(OURS, NOON, until=NOON + MINUTE)
    await store.postpone(one, run_at=NOON + 5 * MINUTE, why="the store is down")
    assert await leased(store, NOON + 4 * MINUTE) == []
    (again,) = await store.lease(OURS, NOON + 5 * MINUTE, until=NOON + 6 * MINUTE)
    assert again.attempts == 2


async def test_that_a_job_given_up_is_shown_and_runs_only_when_enqueued_again(store: Store) -> None:
    await store.enqueue([job()])
    (one,) = await store.lease(OURS, NOON, until=NOON + MINUTE)
    await store.give_up(one, why="bad address")
    assert await leased(store, NOON + 99 * MINUTE) == []
    (dead,) = await store.dead_jobs(OURS)
    assert (dead.job, dead.attempts, dead.why) == (job(), 1, "bad address")
    await store.enqueue([job(at=NOON + MINUTE)])
    assert await store.dead_jobs(OURS) == []
    assert await leased(store, NOON + MINUTE) == ["look"]


async def test_that_who_lost_the_lease_changes_nothing(store: Store) -> None:
    await store.enqueue([job()])
    (slow,) = await store.lease(OURS, NOON, until=NOON + MINUTE)
    await store.lease(OURS, NOON + MINUTE, until=NOON + 9 * MINUTE)
    await store.postpone(slow, run_at=NOON + MINUTE, why="late")
    await store.give_up(slow, why="late")
    assert await leased(store, NOON + 2 * MINUTE) == []
    assert await store.dead_jobs(OURS) == []


async def test_that_only_the_kinds_asked_for_are_leased(store: Store) -> None:
    await store.enqueue([job("a"), job("b", kind="recheck")])
    assert await leased(store, kinds=["recheck"]) == ["b"]


async def test_that_tenants_have_their_own_keys(store: Store) -> None:
    await store.enqueue([job(), job(tenant_id=THEIRS)])
    assert len(await store.jobs(OURS)) == len(await store.jobs(THEIRS)) == 1
    assert await leased(store) == ["look"]
    assert len(await store.lease(THEIRS, NOON, until=NOON + MINUTE)) == 1


async def test_that_jobs_follow_from_new_events_alone(store: Store) -> None:
    def look(new: Sequence[CustomerEvent]) -> list[Job]:
        return [job(one.event.id) for one in new]

    await store.add_events(OURS, [event("e1"), event("e2")], then=look)
    assert await leased(store) == ["e1", "e2"]
    await store.finish(await store.lease(OURS, NOON + MINUTE, until=NOON + 2 * MINUTE))
    await store.add_events(OURS, [event("e2"), event("e3"), event("e3")], then=look)
    assert await leased(store, NOON + 9 * MINUTE) == ["e3"]


async def test_that_events_are_not_stored_when_their_jobs_cannot_be(store: Store) -> None:
    def broken(_: Sequence[CustomerEvent]) -> list[Job]:
        raise RuntimeError("no idea")

    with pytest.raises(RuntimeError):
        await store.add_events(OURS, [event("e1")], then=broken)
    assert await store.timeline(OURS, ANA) == []


async def test_that_erasing_a_customer_takes_their_jobs_along(store: Store) -> None:
    await store.enqueue([job("a", customer_id=ANA), job("b", customer_id=BEN), job("c", customer_id=ANA)])
    assert (await store.erase_customer(OURS, ANA))["jobs"] == 2
    assert [one.key for one in await store.jobs(OURS)] == ["b"]
