"""Deliver in chat: a draft that a colleague approved for the chat is written into the customer's conversation.

The message's key makes the id of its entry, and an entry is stored once: sent again, it is found and not repeated.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from journey_assistant.domain.chat import (
    PERSON_PREFIX,
    ChatConversation,
    EntryId,
    EntryKind,
    NewEntry,
    message_event,
)
from journey_assistant.domain.colleague import Colleague, ColleagueId
from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.outbox import DRAFT, OutboxMessage
from journey_assistant.domain.ownership import Ownership, OwnerState
from journey_assistant.errors import Conflict, PortError
from journey_assistant.ports import Clock
from journey_assistant.ports.chat import Change
from journey_assistant.ports.store import Store
from journey_assistant.services.live import Notifier
from journey_assistant.services.owner_change import ownership_events

CHAT = "chat"
MOST_ATTEMPTS = 10
MOST_LOOKED_AT = 200
"""The newest conversations of a customer; what was written into one just now is among them."""
GIVEN = "given to whoever asked"
"""The receipt of an answer in a chat: it was the answer to the call, and is not said again."""


@dataclass(frozen=True)
class ChatChannel:
    """Writes into conversations of this store, in the name of the customer's own colleague, who has it from then on."""

    store: Store
    clock: Clock
    notifier: Notifier
    name: str = CHAT
    takes_key: bool = True

    async def send(self, message: OutboxMessage) -> str:
        """The id of the entry. Raises PortError when it cannot be written now, or to nobody."""
        if message.kind != DRAFT:
            return GIVEN
        if message.customer_id is None:
            raise PortError("it names no customer", port=CHAT, retryable=False)
        colleague = await self._sender(message)
        id_ = EntryId(f"sent_{_digest(message.key)}")
        for _ in range(MOST_ATTEMPTS):
            if await self._is_written(message, message.customer_id, id_):
                return id_
            before = await self._conversation(message, message.customer_id)
            if await self._is_written(message, message.customer_id, id_):
                return id_  # by another process, just before the conversation was read
            try:
                await self._write(before, message, colleague, id_)
            except Conflict:
                continue
            self.notifier.changed(before.id)
            return id_
        raise PortError("the conversation goes on too fast", port=CHAT, retryable=True)

    async def close(self) -> None:
        """Holds nothing open."""

    async def _sender(self, message: OutboxMessage) -> Colleague:
        """Whom the draft was for, else who approved it."""
        draft = await self.store.draft(message.tenant_id, message.draft_id) if message.draft_id else None
        for name in (draft.reviewer, draft.decided_by) if draft else ():
            colleague = await self.store.colleague(message.tenant_id, ColleagueId(name)) if name else None
            if colleague is not None:
                return colleague
        raise PortError("nobody is left in whose name it could be said", port=CHAT, retryable=False)

    async def _is_written(self, message: OutboxMessage, customer_id: CustomerId, id_: EntryId) -> bool:
        """Was it written already, into whichever of the customer's conversations?"""
        found = await self.store.conversations(message.tenant_id, customer_id=customer_id, limit=MOST_LOOKED_AT)
        for conversation in found:
            after = 0
            while page := await self.store.entries(message.tenant_id, conversation.id, after_seq=after, limit=1000):
                if any(entry.id == id_ for entry in page):
                    return True
                after = page[-1].seq
        return False

    async def _conversation(self, message: OutboxMessage, customer_id: CustomerId) -> ChatConversation:
        """The customer's newest conversation that is not over, or a new one of this message's own."""
        found = await self.store.conversations(message.tenant_id, customer_id=customer_id, limit=20)
        for conversation in found:
            if conversation.channel == CHAT and conversation.ownership.state is not OwnerState.RESOLVED:
                return conversation
        now = self.clock.now()
        fresh = ChatConversation(
            ConversationId(f"conv_{_digest(f'chat {message.key}')}"),
            customer_id,
            now,
            now,
            Ownership(now),
            tenant_id=message.tenant_id,
        )
        return await self.store.open_conversation(message.tenant_id, fresh)

    async def _write(
        self, before: ChatConversation, message: OutboxMessage, colleague: Colleague, id_: EntryId
    ) -> None:
        if before.is_unanswered:
            raise PortError("the assistant is about to answer", port=CHAT, retryable=True)
        now = max(self.clock.now(), before.updated_at)
        words = NewEntry(id_, EntryKind.MESSAGE, f"{PERSON_PREFIX}{colleague.id}", message.text)
        ownership = _owner_after(before.ownership, colleague.id, now)
        after, entries = before.written(words, at=now, ownership=ownership, answered_seq=before.asked_seq)
        events = (message_event(after, entries[0]), *ownership_events(before, after, now))
        await self.store.change_conversation(message.tenant_id, before, after, Change(entries, events))


def _owner_after(before: Ownership, colleague: ColleagueId, now: datetime) -> Ownership:
    """Who spoke has the conversation, so that the customer's answer reaches them; what others have stays theirs."""
    match before.state:
        case OwnerState.ASSISTANT | OwnerState.WAITING:
            return before.claim(by=colleague, at=now)
        case OwnerState.PERSON if before.colleague == colleague:
            return before.answered(by=colleague)
        case _:
            return before


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]
