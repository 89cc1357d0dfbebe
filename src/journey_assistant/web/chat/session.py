"""/v1/chat: how the chat is set up, visitors, who a visitor turns out to be, and signing out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from journey_assistant.domain.customer import CustomerId
from journey_assistant.errors import Rejected
from journey_assistant.services.offline_message import leave_message
from journey_assistant.web.callers import Bearer, Known, TheEdge, proved, take
from journey_assistant.web.chat.lines import Given, Key, NoBody, Words
from journey_assistant.web.deps import Running, talking_of
from journey_assistant.web.file_types import ALLOWED
from journey_assistant.web.problems import problems
from journey_assistant.web.tokens import MOST_CHARACTERS, BadToken

router = APIRouter(prefix="/v1/chat", tags=["chat"])

ERRORS = problems(400, 401, 403, 409, 413, 422, 429, 431, 503)
Origin = Annotated[str | None, Header(description="The site; browsers send it by themselves.")]


class FilesLine(BaseModel):
    """What may be attached."""

    types: list[str]
    max_bytes: int


class ConfigAnswer(BaseModel):
    """How the chat is set up. Empty texts: the widget has its own, in the visitor's language."""

    assistant_name: str
    greeting: str
    csat: bool
    attachments: FilesLine
    consent_page_views: bool = Field(description="Visitors are asked before page views are stored.")
    languages: list[str]


class VisitorAnswer(BaseModel):
    """A visitor's token, and when it ends."""

    token: str
    expires_at: datetime
    visitor_id: str


class IdentifyBody(Given):
    """The token by which the visitor proves who they are."""

    token: str = Field(max_length=MOST_CHARACTERS)


class OfflineBody(Given):
    """A message that is answered by e-mail."""

    email: str = Field(min_length=3, max_length=254, pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+$")
    text: Words = Field(min_length=1, max_length=4_000)


class AcceptedAnswer(BaseModel):
    """It is stored, and a person will read it."""

    accepted: bool = True


@router.get("/config", summary="How the chat is set up", responses=problems(403, 429, 431))
async def config(service: Running, edge: TheEdge) -> ConfigAnswer:
    """The same for everybody; needs no token."""
    playbook = talking_of(service).commit.playbook
    return ConfigAnswer(
        assistant_name=playbook.company.brand,
        greeting="",
        csat=True,
        attachments=FilesLine(types=sorted(ALLOWED), max_bytes=edge.attachment_bytes),
        consent_page_views=True,
        languages=sorted({language for texts in playbook.phrases.values() for language in texts}),
    )


@router.post(
    "/visitors",
    summary="Become a visitor, or come back as one",
    status_code=201,
    responses=ERRORS,
    openapi_extra={"security": [{}]},
)
async def visitors(
    service: Running, edge: TheEdge, bearer: Bearer, origin: Origin = None, body: NoBody | None = None
) -> VisitorAnswer:
    """For pages of a listed site. With a visitor's token, also one that ended within a day, the same visitor again."""
    if not origin or not edge.sites.allow(origin):
        raise HTTPException(403, "visitors come from a page of a listed site")
    returning = proved(edge, bearer, returning=True) if bearer else None
    chat = talking_of(service).chat
    if returning and await service.store.is_revoked(chat.tenant, returning.jti):
        raise HTTPException(401, "the token was revoked", {"WWW-Authenticate": "Bearer"})
    token, claims = edge.tokens.visitor_token(returning.subject if returning else None)
    return VisitorAnswer(token=token, expires_at=claims.expires_at, visitor_id=claims.subject)


@router.post("/identify", summary="A visitor is a customer", status_code=204, responses=ERRORS)
async def identify(body: IdentifyBody, known: Known, service: Running, edge: TheEdge) -> None:
    """Called with the visitor's token, proved by the customer's: what the visitor said is the customer's then."""
    if not known.is_visitor:
        raise Rejected("the caller is no visitor", where="Authorization", allowed="a visitor's token")
    try:
        customer = edge.tokens.read(body.token)
    except BadToken as error:
        raise HTTPException(401, "the customer's token is not valid", {"WWW-Authenticate": "Bearer"}) from error
    if customer.is_visitor or await service.store.is_revoked(known.tenant, customer.jti):
        raise HTTPException(401, "the customer's token is not valid", {"WWW-Authenticate": "Bearer"})
    take(edge, customer.subject, known.tenant)
    await known.chat.merge(known.customer_id, CustomerId(customer.subject))


@router.post("/sign-out", summary="This token is not taken any more", status_code=204, responses=ERRORS)
async def sign_out(known: Known, service: Running, body: NoBody | None = None) -> None:
    """Revokes the caller's own token."""
    await service.store.revoke_token(known.tenant, known.claims.jti, known.expires_at)


@router.post("/offline", summary="Leave a message", status_code=202, responses=ERRORS)
async def offline(body: OfflineBody, key: Key, request: Request, service: Running, edge: TheEdge) -> AcceptedAnswer:
    """For when no chat is possible: a person answers to the address. The same key again changes nothing."""
    talking = talking_of(service)
    client = request.client.host if request.client else ""
    take(edge, CustomerId(f"address:{client}"), talking.chat.tenant)
    await leave_message(talking.chat, email=body.email, text=body.text, key=key)
    return AcceptedAnswer()
