"""Conversations in memory."""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from dataclasses import replace
from datetime import datetime

from journey_assistant.adapters.store_memory.rows import Lease, Rows, Tenants
from journey_assistant.domain.case_state import CaseState
from journey_assistant.domain.chat import ChatConversation, Entry, Said, accepted, message_event
from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.errors import Conflict, NotFound
from journey_assistant.ports.chat import Accepted, Change, LeaseWish


class MemoryChat(Tenants):
    """Answers the conversations' part of ChatStore."""

    async def open_conversation(self, tenant: TenantId, conversation: ChatConversation) -> ChatConversation:
        """Adds a conversation, or finds the customer's own with this id."""
        stands = self._of(tenant).conversations.setdefault(conversation.id, replace(conversation, tenant_id=tenant))
        if stands.customer_id != conversation.customer_id:
            raise Conflict(f"the conversation {conversation.id} is somebody else's")
        return stands

    async def conversation(self, tenant: TenantId, conversation_id: ConversationId) -> ChatConversation | None:
        """One conversation, or None."""
        return self._of(tenant).conversations.get(conversation_id)

    async def conversations(
        self,
        tenant: TenantId,
        *,
        customer_id: CustomerId | None = None,
        states: Collection[OwnerState] | None = None,
        queue: str | None = None,
        colleague: ColleagueId | None = None,
        changed_since: datetime | None = None,
        limit: int = 100,
    ) -> list[ChatConversation]:
        """Those that match, the one that changed last first."""
        found = [
            row
            for row in self._of(tenant).conversations.values()
            if customer_id in (None, row.customer_id)
            and (states is None or row.ownership.state in states)
            and queue in (None, row.ownership.queue)
            and colleague in (None, row.ownership.colleague)
            and (changed_since is None or row.updated_at >= changed_since)
        ]
        return sorted(sorted(found, key=lambda row: row.id), key=lambda row: row.updated_at, reverse=True)[:limit]

    async def entries(
        self, tenant: TenantId, conversation_id: ConversationId, *, after_seq: int = 0, limit: int = 200
    ) -> list[Entry]:
        """Entries in their order, behind a number."""
        own = self._of(tenant).entries.get(conversation_id, [])
        return [entry for entry in own if entry.seq > after_seq][:limit]

    async def accept_message(
        self, tenant: TenantId, conversation_id: ConversationId, said: Said, lease: LeaseWish | None = None
    ) -> Accepted:
        """Stores a customer's message once, and takes the lease if it is free."""
        kept = self._of(tenant)
        before = kept.conversations.get(conversation_id)
        if before is None:
            raise NotFound(f"there is no conversation {conversation_id}")
        known = kept.keys.get((conversation_id, said.key))
        if known is not None:
            if known[0] != said.body_sha256:
                raise Conflict("this key was used for another message")
            return Accepted(known[1], before, is_new=False)
        after, new = accepted(before, said)
        kept.add_events([message_event(after, new[-1])])
        kept.conversations[conversation_id] = after
        kept.entries.setdefault(conversation_id, []).extend(deepcopy(list(new)))
        kept.keys[conversation_id, said.key] = (said.body_sha256, new[-1])
        fence = None
        if lease is not None and after.ownership.assistant_answers:
            fence = taken(kept, conversation_id, lease, only_free=True)
        return Accepted(new[-1], after, is_new=True, fence=fence, is_alone=not before.is_unanswered)

    async def change_conversation(
        self, tenant: TenantId, before: ChatConversation, after: ChatConversation, change: Change
    ) -> None:
        """Replaces a conversation that nobody changed meanwhile, with all that belongs to the change."""
        kept = self._of(tenant)
        stored, lease = kept.conversations.get(before.id), kept.leases.get(before.id)
        if stored is None:
            raise NotFound(f"there is no conversation {before.id}")
        is_fenced = change.fence is None or (lease is not None and lease.fence == change.fence)
        if stored.version != before.version or not is_fenced:
            raise Conflict(f"the conversation {before.id} went on meanwhile")
        if change.record is not None:
            if any(change.record.moment_key == run.moment_key for run in kept.runs.values()):
                raise Conflict(f"the moment {change.record.moment_key} was decided meanwhile")
            kept.runs[change.record.id] = replace(deepcopy(change.record), tenant_id=tenant)
            if change.effects is not None:
                kept.add_effects(change.effects)
                kept.add_events(change.effects.events)
        kept.conversations[before.id] = replace(
            after,
            read_seq=stored.read_seq,
            seen_seq=stored.seen_seq,
            customer_id=stored.customer_id,
            visitor=stored.visitor,
        )
        kept.entries.setdefault(before.id, []).extend(deepcopy(list(change.entries)))
        kept.add_events(change.events)
        kept.case_states.update({state.id: replace(state, tenant_id=tenant) for state in change.case_states})
        if change.release and lease is not None:
            lease.owner = None

    async def mark_read(self, tenant: TenantId, conversation_id: ConversationId, seq: int) -> None:
        """Moves what the customer has seen forward, never beyond the last entry."""
        kept = self._of(tenant).conversations
        row = kept.get(conversation_id)
        if row is not None and row.read_seq < seq <= row.last_seq:
            kept[conversation_id] = replace(row, read_seq=seq)

    async def mark_seen(self, tenant: TenantId, conversation_id: ConversationId, seq: int) -> bool:
        """Moves what its person has seen forward, never beyond the last entry."""
        kept = self._of(tenant).conversations
        row = kept.get(conversation_id)
        if row is None or not row.seen_seq < seq <= row.last_seq:
            return False
        kept[conversation_id] = replace(row, seen_seq=seq)
        return True

    async def case_states(self, tenant: TenantId, customer_id: CustomerId) -> list[CaseState]:
        """All issues of a customer."""
        own = [state for state in self._of(tenant).case_states.values() if state.customer_id == customer_id]
        return sorted(own, key=lambda state: (state.updated_at, state.id))


def taken(kept: Rows, conversation_id: ConversationId, wish: LeaseWish, *, only_free: bool = False) -> int | None:
    """The number of the lease that was taken or prolonged; None while another owner (or, asked so, anybody) has it."""
    lease = kept.leases.setdefault(conversation_id, Lease(None, wish.until_at, 0))
    is_held = lease.owner is not None and lease.until_at > wish.now
    if is_held and (only_free or lease.owner != wish.owner):
        return None
    if not is_held:
        lease.fence += 1
    lease.owner, lease.until_at = wish.owner, wish.until_at
    return lease.fence
