"""/v1/chat attachments: stored, shown, never executed. No name of a sender reaches the file system."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Response, UploadFile
from starlette.exceptions import HTTPException

from journey_assistant.domain.chat import AttachmentId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.web.callers import Changing, Known, TheEdge
from journey_assistant.web.chat.lines import ConversationName, FileLine, FileName
from journey_assistant.web.file_types import ALLOWED, shown_name, type_of
from journey_assistant.web.problems import problems

router = APIRouter(prefix="/v1/chat", tags=["chat"])

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


@router.post(
    "/conversations/{conversation_id}/attachments",
    summary="Attach a file",
    status_code=201,
    responses=problems(400, 401, 403, 404, 413, 415, 422, 429, 431, 503),
)
async def attach(
    conversation_id: ConversationName, known: Changing, edge: TheEdge, file: Annotated[UploadFile, File()]
) -> FileLine:
    """Stored with the conversation; a message names its id. What it is, is read from the file itself."""
    content = await file.read()
    if len(content) > edge.attachment_bytes:
        raise HTTPException(413, f"the file has more than {edge.attachment_bytes} bytes")
    type_ = type_of(content)
    if type_ is None:
        raise HTTPException(415, f"files of this kind are not taken; taken are {', '.join(sorted(ALLOWED))}")
    stored = await known.chat.attach(
        known.customer_id, ConversationId(conversation_id), name=shown_name(file.filename), type_=type_, content=content
    )
    return FileLine(id=stored.id, name=stored.name, type=stored.type, size=stored.size)


@router.get(
    "/attachments/{attachment_id}",
    summary="A file",
    response_class=Response,
    responses={
        200: {"content": {type_: {"schema": {"type": "string", "format": "binary"}} for type_ in sorted(ALLOWED)}},
        **problems(400, 401, 403, 404, 422, 429, 431, 503),
    },
)
async def attachment(attachment_id: FileName, known: Known) -> Response:
    """The caller's own file, to be saved: a browser shows nothing of it by itself."""
    stored, content = await known.chat.attachment(known.customer_id, AttachmentId(attachment_id))
    return file_answer(stored.name, stored.type, content)


def file_answer(name: str, type_: str, content: bytes) -> Response:
    """A file as an answer that is saved and never run."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": SANDBOX,
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=type_, headers=headers)
