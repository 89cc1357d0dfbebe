"""What a colleague does in a conversation: claim, answer, note, transfer, give back, resolve."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from journey_assistant.domain.colleague import ColleagueId, Permission
from journey_assistant.domain.moment import ConversationId
from journey_assistant.errors import Conflict, Rejected
from journey_assistant.services.hand_over import HandOver
from journey_assistant.web.console.inbox import shown, talking_of
from journey_assistant.web.console.parts import Console
from journey_assistant.web.console.route import console_router
from journey_assistant.web.console.sessions import Change, Running, changing
from journey_assistant.web.pages import HEADERS

router = console_router()
Talker = Annotated[Change, Depends(changing(Permission.CONVERSE))]


@router.post("/inbox/{conversation_id}/claim")
async def claim(request: Request, console: Running, change: Talker, conversation_id: str) -> Response:
    """It is mine from now on."""
    step = _desk(console).claim(ConversationId(conversation_id), by=change.by)
    return await _done(request, console, change, conversation_id, step)


@router.post("/inbox/{conversation_id}/say")
async def say(request: Request, console: Running, change: Talker, conversation_id: str) -> Response:
    """A message to the customer; sent twice with one key it is one message."""
    text, key = change.text("text"), change.text("key")
    step = _desk(console).say(ConversationId(conversation_id), by=change.by, text=text, key=key)
    return await _done(request, console, change, conversation_id, step, typed=text)


@router.post("/inbox/{conversation_id}/note")
async def note(request: Request, console: Running, change: Talker, conversation_id: str) -> Response:
    """Words for colleagues alone."""
    step = _desk(console).note(ConversationId(conversation_id), by=change.by, text=change.text("text"))
    return await _done(request, console, change, conversation_id, step)


@router.post("/inbox/{conversation_id}/transfer")
async def transfer(request: Request, console: Running, change: Talker, conversation_id: str) -> Response:
    """To another colleague."""
    to = ColleagueId(change.text("to"))
    step = _desk(console).transfer(ConversationId(conversation_id), by=change.by, to=to)
    return await _done(request, console, change, conversation_id, step)


@router.post("/inbox/{conversation_id}/requeue")
async def requeue(request: Request, console: Running, change: Talker, conversation_id: str) -> Response:
    """To a queue, for whoever is free."""
    step = _desk(console).requeue(ConversationId(conversation_id), by=change.by, queue=change.text("queue"))
    return await _done(request, console, change, conversation_id, step)


@router.post("/inbox/{conversation_id}/give-back")
async def give_back(request: Request, console: Running, change: Talker, conversation_id: str) -> Response:
    """The assistant goes on."""
    step = _desk(console).give_back(ConversationId(conversation_id), by=change.by)
    return await _done(request, console, change, conversation_id, step)


@router.post("/inbox/{conversation_id}/resolve")
async def resolve(request: Request, console: Running, change: Talker, conversation_id: str) -> Response:
    """Done."""
    step = _desk(console).resolve(ConversationId(conversation_id), by=change.by)
    return await _done(request, console, change, conversation_id, step)


@router.post("/inbox/{conversation_id}/typing")
async def typing(console: Running, change: Talker, conversation_id: str) -> Response:
    """The customer sees that somebody writes."""
    on = change.text("on") == "yes"
    await _desk(console).typing(ConversationId(conversation_id), by=change.by, on=on)
    return Response(status_code=204, headers=HEADERS)


def _desk(console: Console) -> HandOver:
    return talking_of(console).hand_over


async def _done(
    request: Request,
    console: Console,
    change: Change,
    conversation_id: str,
    step: Awaitable[Any],
    *,
    typed: str = "",
) -> Response:
    """The page again; or as it stands now with what was typed, when somebody else was faster or it is not allowed."""
    try:
        await step
    except (Conflict, Rejected) as refused:
        status = 409 if isinstance(refused, Conflict) else 422
        place = ConversationId(conversation_id)
        return await shown(request, console, change.signed, place, status=status, told=str(refused), typed=typed)
    return RedirectResponse(f"/inbox/{quote(conversation_id, safe='')}", 303, HEADERS)
