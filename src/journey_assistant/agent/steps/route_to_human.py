"""Route to a human: the right queue, a summary built without a model, and a short truthful word to the customer."""

from __future__ import annotations

from dataclasses import replace

from langgraph.runtime import Runtime

from journey_assistant.agent.state import Parts, RunState
from journey_assistant.agent.summary import summarise
from journey_assistant.domain.outcome import Handoff
from journey_assistant.domain.perceived import Perceived
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.playbook.spoken_time import listener, say_time
from journey_assistant.playbook.working_hours import is_open, opens_at, pick_up_by


async def route_to_human(state: RunState, runtime: Runtime[Parts]) -> RunState:
    """The Handoff; its text is a fixed phrase, so nothing a model wrote can reach the customer this way."""
    gate, decision, perceived = state["gate"], state["decision"], state["perceived"]
    message = perceived.snapshot.message
    code = decision.reasons[0].code if decision.reasons else "no_answer"
    return {
        "outcome": Handoff(
            queue=gate.queue,
            priority=gate.priority,
            summary=summarise(perceived, decision.reasons),
            text=said_to_customer(runtime.context.playbook, perceived, code, gate.queue) if message else "",
            channel=message.channel if message else "internal",
        )
    }


def said_to_customer(playbook: Playbook, perceived: Perceived, code: str, queue: str) -> str:
    """A colleague will answer; outside the queue's hours also from when, and by when at the latest."""
    phrase = playbook.handover_phrase(code, perceived.language)
    hours = playbook.queues.get(queue)
    now = perceived.snapshot.now_at
    if hours is None or is_open(hours, now):
        return phrase
    to = listener(perceived.language, perceived.snapshot.customer.timezone, hours)
    # The deadline names the zone, once for both.
    back = say_time(playbook, opens_at(hours, now), now=now, to=replace(to, own_clock=True))
    by = say_time(playbook, pick_up_by(hours, now), now=now, to=to)
    return f"{phrase} {playbook.phrase('pick_up_time', perceived.language).format(time=back, deadline=by)}"
