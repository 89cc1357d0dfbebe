from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.event_replay import event_replay


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"id":"e1","ts":"2026-05-06T09:59:00Z"}', True),
        ('{"id":"e2","ts":"2026-05-06T09:59:00Z"}', False),
        ('{"id":"e2","ts":"2026-04-29T10:00:00Z"}', False),
        ('{"id":"e2","ts":"2026-04-29T09:59:59Z"}', True),
        ('{"id":"e2","ts":"2026-05-06T10:05:00Z"}', False),
        ('{"id":"e2","ts":"2026-05-06T10:05:01Z"}', True),
        ('{"type":"page"}', False),
        ("not json", False),
    ],
)
def test_that_an_event_takes_effect_once_and_while_it_is_fresh(text: str, expected: bool) -> None:
    assert objects(event_replay, text, a_context(seen_event_ids=frozenset({"e1"})), "event") is expected
