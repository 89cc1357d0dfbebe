"""The door: what every request passes before a route sees it, and every answer on its way out.

Requests: origin, how often, how large, how slow. Answers: headers that keep a browser from guessing, framing, storing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from journey_assistant.domain.sites import is_own_machine, origin_of
from journey_assistant.web.problems import problem_answer
from journey_assistant.web.rates import Rate, TooOften

CHAT = "/v1/chat"
CHAT_BODY, CASE_BODY, OTHER_BODY = 64 * 1024, 8 * 1024 * 1024, 64 * 1024
EVENTS_BODY = 4 * 1024 * 1024
INBOUND = "/v1/inbound/email"
"""Where mail is handed in; it may be as large as a batch of events."""
MULTIPART_EXTRA = 16 * 1024
"""What an upload may have around its file: names, types, boundaries."""
BODY_WITHIN_S = 30.0
MOST_HEADERS, MOST_HEADER_BYTES = 100, 16 * 1024
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""On every answer that does not say otherwise itself."""
_ANY_OWN_PORT = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?"
EVENTS = re.compile(r"/v1/(identify|track|page|screen|group|alias|batch|[itpsgab]|webhooks/[^/]+)/?")
"""Where clients send events to."""
EVENT_SETTINGS = re.compile(r"/v1/projects/[^/]+/settings|(/v1)?/sourceConfig/?")
"""Where clients in pages ask what to do."""
_OF_CHAT = ("Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID")
_RETRIES = ("Recovered", "Retry-Attempt", "Retry-Reason", "Since-First-Attempt", "Since-Last-Attempt")
_OF_EVENT_CLIENTS = ("AnonymousId", "SentAt", *(f"Rsa-{name}" for name in _RETRIES))
"""Headers that pages may send; the last are RudderStack's, which tells of its retries."""
_UPLOAD = re.compile(rf"{CHAT}/conversations/[^/]+/attachments")


@dataclass(frozen=True, slots=True)
class Sites:
    """Which origins may use the chat; ``dev`` adds every page of the developer's own machine."""

    origins: tuple[str, ...] = ()
    dev: bool = False

    def allow(self, origin: str) -> bool:
        """A page of this origin may talk to the chat."""
        return origin in self.origins or (self.dev and is_own_machine(origin))

    @classmethod
    def of(cls, sites: Sequence[str], own_address: str, *, dev: bool) -> Sites:
        """The configured sites and the service's own address."""
        return cls(tuple(dict.fromkeys([*sites, origin_of(own_address)])), dev)


class SecurityHeaders:
    """Adds the headers above; what belongs to a person (all of /v1) is stored by nobody."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/v1/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, hardened if scope["type"] == "http" else send)


class ChatOrigins:
    """CORS for what pages use (chat, events), by the allow-list; any other origin is refused, not only hidden."""

    def __init__(self, app: ASGIApp, sites: Sites) -> None:
        self._app, self._sites = app, sites
        self._with_cors = CORSMiddleware(
            app,
            allow_origins=sites.origins,
            allow_origin_regex=_ANY_OWN_PORT if sites.dev else None,
            allow_methods=["GET", "POST"],
            allow_headers=[*_OF_CHAT, *_OF_EVENT_CLIENTS],
            expose_headers=["Retry-After"],
            max_age=600,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_of_pages(scope["path"]):
            return await self._app(scope, receive, send)
        origin = Headers(scope=scope).get("origin")
        if origin is not None and not self._sites.allow(origin):
            answer = problem_answer(403, "origin_not_allowed", "this site is not in the list of sites (JOURNEY_SITES)")
            return await answer(scope, receive, send)
        return await self._with_cors(scope, receive, send)


class AddressRate:
    """A limit of requests per network address, for all of /v1."""

    def __init__(self, app: ASGIApp, rate: Rate) -> None:
        self._app, self._rate = app, rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/v1/"):
            client = scope.get("client")
            try:
                self._rate.take(client[0] if client else "")
            except TooOften as error:
                return await too_often_answer(error)(scope, receive, send)
        return await self._app(scope, receive, send)


class BoundedRequests:
    """Headers and bodies within limits, read whole before anything parses them: 431, 413 and 408."""

    def __init__(self, app: ASGIApp, *, attachment_bytes: int, within_s: float = BODY_WITHIN_S) -> None:
        self._app, self._attachment_bytes, self._within_s = app, attachment_bytes, within_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = scope["headers"]
        if len(headers) > MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > MOST_HEADER_BYTES:
            return await problem_answer(431, "too_large", "too many or too large headers")(scope, receive, send)
        most = body_limit(scope["path"], self._attachment_bytes)
        try:
            async with asyncio.timeout(self._within_s):
                body = await _whole_body(scope, receive, most)
        except TimeoutError:
            what = f"the body did not arrive within {self._within_s:g} s"
            return await _closing(408, "too_slow", what)(scope, receive, send)
        except _TooLarge:
            return await _closing(413, "too_large", f"the body has more than {most} bytes")(scope, receive, send)
        except _Gone:
            return None
        return await self._app(scope, _given(body, receive), send)


def _is_of_pages(path: str) -> bool:
    return path.startswith(f"{CHAT}/") or any(kind.fullmatch(path) for kind in (EVENTS, EVENT_SETTINGS))


def body_limit(path: str, attachment_bytes: int) -> int:
    """The largest body that a path takes, bytes."""
    if _UPLOAD.fullmatch(path):
        return attachment_bytes + MULTIPART_EXTRA
    if path.startswith(f"{CHAT}/"):
        return CHAT_BODY
    if EVENTS.fullmatch(path) or path == INBOUND:
        return EVENTS_BODY
    return CASE_BODY if path == "/v1/decide" else OTHER_BODY


def too_often_answer(error: TooOften) -> ASGIApp:
    """429 with the seconds after which the next request will do."""
    return problem_answer(429, "too_often", str(error), {"Retry-After": str(error.retry_after_s)})


class _TooLarge(Exception):
    """More than allowed."""


class _Gone(Exception):
    """The client left in the middle of its body."""


async def _whole_body(scope: Scope, receive: Receive, most: int) -> bytes:
    said = Headers(scope=scope).get("content-length", "")
    if said.isdecimal() and int(said[:20]) > most:
        raise _TooLarge
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        body += message.get("body", b"")
        if len(body) > most:
            raise _TooLarge
        if not message.get("more_body", False):
            return bytes(body)


def _given(body: bytes, receive: Receive) -> Receive:
    """The body once, then whatever the server says (that the client left)."""
    rest: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def read() -> Message:
        return rest.pop() if rest else await receive()

    return read


def _closing(status: int, error: str, what: str) -> ASGIApp:
    """A refusal of a body that is still on its way: the connection ends with it."""
    return problem_answer(status, error, what, {"Connection": "close"})
