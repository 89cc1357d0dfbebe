from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.context import Evidence
from journey_assistant.guardrails.invented_understanding import invented_understanding


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We know you're worried about the new oven.", True),
        ("You must be exhausted after the season.", True),
        ("Since you're planning to open a second shop, see Max.", True),
        ("As a proud owner you will like this.", True),
        ("If you're planning a second shop, see Max.", False),
        ("Are you planning a second shop?", False),
        ("Da Sie gerade expandieren, lohnt sich Max.", True),
        ("Vous êtes débordée en ce moment.", True),
        ("Ya que está buscando otro plan, aquí tiene Max.", True),
        ("Sei stressata per il trasloco.", True),
        ("Você está sobrecarregada com a loja.", True),
        ("U bent overbelast door de drukte.", True),
        ("You mentioned the invoices are late.", True),
        ("Menus are under Settings.", False),
        ("You're welcome.", False),
    ],
)
def test_that_states_are_not_invented(text: str, expected: bool) -> None:
    assert objects(invented_understanding, text, a_context()) is expected


def test_that_what_the_customer_told_us_may_be_told_back() -> None:
    said = Evidence("T1", 'Inês: "we are planning a second shop"', kind="fact", declared=True)
    assert not objects(
        invented_understanding, "Since you're planning a second shop, see Max.", a_context(evidence=(said,))
    )


def test_that_an_upset_customer_may_be_told_that_we_see_it() -> None:
    text = "I can see you're frustrated about this."
    assert not objects(invented_understanding, text, a_context(sentiment="negative"))
