from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.context import Evidence
from journey_assistant.guardrails.sensitive_inference import sensitive_inference


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Congratulations on the baby.", True),
        ("At your age a light tray is better.", True),
        ("Since money seems tight, Basic is enough.", True),
        ("With your back pain, use the trolley.", True),
        ("With Ramadan starting, order dates.", True),
        ("In Ihrem Alter ist das leichter.", True),
        ("Félicitations pour votre grossesse.", True),
        ("A su edad es mejor.", True),
        ("Per la sua età va bene.", True),
        ("Na sua idade é melhor.", True),
        ("Voor uw leeftijd is dit beter.", True),
        ("Congratulations on the new shop.", False),
        ("The bread ages for two days.", False),
        ("Healthy menus are under Diet.", False),
    ],
)
def test_that_protected_topics_need_a_declared_fact(text: str, expected: bool) -> None:
    assert objects(sensitive_inference, text, a_context()) is expected


def test_that_a_declared_fact_may_be_answered() -> None:
    said = Evidence("T1", 'Inês: "we just had a baby"', kind="fact", declared=True)
    assert not objects(sensitive_inference, "Congratulations on the baby.", a_context(evidence=(said,)))
