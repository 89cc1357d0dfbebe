"""Draft a message: from the play's template and the customer's facts, or an answer that a colleague confirms."""

from __future__ import annotations

from langgraph.runtime import Runtime

from journey_assistant.agent.drafts import play_draft
from journey_assistant.agent.state import Parts, RunState
from journey_assistant.agent.wording import worded
from journey_assistant.domain.outcome import DraftMessage


async def draft_message(state: RunState, runtime: Runtime[Parts]) -> RunState:
    """The Draft, with the ids of the facts it rests on. It waits for its reviewer; nothing is sent."""
    material, parts = state.get("material"), runtime.context
    if material is None:
        return {"outcome": answer_draft(state, parts)}
    found = [p for r in state["retrievals"] for p in r.passages if not p.stale and not p.other_plan]
    best = found[0] if found else None
    return {"outcome": play_draft(state["perceived"], material, best, parts.playbook, parts.prompts)}


def answer_draft(state: RunState, parts: Parts) -> DraftMessage:
    """An answer as a draft for the owning queue: autonomy says that a colleague confirms it first."""
    perceived = state["perceived"]
    message = perceived.snapshot.message
    text, citations = worded(state, state["answer"], parts.playbook)
    return DraftMessage(
        text=text,
        channel=message.channel if message else "email",
        purpose="service",
        citations=citations,
        facts=state["answer"].evidence,
        reviewer=parts.playbook.queue_for("by_contact_reason", perceived.contact_reason.label),
    )
