"""/v1/chat/conversations: what a customer does in the chat. The customer is whom the token names, and nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query, Response

from journey_assistant.domain.chat import AttachmentId, ChatConversation, Entry
from journey_assistant.domain.moment import ConversationId
from journey_assistant.services.customer_why import why_answered
from journey_assistant.web.callers import Changing, Known
from journey_assistant.web.chat.lines import (
    CitationLine,
    ConversationAnswer,
    ConversationName,
    ConversationsAnswer,
    EntriesAnswer,
    EntryAnswer,
    Key,
    MessageBody,
    NoBody,
    OpenBody,
    OpenedAnswer,
    ReadBody,
    ScoreBody,
    TypingBody,
    WhyAnswer,
    conversation_line,
    entry_line,
)
from journey_assistant.web.deps import Running, Service, talking_of
from journey_assistant.web.problems import problems

router = APIRouter(prefix="/v1/chat/conversations", tags=["chat"])

SHOWN_AT_FIRST = 200
ERRORS = problems(400, 401, 403, 404, 409, 413, 422, 429, 431, 503)
ReadErrors = problems(400, 401, 403, 404, 422, 429, 431, 503)
After = Annotated[int, Query(ge=0, le=2**31 - 1, description="The number behind which to read.")]


@router.post(
    "",
    summary="Open or resume a conversation",
    status_code=201,
    responses={200: {"model": OpenedAnswer, "description": "Resumed"}, **ERRORS},
)
async def open_conversation(body: OpenBody, known: Changing, service: Running, response: Response) -> OpenedAnswer:
    """Without `conversation_id` a new one (201), with it the caller's own (200), with its newest entries."""
    asked = ConversationId(body.conversation_id) if body.conversation_id else None
    conversation = await known.chat.open(known.customer_id, asked, visitor=known.is_visitor)
    if asked is not None:
        response.status_code = 200
    entries = await known.chat.entries(
        known.customer_id, conversation.id, after_seq=max(0, conversation.last_seq - SHOWN_AT_FIRST)
    )
    names = await names_of(service, [conversation], entries)
    return OpenedAnswer(
        conversation=conversation_line(conversation, names), entries=[entry_line(one, names) for one in entries]
    )


@router.get("", summary="The caller's conversations", responses=ReadErrors)
async def conversations(known: Known, service: Running) -> ConversationsAnswer:
    """The newest first."""
    found = await known.chat.conversations(known.customer_id)
    names = await names_of(service, found)
    return ConversationsAnswer(conversations=[conversation_line(one, names) for one in found])


@router.get("/{conversation_id}", summary="One conversation", responses=ReadErrors)
async def conversation(conversation_id: ConversationName, known: Known, service: Running) -> ConversationAnswer:
    """As it stands."""
    return await _line(service, await known.chat.own(known.customer_id, ConversationId(conversation_id)))


@router.get("/{conversation_id}/entries", summary="Its history", responses=ReadErrors)
async def entries(
    conversation_id: ConversationName,
    known: Known,
    service: Running,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 200,
) -> EntriesAnswer:
    """Entries behind a number, in their order."""
    found = await known.chat.entries(known.customer_id, ConversationId(conversation_id), after_seq=after, limit=limit)
    names = await names_of(service, (), found)
    return EntriesAnswer(entries=[entry_line(one, names) for one in found])


@router.post("/{conversation_id}/messages", summary="Say something", status_code=202, responses=ERRORS)
async def post_message(conversation_id: ConversationName, body: MessageBody, key: Key, known: Changing) -> EntryAnswer:
    """Stored when 202 is answered. The same key with the same body gives the same entry, with another body 409."""
    entry = await known.chat.post(
        known.customer_id,
        ConversationId(conversation_id),
        key=key,
        text=body.text,
        attachments=[AttachmentId(one) for one in body.attachments],
        page=body.page.model_dump() if body.page else None,
    )
    return EntryAnswer(entry=entry_line(entry, {}))


@router.post("/{conversation_id}/typing", summary="The customer writes, or stopped", status_code=204, responses=ERRORS)
async def typing(conversation_id: ConversationName, body: TypingBody, known: Known) -> None:
    """Seen by the person who has the conversation; the assistant waits a little longer for the rest."""
    await known.chat.typing(known.customer_id, ConversationId(conversation_id), on=body.on)


@router.post("/{conversation_id}/read", summary="Seen up to here", status_code=204, responses=ERRORS)
async def read(conversation_id: ConversationName, body: ReadBody, known: Known) -> None:
    """An older number changes nothing."""
    await known.chat.read(known.customer_id, ConversationId(conversation_id), body.seq)


@router.post("/{conversation_id}/person", summary="Talk to a person", responses=ERRORS)
async def ask_for_person(
    conversation_id: ConversationName, known: Changing, service: Running, body: NoBody | None = None
) -> ConversationAnswer:
    """Always works while anything can be stored: no model, no encoder, no index is asked."""
    return await _line(service, await known.chat.ask_for_person(known.customer_id, ConversationId(conversation_id)))


@router.post("/{conversation_id}/close", summary="The customer is done", responses=ERRORS)
async def close(
    conversation_id: ConversationName, known: Changing, service: Running, body: NoBody | None = None
) -> ConversationAnswer:
    """Resolved; the next message opens it again."""
    return await _line(service, await known.chat.close(known.customer_id, ConversationId(conversation_id)))


@router.post("/{conversation_id}/csat", summary="How satisfied", status_code=204, responses=ERRORS)
async def rate(conversation_id: ConversationName, body: ScoreBody, known: Changing) -> None:
    """A second score replaces the first."""
    await known.chat.rate(known.customer_id, ConversationId(conversation_id), score=body.score, comment=body.comment)


@router.get("/{conversation_id}/why/{entry_id}", summary="Why this answer", responses=ReadErrors)
async def why(
    conversation_id: ConversationName, entry_id: ConversationName, known: Known, service: Running
) -> WhyAnswer:
    """How an answer of the assistant came about, in the customer's words."""
    talking = talking_of(service)
    conversation = await known.chat.own(known.customer_id, ConversationId(conversation_id))
    told = await why_answered(service.store, talking.commit.playbook, known.tenant, conversation, entry_id)
    citations = [CitationLine(**one) for one in told.citations]
    return WhyAnswer(sentences=list(told.sentences), citations=citations, checked=list(told.checked))


async def _line(service: Running, conversation: ChatConversation) -> ConversationAnswer:
    names = await names_of(service, [conversation])
    return ConversationAnswer(conversation=conversation_line(conversation, names))


async def names_of(
    service: Service, conversations: Iterable[ChatConversation], entries: Iterable[Entry] = ()
) -> dict[str, str]:
    """The names of the colleagues that these name, by their ids; asks the store only when there are any."""
    owned = any(conversation.ownership.colleague for conversation in conversations)
    if not owned and not any(entry.by_person for entry in entries):
        return {}
    tenant = talking_of(service).chat.tenant
    return {str(colleague.id): colleague.name for colleague in await service.store.colleagues(tenant)}
