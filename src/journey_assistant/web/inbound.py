"""/v1/inbound/email: mail that came in, handed over by a mail server or service with a signed webhook."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from journey_assistant.domain.mail import IncomingMail
from journey_assistant.domain.signed_webhook import ID, problem_with
from journey_assistant.errors import Rejected
from journey_assistant.services.read_mail import mail_of_json, read_mail
from journey_assistant.web.deps import Running
from journey_assistant.web.event_bodies import TooLarge, parsed_body, raw_body
from journey_assistant.web.limits import INBOUND
from journey_assistant.web.problems import Problem, problem_json, problems

router = APIRouter(tags=["inbound e-mail"])


class ReceivedLine(BaseModel):
    """What became of one mail."""

    became: str = Field(description="decided, known (taken before), bounce, ignored, or nobody.")
    why: str = ""
    run: str | None = Field(None, description="The run that decided about it.")
    route: str | None = Field(None, description="Where it went: draft_message, route_to_human or hold.")


@router.post(
    INBOUND,
    summary="Take in an e-mail",
    response_model=ReceivedLine,
    responses=problems(400, 401, 408, 413, 429, 431, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "message/rfc822": {"schema": {"type": "string", "format": "binary"}},
                "application/json": {"schema": {"type": "object"}},
            },
        }
    },
)
async def email(request: Request, service: Running) -> Response:
    """The body is the mail as it stands on the wire (`message/rfc822`), or JSON: `{"raw": "…"}`, or a mail service's
    fields (`from`, `subject`, `text`, `html`, `messageId`, `headers`, in any capitals).

    Signed by the Standard Webhooks convention like other webhooks; a signature older than 300 s is refused, and the
    same mail again changes nothing. 200 also for mail that is not answered (`ignored`, `nobody`).
    """
    entry = service.mail
    if entry is None:
        return _refusal(401, "not_configured", "no mail is taken in (JOURNEY_INBOUND_EMAIL_SECRET)")
    try:
        body = await raw_body(request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        problem = problem_with(headers, body, entry.secret, entry.clock.now())
        if problem is not None:
            return _refusal(401, "not_signed", problem)
        is_json = headers.get("content-type", "").partition(";")[0].strip().casefold() == "application/json"
        mail = await asyncio.to_thread(_mail_of, body, headers[ID], is_json=is_json)
    except TooLarge as large:
        return _refusal(413, "too_large", str(large))
    except Rejected as rejected:
        return _refusal(400, "rejected", rejected.what, rejected.where, rejected.allowed)
    received = await entry.intake.take(mail)
    run = received.run
    line = ReceivedLine(
        became=received.became, why=received.why, run=run.id if run else None, route=run.route if run else None
    )
    return JSONResponse(line.model_dump())


def _mail_of(body: bytes, id_: str, *, is_json: bool) -> IncomingMail:
    raw = mail_of_json(parsed_body(body)) if is_json else body
    return read_mail(raw, fallback_id=f"{id_}@inbound")


def _refusal(status: int, error: str, what: str, where: str = "", allowed: str = "") -> JSONResponse:
    return problem_json(status, Problem(error=error, what=what, where=where, allowed=allowed), {})
