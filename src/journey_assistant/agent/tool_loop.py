"""The tool loop: model, tools, model, and so on, a bounded number of times. A subgraph without effects."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal, TypedDict

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.messages.tool import ToolCall
from langchain_core.tools import BaseTool
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

MOST_CALLS = 4
"""Model calls of a turn with tools (design, section 3)."""
MOST_READS = 6
"""Tools run for one message of the model; more are not read."""


class LoopState(TypedDict):
    """The exchange so far."""

    messages: Annotated[list[BaseMessage], operator.add]


@dataclass(frozen=True)
class LoopParts:
    """The model and what it may call; ``calls`` is how often it may be asked."""

    model: BaseChatModel
    tools: Sequence[BaseTool]
    calls: int = MOST_CALLS


async def model(state: LoopState, runtime: Runtime[LoopParts]) -> LoopState:
    """Ask the model, with its tools in hand."""
    parts = runtime.context
    answer = await parts.model.bind_tools(list(parts.tools)).ainvoke(state["messages"])
    return {"messages": [answer]}


async def tools(state: LoopState, runtime: Runtime[LoopParts]) -> LoopState:
    """Run what the model called. A wrong call is answered in words, so that the model can go on."""
    asked = state["messages"][-1]
    assert isinstance(asked, AIMessage)
    known = {tool.name: tool for tool in runtime.context.tools}
    told = [
        ToolMessage(
            _read(known, call) if n < MOST_READS else "Not read: too many calls at once.", tool_call_id=_id(call)
        )
        for n, call in enumerate(asked.tool_calls)
    ]
    told += [
        ToolMessage("Not read: the arguments are no JSON object.", tool_call_id=call.get("id") or "")
        for call in asked.invalid_tool_calls
    ]
    return {"messages": list(told)}


def _read(known: dict[str, BaseTool], call: ToolCall) -> str:
    tool = known.get(call["name"])
    if tool is None:
        return f"There is no such tool. Known: {', '.join(known)}."
    if call["args"]:
        return "Not read: tools take no arguments, they read the record of this conversation's customer."
    return str(tool.invoke({}))


def _id(call: ToolCall) -> str:
    return call["id"] or ""


@cache
def tool_loop() -> CompiledStateGraph[LoopState, LoopParts, LoopState, LoopState]:
    """The compiled loop: give it messages and LoopParts, take the messages with the last answer at their end."""
    graph = StateGraph(LoopState, context_schema=LoopParts)
    graph.add_node("model", model)
    graph.add_node("tools", tools)
    graph.add_edge(START, "model")
    graph.add_conditional_edges("model", _next, {"tools": "tools", "end": END})
    graph.add_edge("tools", "model")
    return graph.compile(name="tool_loop")


def _next(state: LoopState, runtime: Runtime[LoopParts]) -> Literal["tools", "end"]:
    answers = [message for message in state["messages"] if isinstance(message, AIMessage)]
    calls_more = bool(answers[-1].tool_calls or answers[-1].invalid_tool_calls)
    return "tools" if calls_more and len(answers) < runtime.context.calls else "end"
