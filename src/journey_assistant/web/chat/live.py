"""/v1/chat/conversations/{id}/events: a conversation as it goes on, as server-sent events.

Entries carry their number as the event's id, so that a reader resumes behind the last one it has. What passes by
(progress, typing) has no id and is not repeated.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel

from journey_assistant.domain.chat import ChatConversation, Entry
from journey_assistant.domain.moment import ConversationId
from journey_assistant.errors import JourneyError
from journey_assistant.services.live import Frame
from journey_assistant.web.callers import Caller, Known, TheEdge
from journey_assistant.web.chat.conversations import After, ReadErrors, names_of
from journey_assistant.web.chat.lines import ConversationName, Names, conversation_line, entry_line
from journey_assistant.web.deps import Running, Service, talking_of
from journey_assistant.web.edge import Edge

router = APIRouter(prefix="/v1/chat/conversations", tags=["chat"])

PAGE = 200
PASSING = ("progress", "typing")
EVENT = {
    "type": "object",
    "description": "One event; `data` is JSON.",
    "properties": {
        "event": {"enum": ["entry", "conversation", "progress", "typing"]},
        "id": {"type": "string", "description": "The number of the entry."},
        "data": {"type": "string"},
        "retry": {"type": "integer"},
    },
}
LastId = Annotated[
    str | None, Header(alias="Last-Event-ID", pattern=r"^\d{1,10}$", description="The number of the last entry seen.")
]


@dataclass
class _Reader:
    """One open connection: whose, and what it has been sent."""

    service: Service
    edge: Edge
    known: Caller
    conversation_id: ConversationId
    after: int
    shown: str = ""

    async def frames(self) -> AsyncIterator[bytes]:
        """Everything new until the token ends or is revoked, the process stops or the store is gone."""
        with talking_of(self.service).notifier.watching(self.conversation_id) as watch:
            yield b"retry: 1000\n\n"
            frames = [Frame(self.conversation_id, "changed")]
            try:
                while True:
                    async for piece in self._told(frames):
                        yield piece
                    left = self._seconds_left()
                    if left <= 0:
                        return
                    frames = await watch.arrived(min(self.edge.heartbeat_s, left))
                    if not frames:
                        yield KEEPALIVE_COMMENT
            except JourneyError:
                # The reader comes again and is told by a status what is the matter.
                return

    async def _told(self, frames: list[Frame]) -> AsyncIterator[bytes]:
        """What these frames say, in few pieces: each is a packet of its own."""
        passing = b""
        for frame in frames:
            if frame.kind not in PASSING:
                async for one in self._news():
                    yield passing + one
                    passing = b""
            elif frame.data.get("by") != "customer":
                # What the customers do themselves is no news to them.
                passing += _event(frame.kind, dict(frame.data))
        if passing:
            yield passing

    def _seconds_left(self) -> float:
        if self.edge.stopping.is_set():
            return 0
        return (self.known.expires_at - talking_of(self.service).clock.now()).total_seconds()

    async def _news(self) -> AsyncIterator[bytes]:
        """Entries that were not sent yet, and the conversation when it is another than before."""
        chat, customer_id = self.known.chat, self.known.customer_id
        if await self.service.store.is_revoked(chat.tenant, self.known.claims.jti):
            self.known = self.known.ended()
            return
        conversation = await chat.own(customer_id, self.conversation_id)
        while self.after < conversation.last_seq:
            found = await chat.entries(customer_id, self.conversation_id, after_seq=self.after, limit=PAGE)
            names = await names_of(self.service, (), found)
            yield b"".join(_entries(found, names))
            newest = found[-1].seq if found else 0
            self.after = max(newest, min(self.after + PAGE, conversation.last_seq))
        shown = await self._conversation(conversation)
        if shown != self.shown:
            self.shown = shown
            yield format_sse_event(event="conversation", data_str=shown)

    async def _conversation(self, conversation: ChatConversation) -> str:
        return _json(conversation_line(conversation, await names_of(self.service, [conversation])))


@router.get(
    "/{conversation_id}/events",
    summary="The conversation as it goes on",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": EVENT}}}, **ReadErrors},
)
async def events(
    conversation_id: ConversationName,
    known: Known,
    service: Running,
    edge: TheEdge,
    after: After = 0,
    last_id: LastId = None,
) -> StreamingResponse:
    """`entry` (with the entry's number as id), `conversation`, `progress` {step}, `typing` {by, on}; heartbeats.

    Begins behind `Last-Event-ID`, else behind `after`. Ends with the token: come again with a new one.
    """
    conversation = await known.chat.own(known.customer_id, ConversationId(conversation_id))
    behind = min(int(last_id) if last_id is not None else after, conversation.last_seq)
    reader = _Reader(service, edge, known, conversation.id, behind)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(reader.frames(), media_type="text/event-stream", headers=headers)


def _entries(found: list[Entry], names: Names) -> Iterator[bytes]:
    for entry in found:
        yield format_sse_event(event="entry", id=str(entry.seq), data_str=_json(entry_line(entry, names)))


def _event(kind: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=kind, data_str=json.dumps(data, ensure_ascii=False))


def _json(line: BaseModel) -> str:
    return line.model_dump_json()
