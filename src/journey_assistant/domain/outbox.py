"""OutboxMessage: text that is to reach a customer, written in the transaction that decided it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.draft import Draft, DraftId
from journey_assistant.domain.journey_run import RunId


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One message to deliver. ``key`` is unique: whoever delivers uses it so that nothing goes out twice."""

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
    tenant_id: TenantId = DEFAULT_TENANT

    @property
    def sha256(self) -> str:
        """Hash of exactly the words that go out."""
        return sha256_of(self.subject, self.text)


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
