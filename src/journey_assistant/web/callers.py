"""Who calls the chat: a customer or a visitor, proved by the bearer token, and how often they may."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.services.chat import Chat
from journey_assistant.web.deps import Running, talking_of
from journey_assistant.web.edge import Edge
from journey_assistant.web.rates import TooOften
from journey_assistant.web.tokens import BadToken, Claims

_LOG = logging.getLogger(__name__)
_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="A token of the chat, at most 15 minutes old.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who speaks, until when the proof holds, and what they may call. Nothing else names a customer."""

    customer_id: CustomerId
    is_visitor: bool
    claims: Claims
    chat: Chat
    tenant: TenantId = DEFAULT_TENANT

    @property
    def expires_at(self) -> datetime:
        """When the token ends."""
        return self.claims.expires_at

    def ended(self) -> Caller:
        """The same caller, whose token is of no use any more."""
        return replace(self, claims=replace(self.claims, expires_at=datetime.min.replace(tzinfo=UTC)))


async def edge_of(request: Request) -> Edge:
    """The edge of this process."""
    return cast(Edge, request.app.state.edge)


TheEdge = Annotated[Edge, Depends(edge_of)]


async def caller(service: Running, edge: TheEdge, bearer: Bearer) -> Caller:
    """Whoever the token proves. 401 without a valid one, and for a revoked one."""
    chat = talking_of(service).chat
    claims = proved(edge, bearer)
    if await service.store.is_revoked(chat.tenant, claims.jti):
        raise _unproved("the token was revoked")
    return Caller(claims.subject, claims.is_visitor, claims, chat, chat.tenant)


def proved(edge: Edge, bearer: HTTPAuthorizationCredentials | None, *, returning: bool = False) -> Claims:
    """The claims of a bearer token; a returning visitor's may have ended. Raises HTTPException 401."""
    try:
        given = bearer.credentials if bearer else ""
        return edge.tokens.read_returning(given) if returning else edge.tokens.read(given)
    except BadToken as error:
        _LOG.info("a token was refused: %s", error)
        raise _unproved("a valid token is needed") from error


def _unproved(what: str) -> HTTPException:
    return HTTPException(401, what, {"WWW-Authenticate": "Bearer"})


Known = Annotated[Caller, Depends(caller)]


async def counted(known: Known, edge: TheEdge) -> Caller:
    """A caller who changes something, which may be done so often a minute. 429 beyond."""
    take(edge, known.customer_id, known.tenant)
    return known


def take(edge: Edge, customer_id: CustomerId, tenant: TenantId) -> None:
    """Counts one change of a customer and of all of them. Raises HTTPException 429."""
    try:
        edge.rates.customer.take(f"{tenant}\0{customer_id}")
        edge.rates.tenant.take(tenant)
    except TooOften as error:
        raise HTTPException(429, str(error), {"Retry-After": str(error.retry_after_s)}) from error


Changing = Annotated[Caller, Depends(counted)]
