"""What every surface shares: the open service, bodies read within limits, and errors as one JSON shape."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from journey_assistant.bootstrap import Talking
from journey_assistant.errors import (
    ConfigurationError,
    Conflict,
    JourneyError,
    NotFound,
    PortError,
    Rejected,
)
from journey_assistant.ports.store import Store
from journey_assistant.services.decide import Decider
from journey_assistant.services.event_entry import EventEntry
from journey_assistant.services.strict_json import strict_json
from journey_assistant.web.limits import SECURITY_HEADERS
from journey_assistant.web.mail_entry import MailEntry
from journey_assistant.web.preferences import PreferencePages
from journey_assistant.web.problems import Problem, problem_answer, problem_json

MAX_CASE_BYTES = 8 * 1024 * 1024
BODY_WITHIN_S = 30.0
RETRY_AFTER_S = 5

STATUS: tuple[tuple[type[JourneyError], int], ...] = (
    (Rejected, 422),
    (NotFound, 404),
    (Conflict, 409),
    (PortError, 503),
    (ConfigurationError, 500),
    (JourneyError, 500),
)
"""The one table from our errors to HTTP: the first that fits."""

STATUS_NAMES = {
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "wrong_type",
    429: "too_often",
}


@dataclass(frozen=True)
class Service:
    """The parts that are open while the application runs."""

    store: Store
    decider: Decider
    events: EventEntry | None = None
    talking: Talking | None = None
    preferences: PreferencePages | None = None
    mail: MailEntry | None = None


async def service_of(request: Request) -> Service:
    """The running service. Not a plain function: FastAPI runs those on another thread, once for every request."""
    return cast(Service, request.app.state.service)


def talking_of(service: Service) -> Talking:
    """The chat of the running service. Raises ConfigurationError where there is none."""
    if service.talking is None:
        raise ConfigurationError("this service has no chat")
    return service.talking


Running = Annotated[Service, Depends(service_of)]


async def json_body(request: Request, most: int = MAX_CASE_BYTES) -> Any:
    """The body as JSON, strictly. Raises Rejected for other text, HTTPException 413 or 408 for too much or too slow."""
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            body = await _limited(request, most)
    except TimeoutError:
        raise HTTPException(408, f"the body did not arrive within {BODY_WITHIN_S:g} s") from None
    try:
        return strict_json(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Rejected("the body is not UTF-8", where="body", allowed="JSON in UTF-8") from error
    except ValueError as error:
        raise Rejected(f"the body is not usable JSON: {error}", where="body", allowed="one JSON object") from error


async def _limited(request: Request, most: int) -> bytes:
    """The body, read no further than allowed, whatever its length was said to be."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise HTTPException(413, f"the body has more than {most} bytes")
    return bytes(body)


def status_of(error: JourneyError) -> int:
    """The HTTP status of an error."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


async def answer_error(_request: Request, error: Exception) -> JSONResponse:
    """One of our errors as its status and a Problem."""
    assert isinstance(error, JourneyError)
    status = status_of(error)
    headers = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {}
    return problem_json(status, _problem_of(error), headers)


async def answer_invalid(_request: Request, error: Exception) -> JSONResponse:
    """Fields that are not as described, in the same shape; what was sent is not repeated."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return problem_json(422, Problem(error="rejected", what=str(first["msg"]), where=where), {})


async def answer_http_error(_request: Request, error: Exception) -> JSONResponse:
    """What the framework refuses (no such path, wrong method, too large) in the same shape."""
    assert isinstance(error, HTTPException)
    return problem_answer(
        error.status_code, STATUS_NAMES.get(error.status_code, "http"), str(error.detail), error.headers
    )


async def answer_failure(_request: Request, _error: Exception) -> JSONResponse:
    """A fault of ours: the log has it, the caller learns nothing of the inside."""
    return problem_answer(500, "internal", "something failed inside; the log says what", SECURITY_HEADERS)


def _problem_of(error: JourneyError) -> Problem:
    match error:
        case Rejected():
            return Problem(error="rejected", what=error.what, where=error.where, allowed=error.allowed)
        case PortError():
            allowed = "the same call later" if error.retryable else ""
            return Problem(error="unavailable", what=f"the {error.port} does not answer", allowed=allowed)
        case ConfigurationError():
            return Problem(error="configuration", what="the service is not configured; its log says what is missing")
        case _:
            name = {"NotFound": "not_found", "InvalidTransition": "invalid_transition", "StaleDraft": "stale_draft"}
            kind = type(error).__name__
            return Problem(error=name.get(kind, kind.casefold()), what=str(error))
