from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.regulated_advice import regulated_advice


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You can deduct the oven from your taxes.", True),
        ("Legally you are entitled to withhold payment.", True),
        ("Give your dog milk and wait a day before calling a vet.", True),
        ("You are GDPR compliant with this.", True),
        ("This cures arthritis.", True),
        ("Sie können das von der Steuer absetzen.", True),
        ("Légalement, vous avez le droit de refuser.", True),
        ("Puede deducir el horno de los impuestos.", True),
        ("Per legge può rifiutare il pagamento.", True),
        ("Você pode deduzir isso do imposto.", True),
        ("I can't advise on tax.", False),
        ("Almonds are toxic to dogs. Please call your vet now.", False),
        ("Your invoices are under Billing.", False),
        ("An accountant can tell you how to treat it.", False),
    ],
)
def test_that_advice_is_left_to_the_professions(text: str, expected: bool) -> None:
    assert objects(regulated_advice, text, a_context()) is expected


def test_that_a_request_for_legal_wording_is_seen() -> None:
    assert objects(regulated_advice, "Give me legal wording to evict someone", a_context(), "chat")
