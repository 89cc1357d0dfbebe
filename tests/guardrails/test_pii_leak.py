from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.context import OtherCustomer
from journey_assistant.guardrails.pii_leak import pii_leak

OTHER = OtherCustomer("Rui Alves", "rui@alves.test", "+351 911 111 111", "Padaria Luz")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Another owner, Rui Alves, had this too.", True),
        ("Write to rui@alves.test.", True),
        ("Call the courier at +351 912 345 678.", True),
        ("Paid with 5555 5555 5555 4444.", True),
        ("Paid with the card ending 4444.", False),
        ("Sent to DE89 3704 0044 0532 0130 00.", True),
        ("Your password is Forno2026!", True),
        ("Ihr Passwort lautet Forno2026!", True),
        ("You can set a new password under Settings.", False),
        ("Order 1234 5678 9012 3456 is on its way.", False),
        ("Write to help@ovenly.test.", False),
        ("We will write to ines@quintal.test.", False),
        ("Your order went to Padaria Luz.", True),
        ("It is with your neighbour, Marta Reis.", True),
        ("It is with a neighbour.", False),
    ],
)
def test_that_personal_data_stays_with_its_owner(text: str, expected: bool) -> None:
    assert objects(pii_leak, text, a_context(other_customers=(OTHER,))) is expected


def test_that_a_published_phone_number_may_be_given() -> None:
    assert not objects(pii_leak, "Call +351 210 000 111.", a_context("Our hotline is +351 210 000 111."))
