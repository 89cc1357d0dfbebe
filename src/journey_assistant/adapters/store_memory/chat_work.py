"""What works on conversations in memory: leases, scans, files, tokens, visitors who are known now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from journey_assistant.adapters.store_memory.chat import taken
from journey_assistant.adapters.store_memory.rows import OF_CUSTOMER, Rows, Tenants
from journey_assistant.domain.chat import Attachment, AttachmentId, ChatConversation
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.errors import NotFound
from journey_assistant.ports.chat import LeaseWish


class MemoryChatWork(Tenants):
    """Answers the rest of ChatStore."""

    async def unanswered(self, tenant: TenantId, now: datetime, *, limit: int = 50) -> list[ChatConversation]:
        """Those that the assistant owes an answer and nobody is answering now."""
        kept = self._of(tenant)
        held = {id_ for id_, lease in kept.leases.items() if lease.owner is not None and lease.until_at > now}
        found = [row for row in kept.conversations.values() if row.is_unanswered and row.id not in held]
        return sorted(found, key=lambda row: (row.updated_at, row.id))[:limit]

    async def overdue(self, tenant: TenantId, now: datetime, *, limit: int = 50) -> list[ChatConversation]:
        """Those whose deadline has passed, to be picked up or to be answered by the person who has them."""
        due = [
            (row.ownership.pickup_by_at, row.id, row)
            for row in self._of(tenant).conversations.values()
            if row.ownership.state in (OwnerState.WAITING, OwnerState.PERSON)
            and row.ownership.pickup_by_at is not None
            and row.ownership.pickup_by_at <= now
        ]
        return [row for _, _, row in sorted(due, key=lambda found: found[:2])][:limit]

    async def lease_conversation(
        self, tenant: TenantId, conversation_id: ConversationId, wish: LeaseWish
    ) -> int | None:
        """Takes or prolongs a lease; None while another owner has it."""
        kept = self._of(tenant)
        return taken(kept, conversation_id, wish) if conversation_id in kept.conversations else None

    async def release_conversation(self, tenant: TenantId, conversation_id: ConversationId, fence: int) -> None:
        """Ends a lease that is still the one of this number."""
        lease = self._of(tenant).leases.get(conversation_id)
        if lease is not None and lease.fence == fence:
            lease.owner = None

    async def put_attachment(self, tenant: TenantId, attachment: Attachment, content: bytes) -> None:
        """Stores a file of a conversation."""
        kept = self._of(tenant)
        if attachment.conversation_id not in kept.conversations:
            raise NotFound(f"there is no conversation {attachment.conversation_id}")
        kept.attachments[attachment.id] = (replace(attachment, tenant_id=tenant), content)

    async def attachment(self, tenant: TenantId, attachment_id: AttachmentId) -> tuple[Attachment, bytes] | None:
        """One file with its bytes, or None."""
        return self._of(tenant).attachments.get(attachment_id)

    async def attachments(self, tenant: TenantId, ids: Sequence[AttachmentId]) -> list[Attachment]:
        """Files without their bytes."""
        kept = self._of(tenant).attachments
        found = [kept[id_][0] for id_ in dict.fromkeys(ids) if id_ in kept]
        return sorted(found, key=lambda row: (row.at, row.id))

    async def attachments_of(self, tenant: TenantId, customer_id: CustomerId) -> list[Attachment]:
        """A customer's files without their bytes."""
        found = [row for row, _ in self._of(tenant).attachments.values() if row.customer_id == customer_id]
        return sorted(found, key=lambda row: (row.at, row.id))

    async def revoke_token(self, tenant: TenantId, token_id: str, until_at: datetime) -> None:
        """Remembers a token as revoked."""
        self._of(tenant).revoked.add(token_id)

    async def is_revoked(self, tenant: TenantId, token_id: str) -> bool:
        """Was this token revoked?"""
        return token_id in self._of(tenant).revoked

    async def move_customer(self, tenant: TenantId, from_id: CustomerId, to_id: CustomerId) -> Mapping[str, int]:
        """Makes everything of a visitor a known customer's."""
        kept = self._of(tenant)
        if to_id not in kept.customers:
            raise NotFound(f"there is no customer {to_id}")
        moved: dict[str, int] = {}
        for name in OF_CUSTOMER:
            rows: dict[Any, Any] = getattr(kept, name)
            theirs = {key: row for key, row in rows.items() if row.customer_id == from_id}
            for key, row in theirs.items():
                del rows[key]
                rows[(to_id, key[1]) if name == "events" else key] = replace(row, customer_id=to_id)
            moved[name] = len(theirs)
        kept.customers.pop(from_id, None)
        return {name: count for name, count in (moved | _conversations_moved(kept, from_id, to_id)).items() if count}


def _conversations_moved(kept: Rows, from_id: CustomerId, to_id: CustomerId) -> dict[str, int]:
    theirs = [row for row in kept.conversations.values() if row.customer_id == from_id]
    files = [row for row, _ in kept.attachments.values() if row.customer_id == from_id]
    for row in theirs:
        kept.conversations[row.id] = replace(row, customer_id=to_id, visitor=False, version=row.version + 1)
    kept.attachments.update({row.id: (replace(row, customer_id=to_id), kept.attachments[row.id][1]) for row in files})
    entries = sum(len(kept.entries.get(row.id, ())) for row in theirs)
    return {"conversations": len(theirs), "entries": entries, "attachments": len(files)}
