"""OutboxMessage: text that is to leave the house, written in the transaction that decided it; and its Delivery."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.draft import Draft, DraftId
from journey_assistant.domain.journey_run import RunId


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One message to deliver. ``key`` is unique: whoever delivers uses it so that nothing goes out twice.

    ``address`` says where to, when the channel and the customer's record do not.
    """

    key: str
    run_id: RunId
    customer_id: CustomerId
    kind: str
    channel: str
    text: str
    due_at: datetime
    subject: str | None = None
    purpose: str = "service"
    draft_id: DraftId | None = None
    draft_version: int | None = None
    conversation_id: str | None = None
    address: str | None = None
    tenant_id: TenantId = DEFAULT_TENANT

    @property
    def sha256(self) -> str:
        """Hash of exactly the words that go out."""
        return sha256_of(self.subject, self.text)


class DeliveryState(StrEnum):
    """``unknown`` may have arrived and is never sent again by itself; ``dead`` was given up. A person sees both."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    UNKNOWN = "unknown"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message so far. ``claimed_by`` holds it until ``claimed_until_at``; ``receipt`` is the id that
    the receiver gave it."""

    key: str
    due_at: datetime
    state: DeliveryState = DeliveryState.QUEUED
    attempts: int = 0
    claimed_by: str | None = None
    claimed_until_at: datetime | None = None
    receipt: str = ""
    error: str = ""
    settled_at: datetime | None = None
    tenant_id: TenantId = DEFAULT_TENANT

    def claim(self, *, by: str, until_at: datetime) -> Delivery:
        """One more attempt begins."""
        return replace(
            self, state=DeliveryState.CLAIMED, attempts=self.attempts + 1, claimed_by=by, claimed_until_at=until_at
        )

    def sent(self, *, receipt: str, at: datetime) -> Delivery:
        """It arrived."""
        return self._settled(DeliveryState.SENT, receipt=receipt, error="", settled_at=at)

    def again(self, *, due_at: datetime, error: str) -> Delivery:
        """It did not arrive, and is tried again."""
        return self._settled(DeliveryState.QUEUED, due_at=due_at, error=error)

    def unknown(self, *, at: datetime, error: str) -> Delivery:
        """It may have arrived: a person decides."""
        return self._settled(DeliveryState.UNKNOWN, settled_at=at, error=error)

    def dead(self, *, at: datetime, error: str) -> Delivery:
        """It will not arrive: a person is told."""
        return self._settled(DeliveryState.DEAD, settled_at=at, error=error)

    def _settled(self, state: DeliveryState, **fields: object) -> Delivery:
        return replace(self, state=state, claimed_by=None, claimed_until_at=None, **fields)  # type: ignore[arg-type]


def sha256_of(subject: str | None, text: str) -> str:
    """Hash of a message's subject and text; no subject and an empty one differ."""
    parts = [b"" if subject is None else b"subject:" + subject.encode("utf-8", "surrogatepass")]
    return hashlib.sha256(b"\0".join([*parts, text.encode("utf-8", "surrogatepass")])).hexdigest()


def message_of_draft(draft: Draft, *, at: datetime) -> OutboxMessage:
    """The message of an approved draft: exactly the bytes of this version."""
    return OutboxMessage(
        key=f"draft:{draft.id}:{draft.version}",
        run_id=draft.run_id,
        customer_id=draft.customer_id,
        kind="draft",
        channel=draft.channel,
        text=draft.text,
        due_at=at,
        subject=draft.subject,
        purpose=draft.purpose,
        draft_id=draft.id,
        draft_version=draft.version,
        tenant_id=draft.tenant_id,
    )
