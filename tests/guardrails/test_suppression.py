from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from guardrails.builders import NOW, a_context, a_fact, events, objects
from journey_assistant.domain.customer import StopState
from journey_assistant.domain.timeline import Timeline
from journey_assistant.guardrails.suppression import suppression

MARKETING: dict[str, Any] = {"channel": "email", "purpose": "marketing", "replying": False}
TICKET = events(("ticket_opened", NOW - timedelta(days=1), {"ticket_id": "1", "topic": "billing"}))
BOUGHT = events(("order_completed", NOW - timedelta(days=12), {}))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"timeline": TICKET}, True),
        ({"timeline": TICKET, "purpose": "service"}, False),
        ({"timeline": TICKET, "replying": True}, False),
        ({"sentiment": "negative"}, True),
        ({"customer": {"stop_state": StopState.BEREAVEMENT}}, True),
        ({"customer": {"stop_state": StopState.MINOR}, "purpose": "service"}, True),
        ({"timeline": BOUGHT, "campaign": "winback"}, True),
        ({"timeline": BOUGHT, "campaign": "newsletter"}, False),
        ({"timeline": BOUGHT, "campaign": "review_request"}, True),
        ({"campaign": "beginner_guide", "customer": {"lifecycle_stage": "advanced"}}, True),
        ({"campaign": "beginner_guide", "customer": {"lifecycle_stage": "onboarding"}}, False),
        ({"evidence": (a_fact("2026-04-28 Inês declined the Plus upgrade"),)}, True),
        ({"evidence": (a_fact("2026-02-01 Inês declined the Plus upgrade"),)}, False),
    ],
)
def test_that_marketing_waits_for_a_better_moment(changes: dict[str, Any], expected: bool) -> None:
    assert objects(suppression, "Plus has more menus.", a_context(**{**MARKETING, **changes})) is expected


def test_that_words_of_a_win_back_count_as_much_as_its_campaign() -> None:
    assert objects(suppression, "We miss you, come back.", a_context(**MARKETING, timeline=BOUGHT))
    assert not objects(suppression, "We miss you, come back.", a_context(**MARKETING, timeline=Timeline()))
