"""The chat's API over the real agent and a store in memory, as customers, visitors and strangers use it."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from pydantic import SecretStr
from starlette.testclient import TestClient

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.bootstrap import Talking, build_talking
from journey_assistant.domain.customer import CustomerId
from journey_assistant.ports.store import Store
from journey_assistant.services.decide import Decider
from journey_assistant.settings import Settings
from journey_assistant.web.app import build_app, serve_app
from journey_assistant.web.deps import Service
from journey_assistant.web.edge import Edge
from journey_assistant.web.tokens import Claims, signed

SITE = "https://www.example.com"
KID, SECRET = "k1", "test-secret-" + "s" * 40
PATIENCE_S = 30


def token_for(customer_id: str, *, minutes: float = 10) -> str:
    """What the site's own backend makes."""
    now = datetime.now(UTC).replace(microsecond=0)
    claims = Claims(CustomerId(customer_id), secrets.token_urlsafe(8), now + timedelta(minutes=minutes))
    return signed(claims, KID, SECRET, now)


def as_customer(customer_id: str) -> dict[str, str]:
    """Headers of a customer on the site."""
    return {"Authorization": f"Bearer {token_for(customer_id)}", "Origin": SITE}


def settings_of(home: Path, **changed: Any) -> Settings:
    """A site, a key, and rates that no test meets by accident."""
    wide = {"chat_per_minute": 100_000, "address_per_minute": 1_000_000, "tenant_per_minute": 1_000_000}
    given: dict[str, Any] = {"sites": SITE, "chat_keys": SecretStr(f"{KID}:{SECRET}"), "join_window_s": 0.2}
    return Settings(home=home, **(wide | given | changed))


@dataclass
class Site:
    """A service with its chat, and one client of it."""

    service: Service
    edge: Edge
    client: TestClient

    @property
    def talking(self) -> Talking:
        """The parts behind the API."""
        assert self.service.talking is not None
        return self.service.talking

    def open(self, who: dict[str, str]) -> str:
        """A new conversation's id."""
        answer = self.client.post("/v1/chat/conversations", json={}, headers=who)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["conversation"]["id"])

    def say(self, who: dict[str, str], conversation: str, text: str, key: str | None = None, **more: Any) -> Any:
        """The answer to a message."""
        headers = {**who, "Idempotency-Key": key or secrets.token_hex(8)}
        path = f"/v1/chat/conversations/{conversation}/messages"
        return self.client.post(path, json={"text": text, **more}, headers=headers)

    def entries(self, who: dict[str, str], conversation: str) -> list[dict[str, Any]]:
        """The whole history."""
        answer = self.client.get(f"/v1/chat/conversations/{conversation}/entries", headers=who)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["entries"])

    def answer(self, who: dict[str, str], conversation: str, after: int = 0) -> dict[str, Any]:
        """The first thing that the assistant says behind an entry."""
        said = until(
            lambda: [
                entry
                for entry in self.entries(who, conversation)
                if entry["author"] == "assistant" and entry["seq"] > after
            ]
        )
        return dict(said[0])


def until(found: Callable[[], Any]) -> Any:
    """What a look finds, tried again until there is something."""
    ends = monotonic() + PATIENCE_S
    while monotonic() < ends:
        if result := found():
            return result
    raise AssertionError("nothing came")


@contextmanager
def a_site(
    home: Path,
    decider: Decider,
    store: Store | None = None,
    *,
    seconds: Callable[[], float] = monotonic,
    **changed: Any,
) -> Iterator[Site]:
    """An open site; changed are settings. ``seconds`` is the clock of its limits."""
    settings = settings_of(home, **changed)
    store = store or MemoryStore()
    service = Service(store, decider, None, build_talking(settings, store, decider))
    edge = Edge.of(settings, seconds=seconds)
    with TestClient(build_app(service, edge), raise_server_exceptions=False) as client:
        yield Site(service, edge, client)


@asynccontextmanager
async def a_server(
    home: Path, decider: Decider, *, heartbeat_s: float = 15, **changed: Any
) -> AsyncIterator[tuple[str, Service, Edge]]:
    """The same behind a real socket: its address, and its parts."""
    settings, store = settings_of(home, **changed), MemoryStore()
    service = Service(store, decider, None, build_talking(settings, store, decider))
    edge = replace(Edge.of(settings), heartbeat_s=heartbeat_s)
    listening = socket.create_server(("127.0.0.1", 0))
    stop = asyncio.Event()
    running = asyncio.create_task(serve_app(build_app(service, edge), edge, service, listening, stop=stop))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", service, edge
    finally:
        stop.set()
        await asyncio.wait_for(running, 15)
