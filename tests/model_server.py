"""A real HTTP server on loopback that speaks Chat Completions as a script says: honest, broken, slow or hostile.

    async with ModelServer(says("hello"), status(503)) as server: ...

Each request takes the next script; the last one stays. ``bodies`` has every request as it came.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any, Self

from timelines import NOW, ago

Request = dict[str, Any]
Script = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]
Writer = Callable[[str], str]


@dataclass
class ModelServer:
    """Serves its scripts in order, then the last one for ever; everything ends with the block."""

    scripts: list[Script]
    bodies: list[Request] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __init__(self, *scripts: Script) -> None:
        self.scripts, self.bodies, self.texts = list(scripts), [], []
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    @property
    def base_url(self) -> str:
        """What a client is pointed at."""
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}/v1"

    @property
    def calls(self) -> int:
        """Requests so far."""
        return len(self.bodies)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            while (request := await _read(reader)) is not None:
                self.texts.append(request.decode())
                self.bodies.append(json.loads(request))
                script = self.scripts[min(len(self.bodies), len(self.scripts)) - 1]
                await script(self.bodies[-1], writer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._running.discard(task)


async def _read(reader: asyncio.StreamReader) -> bytes | None:
    head = await reader.readuntil(b"\r\n\r\n")
    sizes = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return await reader.readexactly(int(sizes[0])) if sizes else None


def completion(text: str | None, usage: Any = "ordinary", finish: str = "stop", **message: Any) -> dict[str, Any]:
    """The body of an ordinary answer; ``message`` adds fields such as tool_calls or refusal."""
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [
            {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}
        ],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }
    if usage != "ordinary":
        body["usage"] = usage
    return body


def says(text: str | None, **about: Any) -> Script:
    """Answers with this text."""
    return sends(json.dumps(completion(text, **about)).encode())


def answers(writer: Callable[[Request], str]) -> Script:
    """Answers with what a function makes of the request."""

    async def script(request: Request, out: asyncio.StreamWriter) -> None:
        await says(writer(request))(request, out)

    return script


def calls_tool(name: str, arguments: str = "{}", id_: str = "call_1") -> Script:
    """Asks for a tool."""
    call = {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}
    return says(None, finish="tool_calls", tool_calls=[call])


def sends(
    body: bytes, status: int = 200, content_type: str = "application/json", headers: dict[str, str] | None = None
) -> Script:
    """Answers with exactly these bytes."""

    async def script(_: Request, out: asyncio.StreamWriter) -> None:
        out.write(_head(status, content_type, {"content-length": str(len(body)), **(headers or {})}) + body)

    return script


def status(code: int, retry_after: str | None = None, error: str = "scripted") -> Script:
    """Answers with an HTTP error; ``retry_after`` is seconds, a date or garbage."""
    body = json.dumps({"error": {"message": error, "type": "scripted", "code": error}}).encode()
    headers = {"retry-after": retry_after} if retry_after is not None else {}
    return sends(body, code, headers={**headers, "date": format_datetime(NOW, usegmt=True)})


def date_in(seconds: float) -> str:
    """An HTTP date so many seconds after the server's own ``Date``."""
    return format_datetime(ago(seconds=-seconds), usegmt=True)


async def hangs(_: Request, out: asyncio.StreamWriter) -> None:
    """Takes the request and says nothing."""
    await asyncio.Event().wait()


async def resets(_: Request, out: asyncio.StreamWriter) -> None:
    """Closes the connection before it says anything."""
    out.transport.abort()


async def resets_mid_body(_: Request, out: asyncio.StreamWriter) -> None:
    """Promises a thousand bytes and breaks off after a few."""
    out.write(_head(200, "application/json", {"content-length": "1000"}) + b'{"choices": [')
    await out.drain()
    out.transport.abort()


async def trickles(_: Request, out: asyncio.StreamWriter) -> None:
    """One byte at a time, without end: each read succeeds, the whole never does."""
    out.write(_head(200, "application/json", {"content-length": "1000000"}))
    while True:
        out.write(b" ")
        await out.drain()
        await asyncio.sleep(0.01)


async def never_ends(_: Request, out: asyncio.StreamWriter) -> None:
    """Text as fast as it is read, without end."""
    out.write(_head(200, "application/json", {"connection": "close"}) + b'{"choices": [{"message": {"content": "')
    while True:
        out.write(b"and so on " * 1000)
        await out.drain()


def streams(*pieces: str, done: bool = True, usage: bool = True) -> Script:
    """Server-sent events, one a piece; without ``done`` the connection breaks off before the end."""
    events = [{"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]} for piece in pieces]
    if done:
        events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    if usage:
        events.append({"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}})
    lines = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + ("data: [DONE]\n\n" if done else "")
    return sends(lines.encode(), content_type="text/event-stream")


def _head(status_code: int, content_type: str, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status_code} Scripted", f"content-type: {content_type}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@contextmanager
def served_in_a_thread(*scripts: Script) -> Iterator[str]:
    """The base URL of a server in a thread of its own, for commands that bring their own event loop."""
    loop, ready, found = asyncio.new_event_loop(), threading.Event(), []
    done = asyncio.Event()

    async def serve() -> None:
        async with ModelServer(*scripts) as opened:
            found.append(opened.base_url)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()
