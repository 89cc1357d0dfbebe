"""The tool loop: bounded calls, bounded reads, and every wrong call answered in words."""

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from journey_assistant.adapters.model_scripted import ScriptedChatModel
from journey_assistant.agent.placeholders import Placeholders
from journey_assistant.agent.tool_loop import MOST_READS, LoopParts, tool_loop
from journey_assistant.agent.tools import RecordTools
from journey_assistant.errors import PortError
from worlds import message

SEEN = message("When does our plan renew?").snapshot


def calling(*names: str, **arguments: Any) -> AIMessage:
    calls = [{"name": name, "args": arguments, "id": f"call_{n}"} for n, name in enumerate(names)]
    return AIMessage("", tool_calls=calls)


async def looped(*answers: Any, calls: int = 4):
    model, record = ScriptedChatModel(answers=list(answers)), RecordTools(SEEN, Placeholders.of(SEEN))
    parts = LoopParts(model, record.tools, calls)
    state = await tool_loop().ainvoke({"messages": [HumanMessage("When does our plan renew?")]}, context=parts)
    return state["messages"], model, record


def tool_answers(messages) -> list[str]:
    return [str(m.content) for m in messages if isinstance(m, ToolMessage)]


async def test_that_what_a_tool_read_reaches_the_model_and_its_answer_ends_the_loop() -> None:
    messages, model, record = await looped(calling("subscription"), "It renews on 1 December 2026.")
    assert messages[-1].text == "It renews on 1 December 2026."
    assert "1 December 2026" in str(model.asked[1][-1].content)
    assert [call.name for call in record.calls] == ["subscription"]
    assert model.offered[0] == [tool.name for tool in record.tools]


async def test_that_an_answer_without_a_call_is_one_call() -> None:
    messages, model, record = await looped("Hello.")
    assert (len(model.asked), len(messages), record.calls) == (1, 2, [])


@pytest.mark.parametrize("most", [1, 2, 4])
async def test_that_a_model_that_never_stops_is_asked_no_more_than_it_may(most: int) -> None:
    messages, model, _ = await looped(calling("subscription"), calls=most)
    assert len(model.asked) == most
    assert messages[-1].tool_calls


async def test_that_one_message_reads_no_more_than_it_may() -> None:
    messages, _, record = await looped(calling(*["subscription"] * (MOST_READS + 2)), "Done.")
    assert len(record.calls) == MOST_READS
    assert [text.startswith("Not read") for text in tool_answers(messages)] == [False] * MOST_READS + [True] * 2


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (calling("delete_everything"), "There is no such tool"),
        (calling("subscription", customer_id="c_2"), "tools take no arguments"),
        (
            AIMessage(
                "",
                invalid_tool_calls=[
                    {"name": "invoices", "args": "{", "id": "x", "error": "", "type": "invalid_tool_call"}
                ],
            ),
            "no JSON object",
        ),
    ],
    ids=["unknown tool", "another customer", "broken arguments"],
)
async def test_that_a_wrong_call_reads_nothing_and_is_answered_in_words(wrong: AIMessage, says: str) -> None:
    messages, model, record = await looped(wrong, "Then without it.")
    assert says in tool_answers(messages)[0]
    assert record.calls == []
    assert (len(model.asked), messages[-1].text) == (2, "Then without it.")


async def test_that_a_model_that_fails_is_the_callers_to_handle() -> None:
    with pytest.raises(PortError):
        await looped(calling("subscription"), PortError("down", port="model", retryable=True))
