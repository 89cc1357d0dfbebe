"""Caps, quiet hours and working days on a simulated clock: what was held is decided again when it may, not before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
from journey_assistant.domain.draft import Draft
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.services.decide import Decider
from real_parts import decider
from simulated import ANA, World

__all__ = ["decider"]

TUESDAY = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
ACCOUNT = {"id": "a_1", "name": "Halden Print"}


async def attends(world: World, who: str = "c1") -> None:
    await world.happens("webinar_attended", who, title="Faster invoicing")


async def was_sent(world: World, who: str, at: datetime, key: str, status: str = "sent") -> None:
    """Another team wrote to somebody."""
    said = {"message_id": key, "channel": "email", "purpose": "marketing", "status": status}
    event = Event(EventId(f"{status}:{key}"), "message_sent", at, properties=said)
    await world.store.add_events(DEFAULT_TENANT, [CustomerEvent(CustomerId(who), event)])


async def drafts_of(world: World, who: str = "c1") -> list[Draft]:
    return [draft for draft in await world.drafts(None) if draft.customer_id == who]


# --- caps -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("others", "held"), [(4, False), (5, True)])
async def test_that_people_of_one_account_share_their_cap(decider: Decider, others: int, held: bool) -> None:
    world = World(decider, TUESDAY)
    await world.knows(account=ACCOUNT)
    for number in range(others):
        await world.knows(ANA, id=f"c_{number}", account=ACCOUNT)
        status = ("sent", "queued")[number % 2]
        await was_sent(world, f"c_{number}", TUESDAY - timedelta(days=6, hours=number), f"m{number}", status)
    await attends(world)
    assert (await world.held() == ["frequency_cap"]) is held
    assert bool(await drafts_of(world)) is not held


async def test_that_a_cap_of_an_account_is_decided_again_when_it_is_free(decider: Decider) -> None:
    world = World(decider, TUESDAY)
    await world.knows(account=ACCOUNT)
    for number in range(5):
        await world.knows(ANA, id=f"c_{number}", account=ACCOUNT)
        await was_sent(world, f"c_{number}", TUESDAY - timedelta(days=6, hours=number), f"m{number}")
    await attends(world)
    (hold,) = await world.store.holds(DEFAULT_TENANT)
    free_at = TUESDAY - timedelta(days=6, hours=4) + timedelta(days=7)
    assert (hold.until_at, hold.until) == (free_at, "the window frees")
    await world.passes(hours=19, minutes=59)
    assert await drafts_of(world) == []
    await world.passes(minutes=1)
    (draft,) = await drafts_of(world)
    assert draft.created_at == free_at
    assert await world.held() == []


@pytest.mark.parametrize("account", [None, {"name": "Halden Print"}, {"id": "a_2"}])
async def test_that_other_accounts_and_nameless_ones_have_nothing_to_do_with_it(
    decider: Decider, account: dict[str, str] | None
) -> None:
    world = World(decider, TUESDAY)
    await world.knows(account=account)
    for number in range(6):
        await world.knows(ANA, id=f"c_{number}", account=ACCOUNT if number else account)
        await was_sent(world, f"c_{number}", TUESDAY - timedelta(days=1), f"m{number}")
    await attends(world)
    assert len(await drafts_of(world)) == 1


async def test_that_two_messages_a_week_are_two_and_the_third_waits_for_the_first(decider: Decider) -> None:
    world = World(decider, TUESDAY)
    await world.knows()
    for days in (6, 3):
        await was_sent(world, "c1", TUESDAY - timedelta(days=days), f"m{days}")
    await attends(world)
    assert await world.held() == ["frequency_cap"]
    await world.passes(hours=23, minutes=59)
    assert await drafts_of(world) == []
    await world.passes(minutes=1)
    assert [draft.created_at for draft in await drafts_of(world)] == [TUESDAY + timedelta(days=1)]


# --- quiet hours where the customer is ------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "at", "morning"),
    [
        ("Asia/Kolkata", datetime(2026, 3, 10, 15, 30, tzinfo=UTC), datetime(2026, 3, 11, 2, 30, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 3, 10, 15, 15, tzinfo=UTC), datetime(2026, 3, 11, 2, 15, tzinfo=UTC)),
        ("Australia/Adelaide", datetime(2026, 3, 10, 10, 30, tzinfo=UTC), datetime(2026, 3, 10, 21, 30, tzinfo=UTC)),
        # the last night of summer time in Adelaide, 5 April 2026, is an hour longer
        ("Australia/Adelaide", datetime(2026, 4, 4, 10, 30, tzinfo=UTC), datetime(2026, 4, 4, 22, 30, tzinfo=UTC)),
        # clocks forward and back in Berlin and New York
        ("Europe/Berlin", datetime(2026, 3, 28, 20, 0, tzinfo=UTC), datetime(2026, 3, 29, 6, 0, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 24, 19, 0, tzinfo=UTC), datetime(2026, 10, 25, 7, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 8, 2, 0, tzinfo=UTC), datetime(2026, 3, 8, 12, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, 1, 0, tzinfo=UTC), datetime(2026, 11, 1, 13, 0, tzinfo=UTC)),
    ],
)
async def test_that_a_night_is_the_customers_own_also_when_clocks_change(
    decider: Decider, zone: str, at: datetime, morning: datetime
) -> None:
    early = World(decider, at - timedelta(minutes=1))
    await early.knows(timezone=zone)
    await attends(early)
    assert len(await drafts_of(early)) == 1
    world = World(decider, at)
    await world.knows(timezone=zone)
    await attends(world)
    assert await world.held() == ["quiet_hours"]
    await world.passes(seconds=(morning - at).total_seconds() - 1)
    assert await drafts_of(world) == []
    await world.passes(seconds=1)
    assert [draft.created_at for draft in await drafts_of(world)] == [morning]
