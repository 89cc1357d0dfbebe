from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.pressure_tactics import pressure_tactics


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Last chance to upgrade.", True),
        ("Only 2 places left.", True),
        ("37 people are looking at this oven right now.", True),
        ("If you don't act tonight you will lose your menus.", True),
        ("Don't let us down.", True),
        ("Nur noch heute günstiger.", True),
        ("Dernière chance.", True),
        ("Última oportunidad.", True),
        ("Ultima occasione.", True),
        ("Última chance.", True),
        ("Laatste kans.", True),
        ("Your trial closes on 31 May.", False),
        ("The last chapter is about yeast.", False),
    ],
)
def test_that_urgency_needs_a_fact(text: str, expected: bool) -> None:
    assert objects(pressure_tactics, text, a_context()) is expected


def test_that_a_true_deadline_and_a_true_stock_may_be_told() -> None:
    assert not objects(
        pressure_tactics, "Last call: the price ends on 31 May.", a_context("The spring price ends on 31 May 2026.")
    )
    assert not objects(pressure_tactics, "Only 3 places left.", a_context("Course in June: 3 places left."))
