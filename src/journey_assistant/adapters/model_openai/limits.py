"""What a server cannot make us do: read without end, wait without end, or ask again and again."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from journey_assistant.adapters.model_openai.failures import PORT, AnswerTooLarge
from journey_assistant.errors import PortError

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI


def open_client(base_url: str, api_key: str, timeout_s: float, largest_bytes: int) -> AsyncOpenAI:
    """The vendor's client without hidden retries or redirects, reading at most ``largest_bytes`` an answer."""
    import httpx2
    from openai import AsyncOpenAI, DefaultAsyncHttpx2Client

    async def cap(response: httpx2.Response) -> None:
        response.stream = capped(response.stream, largest_bytes)

    limits = httpx2.Timeout(timeout_s, connect=min(timeout_s, 5.0))
    http = DefaultAsyncHttpx2Client(timeout=limits, follow_redirects=False, event_hooks={"response": [cap]})
    return AsyncOpenAI(
        base_url=base_url,
        api_key=api_key,
        max_retries=0,
        timeout=limits,
        http_client=http,
        default_headers={"Accept-Encoding": "identity"},
    )


def capped(stream: Any, largest_bytes: int) -> Any:
    """The same byte stream, which raises AnswerTooLarge once more than ``largest_bytes`` came through it."""
    import httpx2

    class Capped(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            read = 0
            async for piece in stream:
                read += len(piece)
                if read > largest_bytes:
                    raise AnswerTooLarge(f"more than {largest_bytes} bytes")
                yield piece

        async def aclose(self) -> None:
            await stream.aclose()

    return Capped()


@dataclass
class Breaker:
    """Per tenant: after several failures in a row, or a long Retry-After, no call is made for a while."""

    failures: int = 5
    open_s: float = 30.0
    longest_s: float = 300.0
    clock: Callable[[], float] = time.monotonic
    _row: dict[str, int] = field(default_factory=dict)
    _until: dict[str, float] = field(default_factory=dict)

    def admit(self, tenant_id: str) -> None:
        """Raises PortError while the tenant's calls are stopped."""
        if self.is_open(tenant_id):
            raise PortError("calls are stopped for a while after failures", port=PORT, retryable=True)

    def is_open(self, tenant_id: str) -> bool:
        """Whether the tenant's calls are stopped now."""
        return self.clock() < self._until.get(tenant_id, 0.0)

    def worked(self, tenant_id: str) -> None:
        """An answer came."""
        self._row.pop(tenant_id, None)
        self._until.pop(tenant_id, None)

    def failed(self, tenant_id: str, wait_s: float | None = None) -> None:
        """No answer came; ``wait_s`` is how long the server wants to be left alone."""
        self._row[tenant_id] = self._row.get(tenant_id, 0) + 1
        pause = self.open_s if self._row[tenant_id] >= self.failures else 0.0
        if wait_s is not None:
            pause = max(pause, min(wait_s, self.longest_s))
        if pause:
            self._until[tenant_id] = self.clock() + pause
