"""What carries the outbox to the world: the store's side (which message is due, what became of it), and channels."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.outbox import Delivery, DeliveryState, DeliveryStep, OutboxMessage
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event


@dataclass(frozen=True, slots=True)
class SendFacts:
    """What stands in the store in the transaction that would begin to send.

    ``customer`` is None when there is none (any more); ``account_sends`` are messages to other people of the same
    account; ``under_way`` are the keys of messages to the account that are being sent at this moment.
    """

    now: datetime
    customer: Mapping[str, Any] | None
    events: Sequence[Event] = ()
    account_sends: Sequence[Event] = ()
    under_way: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stopped:
    """A message that does not go out (now): what becomes of it, and what the timeline learns."""

    delivery: Delivery
    events: tuple[CustomerEvent, ...] = ()


class SendRule(Protocol):
    """Whether a message may go out, asked in the transaction that begins to send it. It may not wait for anything."""

    def concerns(self, message: OutboxMessage) -> bool:
        """The rules apply to this message; for others no facts are read."""
        ...

    def stopped(self, message: OutboxMessage, delivery: Delivery, facts: SendFacts) -> Stopped | None:
        """What speaks against it, or None."""
        ...


class RelayStore(Protocol):
    """Deliveries of the outbox. Every call names the tenant first and may raise PortError."""

    async def claim_due(
        self,
        tenant: TenantId,
        channels: Collection[str],
        *,
        owner: str,
        now: datetime,
        until_at: datetime,
        limit: int,
        rule: SendRule | None = None,
    ) -> list[tuple[OutboxMessage, Delivery]]:
        """Takes waiting messages of these channels that are due; nobody else gets them until ``until_at``.

        ``rule`` is asked in the same transaction, after which nothing that it looked at changes before the commit:
        a message that it stops comes back as held or withdrawn, and is not to be sent. An e-mail without an address
        comes back with the customer's own.
        """
        ...

    async def lost_claims(
        self, tenant: TenantId, channels: Collection[str], *, now: datetime, limit: int = 50
    ) -> list[tuple[OutboxMessage, Delivery]]:
        """Messages whose sender was gone before it said what became of them."""
        ...

    async def settle(
        self,
        tenant: TenantId,
        before: Delivery,
        after: Delivery,
        *,
        events: Sequence[CustomerEvent] = (),
        step: DeliveryStep | None = None,
    ) -> bool:
        """Writes what became of a delivery, what the timeline learns, and the step of the person who decided it.

        False, and nothing is written, when it is not as ``before`` any more.
        """
        ...

    async def enqueue_messages(self, tenant: TenantId, messages: Sequence[OutboxMessage]) -> int:
        """Adds messages that belong to no run's transaction; a key that is there already stays. How many are new."""
        ...

    async def delivery(self, tenant: TenantId, key: str) -> tuple[OutboxMessage, Delivery] | None:
        """One message with what became of it, or None."""
        ...

    async def delivery_of_receipt(
        self, tenant: TenantId, receipts: Sequence[str]
    ) -> tuple[OutboxMessage, Delivery] | None:
        """The message that a receiver gave one of these ids to, or None."""
        ...

    async def delivery_steps(self, tenant: TenantId, key: str) -> list[DeliveryStep]:
        """What people did with a message that was given up, oldest first."""
        ...

    async def deliveries(
        self, tenant: TenantId, *, states: Collection[DeliveryState] | None = None, limit: int = 100
    ) -> list[tuple[OutboxMessage, Delivery]]:
        """Messages with what became of them, by the time they are due."""
        ...


def guarantee(*, takes_key: bool) -> str:
    """How often a message arrives by a channel, in words."""
    if takes_key:
        return "exactly once, if the receiver remembers our key: sent again with the same key until it answers"
    return "at most once: when nobody can know whether it arrived it is `unknown`, and a person decides"


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
