"""Chat: what a customer does in their conversations. Every call names the customer and reaches only what is theirs.

None of it needs the model, the encoder or the index: a message is accepted and a person can be asked for while all of
them are down.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from journey_assistant.domain.case_state import CaseState, settled
from journey_assistant.domain.chat import (
    CUSTOMER,
    Attachment,
    AttachmentId,
    Audience,
    ChatConversation,
    Entry,
    EntryId,
    EntryKind,
    NewEntry,
    Said,
)
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.ownership import Ownership, OwnerState
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.errors import Conflict, NotFound, Rejected
from journey_assistant.ports import Clock
from journey_assistant.ports.chat import Change
from journey_assistant.ports.store import CustomerRow, Store
from journey_assistant.services.ask_person import AskPerson
from journey_assistant.services.converse import TurnRunner
from journey_assistant.services.live import Frame, Notifier
from journey_assistant.services.owner_change import ownership_events, status_entry

MOST_CHARACTERS = 4_000
MOST_FILES = 5
CONTENT = 4
"""From this score on a customer is content."""
MOST_ATTEMPTS = 10
"""Changes of one conversation at the same time that a call gets past."""


def unguessable() -> str:
    """A name that nobody can guess."""
    return secrets.token_urlsafe(18)


@dataclass(frozen=True)
class Chat:
    """The conversations of a tenant's customers, seen from their side."""

    store: Store
    clock: Clock
    runner: TurnRunner
    notifier: Notifier
    asking: AskPerson
    tenant: TenantId = DEFAULT_TENANT
    overheard: Callable[[ChatConversation, Entry], None] | None = None
    new_id: Callable[[], str] = field(default=unguessable)

    async def open(
        self, customer_id: CustomerId, conversation_id: ConversationId | None = None, *, visitor: bool = False
    ) -> ChatConversation:
        """The customer's own conversation with this id, or a new one. Raises NotFound for somebody else's."""
        if conversation_id is not None:
            return await self.own(customer_id, conversation_id)
        await self.known(customer_id)
        now = self.clock.now()
        fresh = ChatConversation(
            ConversationId(f"conv_{self.new_id()}"),
            customer_id,
            now,
            now,
            Ownership(now),
            visitor=visitor,
            tenant_id=self.tenant,
        )
        return await self.store.open_conversation(self.tenant, fresh)

    async def known(self, customer_id: CustomerId) -> None:
        """Makes sure that there is a customer with this id: a visitor, or one whose records were never imported."""
        if not await self.store.customers(self.tenant, ids=[customer_id]):
            await self.store.put_customers(self.tenant, [CustomerRow(customer_id, {"id": customer_id})])

    async def merge(self, visitor: CustomerId, customer_id: CustomerId) -> None:
        """What a visitor said is a customer's from now on; the caller has proof that both are one person."""
        await self.known(customer_id)
        moved = await self.store.conversations(self.tenant, customer_id=visitor)
        await self.store.move_customer(self.tenant, visitor, customer_id)
        for conversation in moved:
            self.notifier.changed(conversation.id)

    async def own(self, customer_id: CustomerId, conversation_id: ConversationId) -> ChatConversation:
        """One of the customer's conversations. Raises NotFound, for one of somebody else just the same."""
        found = await self.store.conversation(self.tenant, conversation_id)
        if found is None or found.customer_id != customer_id:
            raise NotFound(f"there is no conversation {conversation_id}")
        return found

    async def conversations(self, customer_id: CustomerId, *, limit: int = 50) -> list[ChatConversation]:
        """The customer's conversations, the newest first."""
        return await self.store.conversations(self.tenant, customer_id=customer_id, limit=limit)

    async def entries(
        self, customer_id: CustomerId, conversation_id: ConversationId, *, after_seq: int = 0, limit: int = 200
    ) -> list[Entry]:
        """What the customer may read, behind a number; numbers of colleagues' own entries are left out."""
        await self.own(customer_id, conversation_id)
        found = await self.store.entries(self.tenant, conversation_id, after_seq=after_seq, limit=limit)
        return [entry for entry in found if entry.audience is Audience.ALL]

    async def post(
        self,
        customer_id: CustomerId,
        conversation_id: ConversationId,
        *,
        key: str,
        text: str,
        attachments: Sequence[AttachmentId] = (),
        page: dict[str, str] | None = None,
    ) -> Entry:
        """Accepts a message, once for each key; the assistant answers unless a person has the conversation.

        Raises Rejected for an empty or too long message, Conflict when the key was used for another one, PortError
        when it is not stored: then it may be sent again with its key.
        """
        stands = await self.own(customer_id, conversation_id)
        payload: dict[str, Any] = {"page": page} if page else {}
        files = await self._files(customer_id, conversation_id, attachments)
        _check_words(text, files)
        if files:
            payload["attachments"] = files
        now = self.clock.now()
        said = Said(key, text, now, payload, self.asking.commit.deadline(stands.ownership.queue, now))
        taken = await self.store.accept_message(self.tenant, conversation_id, said, self.runner.wish())
        if taken.is_new:
            self.notifier.changed(conversation_id, taken.conversation.version)
            if taken.conversation.ownership.assistant_answers:
                self.notifier.publish(Frame(conversation_id, "progress", {"step": "received"}))
                self.runner.wake(conversation_id, taken)
            elif self.overheard is not None:
                self.overheard(taken.conversation, taken.entry)
        return taken.entry

    async def _files(
        self, customer_id: CustomerId, conversation_id: ConversationId, ids: Sequence[AttachmentId]
    ) -> list[dict[str, Any]]:
        if len(ids) > MOST_FILES:
            raise Rejected("too many files", where="attachments", allowed=f"at most {MOST_FILES}")
        found = {file.id: file for file in await self.store.attachments(self.tenant, ids)} if ids else {}
        for id_ in ids:
            if id_ not in found or (found[id_].customer_id, found[id_].conversation_id) != (
                customer_id,
                conversation_id,
            ):
                raise NotFound(f"there is no file {id_}")
        return [{"id": f.id, "name": f.name, "type": f.type, "size": f.size} for f in map(found.__getitem__, ids)]

    async def attach(
        self, customer_id: CustomerId, conversation_id: ConversationId, *, name: str, type_: str, content: bytes
    ) -> Attachment:
        """Stores a file for a message to name. What types and sizes are taken is the edge's to say."""
        await self.own(customer_id, conversation_id)
        file = Attachment(
            AttachmentId(f"att_{self.new_id()}"),
            conversation_id,
            customer_id,
            name,
            type_,
            len(content),
            hashlib.sha256(content).hexdigest(),
            self.clock.now(),
            self.tenant,
        )
        await self.store.put_attachment(self.tenant, file, content)
        return file

    async def attachment(self, customer_id: CustomerId, attachment_id: AttachmentId) -> tuple[Attachment, bytes]:
        """One of the customer's files. Raises NotFound, for one of somebody else just the same."""
        found = await self.store.attachment(self.tenant, attachment_id)
        if found is None or found[0].customer_id != customer_id:
            raise NotFound(f"there is no file {attachment_id}")
        return found

    async def typing(self, customer_id: CustomerId, conversation_id: ConversationId, *, on: bool) -> None:
        """The customer writes, or stopped."""
        await self.own(customer_id, conversation_id)
        self.notifier.publish(Frame(conversation_id, "typing", {"by": CUSTOMER, "on": on}))
        if on:
            self.runner.typing(conversation_id)

    async def read(self, customer_id: CustomerId, conversation_id: ConversationId, seq: int) -> None:
        """The customer has seen everything up to this entry."""
        await self.own(customer_id, conversation_id)
        await self.store.mark_read(self.tenant, conversation_id, seq)
        self.notifier.changed(conversation_id)

    async def ask_for_person(self, customer_id: CustomerId, conversation_id: ConversationId) -> ChatConversation:
        """Hands over at once, never argued with; nothing happens while a person has it or is to have it."""
        for _ in range(MOST_ATTEMPTS):
            before = await self.own(customer_id, conversation_id)
            if before.ownership.state in (OwnerState.WAITING, OwnerState.PERSON):
                return before
            try:
                after = await self.asking.hand_over(before)
            except Conflict:
                continue
            self.notifier.changed(conversation_id)
            return after
        raise Conflict(f"the conversation {conversation_id} goes on too fast")

    async def close(self, customer_id: CustomerId, conversation_id: ConversationId) -> ChatConversation:
        """The customer is done. What waits for a person is not waited for any more."""

        def closed(before: ChatConversation, now: datetime) -> tuple[ChatConversation, Change] | None:
            if before.ownership.state is OwnerState.RESOLVED:
                return None
            entry = status_entry(f"closed:{before.id}:{before.version}", "resolved", "", by=CUSTOMER)
            ownership = before.ownership.resolve(by=CUSTOMER, at=now)
            after, entries = before.written(entry, at=now, ownership=ownership, answered_seq=before.asked_seq)
            return after, Change(entries, ownership_events(before, after, now))

        return await self._changed(customer_id, conversation_id, closed)

    async def rate(
        self, customer_id: CustomerId, conversation_id: ConversationId, *, score: int, comment: str = ""
    ) -> ChatConversation:
        """The customer's satisfaction, 1 to 5; a second rating replaces the first. Raises Rejected for others.

        Who is content has nothing open any more of what was said here.
        """
        if score not in range(1, 6):
            raise Rejected("the score is not 1 to 5", where="score", allowed="1, 2, 3, 4, 5")
        states, said = await self._content(customer_id, conversation_id) if score >= CONTENT else ([], set())

        def rated(before: ChatConversation, now: datetime) -> tuple[ChatConversation, Change]:
            id_ = f"csat:{before.id}:{before.version}"
            payload = {"score": score}
            entry = NewEntry(EntryId(id_), EntryKind.CSAT, CUSTOMER, comment, payload, Audience.COLLEAGUES)
            after, entries = before.written(entry, at=now, csat=score)
            told = {"score": score, "comment": comment, "conversation_id": before.id}
            event = Event(EventId(id_), "csat_submitted", now, properties=told)
            done = settled(states, said, now)
            return after, Change(entries, (CustomerEvent(customer_id, event),), case_states=done)

        return await self._changed(customer_id, conversation_id, rated)

    async def _content(
        self, customer_id: CustomerId, conversation_id: ConversationId
    ) -> tuple[list[CaseState], set[str]]:
        """The customer's issues, and the messages of this conversation that they may speak of."""
        said = await self.entries(customer_id, conversation_id, limit=1000)
        return await self.store.case_states(self.tenant, customer_id), {entry.id for entry in said}

    async def issues(self, customer_id: CustomerId) -> list[CaseState]:
        """What the customer's open issues stand at, for the customer to see."""
        now = self.clock.now()
        return [state for state in await self.store.case_states(self.tenant, customer_id) if state.is_live(now)]

    async def _changed(
        self,
        customer_id: CustomerId,
        conversation_id: ConversationId,
        change: Callable[[ChatConversation, datetime], tuple[ChatConversation, Change] | None],
    ) -> ChatConversation:
        for _ in range(MOST_ATTEMPTS):
            before = await self.own(customer_id, conversation_id)
            changed = change(before, self.clock.now())
            if changed is None:
                return before
            try:
                await self.store.change_conversation(self.tenant, before, *changed)
            except Conflict:
                continue
            self.notifier.changed(conversation_id)
            return changed[0]
        raise Conflict(f"the conversation {conversation_id} goes on too fast")


def _check_words(text: str, files: Sequence[Any]) -> None:
    if not text.strip() and not files:
        raise Rejected("the message is empty", where="text", allowed="words, or a file")
    if len(text) > MOST_CHARACTERS:
        raise Rejected("the message is too long", where="text", allowed=f"at most {MOST_CHARACTERS} characters")
