"""Overhear: what is said while a person has the conversation is theirs to answer; danger alone makes it urgent."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from journey_assistant.domain.chat import Audience, ChatConversation, Entry, EntryId
from journey_assistant.domain.conversation import Conversation, conversation_of
from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.domain.perceived import Perceived
from journey_assistant.errors import Conflict, JourneyError
from journey_assistant.perception.perception import Perception
from journey_assistant.playbook.evaluate import evaluate
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.ports import Clock
from journey_assistant.ports.chat import Change
from journey_assistant.ports.store import Store
from journey_assistant.services.live import Notifier
from journey_assistant.services.owner_change import status_entry
from journey_assistant.services.stored_case import stored_case

_LOG = logging.getLogger(__name__)
DANGER = "danger"
MOST_ATTEMPTS = 10


@dataclass(frozen=True)
class DangerWatch:
    """Reads what customers write to people, for the one thing that cannot wait in a queue."""

    store: Store
    clock: Clock
    perception: Perception
    playbook: Playbook
    notifier: Notifier
    tenant: TenantId = DEFAULT_TENANT
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def hear(self, conversation: ChatConversation, said: Entry) -> None:
        """Begins to read a message; nobody waits for it, and nothing of it fails the message."""
        task = asyncio.create_task(self._quietly(conversation, said))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def idle(self) -> None:
        """Returns when everything that was heard is read."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def _quietly(self, conversation: ChatConversation, said: Entry) -> None:
        try:
            await self.read(conversation, said)
        except JourneyError as error:
            _LOG.warning("a message to a person could not be read for danger: %s", error)

    async def read(self, conversation: ChatConversation, said: Entry) -> bool:
        """Raises the conversation's priority when the message speaks of danger; did it?"""
        if conversation.ownership.priority is Priority.URGENT:
            return False
        case = await stored_case(
            self.store,
            self.tenant,
            conversation.customer_id,
            case_id=f"overheard:{said.id}",
            now_at=max(self.clock.now(), said.at),
            moment={"kind": "message", "text": said.text, "conversation_id": conversation.id},
            without=(str(said.id),),
        )
        if not self._is_danger(case.snapshot):
            return False
        return await self._raise(conversation, said)

    def _is_danger(self, snapshot: Snapshot) -> bool:
        perceived = self._perceived(snapshot, conversation_of(snapshot))
        scene = self.playbook.scene(perceived)
        return any(evaluate(row.when, scene).holds for row in self.playbook.gate if row.code == DANGER)

    def _perceived(self, snapshot: Snapshot, conversation: Conversation) -> Perceived:
        return self.perception.read(snapshot, conversation)[0]

    async def _raise(self, conversation: ChatConversation, said: Entry) -> bool:
        for _ in range(MOST_ATTEMPTS):
            before = await self.store.conversation(self.tenant, conversation.id)
            if before is None or before.ownership.state not in (OwnerState.WAITING, OwnerState.PERSON):
                return False
            entry = status_entry(
                EntryId(f"raised:{said.id}"), "raised", "", audience=Audience.COLLEAGUES, because=said.id
            )
            now = max(self.clock.now(), before.updated_at)
            after, entries = before.written(entry, at=now, ownership=before.ownership.raised())
            try:
                await self.store.change_conversation(self.tenant, before, after, Change(entries))
            except Conflict:
                continue
            self.notifier.changed(conversation.id)
            return True
        return False
