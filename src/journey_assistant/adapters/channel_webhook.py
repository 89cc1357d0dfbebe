"""The webhook channel: one signed POST a message, by the Standard Webhooks convention. The receiver gets our key.

``webhook-id`` is the message's key and stays the same however often it is sent, so that whoever remembers it takes each
message once.
"""

from __future__ import annotations

import httpx2

from journey_assistant.domain.outbox import OutboxMessage
from journey_assistant.domain.signed_webhook import ID, SIGNATURE, TIMESTAMP, key_of, signature_of
from journey_assistant.errors import ConfigurationError, PortError, UncertainDelivery
from journey_assistant.ports import Clock

PORT = "webhook"
_LATER = frozenset({408, 425, 429})
"""Refusals that may be none the next time; so is every 5xx."""


class WebhookChannel:
    """Answers the Channel port over one URL."""

    name = "webhook"
    takes_key = True

    def __init__(
        self,
        url: str,
        secret: str,
        clock: Clock,
        *,
        timeout_s: float = 10.0,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Connects to nothing yet. Raises ConfigurationError for a secret that is none."""
        try:
            key_of(secret)
        except ValueError as error:
            raise ConfigurationError(f"JOURNEY_HANDOFF_WEBHOOK_SECRET: {error}") from error
        self._url, self._secret, self._clock = url, secret, clock
        # Nothing leads elsewhere: no redirects, no proxy of the environment.
        self._client = httpx2.AsyncClient(
            timeout=timeout_s, follow_redirects=False, trust_env=False, transport=transport
        )

    async def send(self, message: OutboxMessage) -> str:
        """Posts the message's text as it is; returns the receiver's status."""
        body = message.text.encode("utf-8", "replace")
        stamp = str(int(self._clock.now().timestamp()))
        headers = {
            "content-type": "application/json",
            ID: message.key,
            TIMESTAMP: stamp,
            SIGNATURE: "v1," + signature_of(message.key, stamp, body, self._secret),
        }
        try:
            response = await self._client.post(self._url, content=body, headers=headers)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise PortError(f"no connection: {type(error).__name__}", port=PORT, retryable=True) from error
        except httpx2.InvalidURL as error:
            raise PortError(str(error), port=PORT, retryable=False) from error
        except httpx2.HTTPError as error:
            raise UncertainDelivery(f"no answer: {type(error).__name__}", port=PORT, retryable=True) from error
        if response.is_success:
            return str(response.status_code)
        retryable = response.status_code in _LATER or response.status_code >= 500
        raise PortError(f"status {response.status_code}", port=PORT, retryable=retryable)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()
