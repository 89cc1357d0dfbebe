from __future__ import annotations

import pytest

from guardrails.builders import a_context, a_fact, objects
from journey_assistant.domain.needs import Need, NeedCode
from journey_assistant.guardrails.context import DoneAction
from journey_assistant.guardrails.human_handoff_required import PERSON_NEEDED, human_handoff_required

ANSWER = "Menus are under Settings."


@pytest.mark.parametrize("code", sorted(NeedCode))
def test_that_a_need_for_a_person_stops_the_answer(code: NeedCode) -> None:
    context = a_context(needs=(Need(code, (0, 4), "read elsewhere"),))
    assert objects(human_handoff_required, ANSWER, context) is (code in PERSON_NEEDED)


def test_that_a_doubtful_reading_does_not_stop_the_answer() -> None:
    assert not objects(human_handoff_required, ANSWER, a_context(needs=(Need(NeedCode.INJURY, (0, 4), "weak", 0.2),)))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ('Inês: "let me speak to a human"', True),
        ('Inês: "my lawyer will write to you"', True),
        ('Inês: "the oven caught fire"', True),
        ('Inês: "delete all my data"', True),
        ('Inês: "ich möchte mit einem Menschen sprechen"', True),
        ('Inês: "je veux parler à un conseiller"', True),
        ('Inês: "quero falar com uma pessoa"', True),
        ('Inês: "how do I export my menus?"', False),
    ],
)
def test_that_the_customers_own_words_stop_the_answer(said: str, expected: bool) -> None:
    assert objects(human_handoff_required, ANSWER, a_context(evidence=(a_fact(said, declared=True),))) is expected


def test_that_handing_over_is_the_right_answer() -> None:
    needs = (Need(NeedCode.ASKED_FOR_PERSON, (0, 4), "asked"),)
    assert not objects(human_handoff_required, "I'm handing you to a colleague now.", a_context(needs=needs))
    done = (DoneAction("route_to_human", ("billing",)),)
    assert not objects(human_handoff_required, ANSWER, a_context(needs=needs, actions_done=done))
