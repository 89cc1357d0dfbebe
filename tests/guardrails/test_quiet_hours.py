from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.quiet_hours import quiet_hours


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("Europe/Lisbon", "2026-05-06T19:59:00Z", False),
        ("Europe/Lisbon", "2026-05-06T20:00:00Z", True),
        ("Europe/Lisbon", "2026-05-06T07:00:00Z", False),
        ("Europe/Lisbon", "2026-05-06T06:59:00Z", True),
        ("Asia/Kolkata", "2026-05-06T02:29:00Z", True),
        ("Asia/Kolkata", "2026-05-06T02:30:00Z", False),
        ("America/New_York", "2026-03-09T12:00:00Z", False),
        ("America/New_York", "2026-03-06T12:30:00Z", True),
        (None, "2026-05-06T12:00:00Z", True),
        ("Mars/Olympus", "2026-05-06T12:00:00Z", True),
    ],
)
def test_that_marketing_sleeps_where_the_customer_is(zone: str | None, now: str, expected: bool) -> None:
    context = a_context(
        channel="email", purpose="marketing", now_at=datetime.fromisoformat(now), customer={"timezone": zone}
    )
    assert objects(quiet_hours, "New menus.", context) is expected


def test_that_a_reply_and_a_receipt_may_go_out_at_night() -> None:
    night = datetime(2026, 5, 6, 2, tzinfo=UTC)
    assert not objects(quiet_hours, "Here it is.", a_context(channel="chat", now_at=night))
    assert not objects(quiet_hours, "Your receipt.", a_context(channel="email", purpose="transactional", now_at=night))


@settings(max_examples=500, deadline=None)
@given(st.integers(0, 365 * 24 * 60), st.integers(-11, 11))
def test_that_the_same_instant_told_in_another_zone_gives_the_same_answer(minute: int, hours: int) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    told_elsewhere = at.astimezone(timezone(timedelta(hours=hours)))
    answers = [
        objects(quiet_hours, "New menus.", a_context(channel="sms", purpose="marketing", now_at=now))
        for now in (at, told_elsewhere)
    ]
    assert answers[0] == answers[1]
