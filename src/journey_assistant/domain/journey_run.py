"""JourneyRun: one pass, with what was seen, derived, decided, checked and done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.decision import Reason, RejectedCandidate, Route
from journey_assistant.domain.guardrail import Finding
from journey_assistant.domain.moment import CaseId
from journey_assistant.domain.outcome import Outcome, ProposedAction, ToolCall
from journey_assistant.domain.sentiment import ContactReason, Sentiment
from journey_assistant.domain.signals import Signal

RunId = NewType("RunId", str)


@dataclass(frozen=True, slots=True)
class Versions:
    """Hashes and names of everything that can change a decision."""

    playbook: str
    prompts: str
    encoder: str
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Shadow:
    """What would have been done where the assistant is only watched so far."""

    route: Route
    reasons: tuple[Reason, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class JourneyRun:
    """The record of one moment.

    ``id`` is a hash of moment, snapshot and versions; ``elapsed_ms`` is not part of identity. ``cause`` names what made
    a play or alert due; it follows from the snapshot and is not part of the line.
    """

    id: RunId
    case_id: CaseId
    customer_id: CustomerId
    now_at: datetime
    route: Route
    reasons: tuple[Reason, ...]
    rejected: tuple[RejectedCandidate, ...]
    sentiment: Sentiment
    contact_reason: ContactReason
    signals: tuple[Signal, ...]
    outcome: Outcome
    versions: Versions
    lifecycle_stage: str = ""
    confidence: float = 1.0
    findings: tuple[Finding, ...] = ()
    play: str | None = None
    shadow: Shadow | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    proposed_actions: tuple[ProposedAction, ...] = ()
    degraded: tuple[str, ...] = ()
    model_calls: int = 0
    tokens: int = 0
    cost_usd: float = 0.0
    elapsed_ms: Mapping[str, float] = field(default_factory=dict)
    cause: str = ""
    tenant_id: TenantId = DEFAULT_TENANT
