"""Five thousand triggers do not flood the queue: a customer has one draft of a play, and who is upset comes through."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
from journey_assistant.domain.draft import DraftState
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.services.decide import Decider
from real_parts import decider
from simulated import World

__all__ = ["decider"]

TUESDAY = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
PEOPLE, WAVES, VIEWS = 20, 5, 50


async def flooded(world: World) -> int:
    """Everybody reads the prices over and over; how many triggers that were."""
    for wave in range(WAVES):
        for person in range(PEOPLE):
            views = [
                CustomerEvent(
                    CustomerId(f"c{person}"),
                    Event(
                        EventId(f"{person}-{wave}-{n}"), "page_viewed", world.now - timedelta(seconds=n),
                        properties={"path": "/pricing"},
                    ),
                )
                for n in range(VIEWS)
            ]  # fmt: skip
            await world.intake.take_events(views, DEFAULT_TENANT)
        await world.works()
        await world.passes(minutes=10)
    return WAVES * PEOPLE * VIEWS


@pytest.mark.slow
async def test_that_five_thousand_triggers_are_a_draft_for_each_customer_and_no_more(decider: Decider) -> None:
    world = World(decider, TUESDAY)
    for person in range(PEOPLE):
        await world.knows(id=f"c{person}", email=f"c{person}@example.com", account={"id": f"a{person}"})
    assert await flooded(world) == 5_000
    waiting = await world.drafts()
    assert {draft.customer_id for draft in waiting} == {f"c{person}" for person in range(PEOPLE)}
    assert len(waiting) == PEOPLE
    assert len(await world.store.jobs(DEFAULT_TENANT)) <= PEOPLE
    await world.happens(
        "ticket_opened", "c0", ticket_id="T1", topic="billing", subject="Charged twice", sentiment="frustrated"
    )
    assert len(await world.drafts()) == PEOPLE - 1
    (withdrawn,) = await world.drafts(DraftState.WITHDRAWN)
    assert withdrawn.customer_id == "c0"
    handoffs = await world.store.handoffs(DEFAULT_TENANT)
    assert [(one.customer_id, one.priority) for one in handoffs] == [("c0", "urgent")]
