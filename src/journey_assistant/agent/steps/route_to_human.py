"""Route to a human: the right queue, a summary built without a model, and a short truthful word to the customer."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from langgraph.runtime import Runtime

from journey_assistant.agent.state import Parts, RunState
from journey_assistant.agent.summary import summarise
from journey_assistant.domain.customer import Customer
from journey_assistant.domain.outcome import Handoff
from journey_assistant.domain.perceived import Perceived
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.playbook.schema import Queue
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
    zone = _zone(perceived.snapshot.customer, hours)
    times = {"time": _local(opens_at(hours, now), zone), "deadline": _local(pick_up_by(hours, now), zone)}
    return f"{phrase} {playbook.phrase('pick_up_time', perceived.language).format(**times)}"


def _zone(customer: Customer, hours: Queue) -> ZoneInfo:
    """The customer's own zone; the queue's where theirs is unknown."""
    try:
        return ZoneInfo(customer.timezone or hours.zone)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(hours.zone)


def _local(at: datetime, zone: ZoneInfo) -> str:
    """Date, time and zone in figures, the same in every language."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"
