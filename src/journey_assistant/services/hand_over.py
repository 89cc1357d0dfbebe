"""Hand over: what colleagues do with conversations. One owner at a time; every step is one compare-and-set."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from journey_assistant.domain.case_state import case_of, case_state_after
from journey_assistant.domain.chat import (
    PERSON_PREFIX,
    Audience,
    ChatConversation,
    Entry,
    EntryId,
    EntryKind,
    NewEntry,
    message_event,
)
from journey_assistant.domain.colleague import Colleague, ColleagueId
from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.errors import Conflict, InvalidTransition, NotFound, Rejected
from journey_assistant.ports import Clock
from journey_assistant.ports.chat import Change
from journey_assistant.ports.store import Store
from journey_assistant.services.converse import TurnRunner
from journey_assistant.services.handoff_packet import Packet, packet_of
from journey_assistant.services.live import Frame, Notifier
from journey_assistant.services.overdue import Late
from journey_assistant.services.owner_change import entry_id, owned, status_entry, waiting_entry
from journey_assistant.services.turn_commit import TurnCommit, utterance_of

MOST_CHARACTERS = 8_000
MOST_ATTEMPTS = 10
RECENT = 200
"""Entries in which a repeated message of a colleague is looked for."""
Step = Callable[[ChatConversation, datetime], tuple[ChatConversation, Change]]


@dataclass(frozen=True)
class HandOver:
    """The colleagues' side of a tenant's conversations.

    Every step raises NotFound for an unknown colleague or conversation, Rejected for a colleague who may only read,
    InvalidTransition when the conversation's owner does not allow it, PortError when the store fails.
    """

    store: Store
    clock: Clock
    commit: TurnCommit
    notifier: Notifier
    runner: TurnRunner
    tenant: TenantId = DEFAULT_TENANT

    async def packet(self, conversation_id: ConversationId) -> Packet:
        """What to read before the transcript."""
        return await packet_of(self.store, self.tenant, conversation_id, self.commit.playbook)

    async def claim(self, conversation_id: ConversationId, *, by: ColleagueId) -> ChatConversation:
        """The colleague answers from now on, and the customer is told. Claiming one's own changes nothing."""
        colleague = await self._colleague(by)
        before = await self._stored(conversation_id)
        if before.ownership.colleague == by:
            return before
        text = await self._phrase(before, "person_joined", name=colleague.name)

        def claimed(before: ChatConversation, now: datetime) -> tuple[ChatConversation, Change]:
            entry = status_entry(entry_id("joined", before), "joined", text, colleague=by, name=colleague.name)
            due_at = self.commit.deadline(before.ownership.queue, now)
            return owned(before, before.ownership.claim(by=by, at=now, answer_by_at=due_at), now, entry)

        return await self._changed(conversation_id, claimed)

    async def say(self, conversation_id: ConversationId, *, by: ColleagueId, text: str, key: str) -> Entry:
        """A message to the customer, by the owner; the same key again is the same message."""
        await self._colleague(by)
        _check_words(text)
        id_ = EntryId("said_" + hashlib.sha256(f"{conversation_id}\0{by}\0{key}".encode()).hexdigest()[:24])
        if known := await self._entry(conversation_id, id_):
            if known.text != text:
                raise Conflict("this key was used for another message")
            return known
        states = await self.store.case_states(self.tenant, (await self._stored(conversation_id)).customer_id)

        def said(before: ChatConversation, now: datetime) -> tuple[ChatConversation, Change]:
            ownership = before.ownership.answered(by=by)
            new = NewEntry(id_, EntryKind.MESSAGE, f"{PERSON_PREFIX}{by}", text)
            after, entries = before.written(new, at=now, answered_seq=before.asked_seq, ownership=ownership)
            issue = case_of(states, "", now)
            changed = (case_state_after(issue, [utterance_of(entries[0])]),) if issue else ()
            return after, Change(entries, (message_event(after, entries[0]),), case_states=changed)

        await self._changed(conversation_id, said)
        written = await self._entry(conversation_id, id_)
        assert written is not None
        return written

    async def note(self, conversation_id: ConversationId, *, by: ColleagueId, text: str) -> ChatConversation:
        """A note that only colleagues see; anybody who may decide can leave one."""
        await self._colleague(by)
        _check_words(text)

        def noted(before: ChatConversation, now: datetime) -> tuple[ChatConversation, Change]:
            author = f"{PERSON_PREFIX}{by}"
            new = NewEntry(entry_id("note", before), EntryKind.NOTE, author, text, audience=Audience.COLLEAGUES)
            after, entries = before.written(new, at=now)
            return after, Change(entries)

        return await self._changed(conversation_id, noted)

    async def transfer(self, conversation_id: ConversationId, *, by: ColleagueId, to: ColleagueId) -> ChatConversation:
        """Another colleague has it from now on, and the customer is told."""
        await self._colleague(by)
        receiver = await self._colleague(to)
        text = await self._phrase(await self._stored(conversation_id), "person_joined", name=receiver.name)

        def transferred(before: ChatConversation, now: datetime) -> tuple[ChatConversation, Change]:
            entry = status_entry(entry_id("joined", before), "joined", text, colleague=to, name=receiver.name)
            due_at = self.commit.deadline(before.ownership.queue, now)
            return owned(before, before.ownership.transfer(by=by, to=to, at=now, answer_by_at=due_at), now, entry)

        return await self._changed(conversation_id, transferred)

    async def requeue(self, conversation_id: ConversationId, *, by: ColleagueId, queue: str) -> ChatConversation:
        """Back into a queue; the customer is told that somebody else will answer. Raises Rejected for no queue."""
        await self._colleague(by)
        if queue not in self.commit.playbook.queues:
            raise Rejected(f"there is no queue {queue}", where="queue", allowed=", ".join(self.commit.playbook.queues))
        late = await self._late(await self._stored(conversation_id))

        def requeued(before: ChatConversation, now: datetime) -> tuple[ChatConversation, Change]:
            deadline = self.commit.deadline(queue, now)
            ownership = before.ownership.requeue(by=by, queue=queue, at=now, pickup_by_at=deadline)
            told = late.promise("waiting_again", ownership, now)
            return owned(before, ownership, now, waiting_entry(entry_id("again", before), ownership, told))

        return await self._changed(conversation_id, requeued)

    async def give_back(self, conversation_id: ConversationId, *, by: ColleagueId) -> ChatConversation:
        """The assistant answers again, knowing what was said; at once if something is unanswered."""
        colleague = await self._colleague(by)
        text = await self._phrase(await self._stored(conversation_id), "given_back", name=colleague.name)

        def given_back(before: ChatConversation, now: datetime) -> tuple[ChatConversation, Change]:
            entry = status_entry(entry_id("given_back", before), "given_back", text, name=colleague.name)
            return owned(before, before.ownership.give_back(by=by, at=now), now, entry)

        after = await self._changed(conversation_id, given_back)
        if after.is_unanswered:
            self.runner.wake(conversation_id)
        return after

    async def resolve(self, conversation_id: ConversationId, *, by: ColleagueId) -> ChatConversation:
        """Done; the customer may open it again by writing."""
        await self._colleague(by)
        stored = await self._stored(conversation_id)
        text = await self._phrase(stored, "conversation_resolved")
        states = await self.store.case_states(self.tenant, stored.customer_id)

        def resolved(before: ChatConversation, now: datetime) -> tuple[ChatConversation, Change]:
            entry = status_entry(entry_id("resolved", before), "resolved", text, by=by)
            ownership = before.ownership.resolve(by=by, at=now)
            issue = case_of(states, "", now)
            closed = (replace(issue, closed=True, updated_at=now),) if issue else ()
            return owned(before, ownership, now, entry, answered_seq=before.asked_seq, case_states=closed)

        return await self._changed(conversation_id, resolved)

    async def typing(self, conversation_id: ConversationId, *, by: ColleagueId, on: bool) -> None:
        """The owner writes, or stopped; the customer sees it."""
        if (await self._stored(conversation_id)).ownership.colleague == by:
            self.notifier.publish(Frame(conversation_id, "typing", {"by": "person", "on": on}))

    async def seen(self, conversation: ChatConversation, *, by: ColleagueId) -> None:
        """The owner has the conversation before them; the customer sees that their words were read."""
        if conversation.ownership.colleague != by or conversation.asked_seq <= conversation.noticed_seq:
            return
        if await self.store.mark_seen(self.tenant, conversation.id, conversation.last_seq):
            self.notifier.changed(conversation.id)

    async def sweep_overdue(self) -> int:
        """What nobody picked up in time goes to the next queue, what its owner left unanswered back into the queue;
        how many conversations."""
        moved = 0
        for found in await self.store.overdue(self.tenant, self.clock.now()):
            try:
                await self._changed(found.id, (await self._late(found)).moved_on)
                moved += 1
            except (InvalidTransition, NotFound):
                continue  # somebody claimed or answered it just now, or it was erased
        return moved

    async def _late(self, conversation: ChatConversation) -> Late:
        """What this customer is told when somebody else is to answer."""
        rows = await self.store.customers(self.tenant, ids=[conversation.customer_id])
        document = rows[0].document if rows else {}
        silent = conversation.ownership.colleague
        colleague = await self.store.colleague(self.tenant, silent) if silent else None
        language = str(document.get("language") or "en")
        return Late(self.commit.playbook, language, document.get("timezone"), colleague.name if colleague else "")

    async def _colleague(self, by: ColleagueId) -> Colleague:
        colleague = await self.store.colleague(self.tenant, by)
        if colleague is None:
            raise NotFound(f"there is no colleague {by}")
        if not colleague.may_decide:
            raise Rejected(f"{by} is a {colleague.role}", where="colleague", allowed="csm, lead, admin")
        return colleague

    async def _stored(self, conversation_id: ConversationId) -> ChatConversation:
        found = await self.store.conversation(self.tenant, conversation_id)
        if found is None:
            raise NotFound(f"there is no conversation {conversation_id}")
        return found

    async def _entry(self, conversation_id: ConversationId, id_: EntryId) -> Entry | None:
        after = max((await self._stored(conversation_id)).last_seq - RECENT, 0)
        found = await self.store.entries(self.tenant, conversation_id, after_seq=after, limit=2 * RECENT)
        return next((entry for entry in found if entry.id == id_), None)

    async def _phrase(self, conversation: ChatConversation, code: str, **names: str) -> str:
        """A fixed phrase in the customer's language."""
        rows = await self.store.customers(self.tenant, ids=[conversation.customer_id])
        language = str(rows[0].document.get("language") or "en") if rows else "en"
        return self.commit.playbook.phrase(code, language).format(**names)

    async def _changed(self, conversation_id: ConversationId, step: Step) -> ChatConversation:
        for _ in range(MOST_ATTEMPTS):
            before = await self._stored(conversation_id)
            after, change = step(before, max(self.clock.now(), before.updated_at))
            try:
                await self.store.change_conversation(self.tenant, before, after, change)
            except Conflict:
                continue
            self.notifier.changed(conversation_id)
            return after
        raise Conflict(f"the conversation {conversation_id} goes on too fast")


def _check_words(text: str) -> None:
    if not text.strip():
        raise Rejected("the text is empty", where="text", allowed="words")
    if len(text) > MOST_CHARACTERS:
        raise Rejected("the text is too long", where="text", allowed=f"at most {MOST_CHARACTERS} characters")
