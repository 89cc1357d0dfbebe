"""T21: however many triggers come, the queue of drafts is bounded, service before marketing, and alerts always come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from deciding import ALERT, DRAFT, VERSIONS, SetClock, run_of
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.decision import Reason
from journey_assistant.domain.draft import DraftState
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.domain.outcome import Hold
from journey_assistant.playbook.touch import TouchIndex
from journey_assistant.services.read_case import Case
from journey_assistant.services.watch_plays import PlayWatcher
from records import OURS, customer
from sweeping import default_playbook

MOST = 50


class Triggered:
    """Every look finds something: a service play, marketing or an alert, as the customer's plan says; as the gate
    does, it holds what the review has no room for."""

    versions = VERSIONS

    async def decide(self, case: Case) -> JourneyRun:
        kind = case.snapshot.customer.plan
        full = case.snapshot.extra.get("review_full")
        if kind == "alert":
            return run_of(case, ALERT, reasons=(Reason("churn_risk", "the renewal is near"),), cause="x")
        if full == "all" or (full == "marketing" and kind == "marketing"):
            hold = Hold("review_full", "the review queue has room")
            return run_of(case, hold, play=kind, reasons=(Reason("review_full", "full"),), cause="x")
        return run_of(case, DRAFT, play=kind, cause="x")


async def triggered(count: int, kinds: tuple[str, ...]) -> tuple[MemoryStore, PlayWatcher, SetClock]:
    store, clock = MemoryStore(), SetClock()
    decider: Any = Triggered()
    watcher = PlayWatcher(store, decider, clock, TouchIndex(default_playbook()), most_open=MOST)
    for number in range(count):
        row = customer(f"c_{number:05}", plan=kinds[number % len(kinds)])
        await store.put_customers(OURS, [row])
        await watcher.look(OURS, row.id)
    return store, watcher, clock


@pytest.mark.parametrize("count", [300, pytest.param(5_000, marks=pytest.mark.slow)])
async def test_that_a_flood_of_triggers_leaves_a_bounded_queue(count: int) -> None:
    store, _, _ = await triggered(count, ("marketing", "service", "alert"))
    drafts = await store.drafts(OURS, state=DraftState.PENDING, limit=count)
    assert len(drafts) == MOST
    assert sum(draft.play == "marketing" for draft in drafts) <= MOST * 0.8
    assert len(await store.handoffs(OURS, open_only=True)) == count // 3 + (count % 3 == 3)
    held = await store.holds(OURS)
    assert {hold.reason for hold in held} == {"review_full"}
    assert len(held) + len(drafts) + len(await store.handoffs(OURS)) == count


async def test_that_service_has_places_that_marketing_cannot_take() -> None:
    store, _, _ = await triggered(2 * MOST, ("marketing",))
    assert await store.count_drafts(OURS, states=[DraftState.PENDING]) == MOST * 0.8


async def test_that_what_was_held_is_drafted_when_there_is_room() -> None:
    store, watcher, clock = await triggered(MOST + 1, ("service",))
    (held,) = await store.holds(OURS)
    (look,) = [job for job in await store.jobs(OURS) if job.customer_id == held.customer_id]
    assert look.run_at == clock.now() + timedelta(hours=1)
    first = (await store.drafts(OURS, limit=1))[0]
    await store.change_draft(OURS, first, first.reject(by="dana", at=clock.now(), why="no"))
    clock.move(timedelta(hours=1))
    await watcher.look(OURS, held.customer_id)
    assert await store.holds(OURS) == []
    assert await store.count_drafts(OURS, states=[DraftState.PENDING]) == MOST
