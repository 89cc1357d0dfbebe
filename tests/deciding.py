"""Deciders for tests of what happens after a decision: they answer what they were told, whatever the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from journey_assistant.domain.decision import Reason, Route
from journey_assistant.domain.handoff import HandoffSummary, Priority
from journey_assistant.domain.journey_run import JourneyRun, Versions
from journey_assistant.domain.outcome import DraftMessage, Handoff, Hold, Outcome, ProposedAction, Reply
from journey_assistant.domain.sentiment import NEUTRAL, NO_REASON
from journey_assistant.services.read_case import Case
from journey_assistant.services.record import run_id
from records import NOON

VERSIONS = Versions("playbook-1", "prompts-1", "encoder-1")
REPLY = Reply("Team includes SSO.")
DRAFT = DraftMessage("Hello Ana, the guide.", "email", "marketing", subject="A guide", facts=("e1",), reviewer="dana")
HANDOFF = Handoff("billing", Priority.HIGH, HandoffSummary(goal="a refund"), text="A colleague will answer.")
ALERT = Handoff("success", Priority.HIGH, HandoffSummary(goal="frustrated"), channel="internal")
HOLD = Hold("quiet_hours", "08:00 local time", NOON + timedelta(hours=8))
ROUTES = {Reply: Route.SELF_RESOLVE, DraftMessage: Route.DRAFT_MESSAGE, Handoff: Route.ROUTE_TO_HUMAN, Hold: Route.HOLD}


@dataclass
class Fixed:
    """Decides every moment the same way, and remembers the cases it saw."""

    outcome: Outcome = REPLY
    versions: Versions = VERSIONS
    play: str | None = None
    actions: tuple[ProposedAction, ...] = ()
    seen: list[Case] = field(default_factory=list)

    async def decide(self, case: Case, *, progress: Callable[[str], None] | None = None) -> JourneyRun:
        self.seen.append(case)
        return run_of(case, self.outcome, versions=self.versions, play=self.play, proposed_actions=self.actions)


def run_of(case: Case, outcome: Outcome, **fields: Any) -> JourneyRun:
    """A run of a case with everything that a test does not care about filled in."""
    run = JourneyRun(
        id=run_id(case.raw, fields.get("versions", VERSIONS)),
        case_id=case.snapshot.case_id,
        customer_id=case.snapshot.customer.id,
        now_at=case.snapshot.now_at,
        route=ROUTES[type(outcome)],
        reasons=(Reason("frustrated_prospect", "a ticket is open", ("e1",)),),
        rejected=(),
        sentiment=NEUTRAL,
        contact_reason=NO_REASON,
        signals=(),
        outcome=outcome,
        versions=VERSIONS,
        elapsed_ms={"gate": 0.25},
        tenant_id=case.snapshot.tenant_id,
    )
    return replace(run, **fields)


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by
