"""Perceive: one encoder pass over the message, readings of recent texts, signals of the timeline."""

from __future__ import annotations

from dataclasses import replace

from langgraph.runtime import Runtime

from journey_assistant.agent.state import Parts, RunState
from journey_assistant.domain.moment import Snapshot


async def perceive(state: RunState, runtime: Runtime[Parts]) -> RunState:
    """Sentiment, contact reason, needs, signals, stage and the issue that goes on, each with its evidence."""
    parts, snapshot = runtime.context, state["snapshot"]
    perceived, encoded = parts.perception.read(_legible(snapshot, parts), state["conversation"])
    perceived = replace(perceived, snapshot=snapshot)
    if snapshot.message is not None:
        reason = perceived.contact_reason.label
        issue = parts.playbook.issue_for(snapshot.case_states, reason, snapshot.now_at)
        perceived = replace(perceived, issue=issue)
    return {"perceived": perceived, "encoded": encoded}


def _legible(snapshot: Snapshot, parts: Parts) -> Snapshot:
    """As it was meant: slips of the finger mended, letter for letter, for who reads it; the record keeps the words."""
    message = snapshot.message
    if message is None:
        return snapshot
    text = parts.spelled(message.text)
    return snapshot if text == message.text else replace(snapshot, moment=replace(message, text=text))
