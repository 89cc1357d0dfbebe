"""Recall: which conversation a message belongs to, and who owns it."""

from datetime import timedelta

import pytest

from journey_assistant.agent.steps.recall import recall
from worlds import event, message


def chat(id_, ago, author, conversation="v1"):
    return event(id_, "chat_message", ago, conversation_id=conversation, author=author, text="…")


@pytest.mark.parametrize(
    ("timeline", "owner"),
    [
        ([chat("a", timedelta(hours=2), "customer")], None),
        ([chat("a", timedelta(hours=2), "agent:dana")], "dana"),
        ([chat("a", timedelta(hours=2), "agent:dana"), chat("b", timedelta(hours=1), "agent:luis")], "luis"),
        (
            [
                chat("a", timedelta(hours=2), "agent:dana"),
                event("r", "conversation_given_back", timedelta(hours=1), conversation_id="v1"),
            ],
            None,
        ),
        (
            [
                chat("a", timedelta(hours=2), "agent:dana"),
                event("r", "conversation_given_back", timedelta(hours=1), conversation_id="another"),
            ],
            "dana",
        ),
    ],
)
async def test_that_a_person_owns_a_conversation_until_it_is_given_back(here, timeline, owner):
    state = await recall({"snapshot": message("hello", *timeline).snapshot}, here)
    assert state["conversation"].owner == owner


async def test_that_a_conversation_of_yesterday_is_over(here):
    state = await recall({"snapshot": message("hi", chat("a", timedelta(hours=25), "customer")).snapshot}, here)
    assert state["conversation"].turns == ()
