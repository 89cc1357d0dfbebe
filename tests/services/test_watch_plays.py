"""Plays by themselves, with decisions that are set: once for each cause, held until released, never nothing twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from databases import sqlite_store
from deciding import DRAFT, HOLD, VERSIONS, SetClock, run_of
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.decision import Reason
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.domain.outcome import Hold, Outcome
from journey_assistant.playbook.touch import TouchIndex
from journey_assistant.services.read_case import Case
from journey_assistant.services.watch_plays import PlayWatcher
from records import ANA, NOON, OURS, customer, event
from sweeping import default_playbook

NOTHING = Hold("nothing_due", "the next event")
DUE: dict[str, Any] = {"play": "welcome", "cause": "2026-03-10"}


class Decides:
    """Decides every look the same way."""

    versions = VERSIONS

    def __init__(self, outcome: Outcome, **fields: Any) -> None:
        self.outcome, self.fields = outcome, fields

    async def decide(self, case: Case) -> JourneyRun:
        return run_of(case, self.outcome, **self.fields)


def watcher(store: Any, decider: Decides, clock: SetClock | None = None) -> PlayWatcher:
    return PlayWatcher(store, decider, clock or SetClock(), TouchIndex(default_playbook()))


def nothing() -> Decides:
    return Decides(NOTHING, reasons=(Reason("nothing_due", "no play is due"),))


def held(hold: Hold = HOLD, **fields: Any) -> Decides:
    return Decides(hold, reasons=(Reason(hold.reason, "held"),), **{**DUE, **fields})


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore()
    await store.put_customers(OURS, [customer(name="Ana")])
    await store.add_events(OURS, [event("e1")])
    return store


async def test_that_one_cause_is_one_draft_whenever_it_is_found(store: MemoryStore) -> None:
    decider, clock = Decides(DRAFT, **DUE), SetClock()
    for _ in range(3):
        await watcher(store, decider, clock).look(OURS, ANA)
        clock.move(timedelta(minutes=5))
    assert len(await store.drafts(OURS)) == 1


async def test_that_another_cause_is_another_draft_once_the_first_was_decided(store: MemoryStore) -> None:
    clock = SetClock()
    await watcher(store, Decides(DRAFT, **DUE), clock).look(OURS, ANA)
    (first,) = await store.drafts(OURS)
    clock.move(timedelta(days=30))
    other = Decides(DRAFT, play="welcome", cause="2026-04-09")
    assert await watcher(store, other, clock).look(OURS, ANA) is None
    await store.change_draft(OURS, first, first.reject(by="dana", at=clock.now(), why="no"))
    await watcher(store, other, clock).look(OURS, ANA)
    assert len(await store.drafts(OURS)) == 2


async def test_that_many_looks_at_once_are_one_draft(tmp_path: Path) -> None:
    async with sqlite_store(tmp_path) as store:
        await store.put_customers(OURS, [customer(name="Ana")])
        looks = [
            watcher(store, Decides(DRAFT, **DUE), SetClock(NOON + timedelta(seconds=n))).look(OURS, ANA)
            for n in range(8)
        ]
        await asyncio.gather(*looks)
        assert len(await store.drafts(OURS)) == 1


async def test_that_nothing_due_leaves_nothing_behind(store: MemoryStore) -> None:
    assert await watcher(store, nothing()).look(OURS, ANA) is None
    assert await store.runs(OURS) == []


async def test_that_nobody_is_looked_at_who_is_not_there(store: MemoryStore) -> None:
    await store.erase_customer(OURS, ANA)
    assert await watcher(store, Decides(DRAFT, **DUE)).look(OURS, ANA) is None
    assert await store.drafts(OURS) == []


async def test_that_a_hold_is_stored_once_and_looked_at_again_when_it_ends(store: MemoryStore) -> None:
    for _ in range(2):
        await watcher(store, held()).look(OURS, ANA)
    (hold,) = await store.holds(OURS)
    (again,) = await store.jobs(OURS)
    assert (again.kind, again.run_at) == ("look", hold.until_at)


async def test_that_what_was_held_is_decided_again_and_the_hold_is_gone(store: MemoryStore) -> None:
    clock = SetClock()
    await watcher(store, held(), clock).look(OURS, ANA)
    clock.move(timedelta(hours=20))
    await watcher(store, Decides(DRAFT, **DUE), clock).look(OURS, ANA)
    assert (len(await store.drafts(OURS)), await store.holds(OURS)) == (1, [])


async def test_that_a_hold_that_ends_in_nothing_is_recorded_too(store: MemoryStore) -> None:
    clock = SetClock()
    await watcher(store, held(), clock).look(OURS, ANA)
    clock.move(timedelta(hours=20))
    record = await watcher(store, nothing(), clock).look(OURS, ANA)
    assert record is not None
    assert await store.holds(OURS) == []
    assert len(await store.runs(OURS)) == 2
    assert await watcher(store, nothing(), clock).look(OURS, ANA) is None


async def test_that_another_reason_replaces_the_hold(store: MemoryStore) -> None:
    clock = SetClock()
    await watcher(store, held(), clock).look(OURS, ANA)
    clock.move(timedelta(hours=1))
    await watcher(store, held(Hold("open_issue", "the issue is closed")), clock).look(OURS, ANA)
    assert [hold.reason for hold in await store.holds(OURS)] == ["open_issue"]
