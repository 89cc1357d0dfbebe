"""The preference question: after an answer, once in a visit, never in trouble, and only for what is not known."""

from datetime import timedelta

import pytest

from journey_assistant.agent.graph import build_graph
from journey_assistant.agent.run import run_graph
from journey_assistant.bootstrap import build_parts
from journey_assistant.domain.outcome import Reply
from journey_assistant.settings import Settings
from worlds import event, frustrated_ticket, help_centre, message

QUESTION = "Until when can people swap their shift?"
VISIT = (
    event("v1", "page_viewed", timedelta(minutes=9), path="/"),
    event("v2", "page_viewed", timedelta(minutes=2), path="/features"),
)
EARLIER = event("a1", "chat_message", timedelta(minutes=5), author="assistant", text="Which plan do you mean?")
TOLD = event("d1", "preference_declared", timedelta(days=3), key="goal", value="fewer no-shows")


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("home")
    parts, graph = build_parts(Settings(home=home), knowledge=help_centre(home), in_memory=True), build_graph()

    async def outcome(text, *timeline, **customer):
        case = message(text, *timeline, **{"declared": {}, "role": "planner", **customer})
        return (await run_graph(graph, parts, case.snapshot))["outcome"]

    return outcome


async def test_that_an_answer_ends_with_one_question_that_says_what_it_changes(answered) -> None:
    plain = await answered(QUESTION)
    reply = await answered(QUESTION, *VISIT)
    added = reply.text.removeprefix(plain.text)
    assert (plain.asks_for, reply.asks_for) == (None, "goal")
    assert added.count("?") == 1
    assert "Your answer decides" in added
    assert not reply.is_question
    assert reply.citations == plain.citations


@pytest.mark.parametrize(
    ("timeline", "customer"),
    [
        ((), {}),
        ((*VISIT, EARLIER), {}),
        ((*VISIT, frustrated_ticket()), {}),
        (VISIT, {"stop_state": "do_not_contact"}),
        (VISIT, {"experiments": {"preference_question": "holdout"}}),
        ((*VISIT, TOLD), {"declared": {"content_interest": "guides"}}),
    ],
    ids=["no visit", "asked before", "trouble", "stopped", "holdout", "all known"],
)
async def test_that_nothing_is_asked_without_need_or_leave(answered, timeline, customer) -> None:
    outcome = await answered(QUESTION, *timeline, **customer)
    assert getattr(outcome, "asks_for", None) is None


@pytest.mark.parametrize(
    "text",
    ["Thanks, that helped!", "How do I set up single sign-on with Okta?", "You people are useless. Swap a shift?"],
)
async def test_that_only_an_answer_to_somebody_content_is_asked_after(answered, text) -> None:
    outcome = await answered(text, *VISIT)
    assert getattr(outcome, "asks_for", None) is None


async def test_that_what_is_known_is_not_asked_but_the_next_gap_is(answered) -> None:
    reply = await answered(QUESTION, *VISIT, TOLD)
    assert isinstance(reply, Reply)
    assert reply.asks_for == "content_interest"
