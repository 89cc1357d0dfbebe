from datetime import timedelta

import pytest

from deciding import DRAFT, HOLD, Fixed, SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.errors import NotFound
from journey_assistant.services.run_play import run_play
from records import ANA, NOON, OURS, customer, event


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore()
    await store.put_customers(OURS, [customer(name="Ana")])
    await store.add_events(OURS, [event("e1"), event("later", at=NOON + timedelta(hours=1))])
    return store


async def test_that_a_look_sees_nothing_after_its_time(store: MemoryStore) -> None:
    decider = Fixed(DRAFT)
    await run_play(store, decider, SetClock(), ANA, tenant=OURS)
    assert [e.id for e in decider.seen[0].snapshot.timeline] == ["e1"]


async def test_that_a_draft_waits_in_the_queue_and_the_next_look_knows(store: MemoryStore) -> None:
    decider, clock = Fixed(DRAFT, play="welcome"), SetClock()
    record = await run_play(store, decider, clock, ANA, tenant=OURS)
    (waiting,) = await store.drafts(OURS)
    assert (waiting.run_id, waiting.text, waiting.version) == (record.id, DRAFT.text, 1)
    assert await store.outbox(OURS) == []
    clock.move(timedelta(minutes=5))
    await run_play(store, decider, clock, ANA, tenant=OURS)
    created = decider.seen[1].snapshot.timeline.of("draft_created")
    assert [e.properties["play"] for e in created] == ["welcome"]


async def test_that_a_hold_is_recorded_too(store: MemoryStore) -> None:
    await run_play(store, Fixed(HOLD), SetClock(), ANA, tenant=OURS)
    assert [(hold.reason, hold.until_at) for hold in await store.holds(OURS)] == [("quiet_hours", HOLD.until_at)]


async def test_that_looking_twice_at_one_instant_is_one_run(store: MemoryStore) -> None:
    decider = Fixed(DRAFT)
    first = await run_play(store, decider, SetClock(), ANA, tenant=OURS)
    assert await run_play(store, decider, SetClock(), ANA, tenant=OURS) == first
    assert len(decider.seen) == 1


async def test_that_an_unknown_customer_is_not_found() -> None:
    with pytest.raises(NotFound, match=ANA):
        await run_play(MemoryStore(), Fixed(), SetClock(), ANA, tenant=OURS)
