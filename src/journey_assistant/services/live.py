"""Live: tells who is watching a conversation in this process that something happened. Nothing here is kept."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.ports import Clock
from journey_assistant.ports.chat import ChatStore

MOST_WAITING = 64
LOOK_BACK = timedelta(seconds=5)
"""Clocks of two processes may differ by this much."""


@dataclass(frozen=True, slots=True)
class Frame:
    """``changed``: read the store behind what you have. ``progress`` ``{step}`` and ``typing`` ``{by, on}`` pass by."""

    conversation_id: ConversationId
    kind: Literal["changed", "progress", "typing"]
    data: Mapping[str, Any] = field(default_factory=dict)


class Watch:
    """What one watcher has not taken yet; of a slow one the oldest frames are dropped, never the news of a change."""

    def __init__(self) -> None:
        self._waiting: deque[Frame] = deque()
        self._arrived = asyncio.Event()

    def put(self, frame: Frame) -> None:
        """One more frame; a change that is announced already is not announced twice."""
        if frame.kind == "changed" and frame in self._waiting:
            return
        self._waiting.append(frame)
        if len(self._waiting) > MOST_WAITING:
            passing = next((one for one in self._waiting if one.kind != "changed"), None)
            if passing is not None:
                self._waiting.remove(passing)
        self._arrived.set()

    async def next(self, within_s: float) -> Frame | None:
        """The next frame, or None when nothing happened for so long."""
        if not self._waiting:
            self._arrived.clear()
            try:
                async with asyncio.timeout(within_s):
                    await self._arrived.wait()
            except TimeoutError:
                return None
        return self._waiting.popleft()

    async def arrived(self, within_s: float) -> list[Frame]:
        """All frames that wait, or those that come next; none when nothing happened for so long."""
        first = await self.next(within_s)
        found = [first] if first else []
        found += self._waiting
        self._waiting.clear()
        return found


class Notifier:
    """Publishes to the watchers of a conversation, and to those of all conversations (the inbox)."""

    def __init__(self) -> None:
        self._watches: dict[ConversationId | None, set[Watch]] = {}
        self._told: dict[ConversationId, int] = {}

    def publish(self, frame: Frame) -> None:
        """Tells everybody who watches; nobody is waited for."""
        for whose in (frame.conversation_id, None):
            for watch in self._watches.get(whose, ()):
                watch.put(frame)

    def changed(self, conversation_id: ConversationId, version: int | None = None) -> None:
        """There is something new in the store; ``version`` is the conversation's since then, where it is known."""
        if version is not None and self._watches:
            self._told[conversation_id] = version
        self.publish(Frame(conversation_id, "changed"))

    def told(self, lately: Collection[ConversationId]) -> dict[ConversationId, int]:
        """The versions that were told of these conversations; all others are forgotten."""
        self._told = {one: version for one, version in self._told.items() if one in lately}
        return self._told

    def wake(self) -> None:
        """Everybody who watches looks again, for instance whether it is time to leave."""
        for whose, watches in self._watches.items():
            for watch in watches:
                watch.put(Frame(whose or ConversationId(""), "changed"))

    @contextmanager
    def watching(self, conversation_id: ConversationId | None) -> Iterator[Watch]:
        """A watch on one conversation, or on all; begin it before you read the store, so that nothing is missed."""
        watch = Watch()
        self._watches.setdefault(conversation_id, set()).add(watch)
        try:
            yield watch
        finally:
            watches = self._watches[conversation_id]
            watches.discard(watch)
            if not watches:
                del self._watches[conversation_id]

    @property
    def is_watched(self) -> bool:
        """Is anybody there?"""
        return bool(self._watches)


class Elsewhere:
    """Notices what other processes changed: one query a look for everybody who watches."""

    def __init__(self, store: ChatStore, notifier: Notifier, clock: Clock, tenant: TenantId = DEFAULT_TENANT) -> None:
        self._store, self._notifier, self._clock, self._tenant = store, notifier, clock, tenant
        self._seen: dict[ConversationId, int] = {}

    async def look(self) -> None:
        """Announces conversations whose version is new. Raises PortError."""
        if not self._notifier.is_watched:
            self._seen.clear()
            return
        since = self._clock.now() - LOOK_BACK
        changed = await self._store.conversations(self._tenant, changed_since=since, limit=1000)
        now = {row.id: row.version for row in changed}
        told = self._notifier.told(now.keys())
        for conversation_id, version in now.items():
            if version not in (self._seen.get(conversation_id), told.get(conversation_id)):
                self._notifier.changed(conversation_id)
        self._seen = now
