"""Questions after an amount or a time, and texts that tell one."""

import pytest

from journey_assistant.agent.asked_for import asks_for_amount, tells_amount


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("How long are my files kept?", True),
        ("What's the latest we can swap?", True),
        ("who is told, and on what day", True),
        ("Wie lange ist der Link gültig?", True),
        ("¿Cuántos usuarios caben?", True),
        ("Can I pause the plan?", False),
        ("Where do I find the log?", False),
    ],
)
def test_that_a_question_after_an_amount_or_a_time_is_seen(question, asks):
    assert asks_for_amount(question) is asks


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("Entries are kept for 24 months.", True),
        ("The owner is told on Wednesday.", True),
        ("Every two weeks it is sent.", True),
        ("It looks once a day.", True),
        ("1. Open Billing.\n2. Press Pause.", False),
        ("The plan changes once the owner has agreed.", False),
    ],
)
def test_that_numbers_of_steps_tell_no_amount(text, tells):
    assert tells_amount(text) is tells
