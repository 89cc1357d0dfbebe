"""Decide: choose among the allowed routes. A model if there is one; else the record, the quotes found, how sure."""

from __future__ import annotations

from langgraph.runtime import Runtime

from journey_assistant.agent.decisions import extractive
from journey_assistant.agent.model_turn import by_model
from journey_assistant.agent.state import Parts, RunState
from journey_assistant.domain.decision import Decision, Route


async def decide(state: RunState, runtime: Runtime[Parts]) -> RunState:
    """One decision with its reasons, and for an answer what it will say."""
    gate, parts = state["gate"], runtime.context
    if gate.play is not None:
        return {"decision": Decision(Route.DRAFT_MESSAGE, gate.reasons, rejected=gate.rejected, play=gate.play)}
    return extractive(state, parts) if parts.model is None else await by_model(state, parts)
