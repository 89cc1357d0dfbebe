"""Route to a human: the right queue, a summary built without a model, and a short truthful word to the customer."""

from __future__ import annotations

from langgraph.runtime import Runtime

from journey_assistant.agent.state import Parts, RunState
from journey_assistant.agent.summary import summarise
from journey_assistant.domain.outcome import Handoff


async def route_to_human(state: RunState, runtime: Runtime[Parts]) -> RunState:
    """The Handoff; its text is a fixed phrase, so nothing a model wrote can reach the customer this way."""
    gate, decision, perceived = state["gate"], state["decision"], state["perceived"]
    message = perceived.snapshot.message
    code = decision.reasons[0].code if decision.reasons else "no_answer"
    phrase = runtime.context.playbook.handover_phrase(code, perceived.language) if message else ""
    return {
        "outcome": Handoff(
            queue=gate.queue,
            priority=gate.priority,
            summary=summarise(perceived, decision.reasons),
            text=phrase,
            channel=message.channel if message else "internal",
        )
    }
