"""Conversation: the turns of one exchange, and who owns it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from journey_assistant.domain.moment import Message, Snapshot
from journey_assistant.domain.timeline import Event, Timeline

CONVERSATION_WINDOW = timedelta(hours=24)
"""A message without a conversation id belongs to the newest conversation of this long ago (playbook, reading rules)."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation. ``author`` is ``customer``, ``assistant`` or ``agent:<id>`` for a person."""

    id: str
    at: datetime
    author: str
    text: str

    @property
    def by_person(self) -> bool:
        """A colleague wrote it."""
        return self.author.startswith("agent:")


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns before the moment's message, oldest first. ``owner`` is the colleague who holds it, or None."""

    id: str | None = None
    turns: tuple[Turn, ...] = ()
    owner: str | None = None

    @property
    def customer_turns(self) -> tuple[Turn, ...]:
        """What the customer said so far."""
        return tuple(t for t in self.turns if t.author == "customer")

    @property
    def assistant_turns(self) -> tuple[Turn, ...]:
        """What the assistant said so far."""
        return tuple(t for t in self.turns if t.author == "assistant")


def conversation_of(snapshot: Snapshot) -> Conversation:
    """The conversation that the moment's message belongs to; empty for a sweep or a first message."""
    message = snapshot.message
    if message is None:
        return Conversation()
    chats = snapshot.timeline.of("chat_message", until=snapshot.now_at)
    wanted = message.conversation_id or _newest_conversation(chats, snapshot, message)
    if wanted is None:
        return Conversation()
    own = [e for e in chats if e.properties.get("conversation_id") == wanted]
    turns = tuple(Turn(e.id, e.at, e.text_of("author") or "customer", e.text_of("text")) for e in own)
    return Conversation(str(wanted), turns, _owner(snapshot.timeline, str(wanted), turns, snapshot.now_at))


def _newest_conversation(chats: list[Event], snapshot: Snapshot, message: Message) -> str | None:
    for event in reversed(chats):
        if snapshot.now_at - event.at > CONVERSATION_WINDOW:
            return None
        known = event.properties.get("conversation_id")
        if known and event.properties.get("channel", "chat") == message.channel:
            return str(known)
    return None


def _owner(timeline: Timeline, conversation_id: str, turns: Iterable[Turn], now: datetime) -> str | None:
    """A person owns a conversation from their first message until it is resolved or given back."""
    owner, since = None, None
    for turn in turns:
        if turn.by_person:
            owner, since = turn.author.removeprefix("agent:"), turn.at
    if owner is None or since is None:
        return None
    released = timeline.of("conversation_resolved", "conversation_given_back", since=since, until=now)
    return None if any(e.properties.get("conversation_id") == conversation_id for e in released) else owner
