import pytest

from journey_assistant.perception.inquiry import asks_plainly


@pytest.mark.parametrize(
    "text",
    [
        "How do I stop the reminders?",
        "Our contract ends in May, so how much notice would you need?",
        "The boiler is cold. Who can have a look at it?",
        "Quick one: can two people share a seat?",
        "how do i get rid of the old one",
        "what happens when the trial ends",
        "Do you know where the form is?",
        "Two things: where is it, and can I move it?",
    ],
)
def test_that_a_request_for_information_is_seen(text: str) -> None:
    assert asks_plainly(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The boiler is cold.",
        "What a fabulous experience, standing in the rain.",
        "How thoughtful of you to lose it.",
        "How hard can it be to send a letter?",
        "Is anyone reading this?",
        "What am I paying you for?",
        "Can you people count?",
        "can't believe it",
        "Where is my money? And why is it still not here?",
    ],
)
def test_that_statements_scorn_and_rhetorical_questions_ask_for_nothing(text: str) -> None:
    assert not asks_plainly(text)
