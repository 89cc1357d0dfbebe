"""Effects: the rows that one run leaves behind, written with it in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.draft import Draft
from journey_assistant.domain.job import Job
from journey_assistant.domain.journey_run import RunId
from journey_assistant.domain.moment import CaseId
from journey_assistant.domain.outbox import OutboxMessage
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.errors import InvalidTransition


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as it is stored.

    ``line`` is the JourneyRun's JSON line, ``case`` the JSON it was decided from (all that a replay needs), and
    ``moment_key`` names the moment: two records with one key are the same moment, and only the first stands.
    """

    id: RunId
    moment_key: str
    customer_id: CustomerId
    case_id: CaseId
    now_at: datetime
    route: str
    play: str | None
    line: Mapping[str, Any]
    case: Mapping[str, Any]
    identity: str
    tenant_id: TenantId = DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class OpenHandoff:
    """A customer who waits for a person, until ``done_at``. ``summary`` is the handoff summary as JSON."""

    id: str
    run_id: RunId
    customer_id: CustomerId
    queue: str
    priority: str
    channel: str
    text: str
    summary: Mapping[str, Any]
    created_at: datetime
    done_by: str | None = None
    done_at: datetime | None = None
    tenant_id: TenantId = DEFAULT_TENANT

    @property
    def is_alert(self) -> bool:
        """Nobody wrote to us and nobody waits for an answer: something that a colleague should know."""
        return not self.text

    def done(self, *, by: str, at: datetime) -> OpenHandoff:
        """Somebody has taken care of it. Raises InvalidTransition when that was said before."""
        if self.done_at is not None:
            raise InvalidTransition(f"{self.done_by} has done it already ({self.done_at:%d %b %H:%M} UTC)")
        return replace(self, done_by=by, done_at=at)


@dataclass(frozen=True, slots=True)
class StandingHold:
    """Nothing was done, and until when or until what."""

    id: str
    run_id: RunId
    customer_id: CustomerId
    reason: str
    until: str
    until_at: datetime | None
    created_at: datetime
    tenant_id: TenantId = DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """An effect that a run proposed and nobody has confirmed yet."""

    id: str
    run_id: RunId
    customer_id: CustomerId
    name: str
    arguments: Mapping[str, str]
    why: str
    created_at: datetime
    tenant_id: TenantId = DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class Effects:
    """What follows from one run: rows for people, messages to deliver, and what the timeline learns of it."""

    draft: Draft | None = None
    handoff: OpenHandoff | None = None
    hold: StandingHold | None = None
    actions: tuple[ActionRequest, ...] = ()
    outbox: tuple[OutboxMessage, ...] = ()
    events: tuple[CustomerEvent, ...] = field(default=())
    jobs: tuple[Job, ...] = ()
    released: tuple[str, ...] = ()
    """Ids of holds that stood until now and are decided again by this run."""
