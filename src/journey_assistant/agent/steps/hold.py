"""Hold: nothing now, and until when or until what."""

from __future__ import annotations

from langgraph.runtime import Runtime

from journey_assistant.agent.state import Parts, RunState
from journey_assistant.domain.outcome import Hold


async def hold(state: RunState, runtime: Runtime[Parts]) -> RunState:
    """The Hold with the reason of the highest-ranked candidate and its release condition."""
    gate, decision = state["gate"], state["decision"]
    reason = decision.reasons[0].code if decision.reasons else "nothing_due"
    return {"outcome": Hold(reason=reason, until=gate.until or "the next event", until_at=gate.until_at)}
