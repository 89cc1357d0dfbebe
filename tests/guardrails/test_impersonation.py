from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.context import Sender
from journey_assistant.guardrails.impersonation import impersonation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'm a real person, promise.", True),
        ("No, I am not a bot.", True),
        ("Ich bin kein Roboter.", True),
        ("Je ne suis pas un robot.", True),
        ("No soy un bot.", True),
        ("Não sou um robô.", True),
        ("Sono una persona vera.", True),
        ("This is Carla from support.", True),
        ("Done.\n\nBest regards,\nCarla Mendes", True),
        ("Done.\n\nBest regards,\nThe Ovenly team", False),
        ("I'm Ovenly's automated assistant.", False),
        ("A person from our team will answer here.", False),
    ],
)
def test_that_nobody_is_impersonated(text: str, expected: bool) -> None:
    assert objects(impersonation, text, a_context()) is expected


def test_that_the_colleague_who_reviews_a_message_may_sign_it() -> None:
    context = a_context(sender=Sender("Carla Mendes", "CSM", reviews_before_send=True))
    assert not objects(impersonation, "See you there.\n\nBest,\nCarla Mendes", context)
    assert objects(impersonation, "See you there.\n\nBest,\nRui Alves", context)
