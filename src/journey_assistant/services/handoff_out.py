"""Handoff out: what a team's own help desk is told of a handoff, as outbox rows of the same transaction.

The webhook's body and the e-mail are documented in ``docs/handoff.md``; ``VERSION`` grows when a field changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from journey_assistant.domain.chat import ChatConversation
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.domain.outbox import OutboxMessage
from journey_assistant.domain.outcome import Handoff
from journey_assistant.domain.ownership import Ownership
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.playbook.spoken_time import listener, say_time
from journey_assistant.services.notices import PRIORITIES
from journey_assistant.services.record import outcome_line, plain

WEBHOOK, EMAIL, SLACK = "webhook", "email", "slack"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Times:
    """When, as a colleague reads it: ``pick_up_by`` on the queue's clock, ``promised`` on the customer's."""

    pick_up_by: str = ""
    promised: str = ""


def times_of(playbook: Playbook, ownership: Ownership, timezone: object, now: datetime) -> Times:
    """The deadline and the promise in words, each with the zone it is said in."""
    queue = playbook.queues.get(ownership.queue or "")

    def said(at: datetime | None, zone: object) -> str:
        to = replace(listener("en", zone, queue), own_clock=False)
        return say_time(playbook, at, now=now, to=to) if at else ""

    return Times(said(ownership.pickup_by_at, None), said(ownership.promised_at, timezone))


@dataclass(frozen=True)
class HandoffOut:
    """Where handoffs go beside the inbox: a webhook, an address, both or neither. ``base_url`` is the inbox's.

    ``to_slack``: of those with a high priority a channel is told that somebody waits, and where.
    """

    to_webhook: bool = False
    email: str | None = None
    base_url: str = ""
    to_slack: bool = False

    def rows(
        self, run: JourneyRun, outcome: Handoff, conversation: ChatConversation, times: Times
    ) -> tuple[OutboxMessage, ...]:
        """The messages of one handoff, each with a key of its own."""
        told = payload_of(run, outcome, conversation, times, base_url=self.base_url)
        rows = []
        if self.to_webhook:
            body = json.dumps(told, ensure_ascii=False, sort_keys=True)
            rows.append(self._row(run, conversation, "handoff_webhook", WEBHOOK, body))
        if self.email:
            subject = f"[{outcome.priority}] {outcome.queue}: {_one_line(told['summary']['goal'])}"[:150]
            row = self._row(run, conversation, "handoff_email", EMAIL, _as_text(told), subject, self.email)
            rows.append(row)
        if self.to_slack and outcome.priority in PRIORITIES:
            subject = f"[{outcome.priority}] a customer waits in {outcome.queue}"
            rows.append(self._row(run, conversation, "handoff_slack", SLACK, _where(told), subject))
        return tuple(rows)

    @staticmethod
    def _row(
        run: JourneyRun,
        conversation: ChatConversation,
        kind: str,
        channel: str,
        text: str,
        subject: str | None = None,
        address: str | None = None,
    ) -> OutboxMessage:
        return OutboxMessage(
            key=f"{kind}:{run.id}",
            run_id=run.id,
            customer_id=run.customer_id,
            kind=kind,
            channel=channel,
            text=text,
            due_at=run.now_at,
            subject=subject,
            conversation_id=conversation.id,
            address=address,
            tenant_id=run.tenant_id,
        )


def payload_of(
    run: JourneyRun, outcome: Handoff, conversation: ChatConversation, times: Times, *, base_url: str
) -> Mapping[str, Any]:
    """What the other side gets: who waits, in which queue, until when, why, and the summary."""
    ownership = conversation.ownership
    payload: Mapping[str, Any] = plain(
        {
            "version": VERSION,
            "event": "handoff",
            "id": f"handoff:{run.id}",
            "at": run.now_at,
            "conversation": {
                "id": conversation.id,
                "channel": conversation.channel,
                "url": f"{base_url.rstrip('/')}/inbox/{conversation.id}" if base_url else None,
            },
            "customer_id": run.customer_id,
            "queue": outcome.queue,
            "priority": outcome.priority,
            "pick_up_by": _iso(ownership.pickup_by_at),
            "promised_at": _iso(ownership.promised_at),
            "in_words": {"pick_up_by": times.pick_up_by, "promised": times.promised},
            "reasons": [{"code": reason.code, "why": reason.why} for reason in run.reasons],
            "summary": outcome_line(outcome)["summary"],
        }
    )
    return payload


def _where(told: Mapping[str, Any]) -> str:
    """When and where, and nothing that the customer said."""
    return (
        f"Pick up by: {told['pick_up_by'] or 'as soon as you can'}\n\n"
        f"Open it: {told['conversation']['url'] or told['conversation']['id']}"
    )


def _as_text(told: Mapping[str, Any]) -> str:
    """The same for people, as plain text."""
    summary = told["summary"]
    lines = [
        f"A customer waits for a person in the queue {told['queue']} (priority {told['priority']}).",
        f"Pick up by: {told['in_words']['pick_up_by'] or 'as soon as you can'}",
        f"Promised to the customer: {told['in_words']['promised'] or 'no time'}",
        f"Open it: {told['conversation']['url'] or told['conversation']['id']}",
        "",
        f"Goal: {summary['goal']}",
        f"Why you: {summary['why_you']}",
        f"Next step: {summary['next_step']}",
        f"Mood: {summary['sentiment']}",
    ]
    for title in ("facts", "tried", "promised"):
        if summary[title]:
            lines += ["", f"{title.capitalize()}:", *(f"- {entry['text']}" for entry in summary[title])]
    return "\n".join(lines) + "\n"


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _one_line(text: str) -> str:
    return " ".join(text.split())
