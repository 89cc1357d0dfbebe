"""The server of one port: requests that begin must go on, and a stop is told to live connections at once."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

STOP_WITHIN_S = 10
"""What is under way gets so long to finish when the service is told to stop."""
HEADERS_WITHIN_S = 10.0
MOST_HEADER_BYTES = 32 * 1024
"""What the parser keeps of an unfinished head of a request; the limit that is told is smaller."""
WAITING_CONNECTIONS = 2_048


class PunctualHttp(H11Protocol):
    """HTTP/1.1 that hangs up when the head of a request does not arrive in time."""

    headers_within_s = HEADERS_WITHIN_S
    _too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._too_late = self.loop.call_later(self.headers_within_s, self._hang_up)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._in_time()
        elif self._too_late is None and self.conn.trailing_data[0]:
            self._too_late = self.loop.call_later(self.headers_within_s, self._hang_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        super().connection_lost(exc)

    def _in_time(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None

    def _hang_up(self) -> None:
        self._too_late = None
        self.transport.close()


class Server(uvicorn.Server):
    """Tells live connections to end before it waits for what is under way."""

    def __init__(self, config: uvicorn.Config, stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self._stopping = stopping

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops: no new connection, live ones end, requests finish within ``STOP_WITHIN_S``."""
        self._stopping()
        await super().shutdown(sockets)


def build_server(app: FastAPI, stopping: Callable[[], None], **changed: Any) -> Server:
    """The server of an application; ``stopping`` is called once when it is told to stop."""
    options: dict[str, Any] = {
        "http": PunctualHttp,
        "ws": "none",
        "h11_max_incomplete_event_size": MOST_HEADER_BYTES,
        "backlog": WAITING_CONNECTIONS,
        "timeout_graceful_shutdown": STOP_WITHIN_S,
        "server_header": False,
        "lifespan": "off",
        "log_config": None,
    }
    return Server(uvicorn.Config(app, **options | changed), stopping)
