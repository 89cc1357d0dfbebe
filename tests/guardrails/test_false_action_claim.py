from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.context import DoneAction, Evidence
from journey_assistant.guardrails.false_action_claim import false_action_claim


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I've refunded the second charge.", True),
        ("I have not refunded anything.", False),
        ("We've added the seats to your plan.", True),
        ("Your subscription has been cancelled.", True),
        ("Done, the seats are on your account.", True),
        ("A new oven is already on its way to you.", True),
        ("Ich habe den Betrag erstattet.", True),
        ("J'ai annulé votre abonnement.", True),
        ("He cancelado su pedido.", True),
        ("Ho inviato la fattura.", True),
        ("Cancelei sua assinatura.", True),
        ("Ik heb het bedrag terugbetaald.", True),
        ("You can cancel it under Billing.", False),
        ("Once you have cancelled, access ends.", False),
        ("I'm passing this to a colleague.", False),
        ("Have you changed the hours?", False),
        ("I've checked the article.", False),
    ],
)
def test_that_nothing_is_reported_that_was_not_done(text: str, expected: bool) -> None:
    assert objects(false_action_claim, text, a_context()) is expected


def test_that_done_actions_and_facts_may_be_reported() -> None:
    handed = a_context(actions_done=(DoneAction("route_to_human", ("billing",)),))
    assert not objects(false_action_claim, "I've passed this to billing.", handed)
    assert objects(false_action_claim, "I've refunded this.", handed)
    emailed = a_context(evidence=(Evidence("T1", "2026-05-01 return label emailed", kind="fact"),))
    assert not objects(false_action_claim, "Your return label was emailed.", emailed)
