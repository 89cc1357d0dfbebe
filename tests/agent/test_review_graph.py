"""The second graph: both review schemas can read its question, and their answers are understood."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from journey_assistant.agent.review_graph import build_review_graph, reviewed

DRAFT = {"kind": "draft", "subject": "A guide", "text": "Hello Ana", "channel": "email"}
WRITTEN = {"subject": "A guide", "text": "Hello Ana"}
THREAD: Any = {"configurable": {"thread_id": "1"}}


def graph(outcome: dict[str, Any]) -> Any:
    async def decide(case: Any) -> dict[str, Any]:
        return {"id": "run_1", "reasons": [{"code": "welcome", "why": "signed up"}], "outcome": outcome}

    return build_review_graph(decide, InMemorySaver())


async def test_that_a_draft_waits_for_a_person_and_goes_on_with_the_answer() -> None:
    made = graph(DRAFT)
    paused = await made.ainvoke({"case": {"id": "c"}}, THREAD)
    (asked,) = paused["__interrupt__"]
    args = {**WRITTEN, "channel": "email"}
    assert asked.value["action_request"] == {"action": "send_message", "args": args}
    assert asked.value["action_requests"][0]["args"] == asked.value["action_requests"][0]["arguments"] == args
    assert asked.value["review_configs"][0]["allowed_decisions"] == ["approve", "edit", "reject"]
    done = await made.ainvoke(Command(resume={asked.id: [{"type": "accept", "args": None}]}), THREAD)
    assert done["review"] == {"decision": "approve", **WRITTEN}


async def test_that_what_is_no_draft_is_not_asked() -> None:
    done = await graph({"kind": "hold", "reason": "quiet_hours"}).ainvoke({"case": {"id": "c"}}, THREAD)
    assert "__interrupt__" not in done
    assert "review" not in done


@pytest.mark.parametrize(
    ("answer", "decision", "text"),
    [
        ([{"type": "accept", "args": None}], "approve", "Hello Ana"),
        ({"type": "accept"}, "approve", "Hello Ana"),
        ({"decisions": [{"type": "approve"}]}, "approve", "Hello Ana"),
        ([{"type": "edit", "args": {"action": "send_message", "args": {"text": "Hi"}}}], "edit", "Hi"),
        ({"decisions": [{"type": "edit", "edited_action": {"name": "x", "args": {"text": "Hi"}}}]}, "edit", "Hi"),
        ({"decisions": [{"type": "reject", "message": "no"}]}, "reject", None),
        ([{"type": "ignore", "args": None}], "reject", None),
        ([{"type": "response", "args": "too long"}], "reject", None),
        ([{"type": "edit", "args": {"args": {"text": " "}}}], "reject", None),
        ([], "reject", None),
        (None, "reject", None),
        ("yes", "reject", None),
        ({"decisions": []}, "reject", None),
        ({"type": "APPROVE"}, "reject", None),
    ],
)
def test_that_answers_of_both_schemas_are_understood_and_others_are_a_no(answer: Any, decision: str, text: Any) -> None:
    read = reviewed(answer, WRITTEN)
    assert (read["decision"], read.get("text")) == (decision, text)
