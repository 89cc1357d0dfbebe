"""Which questions a message holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey_assistant.perception.questions import questions_in


def texts(message: str) -> list[str]:
    return [question.text for question in questions_in(message)]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("How do I add a waiter?", ["How do I add a waiter?"]),
        ("Hi there! How do I add a waiter to the evening team?", ["How do I add a waiter to the evening team?"]),
        ("Thanks a lot. Have a nice weekend!", []),
        ("morning", []),
        ("the scanner prints nothing", ["the scanner prints nothing"]),
        (
            "We moved house in June with all four vans and the new trailer, which took many weeks and all our patience."
            " I would like to know where the mileage of a lorry is kept",
            ["I would like to know where the mileage of a lorry is kept"],
        ),
        ("Hello, the scanner prints nothing. Thank you!", ["Hello, the scanner prints nothing."]),
        ("1) What does a room cost? 2) Is breakfast included?", ["What does a room cost?", "Is breakfast included?"]),
        (
            "Two things: a) where is the invoice list b) who may see the invoice list",
            ["where is the invoice list", "who may see the invoice list"],
        ),
        (
            "- How long is the voucher valid for?\n- Which branches accept the voucher today?",
            ["How long is the voucher valid for?", "Which branches accept the voucher today?"],
        ),
        (
            "What does parking cost and when does the garage close?",
            ["What does parking cost", "when does the garage close?"],
        ),
        ("How do I merge and archive two boards?", ["How do I merge and archive two boards?"]),
        (
            "Wie lange gilt der Gutschein und wo kann ich ihn einlösen?",
            ["Wie lange gilt der Gutschein", "wo kann ich ihn einlösen?"],
        ),
        (
            "Can I move a pallet to another depot? Actually no, simpler: can I split a pallet?",
            ["can I split a pallet?"],
        ),
        (
            "Scratch that, found the menu. How do I print labels for the whole shelf?",
            ["found the menu. How do I print labels for the whole shelf?"],
        ),
        ("What a dreadful morning, the roof leaks.", ["What a dreadful morning, the roof leaks."]),
        ("For our notice board: when does the garage close?", ["when does the garage close?"]),
        ("For the notice on our garage wall: when do you close?", ["when do you close?"]),
        ("General question for our handbook: who may park here?", ["who may park here?"]),
        ("Hi, filling in the annual tender form: where are you based?", ["where are you based?"]),
        ("Quick question: what does parking cost?", ["what does parking cost?"]),
        (
            "Supplier form question: we rent a garage. When does the garage close?",
            ["we rent a garage. When does the garage close?"],
        ),
        ("For the garage: when does it close on Sundays?", ["For the garage: when does it close on Sundays?"]),
        ("Parking permits: who may sign one of the forms?", ["Parking permits: who may sign one of the forms?"]),
        (
            "Before I give two of the drivers a key: would that open the safe?",
            ["Before I give two of the drivers a key: would that open the safe?"],
        ),
    ],
)
def test_that_each_question_stands_alone_without_greetings_and_background(message: str, expected: list[str]) -> None:
    assert texts(message) == expected


STORY = (
    "Good evening. We have run this bakery for thirty years, my sister and I, and never had a computer before."
    " Our nephew Tim set everything up in spring and then went to sea, which was brave of him. The oven is new as well,"
    " and it is a lovely oven. How do I reprint the label of a batch that was already sold?"
)


def test_that_a_long_story_is_left_out() -> None:
    assert texts(STORY) == ["How do I reprint the label of a batch that was already sold?"]


@pytest.mark.parametrize(
    "message",
    [
        "Our gym has 900 members. Is that more than one import can take?",
        "I sent the wrong price list to all shops. How do I call it back?",
        "We are a school. Does that change what we pay?",
    ],
)
def test_that_a_question_that_points_back_takes_the_sentence_before_along(message: str) -> None:
    assert texts(message) == [message]


@given(st.text(max_size=300))
def test_that_every_span_lies_in_the_message_and_covers_words(message: str) -> None:
    for question in questions_in(message):
        first, last = question.span
        assert 0 <= first < last <= len(message)
        assert question.text.strip()


def test_that_splitting_takes_linear_time_on_a_hostile_message() -> None:
    assert len(questions_in("and is it and can we and " * 2000)) >= 1
