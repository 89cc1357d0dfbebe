"""The webhook channel against a real server on the loopback."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest

from journey_assistant.adapters.channel_webhook import WebhookChannel
from journey_assistant.adapters.clock import SystemClock
from journey_assistant.domain.signed_webhook import problem_with
from journey_assistant.errors import ConfigurationError, PortError, UncertainDelivery
from records import message

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
PAYLOAD = json.dumps({"event": "handoff", "words": "“½”"}, ensure_ascii=False)


@dataclass
class Desk:
    """A help desk that answers as it is told."""

    url: str
    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def desk() -> Iterator[Desk]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status = found.answers.pop(0) if found.answers else 204
            if status == 0:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(status)
            if status == 302:
                self.send_header("location", found.url)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Desk(f"http://127.0.0.1:{server.server_address[1]}/hook")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def channel(url: str, secret: str = SECRET) -> WebhookChannel:
    return WebhookChannel(url, secret, SystemClock(), timeout_s=2)


async def test_that_the_receiver_can_check_who_sent_exactly_these_bytes(desk: Desk) -> None:
    out = channel(desk.url)
    assert await out.send(message(text=PAYLOAD)) == "204"
    await out.close()
    ((headers, body),) = desk.got
    assert body.decode() == PAYLOAD
    assert headers["webhook-id"] == "reply:run_1"
    assert problem_with(headers, body, SECRET, datetime.now(UTC)) is None
    assert problem_with(headers, body + b" ", SECRET, datetime.now(UTC)) is not None


@pytest.mark.parametrize(
    ("status", "retryable"), [(500, True), (503, True), (429, True), (408, True), (400, False), (410, False)]
)
async def test_that_a_refusal_is_no_arrival(desk: Desk, status: int, retryable: bool) -> None:
    desk.answers = [status]
    with pytest.raises(PortError, match=str(status)) as refused:
        await channel(desk.url).send(message())
    assert refused.value.retryable is retryable
    assert not isinstance(refused.value, UncertainDelivery)


async def test_that_a_redirect_is_not_followed(desk: Desk) -> None:
    desk.answers = [302]
    with pytest.raises(PortError, match="302"):
        await channel(desk.url).send(message())
    assert len(desk.got) == 1


async def test_that_a_connection_that_breaks_leaves_it_open(desk: Desk) -> None:
    desk.answers = [0]
    with pytest.raises(UncertainDelivery):
        await channel(desk.url).send(message())


async def test_that_nobody_there_may_be_there_later() -> None:
    with pytest.raises(PortError) as refused:
        await channel("http://127.0.0.1:9/hook").send(message())
    assert refused.value.retryable
    assert not isinstance(refused.value, UncertainDelivery)


async def test_that_silence_is_uncertain() -> None:
    async def silent(_request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadTimeout("silence")

    out = WebhookChannel("http://x.test", SECRET, SystemClock(), transport=httpx2.MockTransport(silent))
    with pytest.raises(UncertainDelivery):
        await out.send(message())


@pytest.mark.parametrize("secret", ["short", "whsec_", "not base64!", base64.b64encode(b"too short").decode()])
def test_that_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(ConfigurationError, match="SECRET"):
        channel("http://127.0.0.1:9", secret)
