"""The edge of one process: whom it believes, which sites it lets in, and how often."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from journey_assistant.bootstrap import build_clock
from journey_assistant.settings import Settings
from journey_assistant.web.limits import AddressRate, BoundedRequests, ChatOrigins, SecurityHeaders, Sites
from journey_assistant.web.rates import Rate, Rates
from journey_assistant.web.tokens import TokenKeys, visitor_keys

HEARTBEAT_S = 15.0
"""A live connection with nothing to say says so this often."""


@dataclass(frozen=True, slots=True)
class Edge:
    """What the settings say about everything outside."""

    tokens: TokenKeys
    sites: Sites
    rates: Rates
    attachment_bytes: int
    heartbeat_s: float = HEARTBEAT_S
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the process is told to stop: live connections end."""

    @classmethod
    def of(cls, settings: Settings, *, dev: bool = False, seconds: Callable[[], float] = time.monotonic) -> Edge:
        """The edge of the settings; ``dev`` lets pages of the own machine in. ``seconds`` never run backwards."""
        own = settings.signing_keys
        return cls(
            tokens=TokenKeys(own, visitor_keys(own, settings.home), build_clock()),
            sites=Sites.of(settings.sites, settings.base_url, dev=dev),
            rates=_rates(settings, seconds),
            attachment_bytes=settings.attachment_bytes,
        )

    @classmethod
    def closed(cls) -> Edge:
        """No other site is let in and no customer is known: the usual limits, visitors of this process alone."""
        tokens = TokenKeys({}, {"visitor": secrets.token_urlsafe(48)}, build_clock())
        settings = Settings.model_construct()
        return cls(tokens, Sites(), _rates(settings, time.monotonic), settings.attachment_bytes)

    def middlewares(self) -> Iterator[tuple[Any, dict[str, Any]]]:
        """What stands around the routes, the innermost first."""
        yield BoundedRequests, {"attachment_bytes": self.attachment_bytes}
        yield AddressRate, {"rate": self.rates.address}
        yield ChatOrigins, {"sites": self.sites}
        yield SecurityHeaders, {}


def _rates(settings: Settings, seconds: Callable[[], float]) -> Rates:
    return Rates(
        customer=Rate(settings.chat_per_minute, seconds),
        address=Rate(settings.address_per_minute, seconds),
        tenant=Rate(settings.tenant_per_minute, seconds),
    )
