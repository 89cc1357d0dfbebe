"""Perceive: one encoder pass over the message, readings of recent texts, signals of the timeline."""

from __future__ import annotations

from dataclasses import replace

from langgraph.runtime import Runtime

from journey_assistant.agent.state import Parts, RunState


async def perceive(state: RunState, runtime: Runtime[Parts]) -> RunState:
    """Sentiment, contact reason, needs, signals, stage and the issue that goes on, each with its evidence."""
    parts, snapshot = runtime.context, state["snapshot"]
    perceived, encoded = parts.perception.read(snapshot, state["conversation"])
    if snapshot.message is not None:
        reason = perceived.contact_reason.label
        issue = parts.playbook.issue_for(snapshot.case_states, reason, snapshot.now_at)
        perceived = replace(perceived, issue=issue)
    return {"perceived": perceived, "encoded": encoded}
