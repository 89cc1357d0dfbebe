"""The real ``openai`` client against a server that misbehaves in every way we know."""

import inspect
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool

from journey_assistant.adapters.model_openai import OpenAICompatibleChatModel
from journey_assistant.adapters.model_openai.failures import failure_map
from journey_assistant.adapters.model_openai.limits import Breaker
from journey_assistant.errors import PortError
from journey_assistant.ports import TurnBudget, spending
from model_server import (
    ModelServer,
    Script,
    calls_tool,
    completion,
    date_in,
    hangs,
    never_ends,
    resets,
    resets_mid_body,
    says,
    sends,
    status,
    streams,
    trickles,
)

QUICK_S = 0.8
SLOW = (hangs, trickles)


def limit(script: Script) -> float:
    """Only what never answers is given up early; everything else has time on a busy machine."""
    return QUICK_S if script in SLOW else 10.0


@asynccontextmanager
async def served(*scripts: Script, **fields: Any) -> AsyncIterator[tuple[OpenAICompatibleChatModel, ModelServer]]:
    """A model on a scripted server; its waits are recorded in ``waits`` instead of waited for."""
    waits: list[float] = []

    async def noted(seconds: float) -> None:
        waits.append(seconds)

    async with ModelServer(*scripts) as server:
        fields = {"timeout_s": 5.0, "sleep": noted, **fields}
        model = OpenAICompatibleChatModel(model="scripted", base_url=server.base_url, **fields)
        model.metadata = {"waits": waits}
        try:
            yield model, server
        finally:
            await model.aclose()


async def failure_of(*scripts: Script, **fields: Any) -> tuple[PortError, int]:
    async with served(*scripts, **fields) as (model, server):
        with pytest.raises(PortError) as caught:
            await model.ainvoke("hello")
        return caught.value, server.calls


async def test_that_an_answer_comes_with_its_tokens_and_its_price() -> None:
    async with served(says("Hello."), price_in=10.0, price_out=50.0) as (model, server):
        answer = await model.ainvoke([SystemMessage("Be brief."), HumanMessage("Hi")])
    assert answer.content == "Hello."
    assert answer.usage_metadata == {"input_tokens": 100, "output_tokens": 20, "total_tokens": 120}
    assert answer.response_metadata["cost_usd"] == pytest.approx(0.002)
    assert [m["role"] for m in server.bodies[0]["messages"]] == ["system", "user"]
    assert server.bodies[0]["stream"] is False


@pytest.mark.parametrize("usage", [None, {}, "free", {"prompt_tokens": None}, {"completion_tokens": "many"}])
async def test_that_a_missing_or_odd_usage_costs_nothing_and_breaks_nothing(usage: Any) -> None:
    async with served(says("Hello.", usage=usage)) as (model, _):
        answer = await model.ainvoke("hi")
    assert answer.content == "Hello."
    assert answer.usage_metadata is None


async def test_that_half_a_usage_is_counted() -> None:
    async with served(says("Hello.", usage={"completion_tokens": 7})) as (model, _):
        answer = await model.ainvoke("hi")
    assert answer.usage_metadata == {"input_tokens": 0, "output_tokens": 7, "total_tokens": 7}


NO_COMPLETION = {
    "malformed": b'{"choices": [{"message": {"content": "half',
    "a string": b'"just words"',
    "a list": b"[1, 2]",
    "null": b"null",
    "empty": b"",
    "no choices": b"{}",
    "empty choices": b'{"choices": []}',
    "choices of text": b'{"choices": ["hello"]}',
    "no message": b'{"choices": [{"finish_reason": "stop"}]}',
    "not UTF-8": b'{"choices": [{"message": {"content": "\xff\xfe"}}]}',
    "a tool call without a name": json.dumps(completion(None, tool_calls=[{"id": "1", "function": {}}])).encode(),
}


@pytest.mark.parametrize("body", NO_COMPLETION.values(), ids=NO_COMPLETION)
@pytest.mark.parametrize("content_type", ["application/json", "text/html", "text/event-stream"])
async def test_that_what_is_no_completion_is_asked_for_once_more_and_then_a_port_error(
    body: bytes, content_type: str
) -> None:
    failure, calls = await failure_of(sends(body, content_type=content_type))
    assert failure.port == "model"
    assert failure.retryable
    assert failure.__cause__ is not None
    assert calls == 2


RETRIED = {
    "hangs": hangs,
    "one byte at a time": trickles,
    "reset": resets,
    "reset mid body": resets_mid_body,
    "500": status(500),
    "502": status(502),
    "503": status(503),
    "529": status(529),
    "408": status(408),
    "409": status(409),
}


@pytest.mark.parametrize("script", RETRIED.values(), ids=RETRIED)
async def test_that_a_failure_that_may_pass_is_retried_once(script: Script) -> None:
    failure, calls = await failure_of(script, timeout_s=limit(script))
    assert failure.retryable
    assert calls == 2


@pytest.mark.parametrize("script", RETRIED.values(), ids=RETRIED)
async def test_that_the_retry_can_succeed(script: Script) -> None:
    async with served(script, says("Hello."), timeout_s=limit(script)) as (model, server):
        assert (await model.ainvoke("hi")).content == "Hello."
    assert server.calls == 2


@pytest.mark.parametrize("code", [400, 401, 403, 404, 413, 422, 301])
async def test_that_a_failure_that_stays_is_not_retried(code: int) -> None:
    failure, calls = await failure_of(status(code))
    assert not failure.retryable
    assert calls == 1


async def test_that_a_refused_connection_is_a_port_error() -> None:
    async with ModelServer(says("")) as server:
        address = server.base_url
    model = OpenAICompatibleChatModel(model="m", base_url=address, retry_wait_s=0.0)
    with pytest.raises(PortError, match="no connection"):
        await model.ainvoke("hi")


async def test_that_an_endless_answer_is_cut_off_by_its_size() -> None:
    failure, calls = await failure_of(never_ends)
    assert "too large" in str(failure)
    assert not failure.retryable
    assert calls == 1


async def test_that_a_failure_never_repeats_what_the_server_said() -> None:
    failure, _ = await failure_of(status(400, error="key sk-123 of ana@example.com"))
    assert "sk-123" not in str(failure)


@pytest.mark.parametrize(
    ("retry_after", "waited", "calls"),
    [
        ("1", [1.0], 2),
        ("20", [20.0], 2),
        ("30", [], 1),
        ("3600", [], 1),
        (date_in(7), [7.0], 2),
        (date_in(90), [], 1),
        (date_in(-90), [0.0], 2),
        ("soon", [0.5], 2),
        ("-5", [0.5], 2),
        ("9" * 400, [], 1),
        (None, [0.5], 2),
    ],
)
async def test_that_retry_after_is_honoured_up_to_twenty_seconds(
    retry_after: str | None, waited: list[float], calls: int
) -> None:
    async with served(status(429, retry_after)) as (model, server):
        with pytest.raises(PortError):
            await model.ainvoke("hi")
        assert model.metadata == {"waits": waited}
    assert server.calls == calls


async def test_that_a_spent_quota_is_not_retried() -> None:
    failure, calls = await failure_of(status(429, error="insufficient_quota"))
    assert not failure.retryable
    assert calls == 1


async def test_that_the_turn_has_no_more_calls_than_its_budget() -> None:
    async with served(status(503)) as (model, server):
        with spending(TurnBudget(calls=1, seconds=45)) as budget:
            for _ in range(3):
                with pytest.raises(PortError):
                    await model.ainvoke("hi")
        assert budget.used == server.calls == 1


async def test_that_a_wait_that_is_longer_than_the_turn_is_not_begun() -> None:
    async with served(status(429, "8")) as (model, server):
        with spending(TurnBudget(calls=2, seconds=5)), pytest.raises(PortError):
            await model.ainvoke("hi")
    assert server.calls == 1


async def test_that_calls_of_a_tenant_stop_for_a_while_after_failures_and_begin_again() -> None:
    now = [100.0]
    breaker = Breaker(failures=2, open_s=30.0, clock=lambda: now[0])
    async with served(status(503), status(503), says("Hello."), breaker=breaker) as (model, server):
        for _ in range(4):
            with spending(TurnBudget(2, 45, "one")), pytest.raises(PortError):
                await model.ainvoke("hi")
        assert server.calls == 2
        with spending(TurnBudget(2, 45, "another")):
            assert (await model.ainvoke("hi")).content == "Hello."
        now[0] += 31
        with spending(TurnBudget(2, 45, "one")):
            assert (await model.ainvoke("hi")).content == "Hello."


def test_that_every_error_of_the_client_is_in_the_map() -> None:
    errors = [
        thing
        for name in dir(openai)
        if not name.startswith("_") and inspect.isclass(thing := getattr(openai, name)) and issubclass(thing, Exception)
    ]
    mapped = {kind for kind, _, _ in failure_map()}
    assert len(errors) >= 15
    assert set(errors) <= mapped


def test_that_no_row_of_the_map_hides_a_later_one() -> None:
    kinds = [kind for kind, _, _ in failure_map()]
    hidden = [
        (earlier.__name__, later.__name__)
        for at, later in enumerate(kinds)
        for earlier in kinds[:at]
        if issubclass(later, earlier)
    ]
    assert not hidden


@tool
def invoices() -> str:
    """The newest invoices."""
    return "none"


async def test_that_tools_go_out_and_calls_come_in() -> None:
    async with served(calls_tool("invoices"), says("You have none.")) as (model, server):
        bound = model.bind_tools([invoices], tool_choice="any")
        asked = await bound.ainvoke("Did I pay?")
        assert asked.tool_calls == [{"name": "invoices", "args": {}, "id": "call_1", "type": "tool_call"}]
        told = ToolMessage("none", tool_call_id="call_1")
        answer = await bound.ainvoke([HumanMessage("Did I pay?"), asked, told])
    assert answer.content == "You have none."
    assert server.bodies[0]["tools"][0]["function"]["name"] == "invoices"
    assert server.bodies[0]["tool_choice"] == "required"
    assert [m["role"] for m in server.bodies[1]["messages"]] == ["user", "assistant", "tool"]


@pytest.mark.parametrize("arguments", ["{", "[1]", '"text"', "{'a': 1}"])
async def test_that_arguments_that_are_no_object_are_an_invalid_call(arguments: str) -> None:
    async with served(calls_tool("invoices", arguments)) as (model, _):
        answer = await model.bind_tools([invoices]).ainvoke("Did I pay?")
    assert not answer.tool_calls
    assert len(answer.invalid_tool_calls) == 1


async def test_that_an_answer_format_is_asked_for_unless_tools_are_bound() -> None:
    async with served(says("{}"), answer_format={"type": "json_object"}) as (model, server):
        await model.ainvoke("hi")
        await model.bind_tools([invoices]).ainvoke("hi")
    assert server.bodies[0]["response_format"] == {"type": "json_object"}
    assert "response_format" not in server.bodies[1]


@pytest.mark.parametrize("field", ["max_tokens", "temperature", "response_format"])
async def test_that_an_optional_field_that_a_server_refuses_is_left_out_from_then_on(field: str) -> None:
    refusal = status(400, error=f"Unsupported parameter: '{field}' is not supported with this model.")
    async with served(refusal, says("Hello."), answer_format={"type": "json_object"}) as (model, server):
        assert (await model.ainvoke("hi")).content == "Hello."
        assert (await model.ainvoke("hi")).content == "Hello."
    assert field in server.bodies[0]
    assert field not in server.bodies[1]
    assert field not in server.bodies[2]
    assert ("max_completion_tokens" in server.bodies[2]) is (field == "max_tokens")
    assert server.calls == 3


async def test_that_a_server_that_refuses_everything_is_asked_twice() -> None:
    failure, calls = await failure_of(status(400, error="max_tokens and temperature are not supported"))
    assert not failure.retryable
    assert calls == 2


async def test_that_a_refusal_is_marked() -> None:
    async with served(says(None, refusal="I cannot.")) as (model, _):
        answer = await model.ainvoke("hi")
    assert answer.content == ""
    assert answer.response_metadata["refusal"] == "I cannot."


async def test_that_a_stream_arrives_in_pieces_with_its_usage() -> None:
    async with served(streams("Hel", "lo.")) as (model, server):
        pieces = [piece async for piece in model.astream("hi")]
    whole = pieces[0]
    for piece in pieces[1:]:
        whole += piece
    assert whole.content == "Hello."
    assert whole.usage_metadata is not None
    assert whole.usage_metadata["total_tokens"] == 120
    assert server.bodies[0]["stream"] is True


@pytest.mark.parametrize("script", [streams("Hel", done=False), hangs, never_ends, resets_mid_body, trickles])
async def test_that_a_stream_that_does_not_end_well_is_a_port_error(script: Script) -> None:
    async with served(script, timeout_s=limit(script)) as (model, _):
        with pytest.raises(PortError):
            _ = [piece async for piece in model.astream("hi")]


def test_that_the_model_also_answers_without_an_event_loop() -> None:
    with pytest.raises(PortError):
        OpenAICompatibleChatModel(model="m", base_url="http://127.0.0.1:9/v1", retry_wait_s=0.0).invoke("hi")


async def test_that_the_key_is_sent_and_never_shown() -> None:
    async with served(says("Hello."), api_key="sk-secret-1") as (model, _):
        await model.ainvoke("hi")
        assert "sk-secret-1" not in repr(model)
        assert isinstance(await model.ainvoke("hi"), AIMessage)
