"""Runs the compiled graph over one snapshot; what LangGraph raises ends here as a PortError."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import cast

from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphRecursionError, NodeTimeoutError
from langgraph.graph.state import CompiledStateGraph

from journey_assistant.agent.state import Parts, RunState
from journey_assistant.agent.timing import HEARD_BY, Progress
from journey_assistant.domain.moment import Snapshot
from journey_assistant.errors import PortError

_LOG = logging.getLogger(__name__)
Graph = CompiledStateGraph[RunState, Parts, RunState, RunState]
MOST_STEPS = 25
"""Supersteps of one run: eleven steps, one repair, and room for the tool loop."""


@dataclass(frozen=True)
class Unfinished(Exception):
    """A run that could not finish, with the state it had reached."""

    state: RunState
    cause: PortError


async def run_graph(
    graph: Graph,
    parts: Parts,
    snapshot: Snapshot,
    progress: Progress | None = None,
) -> RunState:
    """The final state. ``progress`` hears the names of steps, never customer text. Raises Unfinished."""
    state: RunState = {"snapshot": snapshot, "findings": (), "elapsed_ms": {}}
    heard = HEARD_BY.set(progress)
    try:
        async for values in graph.astream(
            state, RunnableConfig(recursion_limit=MOST_STEPS), context=parts, stream_mode="values"
        ):
            state = cast(RunState, values)
    except PortError as error:
        raise Unfinished(state, error) from error
    except (NodeTimeoutError, GraphRecursionError) as error:
        raise Unfinished(state, PortError(str(error), port="graph", retryable=True)) from error
    except Exception as error:  # our own mistake in a step: whoever waits for an answer still gets a person
        _LOG.exception("a step of the graph failed")
        what = f"{type(error).__name__} in a step"
        raise Unfinished(state, PortError(what, port="graph", retryable=False)) from error
    finally:
        HEARD_BY.reset(heard)
    return state
