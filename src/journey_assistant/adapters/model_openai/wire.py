"""Chat Completions on the wire: langchain-core's messages out, one checked answer in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.exceptions import OutputParserException
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, InvalidToolCall, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import ToolCall, tool_call_chunk
from langchain_core.output_parsers.openai_tools import make_invalid_tool_call, parse_tool_call

from journey_assistant.adapters.model_openai.failures import AnswerUnreadable


def messages_out(messages: Sequence[BaseMessage]) -> list[dict[str, Any]]:
    """Messages as the API takes them; contents are plain strings, which every server understands."""
    return list(convert_to_openai_messages(list(messages), text_format="string"))


def answer_in(body: bytes) -> AIMessage:
    """The first choice of a chat completion. Raises AnswerUnreadable for anything else, also with status 200."""
    try:
        payload = json.loads(body)
    except ValueError as error:
        raise AnswerUnreadable("not JSON") from error
    choice = _first_choice(payload)
    message = choice.get("message")
    if not isinstance(message, Mapping):
        raise AnswerUnreadable("a choice without a message")
    calls, broken = _tool_calls(message.get("tool_calls"))
    return AIMessage(
        content=_text(message.get("content")),
        tool_calls=calls,
        invalid_tool_calls=broken,
        usage_metadata=usage_in(payload.get("usage")),
        response_metadata=_about(payload, choice, message),
    )


def chunk_in(chunk: Mapping[str, Any]) -> AIMessageChunk:
    """One piece of a streamed answer; a piece without choices carries the usage."""
    choices = chunk.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], Mapping) else {}
    delta = choice.get("delta")
    delta = delta if isinstance(delta, Mapping) else {}
    finish = choice.get("finish_reason")
    return AIMessageChunk(
        content=_text(delta.get("content")),
        tool_call_chunks=[_piece(call) for call in _listed(delta.get("tool_calls"))],
        usage_metadata=usage_in(chunk.get("usage")),
        response_metadata={"finish_reason": finish} if isinstance(finish, str) else {},
    )


def usage_in(usage: Any) -> UsageMetadata | None:
    """Token counts, or None: many compatible servers send none, or only some of them."""
    if not isinstance(usage, Mapping):
        return None
    asked, written = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    total = _count(usage.get("total_tokens")) or asked + written
    return UsageMetadata(input_tokens=asked, output_tokens=written, total_tokens=total) if total else None


def _first_choice(payload: Any) -> Mapping[str, Any]:
    if not isinstance(payload, Mapping):
        raise AnswerUnreadable("not an object")
    choices = payload.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], Mapping):
        raise AnswerUnreadable("no choices")
    return choices[0]


def _about(payload: Mapping[str, Any], choice: Mapping[str, Any], message: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        "finish_reason": choice.get("finish_reason"),
        "refusal": message.get("refusal"),
        "model_name": payload.get("model"),
    }
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _text(content: Any) -> str:
    """Text content; a list of parts is joined, anything else is no text."""
    if isinstance(content, str):
        return content
    parts = [part.get("text") for part in _listed(content)]
    return "".join(part for part in parts if isinstance(part, str))


def _tool_calls(raw: Any) -> tuple[list[ToolCall], list[InvalidToolCall]]:
    calls: list[ToolCall] = []
    broken: list[InvalidToolCall] = []
    for call in _listed(raw):
        function = call.get("function")
        if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
            raise AnswerUnreadable("a tool call without a name")
        plain = {"id": call.get("id"), "function": {"name": function["name"], "arguments": function.get("arguments")}}
        try:
            parsed = parse_tool_call(plain)
        except (OutputParserException, TypeError) as error:
            broken.append(make_invalid_tool_call(plain, type(error).__name__))
            continue
        if parsed is not None and isinstance(parsed["args"], dict):
            calls.append(ToolCall(name=parsed["name"], args=parsed["args"], id=parsed["id"], type="tool_call"))
        else:
            broken.append(make_invalid_tool_call(plain, "arguments are no object"))
    return calls, broken


def _piece(call: Mapping[str, Any]) -> Any:
    function = call.get("function")
    function = function if isinstance(function, Mapping) else {}
    return tool_call_chunk(
        name=function.get("name"), args=function.get("arguments"), id=call.get("id"), index=call.get("index")
    )


def _listed(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
