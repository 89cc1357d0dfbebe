from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.tone_mismatch import tone_mismatch


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Great news! Your ticket is in the queue.", True),
        ("Your ticket is in the queue 🎉", True),
        ("As our policy clearly states, you should have read it.", True),
        ("Have you considered upgrading to Max?", True),
        ("I'm sorry this took so long. Your ticket is with billing.", False),
        ("Your ticket is with billing.", False),
        ("It is here. It is there. It is everywhere.", True),
        ("Das ist Ihre eigene Schuld.", True),
        ("Calmez-vous.", True),
        ("Please unplug it. Do not touch it. A colleague will call.", False),
    ],
)
def test_that_an_upset_customer_is_met_calmly(text: str, expected: bool) -> None:
    assert objects(tone_mismatch, text, a_context(sentiment="negative")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Welcome aboard!", False),
        ("Obviously it's under Settings, like it says in the docs.", True),
        ("Das ist Ihre eigene Schuld.", True),
        ("Deberías haber leído las instrucciones.", True),
    ],
)
def test_that_blame_is_wrong_for_anybody(text: str, expected: bool) -> None:
    assert objects(tone_mismatch, text, a_context(sentiment="neutral")) is expected


def test_that_a_happy_customer_is_not_met_stiffly() -> None:
    assert objects(tone_mismatch, "Please be advised that your menu is ready.", a_context(sentiment="positive"))
