"""Plays run by themselves: events arrive and time passes on a simulated clock, with the agent as it ships."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.draft import DraftState
from journey_assistant.services.decide import Decider
from real_parts import decider
from simulated import ANA, World

__all__ = ["decider"]

TUESDAY = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)


@pytest.fixture
def world(decider: Decider) -> Iterator[World]:
    return World(decider, TUESDAY)


async def reads_prices(world: World, times: int = 3) -> None:
    for _ in range(times):
        await world.happens("page_viewed", path="/pricing")
        await world.passes(minutes=5)


async def test_that_three_views_of_the_prices_become_one_draft(world: World) -> None:
    await world.knows()
    await reads_prices(world, 2)
    assert await world.drafts() == []
    await reads_prices(world, 3)
    (draft,) = await world.drafts()
    assert draft.play == "pricing_velocity"
    await world.passes(days=1)
    assert len(await world.drafts(None)) == 1


async def test_that_the_same_event_again_changes_nothing(world: World) -> None:
    await world.knows()
    await world.happens("signed_up", id_="s1", role="owner", goal="get started fast")
    for _ in range(3):
        await world.happens("signed_up", id_="s1", role="owner", goal="get started fast")
    assert [draft.play for draft in await world.drafts()] == ["welcome"]


async def test_that_an_event_a_week_late_is_stored_and_triggers_nothing(world: World) -> None:
    await world.knows()
    late = TUESDAY - timedelta(days=7, seconds=1)
    await world.happens("invoice_failed", at=late, id_="late", invoice_id="i1", amount=10)
    assert await world.drafts() == []
    assert [event.id for event in await world.store.timeline(DEFAULT_TENANT, "c1")] == ["late"]


async def test_that_a_frustrated_prospect_is_an_alert_once_and_no_sales_mail(world: World) -> None:
    await world.knows()
    await world.happens("ticket_opened", ticket_id="t1", topic="bug", subject="Broken",
                        text="This is terrible, nothing works and I am furious!")  # fmt: skip
    await reads_prices(world, 4)
    assert await world.drafts(None) == []
    (handoff,) = await world.store.handoffs(DEFAULT_TENANT)
    assert (handoff.queue, handoff.priority) == ("success", "urgent")
    await world.passes(days=2)
    assert len(await world.store.handoffs(DEFAULT_TENANT)) == 1


async def test_that_an_open_issue_holds_until_it_is_closed(world: World) -> None:
    await world.knows()
    await world.happens("ticket_opened", ticket_id="t1", topic="billing", subject="Invoice", text="Where is it?")
    await world.happens("webinar_attended", title="Faster invoicing")
    assert (await world.drafts(), await world.held()) == ([], ["open_issue"])
    await world.passes(hours=2)
    await world.happens("ticket_closed", ticket_id="t1", resolution="sent")
    assert [draft.play for draft in await world.drafts()] == ["webinar_follow_up"]
    assert await world.held() == []


async def test_that_quiet_hours_hold_until_the_morning(decider: Decider) -> None:
    world = World(decider, datetime(2026, 3, 10, 22, 30, tzinfo=UTC))
    await world.knows()
    await world.happens("webinar_attended", title="Faster invoicing")
    assert await world.held() == ["quiet_hours"]
    await world.passes(hours=9, minutes=29)
    assert await world.drafts() == []
    await world.passes(minutes=1)
    (draft,) = await world.drafts()
    assert draft.created_at == datetime(2026, 3, 11, 8, 0, tzinfo=UTC)


async def test_that_consent_releases_what_was_held_for_it(world: World) -> None:
    await world.knows(consent={})
    await world.happens("webinar_attended", title="Faster invoicing")
    assert await world.held() == ["no_consent"]
    await world.passes(hours=1)
    await world.happens("consent_changed", channel="email", purpose="marketing", granted=True)
    assert [draft.play for draft in await world.drafts()] == ["webinar_follow_up"]


async def test_that_a_cart_is_remembered_after_half_an_hour(world: World) -> None:
    await world.knows()
    items = [{"product_id": f"p{n}", "name": f"Print {n}", "price": 80, "quantity": 1} for n in (1, 2)]
    await world.happens("cart_updated", items=items, value=160)
    await world.passes(minutes=29)
    assert await world.drafts() == []
    await world.passes(minutes=1)
    assert [draft.play for draft in await world.drafts()] == ["cart_recovery"]


async def test_that_a_cart_that_was_bought_is_no_draft(world: World) -> None:
    await world.knows()
    items = [{"product_id": f"p{n}", "name": f"Print {n}", "price": 80, "quantity": 1} for n in (1, 2)]
    await world.happens("cart_updated", items=items, value=160)
    await world.passes(minutes=10)
    await world.happens("order_completed", order_id="o1", value=160, items=items)
    await world.passes(hours=1)
    assert await world.drafts(None) == []


async def test_that_the_clock_finds_who_went_silent_once_in_thirty_days(world: World) -> None:
    await world.worker.start()
    await world.knows(plan="Team")
    await world.happens("feature_used", feature="exports", count=3, at=TUESDAY - timedelta(days=6))
    await world.passes(days=52)
    assert await world.drafts(None) == []
    await world.passes(days=4)
    assert [draft.play for draft in await world.drafts(None)] == ["reactivation"]
    await world.passes(days=20)
    assert len(await world.drafts(None)) == 1


# --- drafts die with their facts ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ({"type_": "consent_changed", "channel": "email", "purpose": "marketing", "granted": False}, "no stored yes"),
        ({"type_": "ticket_opened", "ticket_id": "t1", "topic": "refund", "subject": "Refund", "text": "Please."},
         "an open ticket"),
        ({"type_": "email_replied", "message_id": "m", "text": "I am furious, this is a terrible service!"},
         "the customer is upset"),
        ({"type_": "subscription_changed", "from": "Free", "to": "Team"}, "its goal is reached"),
    ],
)  # fmt: skip
async def test_that_a_draft_is_withdrawn_when_its_facts_change(world: World, event: dict[str, str], why: str) -> None:
    await world.knows()
    await reads_prices(world, 3)
    assert len(await world.drafts()) == 1
    await world.happens(**event)
    (gone,) = await world.drafts(None)
    assert (gone.state, gone.decided_by) == (DraftState.WITHDRAWN, "journey")
    assert gone.why.startswith(why)


async def test_that_a_draft_nobody_looked_at_is_withdrawn_when_its_moment_has_passed(world: World) -> None:
    await world.worker.start()
    await world.knows()
    await reads_prices(world, 3)
    await world.passes(hours=3)
    assert len(await world.drafts()) == 1
    await world.passes(hours=2)
    assert [draft.why for draft in await world.drafts(None)] == ["its moment has passed"]


async def test_that_an_event_of_no_concern_leaves_the_draft(world: World) -> None:
    await world.knows()
    await reads_prices(world, 3)
    await world.happens("feature_used", feature="exports", count=1)
    assert len(await world.drafts()) == 1


async def test_that_a_customer_without_a_record_waits_for_it(world: World) -> None:
    await world.happens("signed_up", role="owner", goal="get started fast")
    assert await world.drafts() == []
    await world.knows(ANA)
    await world.happens("onboarding_step_completed", step="profile")
    await world.happens("webinar_attended", title="First steps")
    assert len(await world.drafts()) >= 1
