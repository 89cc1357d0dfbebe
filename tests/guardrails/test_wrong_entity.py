from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.context import OtherCustomer
from journey_assistant.guardrails.wrong_entity import wrong_entity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi Inês, welcome.", False),
        ("Hi Ines, welcome.", False),
        ("Hi Irene, welcome.", True),
        ("Dear Ms Duarte, welcome.", True),
        ("Hi there, welcome.", False),
        ("Sehr geehrte Frau Duarte, willkommen.", True),
        ("On your Max plan you get more.", True),
        ("On your Basic plan you get less.", False),
        ("Thanks for shopping with Ovenry.", True),
        ("Thanks for shopping with Ovenly.", False),
        ("I told Padaria Luz.", True),
    ],
)
def test_that_entities_equal_the_record(text: str, expected: bool) -> None:
    assert objects(wrong_entity, text, a_context(other_customers=(OtherCustomer(company="Padaria Luz"),))) is expected


def test_that_a_title_by_gender_needs_the_record() -> None:
    assert not objects(wrong_entity, "Dear Ms Duarte, welcome.", a_context(customer={"extra": {"title": "Ms"}}))
    assert objects(wrong_entity, "Dear Mr Duarte, welcome.", a_context(customer={"extra": {"title": "Ms"}}))
