"""What the customer named is known, whatever message, conversation or channel it was in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from journey_assistant.domain.case_state import CaseState, CaseStateId, Quoted
from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.mentioned import THIS_MESSAGE, mentioned, named_among
from timelines import NOW, ago, event, snapshot

NUMBERS = ["INV-2041", "INV-2050"]


def said(text: str, id_: str = "m1", conversation: str = "v1", **when: float):
    told = {"conversation_id": conversation, "author": "customer", "text": text}
    return event("chat_message", ago(**(when or {"minutes": 5})), id_=id_, **told)


def issue(*facts: str) -> CaseState:
    quoted = tuple(Quoted(text, f"old_{text}") for text in facts)
    return CaseState(CaseStateId("case_1"), CustomerId("c_1"), "invoice_problem", NOW, NOW, facts=quoted)


def test_that_the_newest_mention_comes_first_with_its_message() -> None:
    seen = snapshot([said("My invoice INV-2041 is wrong")], text="And INV-2050 too", conversation="v1")
    seen = replace(seen, case_states=(issue("INV-1999"),))
    assert mentioned(seen) == (
        Quoted("INV-2050", THIS_MESSAGE),
        Quoted("INV-2041", "m1"),
        Quoted("INV-1999", "old_INV-1999"),
    )


@pytest.mark.parametrize("text", ["inv-2041", "INV 2041 please", "the one with 2041", "#INV-2041?"])
def test_that_a_number_is_known_however_it_is_written(text: str) -> None:
    seen = snapshot(text=text, conversation="v1")
    assert named_among(seen, NUMBERS) == ("INV-2041", False)


def test_that_a_number_of_an_earlier_conversation_is_meant_when_this_one_names_none() -> None:
    seen = replace(snapshot(text="Has it been paid?"), case_states=(issue("INV-2041"),))
    assert named_among(seen, NUMBERS) == ("INV-2041", False)
    assert named_among(replace(seen, case_states=()), NUMBERS) == (None, False)


def test_that_a_number_of_the_kind_that_we_do_not_have_is_not_taken_for_another() -> None:
    assert named_among(snapshot(text="What about INV-9999?"), NUMBERS) == (None, True)
    assert named_among(snapshot(text="I pay 2999 a year since 2020"), NUMBERS) == (None, False)
    assert named_among(snapshot(text="INV-9999"), []) == (None, False)


def test_that_short_numbers_name_nothing_by_their_end() -> None:
    assert named_among(snapshot(text="I have 041 seats"), NUMBERS) == (None, False)
