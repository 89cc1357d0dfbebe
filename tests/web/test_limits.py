"""What no route ever sees: too much, too slow, too often, from elsewhere. And what every answer carries."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.services.decide import Decider
from journey_assistant.web.app import build_app
from journey_assistant.web.deps import Service
from journey_assistant.web.limits import (
    CHAT_BODY,
    MULTIPART_EXTRA,
    SECURITY_HEADERS,
    AddressRate,
    BoundedRequests,
    ChatOrigins,
    SecurityHeaders,
    Sites,
)
from journey_assistant.web.problems import Problem
from journey_assistant.web.rates import Rate

SITE, OTHER = "https://www.example.com", "https://www.example.org"
ATTACHMENT = 100_000


def door(*, sites: Sites | None = None, per_minute: int = 1_000, within_s: float = 30) -> FastAPI:
    """An application that tells how large a body it got, behind the whole door."""
    app = FastAPI(openapi_url=None)

    async def size(request: Request) -> JSONResponse:
        return JSONResponse({"bytes": len(await request.body())})

    app.add_route("/{path:path}", size, methods=["GET", "POST"])
    app.add_middleware(BoundedRequests, attachment_bytes=ATTACHMENT, within_s=within_s)
    app.add_middleware(AddressRate, rate=Rate(per_minute, lambda: 0.0))
    app.add_middleware(ChatOrigins, sites=sites or Sites((SITE,)))
    app.add_middleware(SecurityHeaders)
    return app


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(door()) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/v1/chat/conversations/c/messages", CHAT_BODY),
        ("/v1/chat/offline", CHAT_BODY),
        ("/v1/chat/conversations/c/attachments", ATTACHMENT + MULTIPART_EXTRA),
        ("/v1/decide", 8 * 1024 * 1024),
        ("/v1/elsewhere", 64 * 1024),
        ("/v1/chat/conversations/c/attachments/../messages", CHAT_BODY),
    ],
)
def test_that_a_body_is_let_in_up_to_its_limit_and_no_further(client: TestClient, path: str, most: int) -> None:
    assert client.post(path, content=b"x" * most).json() == {"bytes": most}
    refused = client.post(path, content=b"x" * (most + 1))
    assert (refused.status_code, refused.json()["error"], refused.headers["connection"]) == (413, "too_large", "close")


def test_that_a_body_in_chunks_is_counted_as_it_comes(client: TestClient) -> None:
    sent = 0

    def chunks() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(200):
            sent += 1
            yield b"x" * 1_024

    assert client.post("/v1/chat/offline", content=chunks()).status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Large": "x" * 100_000},
        {f"X-{number}": "1" for number in range(150)},
        {"Cookie": "; ".join(f"a{number}=b" for number in range(5_000))},
    ],
)
def test_that_too_many_or_too_large_headers_are_refused(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.get("/health", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (431, "too_large")


async def test_that_a_body_that_comes_too_slowly_is_refused_in_time() -> None:
    async def slowly() -> AsyncIterator[dict[str, Any]]:
        yield {"type": "http.request", "body": b"{", "more_body": True}
        await asyncio.Event().wait()

    answer = await raw_answer(door(within_s=0.05), slowly())
    assert answer["status"] == 408


async def test_that_a_client_that_leaves_in_the_middle_reaches_no_route() -> None:
    async def leaving() -> AsyncIterator[dict[str, Any]]:
        yield {"type": "http.request", "body": b"{", "more_body": True}
        yield {"type": "http.disconnect"}

    assert await raw_answer(door(), leaving()) == {}


async def raw_answer(app: FastAPI, messages: AsyncIterator[dict[str, Any]]) -> dict[str, Any]:
    """What the application begins to answer when a server gives it these messages."""
    began: dict[str, Any] = {}
    path = "/v1/chat/offline"
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {"headers": [], "client": ("192.0.2.1", 5), "server": ("h", 80), "scheme": "http", "http_version": "1.1"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            began.update(message)

    await app({**scope, "root_path": ""}, anext_of(messages), send)
    return began


def anext_of(messages: AsyncIterator[dict[str, Any]]) -> Any:
    async def receive() -> dict[str, Any]:
        return await anext(messages)

    return receive


def test_that_of_a_thousand_requests_of_an_address_the_limit_is_answered() -> None:
    with TestClient(door(per_minute=600)) as client:
        answers = [client.get("/v1/anything") for _ in range(1_000)]
        assert client.get("/health").status_code == 200
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 400
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    assert {Problem.model_validate(answer.json()).error for answer in refused} == {"too_often"}


async def test_that_each_address_has_its_own_limit() -> None:
    app = door(per_minute=3)
    statuses = []
    for address in ("192.0.2.1", "192.0.2.2"):
        transport = httpx2.ASGITransport(app, client=(address, 5))
        async with httpx2.AsyncClient(transport=transport, base_url="http://chat") as client:
            statuses.append([(await client.get("/v1/a")).status_code for _ in range(4)])
    assert statuses == [[200, 200, 200, 429]] * 2


# Origins: T30


@pytest.mark.parametrize(
    ("origin", "dev", "status"),
    [
        (None, False, 200),
        (SITE, False, 200),
        (OTHER, False, 403),
        ("https://www.example.com.evil.example", False, 403),
        ("https://evil-www.example.com", False, 403),
        ("http://www.example.com", False, 403),
        ("https://www.example.com:8443", False, 403),
        ("null", False, 403),
        ("", False, 403),
        ("http://localhost:3000", False, 403),
        ("http://127.0.0.1:8080", False, 403),
        ("http://localhost:3000", True, 200),
        ("http://127.0.0.1:8080", True, 200),
        ("http://localhost.evil.example", True, 403),
        (OTHER, True, 403),
        (SITE, True, 200),
    ],
)
def test_that_only_a_listed_site_reaches_the_chat(origin: str | None, dev: bool, status: int) -> None:
    with TestClient(door(sites=Sites((SITE,), dev=dev))) as client:
        headers = {} if origin is None else {"Origin": origin}
        answer = client.post("/v1/chat/visitors", headers=headers)
        assert answer.status_code == status
        allowed = answer.headers.get("access-control-allow-origin")
        assert allowed == (origin if origin is not None and status == 200 else None)
        assert "access-control-allow-credentials" not in answer.headers


def test_that_a_browser_may_send_what_the_widget_sends_and_read_when_to_try_again(client: TestClient) -> None:
    headers = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
    asked = {**headers, "Access-Control-Request-Headers": "authorization,content-type,idempotency-key,last-event-id"}
    assert client.options("/v1/chat/conversations/c/messages", headers=asked).status_code == 200
    assert client.options("/v1/chat/x", headers={**headers, "Origin": OTHER}).status_code == 403
    assert client.options("/v1/chat/x", headers={**asked, "Access-Control-Request-Method": "DELETE"}).status_code == 400
    assert client.get("/v1/chat/x", headers=headers).headers["access-control-expose-headers"] == "Retry-After"


def test_that_a_refusal_can_be_read_by_the_site_it_is_for() -> None:
    with TestClient(door(per_minute=1)) as client:
        large = client.post("/v1/chat/x", content=b"x" * (CHAT_BODY + 1), headers={"Origin": SITE})
        often = client.post("/v1/chat/x", headers={"Origin": SITE})
    assert (large.status_code, often.status_code) == (413, 429)
    assert {answer.headers["access-control-allow-origin"] for answer in (large, often)} == {SITE}


@pytest.mark.parametrize("path", ["/v1/decide", "/health", "/inbox", "/openapi.json"])
def test_that_nothing_but_the_chat_is_for_other_sites(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Origin": SITE})
    assert not [name for name in answer.headers if name.startswith("access-control")]


# What every answer carries: T30


def test_that_every_answer_is_hardened_and_personal_data_is_stored_nowhere(decider: Decider) -> None:
    class Broken(MemoryStore):
        async def ping(self) -> None:
            raise RuntimeError

    with TestClient(build_app(Service(Broken(), decider)), raise_server_exceptions=False) as client:
        answers = {
            200: client.get("/health"),
            403: client.post("/v1/chat/visitors", headers={"Origin": OTHER}),
            404: client.get("/v1/nowhere"),
            405: client.get("/v1/decide"),
            413: client.post("/v1/elsewhere", content=b"x" * 70_000),
            422: client.post("/v1/decide", content=b"{"),
            431: client.get("/health", headers={"X": "x" * 20_000}),
            500: client.get("/ready"),
        }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
        assert "server" not in answer.headers
        if answer.request.url.path.startswith("/v1/") or status >= 400:
            assert answer.headers["cache-control"] == "no-store"
