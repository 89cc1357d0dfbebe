"""The graph of one moment. This file wires; what happens stands in ``steps``."""

from __future__ import annotations

from typing import Literal

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import RetryPolicy

from journey_assistant.agent.state import Parts, RunState
from journey_assistant.agent.steps.check import check
from journey_assistant.agent.steps.decide import decide
from journey_assistant.agent.steps.draft_message import draft_message
from journey_assistant.agent.steps.gate import gate
from journey_assistant.agent.steps.hold import hold
from journey_assistant.agent.steps.perceive import perceive
from journey_assistant.agent.steps.recall import recall
from journey_assistant.agent.steps.retrieve import retrieve
from journey_assistant.agent.steps.route_to_human import route_to_human
from journey_assistant.agent.steps.screen import screen
from journey_assistant.agent.steps.self_resolve import self_resolve
from journey_assistant.agent.timing import timed
from journey_assistant.errors import PortError

LOCAL_SECONDS = 10
"""Limit of the step that asks the index. The other steps wait for nothing: no time-out could end them."""
MODEL_SECONDS = 60
"""Limit of the step that may call a model; its turn has a limit of its own below this (45 s), and ends in order."""

Writer = Literal["self_resolve", "draft_message", "route_to_human", "hold"]
AFTER_GATE = ("retrieve", "self_resolve", "draft_message", "route_to_human", "hold")
AFTER_CHECK = ("decide", "route_to_human", "hold", END)


def build_graph() -> CompiledStateGraph[RunState, Parts, RunState, RunState]:
    """The compiled graph: give it ``{"snapshot": …}`` and ``context=Parts``, take ``outcome``."""
    graph = StateGraph(RunState, context_schema=Parts)
    once_more = RetryPolicy(max_attempts=2, initial_interval=0.05, retry_on=_may_work_later)
    for step in (recall, perceive, screen, self_resolve, draft_message, route_to_human, hold):
        graph.add_node(step.__name__, timed(step))
    graph.add_node("gate", timed(gate), destinations=AFTER_GATE)
    graph.add_node("retrieve", timed(retrieve), timeout=LOCAL_SECONDS, retry_policy=once_more)
    graph.add_node("decide", timed(decide), timeout=MODEL_SECONDS)
    graph.add_node("check", timed(check), destinations=AFTER_CHECK)
    graph.add_edge(START, "recall")
    graph.add_edge("recall", "perceive")
    graph.add_edge("perceive", "screen")
    graph.add_edge("screen", "gate")
    graph.add_edge("retrieve", "decide")
    graph.add_conditional_edges("decide", chosen_route)
    graph.add_edge("self_resolve", "check")
    graph.add_edge("draft_message", "check")
    graph.add_edge("route_to_human", END)
    graph.add_edge("hold", END)
    return graph.compile(name="journey")


async def chosen_route(state: RunState) -> Writer:
    """The step that writes what was decided. A plain function would be run on another thread."""
    return state["decision"].route.value


def _may_work_later(error: Exception) -> bool:
    return isinstance(error, PortError) and error.retryable
