"""The channel of a Slack-compatible incoming webhook: one POST of `text` and `blocks` a message.

Such a webhook takes no key. What broke off after the message was handed over, and what the receiver answers with its
own failure, may have been posted: it is uncertain, and never sent again by itself.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import httpx2

from journey_assistant.domain.outbox import OutboxMessage
from journey_assistant.domain.sites import is_own_machine
from journey_assistant.errors import ConfigurationError, PortError, UncertainDelivery

PORT = "slack"
TITLE_CHARS, SECTION_CHARS, MOST_BLOCKS = 150, 3_000, 50
"""The limits of Slack's blocks."""
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LATER = frozenset({408, 425, 429})


class SlackChannel:
    """Answers the Channel port over one webhook, whose address is its secret."""

    name = "slack"
    takes_key = False

    def __init__(
        self, url: str, *, timeout_s: float = 10.0, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        """Connects to nothing yet. Raises ConfigurationError for an address that is not https (or this machine)."""
        parts = urlsplit(url)
        if parts.scheme != "https" and not is_own_machine(f"{parts.scheme}://{parts.netloc}"):
            raise ConfigurationError("JOURNEY_SLACK_WEBHOOK_URL: expected an https address")
        self._url = url
        self._client = httpx2.AsyncClient(
            timeout=timeout_s, follow_redirects=False, trust_env=False, transport=transport
        )

    async def send(self, message: OutboxMessage) -> str:
        """Posts one message; returns the receiver's status."""
        body = json.dumps(payload_of(message), ensure_ascii=False).encode("utf-8", "replace")
        try:
            response = await self._client.post(self._url, content=body, headers={"content-type": "application/json"})
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise PortError(f"no connection: {type(error).__name__}", port=PORT, retryable=True) from error
        except httpx2.InvalidURL as error:
            raise PortError("the address is none", port=PORT, retryable=False) from error
        except httpx2.HTTPError as error:
            raise UncertainDelivery(f"no answer: {type(error).__name__}", port=PORT, retryable=True) from error
        status = response.status_code
        if response.is_success:
            return str(status)
        if status >= 500:
            raise UncertainDelivery(f"status {status}", port=PORT, retryable=True)
        raise PortError(f"status {status}", port=PORT, retryable=status in _LATER)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()


def payload_of(message: OutboxMessage) -> dict[str, Any]:
    """The message as `text` (what a notification shows) and `blocks` (what the channel shows), everything escaped."""
    title = " ".join((message.subject or "").split())
    paragraphs = [part.strip() for part in message.text.split("\n\n") if part.strip()]
    blocks: list[dict[str, Any]] = []
    if title:
        blocks.append({"type": "header", "text": {"type": "plain_text", "text": title[:TITLE_CHARS]}})
    for paragraph in paragraphs[: MOST_BLOCKS - len(blocks)]:
        words = paragraph.translate(_ESCAPED)[:SECTION_CHARS]
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": words}})
    text = "\n\n".join(([title] if title else []) + paragraphs)
    return {"text": text.translate(_ESCAPED), "blocks": blocks}
