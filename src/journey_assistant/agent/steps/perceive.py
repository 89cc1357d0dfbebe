"""Perceive: one encoder pass over the message, readings of recent texts, signals of the timeline."""

from __future__ import annotations

from langgraph.runtime import Runtime

from journey_assistant.agent.state import Parts, RunState


async def perceive(state: RunState, runtime: Runtime[Parts]) -> RunState:
    """Sentiment, contact reason, needs, signals and stage, each with its evidence."""
    perceived, encoded = runtime.context.perception.read(state["snapshot"], state["conversation"])
    return {"perceived": perceived, "encoded": encoded}
