"""A server that takes events in, and what it has stored; for the real clients of others."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from deciding import SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
from journey_assistant.domain.source import Source
from journey_assistant.services.event_entry import EventEntry
from journey_assistant.services.ingest_events import EventIntake
from journey_assistant.services.stored_case import event_line
from journey_assistant.web.app import build_app
from journey_assistant.web.deps import Service
from journey_assistant.web.edge import Edge
from journey_assistant.web.limits import Sites
from live_server import serving

WRITE_KEY = "a-write-key-of-tests"


@dataclass
class EventServer:
    """The address of a running server and its store. ``refuse`` lets so many requests fail with a status first."""

    address: str = ""
    store: MemoryStore = field(default_factory=MemoryStore)
    refuse: list[int] = field(default_factory=list)
    seen: list[dict[str, str]] = field(default_factory=list)

    def stored(self, customer_id: str) -> list[dict[str, Any]]:
        timeline = _done(self.store.timeline(DEFAULT_TENANT, CustomerId(customer_id)))
        return [event_line(event) for event in timeline]

    def document(self, customer_id: str) -> dict[str, Any]:
        (row,) = _done(self.store.customers(DEFAULT_TENANT, ids=[CustomerId(customer_id)]))
        return dict(row.document)


def _done(read: Coroutine[Any, Any, list[Any]]) -> list[Any]:
    """What the store answers; in a thread of its own, for tests that have a running loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, read).result()


@contextmanager
def event_server(*, public: bool = False) -> Iterator[EventServer]:
    """A running server with one write key. The clients stamp their messages themselves, so its clock is the wall's.

    With ``public`` the key stands in pages, and pages of the own machine are let in.
    """
    server = EventServer()
    clock = SetClock(datetime.now(UTC))
    intake = EventIntake(server.store, clock, lambda tenant, at, events: [])
    entry = EventEntry(intake, clock, {WRITE_KEY: Source("client", public=public)})
    edge = replace(Edge.closed(), sites=Sites(dev=public))
    app = build_app(Service(server.store, None, events=entry), edge)

    async def unreliable(scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode(): value.decode() for name, value in scope.get("headers", ())}
        server.seen.append({**headers, ":path": scope.get("path", "")})
        if not server.refuse:
            return await app(scope, receive, send)
        while (await receive()).get("more_body"):
            pass
        status = server.refuse.pop()
        await send({"type": "http.response.start", "status": status, "headers": [(b"retry-after", b"0")]})
        return await send({"type": "http.response.body", "body": b""})

    with serving(unreliable) as server.address:
        yield server
