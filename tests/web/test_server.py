"""The server over real sockets: slow, huge and broken requests."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI

from journey_assistant.web.limits import BoundedRequests
from journey_assistant.web.server import PunctualHttp, Server, build_server


class Hasty(PunctualHttp):
    headers_within_s = 0.2


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[Server, int]]:
    """A running server and its port."""
    app = FastAPI()
    app.add_middleware(BoundedRequests, attachment_bytes=1_000)

    @app.get("/")
    async def root() -> str:
        return "here"

    listening = socket.create_server(("127.0.0.1", 0))
    ended = asyncio.Event()
    server = build_server(app, ended.set, http=Hasty)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield server, listening.getsockname()[1]
    finally:
        server.should_exit = True
        await asyncio.wait_for(running, 15)
        assert ended.is_set()


async def sent(port: int, *parts: bytes) -> bytes:
    """Everything that the server answers to these bytes until it hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
    try:
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


GET = b"GET / HTTP/1.1\r\nHost: h\r\n"


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET", b"GET / HTTP/1.1\r\n", GET, GET + b"X-A: b", GET + b"\r\n" + b"GET / HT"],
    ids=["silent", "a word", "a line", "headers", "half a header", "a second request, begun"],
)
async def test_that_who_never_finishes_a_request_is_hung_up_on(begun: bytes) -> None:
    async with serving() as (_, port):
        answer = await sent(port, begun)
    assert answer.count(b"200 OK") == begun.count(b"\r\n\r\n")


async def test_that_a_request_in_time_is_answered() -> None:
    async with serving() as (_, port):
        assert b"here" in await sent(port, GET, b"Connection: close\r\n\r\n")


@pytest.mark.parametrize(
    "head",
    [
        b"X-Large: " + b"x" * 100_000,
        b"\r\n".join(b"X-%d: 1" % number for number in range(20_000)),
        b"Content-Length: 1\r\nContent-Length: 2",
        b"Content-Length: -1",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        b"X-Bad: a\0b",
    ],
    ids=["one of 100 kB", "20,000", "two lengths", "no length", "two encodings", "a null character"],
)
async def test_that_a_head_that_is_too_large_or_ambiguous_is_refused(head: bytes) -> None:
    async with serving() as (_, port):
        answer = await sent(port, GET, head, b"\r\n\r\n")
        assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 431")) or answer == b""
        assert b'"here"' not in answer
        assert b"here" in await sent(port, GET, b"Connection: close\r\n\r\n")
