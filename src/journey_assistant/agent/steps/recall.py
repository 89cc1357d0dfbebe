"""Recall: what stands in the record before anything is read from it."""

from __future__ import annotations

from langgraph.runtime import Runtime

from journey_assistant.agent.state import Parts, RunState
from journey_assistant.domain.conversation import conversation_of


async def recall(state: RunState, runtime: Runtime[Parts]) -> RunState:
    """The conversation that the moment belongs to, and who owns it."""
    return {"conversation": conversation_of(state["snapshot"])}
