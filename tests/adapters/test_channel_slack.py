"""The channel of a Slack-compatible webhook against a real server on the loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from journey_assistant.adapters.channel_slack import MOST_BLOCKS, SECTION_CHARS, SlackChannel, payload_of
from journey_assistant.errors import ConfigurationError, PortError, UncertainDelivery
from records import message


@dataclass
class Hook:
    """A webhook that answers as it is told; 0 breaks the connection off."""

    url: str
    answers: list[int] = field(default_factory=list)
    got: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def hook() -> Iterator[Hook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            status = found.answers.pop(0) if found.answers else 200
            if status == 0:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(status)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Hook(f"http://127.0.0.1:{server.server_address[1]}/services/T0/B0/secret")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


async def test_that_a_message_is_posted_as_text_and_blocks(hook: Hook) -> None:
    channel = SlackChannel(hook.url)
    assert await channel.send(message(subject="2 drafts", text="Today: 2 drafts.\n\nhttps://x.test/")) == "200"
    (got,) = hook.got
    assert got["text"] == "2 drafts\n\nToday: 2 drafts.\n\nhttps://x.test/"
    assert [block["type"] for block in got["blocks"]] == ["header", "section", "section"]
    assert got["blocks"][1]["text"] == {"type": "mrkdwn", "text": "Today: 2 drafts."}
    await channel.close()


async def test_that_nothing_in_a_message_can_call_everybody_or_make_a_link() -> None:
    told = payload_of(message(text="<!channel> & <https://evil.test|click>"))
    assert told["text"] == "&lt;!channel&gt; &amp; &lt;https://evil.test|click&gt;"
    assert told["blocks"][0]["text"]["text"] == told["text"]


async def test_that_a_long_message_keeps_to_the_limits_of_blocks() -> None:
    told = payload_of(message(subject="s" * 400, text="\n\n".join(["w" * 5_000] * 80)))
    assert len(told["blocks"]) == MOST_BLOCKS
    assert len(told["blocks"][1]["text"]["text"]) == SECTION_CHARS


@pytest.mark.parametrize(
    ("answer", "kind", "retryable"),
    [
        (404, PortError, False),
        (429, PortError, True),
        (302, PortError, False),
        (500, UncertainDelivery, True),
        (0, UncertainDelivery, True),
    ],
)
async def test_that_a_failure_says_whether_it_may_have_been_posted(
    hook: Hook, answer: int, kind: type[PortError], retryable: bool
) -> None:
    hook.answers = [answer]
    channel = SlackChannel(hook.url)
    with pytest.raises(PortError) as failed:
        await channel.send(message())
    assert (type(failed.value), failed.value.retryable) == (kind, retryable)
    assert "secret" not in str(failed.value)
    await channel.close()


async def test_that_nobody_there_is_a_certain_failure() -> None:
    channel = SlackChannel("http://127.0.0.1:1/x")
    with pytest.raises(PortError, match="no connection") as failed:
        await channel.send(message())
    assert not isinstance(failed.value, UncertainDelivery)
    await channel.close()


@pytest.mark.parametrize("url", ["http://hooks.example.test/x", "ftp://x", "hooks.example.test"])
def test_that_a_webhook_elsewhere_is_https(url: str) -> None:
    with pytest.raises(ConfigurationError, match="https"):
        SlackChannel(url)
