"""What carries the outbox to the world: the store's side (which message is due, what became of it), and channels."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.outbox import Delivery, DeliveryState, OutboxMessage


class RelayStore(Protocol):
    """Deliveries of the outbox. Every call names the tenant first and may raise PortError."""

    async def claim_due(
        self, tenant: TenantId, channels: Collection[str], *, owner: str, now: datetime, until_at: datetime, limit: int
    ) -> list[tuple[OutboxMessage, Delivery]]:
        """Takes queued messages of these channels that are due; nobody else gets them until ``until_at``."""
        ...

    async def lost_claims(
        self, tenant: TenantId, channels: Collection[str], *, now: datetime, limit: int = 50
    ) -> list[tuple[OutboxMessage, Delivery]]:
        """Messages whose sender was gone before it said what became of them."""
        ...

    async def settle(self, tenant: TenantId, before: Delivery, after: Delivery) -> bool:
        """Writes what became of a delivery; False, and nothing is written, when it is not as ``before`` any more."""
        ...

    async def deliveries(
        self, tenant: TenantId, *, states: Collection[DeliveryState] | None = None, limit: int = 100
    ) -> list[tuple[OutboxMessage, Delivery]]:
        """Messages with what became of them, by the time they are due."""
        ...


class Channel(Protocol):
    """One way out. ``takes_key``: the receiver accepts our key, so that sending again is not a second message."""

    @property
    def name(self) -> str: ...

    @property
    def takes_key(self) -> bool: ...

    async def send(self, message: OutboxMessage) -> str:
        """Sends one message; returns the receiver's word for it (an id), or empty.

        Raises PortError when it certainly did not arrive (``retryable`` says whether it may later), and its kind
        UncertainDelivery when nobody can know whether it did.
        """
        ...

    async def close(self) -> None:
        """Releases what is held open."""
        ...
