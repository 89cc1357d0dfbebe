"""Screen: the input guardrails look at the message and at outside text that came with it."""

from __future__ import annotations

from langgraph.runtime import Runtime

from journey_assistant.agent.checking import inbound_context
from journey_assistant.agent.state import Parts, RunState
from journey_assistant.domain.guardrail import Verdict
from journey_assistant.guardrails.check import inbound_check


async def screen(state: RunState, runtime: Runtime[Parts]) -> RunState:
    """Findings on the message. They never make the gate more permissive: a refusal is all they can cause."""
    message = state["perceived"].snapshot.message
    if message is None:
        return {"screened": Verdict()}
    verdict = inbound_check(message.text, "chat", inbound_context(state["perceived"], runtime.context))
    return {"screened": verdict, "findings": verdict.findings}
