"""The worker's clock: snoozed drafts come back, and die with their facts while they are put aside."""

from datetime import datetime, timedelta

import pytest

from deciding import SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.draft import Draft, DraftState
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.guardrail import Verdict
from journey_assistant.domain.recall import Recall
from journey_assistant.domain.snooze import WakeOn
from journey_assistant.domain.timeline import Timeline
from journey_assistant.errors import Rejected
from journey_assistant.services.recheck_drafts import DraftRecheck
from journey_assistant.services.review_draft import DraftReview, Standing
from journey_assistant.services.watch_jobs import RECHECK
from records import ANA, NOON, OURS, draft, event, run_record

DANA = ColleagueId("dana")
TICKET = event("t", "ticket_opened", NOON - timedelta(hours=1), ticket_id="t1", author="customer")


class World:
    def __init__(self) -> None:
        self.store, self.clock, self.stale = MemoryStore(), SetClock(), ""
        self.review = DraftReview(self.store, self.clock, self.check, OURS)
        self.recheck = DraftRecheck(self.store, self.clock, self.check)

    async def check(self, _draft: Draft, now: datetime) -> Standing:
        timeline = Timeline(await self.store.recall(OURS, ANA, Recall(now)))
        return Standing(Verdict(), now, self.stale, timeline=timeline)

    async def state(self) -> DraftState:
        (found,) = await self.store.drafts(OURS)
        return found.state


@pytest.fixture
async def world() -> World:
    world = World()
    await world.store.commit_run(OURS, run_record(), Effects(draft=draft()))
    await world.store.add_colleague(OURS, Colleague(DANA, "Dana", Role.CSM, NOON))
    await world.store.add_events(OURS, [TICKET])
    return world


async def snoozed(world: World, on: WakeOn = WakeOn.TIME) -> None:
    await world.review.snooze(draft().id, by=DANA, until_at=NOON + timedelta(days=3), on=on)


async def test_that_a_snoozed_draft_comes_back_when_its_time_comes(world: World) -> None:
    await snoozed(world)
    (job,) = await world.store.jobs(OURS)
    assert (job.kind, job.run_at, job.customer_id) == (RECHECK, NOON + timedelta(days=3), ANA)
    await world.recheck.of_customer(OURS, ANA)
    assert await world.state() is DraftState.SNOOZED
    world.clock.move(timedelta(days=3))
    await world.recheck.of_customer(OURS, ANA)
    assert await world.state() is DraftState.PENDING
    last = (await world.store.draft_changes(OURS, draft().id))[-1]
    assert (last.kind, last.by, last.why) == ("woken", "journey", "its time came")


async def test_that_it_comes_back_before_when_the_ticket_closes(world: World) -> None:
    await snoozed(world, WakeOn.TICKET_CLOSED)
    world.clock.move(timedelta(hours=1))
    await world.recheck.of_customer(OURS, ANA)
    assert await world.state() is DraftState.SNOOZED
    await world.store.add_events(OURS, [event("c", "ticket_closed", world.clock.now(), ticket_id="t1")])
    await world.recheck.of_customer(OURS, ANA)
    assert await world.state() is DraftState.PENDING


async def test_that_a_snoozed_draft_dies_with_its_facts(world: World) -> None:
    await snoozed(world)
    world.stale = "consent was withdrawn"
    (gone,) = await world.recheck.of_customer(OURS, ANA)
    assert (gone.state, gone.why) == (DraftState.WITHDRAWN, "consent was withdrawn")


async def test_that_the_clock_looks_after_snoozed_drafts_too(world: World) -> None:
    await snoozed(world)
    assert await world.recheck.enqueue_all(OURS) == 1


@pytest.mark.parametrize("days", [0, -1, 31])
async def test_that_a_time_that_is_over_or_too_far_is_refused(world: World, days: int) -> None:
    with pytest.raises(Rejected, match="not ahead"):
        await world.review.snooze(draft().id, by=DANA, until_at=NOON + timedelta(days=days))
    assert await world.state() is DraftState.PENDING


async def test_that_what_is_waited_for_must_not_be_so_already(world: World) -> None:
    await world.store.add_events(OURS, [event("c", "ticket_closed", NOON, ticket_id="t1")])
    with pytest.raises(Rejected, match="come back at once"):
        await snoozed(world, WakeOn.TICKET_CLOSED)


ROLES = {"vera": Role.VIEWER, "dana": Role.CSM, "cleo": Role.CSM, "lena": Role.LEAD, "ada": Role.ADMIN}


@pytest.mark.parametrize(
    ("reviewer", "by", "may"),
    [
        ("dana", "dana", True),
        ("dana", "cleo", False),
        ("dana", "lena", True),
        ("dana", "ada", True),
        ("dana", "vera", False),
        ("onboarding", "cleo", True),
        (None, "cleo", True),
    ],
)
async def test_that_ones_own_or_nobodys_is_given_on_and_a_lead_gives_anybodys(
    reviewer: str | None, by: str, may: bool
) -> None:
    world = World()
    await world.store.commit_run(OURS, run_record(), Effects(draft=draft(reviewer=reviewer)))
    for name, role in {**ROLES, "eve": Role.CSM}.items():
        await world.store.add_colleague(OURS, Colleague(ColleagueId(name), name, role, NOON))
    if may:
        given = await world.review.reassign(draft().id, by=ColleagueId(by), to=ColleagueId("eve"))
        assert given.reviewer == "eve"
        return
    with pytest.raises(Rejected):
        await world.review.reassign(draft().id, by=ColleagueId(by), to=ColleagueId("eve"))
    assert (await world.store.drafts(OURS))[0].reviewer == reviewer
