"""The rows of one tenant in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from journey_assistant.domain.audit import AuditEntry, Deed, Head, chained, erasure_of
from journey_assistant.domain.case_state import CaseState, CaseStateId
from journey_assistant.domain.chat import Attachment, AttachmentId, ChatConversation, Entry
from journey_assistant.domain.colleague import Colleague, ColleagueId
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.draft import Draft, DraftChange, DraftId
from journey_assistant.domain.effects import ActionRequest, Effects, OpenHandoff, RunRecord, StandingHold
from journey_assistant.domain.journey_run import RunId
from journey_assistant.domain.login import ColleagueSession, Credentials
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.outbox import Delivery, DeliveryStep, OutboxMessage
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import EventId
from journey_assistant.errors import PortError

PORT = "store"
OF_CUSTOMER = (
    "delivery_steps",
    "draft_changes",
    "outbox",
    "actions",
    "holds",
    "handoffs",
    "drafts",
    "runs",
    "events",
    "case_states",
)
"""Rows about one customer, each with a ``customer_id``."""


@dataclass
class Lease:
    """Who answers a conversation until when; ``owner`` None when nobody does."""

    owner: str | None
    until_at: datetime
    fence: int


@dataclass
class Rows:
    """Everything of one tenant."""

    customers: dict[CustomerId, dict[str, Any]] = field(default_factory=dict)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: dict[tuple[CustomerId, EventId], CustomerEvent] = field(default_factory=dict)
    runs: dict[RunId, RunRecord] = field(default_factory=dict)
    drafts: dict[DraftId, Draft] = field(default_factory=dict)
    draft_changes: dict[tuple[DraftId, int], DraftChange] = field(default_factory=dict)
    audit: list[AuditEntry] = field(default_factory=list)
    handoffs: dict[str, OpenHandoff] = field(default_factory=dict)
    holds: dict[str, StandingHold] = field(default_factory=dict)
    actions: dict[str, ActionRequest] = field(default_factory=dict)
    outbox: dict[str, OutboxMessage] = field(default_factory=dict)
    colleagues: dict[ColleagueId, Colleague] = field(default_factory=dict)
    credentials: dict[ColleagueId, Credentials] = field(default_factory=dict)
    sessions: dict[str, ColleagueSession] = field(default_factory=dict)
    login_tries: dict[str, list[datetime]] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    delivery_steps: dict[tuple[str, int], DeliveryStep] = field(default_factory=dict)
    conversations: dict[ConversationId, ChatConversation] = field(default_factory=dict)
    leases: dict[ConversationId, Lease] = field(default_factory=dict)
    entries: dict[ConversationId, list[Entry]] = field(default_factory=dict)
    keys: dict[tuple[ConversationId, str], tuple[str, Entry]] = field(default_factory=dict)
    attachments: dict[AttachmentId, tuple[Attachment, bytes]] = field(default_factory=dict)
    case_states: dict[CaseStateId, CaseState] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)

    def add_events(self, events: Iterable[CustomerEvent]) -> None:
        """Keeps those that are new, all or none."""
        for given in [in_utc(given) for given in events]:
            self.events.setdefault((given.customer_id, given.event.id), given)

    def add_effects(self, effects: Effects) -> None:
        """Keeps what follows from a run, its events apart."""
        if effects.draft:
            self.drafts[effects.draft.id] = effects.draft
        if effects.handoff:
            self.handoffs[effects.handoff.id] = effects.handoff
        if effects.hold:
            self.holds[effects.hold.id] = effects.hold
        self.actions.update({action.id: action for action in effects.actions})
        self.outbox.update({message.key: message for message in effects.outbox})
        for hold_id in effects.released:
            self.holds.pop(hold_id, None)

    @property
    def audit_head(self) -> Head | None:
        """The last entry of the audit trail."""
        return Head(self.audit[-1].seq, self.audit[-1].sha256) if self.audit else None

    def note(self, tenant: TenantId, deeds: Iterable[Deed]) -> None:
        """Adds deeds to the audit trail."""
        self.audit.extend(chained(tenant, deeds, self.audit_head))

    def note_erasure(self, tenant: TenantId, customer_id: CustomerId) -> None:
        """Says in the audit trail which of its deeds lose what belongs to them."""
        last = {step.draft_id: step.at for step in self.draft_changes.values() if step.customer_id == customer_id}
        done = {row.id: row.done_at for row in self.handoffs.values() if row.customer_id == customer_id and row.done_at}
        taken = {step.key: step.at for step in self.delivery_steps.values() if step.customer_id == customer_id}
        gone = sorted([*last.items(), *done.items(), *taken.items()])
        self.note(tenant, [erasure_of(subject, at) for subject, at in gone])

    def with_account(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A customer's document with the account that it shares."""
        account = document.get("account")
        shared = isinstance(account, dict) and account.get("id")
        return deepcopy({**document, "account": self.accounts[str(shared)]} if shared else dict(document))

    def forget_conversations(self, customer_id: CustomerId) -> dict[str, int]:
        """Removes a customer's conversations with all that hangs on them; how many rows of each kind."""
        theirs = [id_ for id_, row in self.conversations.items() if row.customer_id == customer_id]
        files = [id_ for id_, (row, _) in self.attachments.items() if row.customer_id == customer_id]
        for id_ in theirs:
            del self.conversations[id_]
            self.leases.pop(id_, None)
        for key in [key for key in self.keys if key[0] in theirs]:
            del self.keys[key]
        return {
            "conversations": len(theirs),
            "entries": sum(len(self.entries.pop(id_, ())) for id_ in theirs),
            "attachments": len([self.attachments.pop(id_) for id_ in files]),
        }


class Tenants:
    """The rows of every tenant."""

    def __init__(self) -> None:
        self._tenants: dict[TenantId, Rows] = {}

    def _of(self, tenant: TenantId) -> Rows:
        return self._tenants.setdefault(tenant, Rows())


def in_utc(given: CustomerEvent) -> CustomerEvent:
    """The event with its time in UTC; PortError for a time without its zone."""
    if given.event.at.tzinfo is None:
        raise PortError("a time without its zone is never stored", port=PORT, retryable=False)
    return replace(given, event=replace(given.event, at=given.event.at.astimezone(UTC)))
