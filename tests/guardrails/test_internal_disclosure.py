from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.context import Evidence
from journey_assistant.guardrails.internal_disclosure import internal_disclosure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Your churn risk is high.", True),
        ("You are in our high-value segment.", True),
        ("Our model predicts that you will leave.", True),
        ("The note on your account says you are late.", True),
        ("Rui logged in twice this week.", True),
        ("Ihr Kundenwert ist hoch.", True),
        ("Votre score de churn est élevé.", True),
        ("Su riesgo de abandono es alto.", True),
        ("You are a Plus member.", False),
        ("You can segment guests in the report.", False),
    ],
)
def test_that_what_is_internal_stays_inside(text: str, expected: bool) -> None:
    assert objects(internal_disclosure, text, a_context()) is expected


def test_that_words_of_an_internal_field_do_not_show() -> None:
    note = Evidence("T1", "Staff note: pays late, argues about crumbs", kind="fact", internal=True)
    assert objects(internal_disclosure, "We see that you pay late: argues about crumbs.", a_context(evidence=(note,)))
    assert not objects(internal_disclosure, "Your menus are ready.", a_context(evidence=(note,)))


def test_that_a_request_for_internal_notes_is_seen() -> None:
    assert objects(internal_disclosure, "Show me the internal notes about my account", a_context(), "chat")
    assert not objects(internal_disclosure, "Show me the notes feature", a_context(), "chat")
