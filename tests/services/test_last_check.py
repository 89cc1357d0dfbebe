"""Just before a message goes out the rules are asked once more: what changed since it was approved counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.outbox import DeliveryState
from journey_assistant.domain.policy.policy import DEFAULT_POLICY
from journey_assistant.services.last_check import LastCheck
from records import ANA, NOON, OURS, customer, event, message

YES = {"email": {"marketing": True, "service": True}}
KEY = "draft:d1:1"
ROW: dict[str, Any] = {"key": KEY, "kind": "draft", "channel": "email", "purpose": "marketing", "tenant_id": OURS}
QUEUED = event("q", "message_sent", NOON, message_id=KEY, channel="email", purpose="marketing", status="queued")


async def asked(events: list[Any] = [], row: dict[str, Any] = {}, at: Any = NOON, **fields: Any) -> Any:  # noqa: B006
    store = MemoryStore()
    await store.put_customers(OURS, [customer(**{"timezone": "UTC", "consent": YES, **fields})])
    await store.add_events(OURS, [QUEUED, *events])
    return await LastCheck(store, DEFAULT_POLICY).objection(message(**{**ROW, **row}), at)


async def test_that_what_was_right_when_approved_goes_out() -> None:
    assert await asked() is None


@pytest.mark.parametrize(
    ("events", "fields"),
    [
        ([event("c", "consent_changed", NOON, channel="email", purpose="marketing", granted=False)], {}),
        ([event("t", "ticket_opened", NOON, ticket_id="t1", topic="billing", subject="x", text="?")], {}),
        ([], {"stop_state": "do_not_contact"}),
        ([], {"stop_state": "erasure_requested"}),
        ([], {"consent": {}}),
    ],
)
async def test_that_what_may_not_go_out_any_more_never_does(events: list[Any], fields: dict[str, Any]) -> None:
    objection = await asked(events, **fields)
    assert objection is not None
    assert objection.until_at is None


@pytest.mark.parametrize(
    ("zone", "at", "until"),
    [
        ("UTC", NOON + timedelta(hours=9), NOON + timedelta(hours=20)),
        # half-hour and quarter-hour zones; noon in UTC is 17:30 in Kolkata and 17:45 in Kathmandu
        ("Asia/Kolkata", NOON + timedelta(hours=3, minutes=30), NOON + timedelta(hours=14, minutes=30)),
        ("Asia/Kathmandu", NOON + timedelta(hours=3, minutes=15), NOON + timedelta(hours=14, minutes=15)),
        # the night in which Chicago's clocks went forward, 8 March 2026, has an hour less
        ("America/Chicago", NOON - timedelta(days=2, hours=9), NOON - timedelta(days=1, hours=23)),
    ],
)
async def test_that_quiet_hours_delay_until_the_customers_own_morning(zone: str, at: Any, until: Any) -> None:
    objection = await asked(at=at, timezone=zone)
    assert objection is not None
    assert objection.until_at == until


async def test_that_a_cap_reached_meanwhile_delays_and_the_message_does_not_count_itself() -> None:
    sent = event("s", "message_sent", NOON - timedelta(minutes=1), message_id="m", channel="email",
                 purpose="marketing", status="sent")  # fmt: skip
    objection = await asked([sent])
    assert objection is not None
    assert objection.until_at is not None
    assert objection.until_at > NOON


async def test_that_once_a_month_is_once_a_month() -> None:
    sent = event("s", "message_sent", NOON - timedelta(days=20), message_id="m", channel="sms", purpose="marketing")
    assert await asked([sent]) is None
    objection = await asked([sent], declared={"message_frequency": "monthly"})
    assert objection is not None
    assert objection.until_at == NOON + timedelta(days=10)


async def test_that_an_answer_to_the_customer_always_goes_out() -> None:
    assert await asked(row={"kind": "reply"}, stop_state="do_not_contact", consent={}) is None


async def test_that_an_erased_customer_gets_nothing() -> None:
    objection = await LastCheck(MemoryStore(), DEFAULT_POLICY).objection(message(**ROW), NOON)
    assert objection is not None


async def test_that_what_failed_is_not_counted_and_twice_is_once() -> None:
    store = MemoryStore()
    check = LastCheck(store, DEFAULT_POLICY)
    for _ in range(2):
        await check.happened(message(**ROW), DeliveryState.DEAD, NOON)
    (known,) = await store.timeline(OURS, ANA)
    assert (known.type, known.properties["status"], known.properties["message_id"]) == ("message_sent", "failed", KEY)
