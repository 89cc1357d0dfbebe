import pytest

from journey_assistant.perception.inquiry import asks_money_back_calmly, asks_plainly


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


@pytest.mark.parametrize(
    "text",
    [
        "Please refund the 20 pounds for the cracked vase.",
        "We closed in August. Could you credit that month?",
        "Then please give me the money back.",
        "Bitte erstatten Sie mir die doppelte Gebühr.",
        "Por favor, devuélvanme el segundo pago.",
        "Pourriez-vous me rembourser la caution ?",
    ],
)
def test_that_a_polite_request_for_money_is_calm(text: str) -> None:
    assert asks_money_back_calmly(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please close the window.",
        "The vase was cracked and I paid for it.",
        "Refund me now!",
        "Please refund me, this is the third time.",
        "Bitte erstatten Sie mir endlich mein Geld.",
        "Could you finally refund it? This is ridiculous.",
    ],
)
def test_that_impatience_or_no_request_is_not(text: str) -> None:
    assert not asks_money_back_calmly(text)
