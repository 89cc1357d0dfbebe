"""/inbox: who waits for a person, and one conversation with what to know before reading it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from urllib.parse import quote
from uuid import uuid4

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from journey_assistant.bootstrap.service import Talking
from journey_assistant.domain.chat import CUSTOMER, AttachmentId
from journey_assistant.domain.colleague import Colleague, Permission
from journey_assistant.domain.customer import Customer, CustomerId
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.domain.login import SignedIn
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.domain.timeline import Event
from journey_assistant.errors import JourneyError, NotFound
from journey_assistant.services.live import Frame
from journey_assistant.web.console.inbox_view import (
    clock_of,
    colleague_names,
    conversation_rows,
    customers_named,
    is_mine,
    promise_words,
    seen_line,
    shown_name,
    transcript,
)
from journey_assistant.web.console.parts import Console
from journey_assistant.web.console.records import known_customer
from journey_assistant.web.console.route import console_router
from journey_assistant.web.console.sessions import COOKIE, Reader, Refusal, Running
from journey_assistant.web.pages import HEADERS, page

router = console_router()
HEARTBEAT_S, LOOK_S = 15.0, 1.0
MOST = 100
VIEWS = {
    "waiting": ("Waiting", OwnerState.WAITING),
    "mine": ("Mine", OwnerState.PERSON),
    "people": ("With colleagues", OwnerState.PERSON),
    "assistant": ("With the assistant", OwnerState.ASSISTANT),
    "resolved": ("Resolved", OwnerState.RESOLVED),
}


@router.get("/inbox")
async def inbox(request: Request, console: Running, signed: Reader, view: str = "waiting", queue: str = "") -> Response:
    """One queue, or all; the most urgent first."""
    if view not in VIEWS:
        raise NotFound(f"there is no view {view}")
    found = await console.store.conversations(
        console.tenant,
        states=[VIEWS[view][1]],
        queue=queue or None,
        colleague=signed.colleague.id if view == "mine" else None,
        limit=MOST,
    )
    return page(
        request,
        "inbox.html",
        signed,
        rows=await conversation_rows(console, found),
        view=view,
        views={name: title for name, (title, _) in VIEWS.items()},
        queue=queue,
        queues=sorted(talking_of(console).commit.playbook.queues),
        now=console.clock.now(),
    )


@router.get("/inbox/events")
async def events(request: Request, console: Running, signed: Reader) -> Response:
    """Says that something changed in some conversation; the page reads itself again."""
    return _live(request, console, None)


@router.get("/inbox/attachments/{attachment_id}")
async def attachment(console: Running, signed: Reader, attachment_id: str) -> Response:
    """A file that somebody sent: kept as a file by the browser, never opened as a page."""
    found = await console.store.attachment(console.tenant, AttachmentId(attachment_id))
    if found is None:
        raise NotFound("there is no such file")
    file, content = found
    headers = {
        **HEADERS,
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
    }
    return Response(content, headers=headers, media_type="application/octet-stream")


@router.get("/inbox/{conversation_id}")
async def conversation(
    request: Request, console: Running, signed: Reader, conversation_id: str, suggest: bool = False
) -> Response:
    """The packet, then the transcript; with ``suggest`` a reply that the assistant would give stands in the field."""
    suggested, why_not = await _suggested(console, ConversationId(conversation_id)) if suggest else (None, "")
    return await shown(request, console, signed, ConversationId(conversation_id), suggested=suggested, told=why_not)


@router.get("/inbox/{conversation_id}/events")
async def conversation_events(request: Request, console: Running, signed: Reader, conversation_id: str) -> Response:
    """The same for one conversation, and whether its customer is typing."""
    return _live(request, console, ConversationId(conversation_id))


def talking_of(console: Console) -> Talking:
    """The running chat. Raises Refusal where none runs."""
    if console.talking is None:
        raise Refusal(503, "the chat does not run in this service")
    return console.talking


async def shown(
    request: Request,
    console: Console,
    signed: SignedIn,
    conversation_id: ConversationId,
    *,
    status: int = 200,
    told: str = "",
    typed: str = "",
    suggested: JourneyRun | None = None,
) -> Response:
    """The page of one conversation as it stands."""
    packet = await talking_of(console).hand_over.packet(conversation_id)
    found = packet.conversation
    lines = await transcript(console, found)
    await talking_of(console).hand_over.seen(found, by=signed.colleague.id)
    who = (await customers_named(console, [found.customer_id]))[found.customer_id]
    record, happened = await _record(console, found.customer_id)
    playbook, now = talking_of(console).commit.playbook, console.clock.now()
    return page(
        request,
        "conversation.html",
        signed,
        status=status,
        told=told,
        typed=typed or (str(getattr(suggested.outcome, "text", "")) if suggested else ""),
        suggested=suggested,
        packet=packet,
        conversation=found,
        name=shown_name(who, found),
        company=who.company,
        record=record,
        happened=happened,
        lines=lines,
        seen_line=seen_line(lines, found),
        clock=clock_of(found, now),
        promised=promise_words(playbook, found, record.timezone if record else None, now),
        names=await colleague_names(console),
        receivers=await _receivers(console, signed),
        queues=sorted(playbook.queues),
        mine=is_mine(found, signed.colleague.id),
        may_converse=signed.colleague.may(Permission.CONVERSE),
        key=uuid4().hex,
    )


async def _record(console: Console, customer_id: CustomerId) -> tuple[Customer | None, list[Event]]:
    try:
        return await known_customer(console, customer_id)
    except NotFound:
        return None, []


async def _receivers(console: Console, signed: SignedIn) -> list[Colleague]:
    """Colleagues who could go on with it."""
    found = await console.store.colleagues(console.tenant)
    return [row for row in found if row.may(Permission.CONVERSE) and row.id != signed.colleague.id]


async def _suggested(console: Console, conversation_id: ConversationId) -> tuple[JourneyRun | None, str]:
    """The suggested reply, or why there is none; a part that is down never keeps a person from answering."""
    try:
        run = await talking_of(console).suggestions.suggest(conversation_id)
    except NotFound:
        raise
    except JourneyError:
        return None, "No suggestion: a part of the assistant does not answer"
    return run, "" if run else "No suggestion: the assistant would leave this to you"


def _live(request: Request, console: Console, conversation_id: ConversationId | None) -> Response:
    headers = {**HEADERS, "X-Accel-Buffering": "no"}
    frames = _frames(request, console, conversation_id)
    return StreamingResponse(frames, headers=headers, media_type="text/event-stream")


async def _frames(request: Request, console: Console, conversation_id: ConversationId | None) -> AsyncIterator[str]:
    """News as they come, until the service stops. Who was signed out hears nothing more."""
    token = request.cookies.get(COOKIE, "")
    edge = getattr(request.app.state, "edge", None)
    quiet_s = 0.0
    with talking_of(console).notifier.watching(conversation_id) as watch:
        yield "retry: 2000\n\n"
        while not (edge and edge.stopping.is_set()):
            frame = await watch.next(LOOK_S)
            quiet_s = quiet_s + LOOK_S if frame is None else 0.0
            line = _line(frame) if frame else (": still here\n\n" if quiet_s % HEARTBEAT_S == 0 else "")
            if not line:
                continue
            if await console.login.signed_in(token) is None:
                return
            yield line


def _line(frame: Frame) -> str:
    """What a page is told of it: never words, only that there is something to read."""
    if frame.kind == "changed":
        return f"event: changed\ndata: {json.dumps(frame.conversation_id)}\n\n"
    if frame.kind == "typing" and frame.data.get("by") == CUSTOMER:
        return f"event: typing\ndata: {json.dumps(bool(frame.data.get('on')))}\n\n"
    return ""
