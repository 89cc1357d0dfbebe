"""Commit: a run and everything that follows from it, written in one transaction (law 1)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any, Protocol, assert_never

from journey_assistant.domain.draft import Draft, DraftId
from journey_assistant.domain.effects import ActionRequest, Effects, OpenHandoff, RunRecord, StandingHold
from journey_assistant.domain.journey_run import JourneyRun, Versions
from journey_assistant.domain.moment import Message
from journey_assistant.domain.outbox import OutboxMessage
from journey_assistant.domain.outcome import DraftMessage, Handoff, Hold, Reply
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.ports.store import Store
from journey_assistant.services.read_case import Case
from journey_assistant.services.record import identity, outcome_line, run_line

AFTERWARDS = timedelta(milliseconds=1)
"""What a run leaves on the timeline stands just behind the moment, so that it is later than what caused it."""


class Deciding(Protocol):
    """Whoever decides moments: the graph, or a recorded run of it."""

    @property
    def versions(self) -> Versions:
        """Versions of everything that can change a decision."""
        ...

    async def decide(self, case: Case) -> JourneyRun:
        """One moment, one run. Pure."""
        ...


async def commit(
    store: Store, run: JourneyRun, case: Case, *, moment_key: str | None = None, of_stored_customer: bool = False
) -> RunRecord:
    """Stores the run with its effects, or finds the one of the same moment; returns the record that stands.

    ``moment_key`` names the moment, the run's own id by default. Raises NotFound when ``of_stored_customer`` is
    asked for and the customer was erased meanwhile, PortError when the store fails: then nothing happened.
    """
    record = record_of(run, case, moment_key or run.id)
    return await store.commit_run(run.tenant_id, record, effects_of(run, case), of_stored_customer=of_stored_customer)


def record_of(run: JourneyRun, case: Case, moment_key: str) -> RunRecord:
    """The run as it is stored, with the case that it can be replayed from."""
    line = run_line(run)
    return RunRecord(
        id=run.id,
        moment_key=moment_key,
        customer_id=run.customer_id,
        case_id=run.case_id,
        now_at=run.now_at,
        route=run.route.value,
        play=run.play,
        line=line,
        case=case.raw,
        identity=fingerprint(line),
        tenant_id=run.tenant_id,
    )


def fingerprint(line: Mapping[str, Any]) -> str:
    """Hash of a line's identity: tells whether a stored line was changed."""
    return hashlib.sha256(identity(line).encode("utf-8", "surrogatepass")).hexdigest()


def effects_of(run: JourneyRun, case: Case) -> Effects:
    """The rows that follow from a run's outcome and proposed actions."""
    outcome, message = run.outcome, case.snapshot.message
    match outcome:
        case Reply():
            effects = _said(run, message, outcome.text, outcome.channel, kind="reply")
        case Handoff():
            effects = replace(_handed_over(run, message, outcome), handoff=_handoff(run, outcome))
        case DraftMessage():
            created = _event(run, "draft_created", play=run.play or "", channel=outcome.channel)
            effects = Effects(draft=_draft(run, outcome), events=(created,))
        case Hold():
            effects = Effects(hold=_hold(run, outcome))
        case _:
            assert_never(outcome)
    return replace(effects, actions=_actions(run))


def _handed_over(run: JourneyRun, message: Message | None, outcome: Handoff) -> Effects:
    """Somebody who wrote to us hears who will answer; an alert is known from then on as raised."""
    if message is None:
        return Effects(events=(_event(run, "alert_raised", code=run.reasons[0].code, queue=outcome.queue),))
    return _said(run, message, outcome.text, outcome.channel, kind="handoff") if outcome.text else Effects()


def _said(run: JourneyRun, message: Message | None, text: str, channel: str, *, kind: str) -> Effects:
    conversation = message.conversation_id if message else None
    said = _event(
        run, "chat_message", conversation_id=conversation or "", author="assistant", text=text, channel=channel
    )
    row = OutboxMessage(
        key=f"{kind}:{run.id}",
        run_id=run.id,
        customer_id=run.customer_id,
        kind=kind,
        channel=channel,
        text=text,
        due_at=run.now_at,
        conversation_id=conversation,
        tenant_id=run.tenant_id,
    )
    return Effects(outbox=(row,), events=(said,))


def _event(run: JourneyRun, type_: str, **properties: str) -> CustomerEvent:
    at = run.now_at + AFTERWARDS
    known = {**properties, "run_id": run.id}
    return CustomerEvent(run.customer_id, Event(EventId(f"{type_}:{run.id}"), type_, at, properties=known))


def _draft(run: JourneyRun, outcome: DraftMessage) -> Draft:
    return Draft(
        id=DraftId(run.id.replace("run_", "draft_", 1)),
        run_id=run.id,
        customer_id=run.customer_id,
        channel=outcome.channel,
        purpose=outcome.purpose,
        text=outcome.text,
        created_at=run.now_at,
        subject=outcome.subject,
        play=run.play,
        reviewer=outcome.reviewer,
        facts=outcome.facts,
        tenant_id=run.tenant_id,
    )


def _handoff(run: JourneyRun, outcome: Handoff) -> OpenHandoff:
    return OpenHandoff(
        id=run.id.replace("run_", "handoff_", 1),
        run_id=run.id,
        customer_id=run.customer_id,
        queue=outcome.queue,
        priority=outcome.priority.value,
        channel=outcome.channel,
        text=outcome.text,
        summary=outcome_line(outcome)["summary"],
        created_at=run.now_at,
        tenant_id=run.tenant_id,
    )


def _hold(run: JourneyRun, outcome: Hold) -> StandingHold:
    return StandingHold(
        id=run.id.replace("run_", "hold_", 1),
        run_id=run.id,
        customer_id=run.customer_id,
        reason=outcome.reason,
        until=outcome.until,
        until_at=outcome.until_at,
        created_at=run.now_at,
        tenant_id=run.tenant_id,
    )


def _actions(run: JourneyRun) -> tuple[ActionRequest, ...]:
    return tuple(
        ActionRequest(
            id=f"{run.id.replace('run_', 'action_', 1)}:{number}",
            run_id=run.id,
            customer_id=run.customer_id,
            created_at=run.now_at,
            tenant_id=run.tenant_id,
            **asdict(action),
        )
        for number, action in enumerate(run.proposed_actions, 1)
    )
