"""Events in: the HTTP API of Segment and RudderStack, so that their own clients work unchanged; and signed webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from journey_assistant.domain.signed_webhook import ID, problem_with
from journey_assistant.domain.source import Source
from journey_assistant.errors import Rejected
from journey_assistant.services.crm_rows import event_row
from journey_assistant.services.event_entry import EventEntry
from journey_assistant.services.event_messages import time_of
from journey_assistant.services.ingest_events import Taken
from journey_assistant.web.deps import Running
from journey_assistant.web.event_bodies import TooLarge, basic_key, parsed_body, raw_body
from journey_assistant.web.problems import Problem, problem_json, problems

router = APIRouter(tags=["events"])

MAX_MESSAGES = 2_500
STRICT = "x-strict-mode"
SHORT = {"i": "identify", "t": "track", "p": "page", "s": "screen", "g": "group", "a": "alias", "b": "batch"}
WHO = "Basic authentication with a write key as its user."


class RefusedLine(BaseModel):
    """A message that was not taken."""

    index: int
    what: str
    allowed: str


class TakenLine(BaseModel):
    """What became of the messages of one request."""

    success: bool = True
    stored: int
    known: int = Field(description="How many had been stored before.")
    refused: list[RefusedLine]


_ERRORS = problems(400, 401, 403, 408, 413, 429, 431, 503)
_OBJECT = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}


async def messages(request: Request, service: Running) -> Response:
    """Takes the messages of one request in.

    Answers like Segment: 200 also when single messages could not be used (`refused` says which and why); with the
    header `X-Strict-Mode: 1` 400 instead, and nothing is stored. 400 for a body that cannot be read, 401 without a
    valid write key, 413 for too much, 503 with Retry-After while nothing can be stored. A message counts once by its
    `messageId`, however often and late it comes.
    """
    kind = request.url.path.rstrip("/").rpartition("/")[2]
    kind = SHORT.get(kind, kind)
    entry = service.events
    key = basic_key(request.headers.get("authorization"))
    if entry is None or (key is not None and entry.source_of(key) is None):
        return _unknown_key()
    try:
        body = await asyncio.to_thread(parsed_body, await raw_body(request))
        source = entry.source_of(key or _text(body.get("writeKey")) or request.query_params.get("writeKey"))
        if source is None:
            return _unknown_key()
        sent_at = body.get("sentAt") or request.headers.get("sentat")
        taken = await _taken(entry, body, source, kind, sent_at, strict=request.headers.get(STRICT) == "1")
    except TooLarge as large:
        return _refusal(413, "too_large", str(large))
    except Rejected as rejected:
        return _refusal(400, "rejected", rejected.what, rejected.where, rejected.allowed)
    return _answer(taken)


for _name in (*SHORT.values(), *SHORT):
    router.add_api_route(
        f"/v1/{_name}",
        messages,
        methods=["POST"],
        summary=f"Take in {SHORT.get(_name, _name)} messages",
        include_in_schema=_name not in SHORT,
        operation_id=f"events_{_name}",
        description=f"{messages.__doc__}\n\n{WHO}",
        response_model=TakenLine,
        responses=_ERRORS,
        openapi_extra=_OBJECT,
    )


@router.post(
    "/v1/webhooks/{sender}",
    summary="Take in events of a signed webhook",
    response_model=TakenLine,
    responses=_ERRORS,
    openapi_extra=_OBJECT,
)
async def webhook(sender: str, request: Request, service: Running) -> Response:
    """The body is `{"events": [{id, type, at, customer_id, properties}]}` or one event.

    Signed by the Standard Webhooks convention (`webhook-id`, `webhook-timestamp`, `webhook-signature`). A signature
    older than 300 s is refused; the same event again changes nothing.
    """
    entry = service.events
    source, secret = entry.senders.get(sender, (None, "")) if entry else (None, "")
    if entry is None or source is None:
        return _refusal(401, "unknown_sender", "no sender of that name is configured")
    try:
        body = await raw_body(request)
        now = entry.clock.now()
        problem = problem_with({name.lower(): value for name, value in request.headers.items()}, body, secret, now)
        if problem is not None:
            return _refusal(401, "not_signed", problem)
        given = await asyncio.to_thread(parsed_body, body)
        events = [
            event_row({"id": f"{request.headers[ID]}:{index}", **event}, now=now, from_csv=False)
            for index, event in enumerate(_events_of(given))
        ]
    except TooLarge as large:
        return _refusal(413, "too_large", str(large))
    except Rejected as rejected:
        return _refusal(400, "rejected", rejected.what, rejected.where, rejected.allowed)
    return _answer(await entry.intake.take_events(events, source.tenant))


async def _taken(
    entry: EventEntry, body: Mapping[str, Any], source: Source, kind: str, stated: Any, *, strict: bool
) -> Taken:
    """``stated`` is when it left by the client's clock, as the client wrote it."""
    sent_at: datetime | None = time_of(stated, "sentAt") if stated else None
    if kind != "batch":
        return await entry.intake.take([body], source, kind=kind, sent_at=sent_at, strict=strict)
    given = _listed(body, "batch")
    context = body.get("context")
    if isinstance(context, Mapping):
        given = [{"context": context, **one} if isinstance(one, Mapping) else one for one in given]
    return await entry.intake.take(given, source, sent_at=sent_at, strict=strict)


def _events_of(body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    given = _listed(body, "events") if "events" in body else [body]
    if not all(isinstance(event, Mapping) for event in given):
        raise Rejected("events: expected objects", where="body", allowed="{id, type, at, customer_id, properties}")
    return given


def _listed(body: Mapping[str, Any], name: str) -> Sequence[Any]:
    given = body.get(name)
    if not isinstance(given, list):
        raise Rejected(f"{name}: expected a list", where="body", allowed=f'{{"{name}": [...]}}')
    if len(given) > MAX_MESSAGES:
        raise Rejected(f"{name}: has {len(given)} entries", where="body", allowed=f"at most {MAX_MESSAGES}")
    return given


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _answer(taken: Taken) -> JSONResponse:
    refused = [RefusedLine(index=one.index, what=one.what, allowed=one.allowed) for one in taken.refused]
    return JSONResponse(TakenLine(stored=taken.stored, known=taken.known, refused=refused).model_dump())


def _unknown_key() -> JSONResponse:
    answer = _refusal(401, "unknown_write_key", "the write key is missing or unknown")
    answer.headers["WWW-Authenticate"] = 'Basic realm="events"'
    return answer


def _refusal(status: int, error: str, what: str, where: str = "", allowed: str = "") -> JSONResponse:
    return problem_json(status, Problem(error=error, what=what, where=where, allowed=allowed), {})
