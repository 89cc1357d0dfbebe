"""ChatConversation and its Entries: what was said and what happened, numbered 1, 2, 3 … without a gap.

The entries are the history that people read and the log that a live connection resumes from (its id is ``seq``).
A draft or uncommitted text is never an entry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.journey_run import RunId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.ownership import Ownership, OwnerState
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId

EntryId = NewType("EntryId", str)
AttachmentId = NewType("AttachmentId", str)
CUSTOMER, ASSISTANT, SYSTEM = "customer", "assistant", "system"
PERSON_PREFIX = "agent:"


class EntryKind(StrEnum):
    """``note`` is for colleagues; ``status`` says what became of the conversation; ``csat`` is the customer's score."""

    MESSAGE = "message"
    NOTE = "note"
    STATUS = "status"
    CSAT = "csat"


class Audience(StrEnum):
    """Who may read an entry."""

    ALL = "all"
    COLLEAGUES = "colleagues"


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry before it has its number. ``author`` is ``customer``, ``assistant``, ``agent:<id>`` or ``system``."""

    id: EntryId
    kind: EntryKind
    author: str
    text: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    audience: Audience = Audience.ALL


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a conversation, with its number."""

    conversation_id: ConversationId
    seq: int
    id: EntryId
    kind: EntryKind
    author: str
    at: datetime
    text: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    audience: Audience = Audience.ALL

    @property
    def by_customer(self) -> bool:
        """The customer wrote it."""
        return self.kind is EntryKind.MESSAGE and self.author == CUSTOMER

    @property
    def by_person(self) -> bool:
        """A colleague wrote it to the customer."""
        return self.kind is EntryKind.MESSAGE and self.author.startswith(PERSON_PREFIX)


@dataclass(frozen=True, slots=True)
class ChatConversation:
    """One conversation as it stands.

    ``asked_seq`` is the customer's newest message, ``answered_seq`` the newest that was answered (by whomever);
    ``read_seq`` is what the customer has seen, ``seen_seq`` what the person who has it has seen.
    ``version`` grows with every change that a decision depends on.
    ``handed_over_by`` is the run that asked for a person last.
    """

    id: ConversationId
    customer_id: CustomerId
    opened_at: datetime
    updated_at: datetime
    ownership: Ownership
    channel: str = "chat"
    visitor: bool = False
    version: int = 1
    last_seq: int = 0
    asked_seq: int = 0
    answered_seq: int = 0
    read_seq: int = 0
    seen_seq: int = 0
    csat: int | None = None
    handed_over_by: RunId | None = None
    tenant_id: TenantId = DEFAULT_TENANT

    @property
    def is_unanswered(self) -> bool:
        """The assistant owes an answer."""
        return self.ownership.assistant_answers and self.asked_seq > self.answered_seq

    @property
    def noticed_seq(self) -> int:
        """The customer's newest message that was answered or seen by a person."""
        return max(self.answered_seq, self.seen_seq)

    def written(self, *new: NewEntry, at: datetime, **changes: Any) -> tuple[ChatConversation, tuple[Entry, ...]]:
        """The next version of the conversation, with these entries behind its last one and other fields changed."""
        entries = tuple(
            Entry(self.id, seq, e.id, e.kind, e.author, at, e.text, e.payload, e.audience)
            for seq, e in enumerate(new, self.last_seq + 1)
        )
        after = replace(self, version=self.version + 1, last_seq=self.last_seq + len(entries), updated_at=at, **changes)
        return after, entries


@dataclass(frozen=True, slots=True)
class Said:
    """A customer's message as it comes in. ``key`` is the sender's own: with the same body it is the same message.

    ``answer_by_at`` is when a person who has the conversation owes an answer to it.
    """

    key: str
    text: str
    at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    answer_by_at: datetime | None = None

    @property
    def body_sha256(self) -> str:
        """Hash of what was sent, to tell a repetition from another message with a used key."""
        return hashlib.sha256(repr((self.text, sorted(self.payload.items()))).encode("utf-8", "replace")).hexdigest()

    def entry_id(self, conversation_id: ConversationId) -> EntryId:
        """The id of its entry: the same for every repetition, and not to be guessed without the conversation's."""
        digest = hashlib.sha256(f"{conversation_id}\0{self.key}".encode("utf-8", "replace")).hexdigest()
        return EntryId(f"msg_{digest[:24]}")


def accepted(before: ChatConversation, said: Said) -> tuple[ChatConversation, tuple[Entry, ...]]:
    """The conversation with the customer's message in it; a resolved one is open again."""
    ownership = before.ownership.asked(said.answer_by_at)
    message = NewEntry(said.entry_id(before.id), EntryKind.MESSAGE, CUSTOMER, said.text, said.payload)
    new = [message]
    if ownership.state is OwnerState.RESOLVED:
        ownership = ownership.reopen(at=said.at)
        reopened = EntryId(f"reopened_{message.id}")
        payload = {"status": "reopened"}
        new.insert(0, NewEntry(reopened, EntryKind.STATUS, SYSTEM, "", payload, Audience.COLLEAGUES))
    asked_seq = before.last_seq + len(new)
    return before.written(*new, at=said.at, asked_seq=asked_seq, ownership=ownership)


def message_event(conversation: ChatConversation, entry: Entry) -> CustomerEvent:
    """The same message as the timeline knows it; that is what decisions read."""
    said = {
        "conversation_id": conversation.id,
        "author": entry.author,
        "text": entry.text,
        "channel": conversation.channel,
    }
    event = Event(EventId(entry.id), "chat_message", entry.at, properties=said)
    return CustomerEvent(conversation.customer_id, event)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that somebody sent, stored and shown and never executed. ``size`` is in bytes."""

    id: AttachmentId
    conversation_id: ConversationId
    customer_id: CustomerId
    name: str
    type: str
    size: int
    sha256: str
    at: datetime
    tenant_id: TenantId = DEFAULT_TENANT
