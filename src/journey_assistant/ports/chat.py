"""The store's port for conversations: what was said, who owns it, and which process is answering it now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from journey_assistant.domain.case_state import CaseState
from journey_assistant.domain.chat import Attachment, AttachmentId, ChatConversation, Entry, Said
from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.effects import Effects, RunRecord
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.domain.recall import CustomerEvent


@dataclass(frozen=True, slots=True)
class LeaseWish:
    """Who wants to answer a conversation, from ``now`` until ``until_at``; a lease that ended may be taken over."""

    owner: str
    now: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message as it is stored. ``fence`` is the lease's number when this call took the lease; ``is_alone``: there is
    no other message that waits for the assistant."""

    entry: Entry
    conversation: ChatConversation
    is_new: bool
    fence: int | None = None
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What is written with a new version of a conversation.

    ``fence`` is the number of the lease under which it was decided: a lease that was taken over since cannot write.
    With ``release`` the lease ends with it.
    """

    entries: Sequence[Entry] = ()
    events: Sequence[CustomerEvent] = ()
    record: RunRecord | None = None
    effects: Effects | None = None
    case_states: Sequence[CaseState] = ()
    fence: int | None = None
    release: bool = False


class ChatStore(Protocol):
    """Conversations. Every call names the tenant first, may raise PortError, and is one transaction if it writes."""

    async def open_conversation(self, tenant: TenantId, conversation: ChatConversation) -> ChatConversation:
        """Adds a conversation; the one that stands when its id is taken. Raises Conflict if that is another's."""
        ...

    async def conversation(self, tenant: TenantId, conversation_id: ConversationId) -> ChatConversation | None:
        """One conversation, or None."""
        ...

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
        ...

    async def entries(
        self, tenant: TenantId, conversation_id: ConversationId, *, after_seq: int = 0, limit: int = 200
    ) -> list[Entry]:
        """Entries in their order, behind a number."""
        ...

    async def accept_message(
        self, tenant: TenantId, conversation_id: ConversationId, said: Said, lease: LeaseWish | None = None
    ) -> Accepted:
        """Stores a customer's message with its event on the timeline; the first with a key stands.

        With ``lease`` also takes the lease of a conversation that the assistant owns, if it is free. Raises Conflict
        when the key came with another body before, NotFound without such a conversation.
        """
        ...

    async def change_conversation(
        self, tenant: TenantId, before: ChatConversation, after: ChatConversation, change: Change
    ) -> None:
        """Replaces ``before`` by ``after`` and writes what belongs to it, in one transaction.

        Compares and sets: raises Conflict, and writes nothing, unless the stored version is that of ``before`` (and
        the lease that of ``change.fence``); NotFound when the conversation is gone.
        """
        ...

    async def mark_read(self, tenant: TenantId, conversation_id: ConversationId, seq: int) -> None:
        """The customer has seen everything up to this number; an older number changes nothing."""
        ...

    async def mark_seen(self, tenant: TenantId, conversation_id: ConversationId, seq: int) -> bool:
        """A colleague who has the conversation has seen everything up to this number; was that new?"""
        ...

    async def unanswered(self, tenant: TenantId, now: datetime, *, limit: int = 50) -> list[ChatConversation]:
        """Those that the assistant owes an answer and nobody is answering now, the longest waiting first."""
        ...

    async def overdue(self, tenant: TenantId, now: datetime, *, limit: int = 50) -> list[ChatConversation]:
        """Those whose deadline has passed: nobody picked them up, or the person who has them did not answer."""
        ...

    async def lease_conversation(
        self, tenant: TenantId, conversation_id: ConversationId, wish: LeaseWish
    ) -> int | None:
        """The fencing number of the lease that was taken or prolonged, None while another owner has it."""
        ...

    async def release_conversation(self, tenant: TenantId, conversation_id: ConversationId, fence: int) -> None:
        """Ends a lease; one that was taken over since is left alone."""
        ...

    async def case_states(self, tenant: TenantId, customer_id: CustomerId) -> list[CaseState]:
        """All issues of a customer, by the time they were mentioned last."""
        ...

    async def put_attachment(self, tenant: TenantId, attachment: Attachment, content: bytes) -> None:
        """Stores a file of a conversation. Raises NotFound without such a conversation."""
        ...

    async def attachment(self, tenant: TenantId, attachment_id: AttachmentId) -> tuple[Attachment, bytes] | None:
        """One file with its bytes, or None."""
        ...

    async def attachments(self, tenant: TenantId, ids: Sequence[AttachmentId]) -> list[Attachment]:
        """Files without their bytes; unknown ids are left out."""
        ...

    async def attachments_of(self, tenant: TenantId, customer_id: CustomerId) -> list[Attachment]:
        """A customer's files without their bytes, oldest first."""
        ...

    async def revoke_token(self, tenant: TenantId, token_id: str, until_at: datetime) -> None:
        """From now on a token with this id (``jti``) is not taken; forgotten after it has expired anyway."""
        ...

    async def is_revoked(self, tenant: TenantId, token_id: str) -> bool:
        """Was this token revoked?"""
        ...

    async def move_customer(self, tenant: TenantId, from_id: CustomerId, to_id: CustomerId) -> Mapping[str, int]:
        """Makes everything of an anonymous visitor a known customer's; returns rows by table.

        The caller has proof that both are one person. Raises NotFound without the customer ``to_id``.
        """
        ...
