"""Self-resolve: the Reply. Quotes and sentences of the record keep their citations; the rest is fixed phrases."""

from __future__ import annotations

from langgraph.runtime import Runtime

from journey_assistant.agent.preference import preference_question
from journey_assistant.agent.state import Parts, RunState
from journey_assistant.agent.wording import worded
from journey_assistant.domain.outcome import Reply


async def self_resolve(state: RunState, runtime: Runtime[Parts]) -> RunState:
    """What the customer will read, with the passages it rests on."""
    perceived, answer = state["perceived"], state["answer"]
    message = perceived.snapshot.message
    text, citations = worded(state, answer, runtime.context.playbook)
    asked = preference_question(state, runtime.context.playbook, text)
    reply = Reply(
        text=f"{text}\n\n{asked.phrase}" if asked else text,
        channel=message.channel if message else "chat",
        citations=citations,
        reason=state["decision"].reasons[0].code,
        is_question=answer.kind == "question",
        asks_for=asked.field if asked else None,
    )
    return {"outcome": reply}
