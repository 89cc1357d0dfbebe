from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from guardrails.builders import NOW, a_context, events, objects
from journey_assistant.guardrails.frequency_cap import frequency_cap


def sent(*ago: timedelta, **properties: Any) -> list[tuple[str, Any, dict[str, Any]]]:
    base = {"channel": "email", "purpose": "marketing", "status": "sent"}
    return [("message_sent", NOW - age, {**base, "campaign": f"c{n}", **properties}) for n, age in enumerate(ago)]


@pytest.mark.parametrize(
    ("sends", "expected"),
    [
        ([], False),
        (sent(timedelta(days=2)), False),
        (sent(timedelta(days=2), timedelta(days=5)), True),
        (sent(timedelta(days=2), timedelta(days=7)), False),
        (sent(timedelta(hours=15)), True),
        (sent(timedelta(hours=16)), False),
        (sent(timedelta(days=2), timedelta(days=5), status="bounced"), False),
        (sent(timedelta(days=2), timedelta(days=5), status="queued"), True),
        (sent(timedelta(days=2), timedelta(days=5), purpose="service"), False),
        (sent(timedelta(days=20), campaign="spring"), True),
    ],
)
def test_that_the_caps_hold(sends: list[Any], expected: bool) -> None:
    context = a_context(channel="email", purpose="marketing", campaign="spring", timeline=events(*sends))
    assert objects(frequency_cap, "New menus.", context) is expected


def test_that_service_messages_are_not_capped() -> None:
    context = a_context(
        channel="email", purpose="service", timeline=events(*sent(timedelta(days=1), timedelta(days=2)))
    )
    assert not objects(frequency_cap, "Your ticket is closed.", context)


@pytest.mark.parametrize(("others", "expected"), [(4, False), (5, True)])
def test_that_messages_to_others_of_the_account_count(others: int, expected: bool) -> None:
    to_others = events(*sent(*[timedelta(days=1, hours=n) for n in range(others)]))
    context = a_context(channel="email", purpose="marketing", account_timeline=to_others)
    assert objects(frequency_cap, "New menus.", context) is expected
