"""A run that goes to a person without the graph: somebody pressed the button, or a part was down. Needs no model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from journey_assistant.agent.summary import summarise
from journey_assistant.domain.case_state import case_of
from journey_assistant.domain.conversation import conversation_of
from journey_assistant.domain.decision import Reason, RejectedCandidate, Route
from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.journey_run import JourneyRun, Versions
from journey_assistant.domain.outcome import Handoff
from journey_assistant.domain.perceived import Perceived
from journey_assistant.services.read_case import Case
from journey_assistant.services.record import run_id


def run_to_person(
    case: Case,
    versions: Versions,
    reason: Reason,
    *,
    text: str,
    queue: str,
    priority: Priority = Priority.NORMAL,
    perceived: Perceived | None = None,
    degraded: tuple[str, ...] = (),
    elapsed_ms: Mapping[str, Any] | None = None,
) -> JourneyRun:
    """The record of a moment that a person gets, with what was known of it; ``text`` is what the customer hears."""
    snapshot = case.snapshot
    issue = case_of(snapshot.case_states, "", snapshot.now_at)
    known = perceived or Perceived(snapshot, conversation=conversation_of(snapshot), issue=issue)
    message = snapshot.message
    return JourneyRun(
        id=run_id(case.raw, versions),
        case_id=snapshot.case_id,
        customer_id=snapshot.customer.id,
        now_at=snapshot.now_at,
        route=Route.ROUTE_TO_HUMAN,
        reasons=(reason,),
        rejected=(RejectedCandidate(reason.code, route=Route.SELF_RESOLVE),),
        sentiment=known.sentiment,
        contact_reason=known.contact_reason,
        signals=known.signals,
        outcome=Handoff(
            queue=queue,
            priority=priority,
            summary=summarise(known, (reason,)),
            text=text if message else "",
            channel=message.channel if message else "internal",
        ),
        versions=versions,
        degraded=degraded,
        elapsed_ms=dict(elapsed_ms or {}),
        tenant_id=snapshot.tenant_id,
    )
