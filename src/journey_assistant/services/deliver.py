"""Deliver: the relay that carries the outbox to its channels. Claim, send, confirm.

The rules of contact are asked in the transaction of the claim: what they stop is held or withdrawn there, and only
what they let go is handed to a channel.

How often a message may arrive depends on its receiver. One that takes our key (``webhook``) is sent again until it
answers: it takes each message once. One that takes no key (``email``) is sent at most once: when a crash or a broken
connection leaves open whether it arrived, it is ``unknown``, never sent again by itself, and a person is told.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from journey_assistant.domain.chat import SYSTEM, Audience, EntryId, EntryKind, NewEntry
from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.outbox import Delivery, DeliveryState, OutboxMessage
from journey_assistant.errors import Conflict, PortError, UncertainDelivery
from journey_assistant.ports import Clock
from journey_assistant.ports.chat import Change
from journey_assistant.ports.relay import Channel, SendRule
from journey_assistant.ports.store import Store
from journey_assistant.services.last_check import send_events

_LOG = logging.getLogger(__name__)
CLAIM = timedelta(seconds=60)
"""How long a sender may take; afterwards it counts as gone."""
SEND_WITHIN_S = 45.0
MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
BATCH = 16


@dataclass(frozen=True)
class Relay:
    """Carries one tenant's outbox over these channels. ``owner`` names this process in claims."""

    store: Store
    channels: Mapping[str, Channel]
    clock: Clock
    owner: str
    tenant: TenantId = DEFAULT_TENANT
    chance: random.Random = field(default_factory=random.Random)
    check: SendRule | None = None

    async def round(self) -> int:
        """Sends what is due; how many were looked at. Raises PortError when the store fails."""
        if not self.channels:
            return 0
        await self._lost()
        sending: list[asyncio.Task[None]] = []
        count = 0
        try:
            while count < BATCH and (begun := await self._begin()):
                count += 1
                message, delivery = begun
                if delivery.state is DeliveryState.CLAIMED:
                    sending.append(asyncio.create_task(self._deliver(message, delivery)))
                else:
                    _LOG.info("a message by %s is %s: %s", message.channel, delivery.state, delivery.error)
        finally:
            await asyncio.gather(*sending)
        return count

    async def _begin(self) -> tuple[OutboxMessage, Delivery] | None:
        """Begins to send the next message that is due, or learns why it may not go out: one transaction each."""
        now = self.clock.now()
        begun = await self.store.claim_due(
            self.tenant,
            list(self.channels),
            owner=self.owner,
            now=now,
            until_at=now + CLAIM,
            limit=1,
            rule=self.check,
        )
        return begun[0] if begun else None

    async def _lost(self) -> None:
        """What a sender left that is gone: again where the receiver takes the key, else a person decides."""
        for message, delivery in await self.store.lost_claims(self.tenant, list(self.channels), now=self.clock.now()):
            error = UncertainDelivery("the sender was gone before it heard", port="relay", retryable=True)
            await self._settle(message, delivery, self._after(message, delivery, error))

    async def _deliver(self, message: OutboxMessage, delivery: Delivery) -> None:
        channel = self.channels[message.channel]
        try:
            async with asyncio.timeout(SEND_WITHIN_S):
                receipt = await channel.send(message)
        except PortError as error:
            after = self._after(message, delivery, error)
        except TimeoutError:
            late = UncertainDelivery("it took too long", port=message.channel, retryable=True)
            after = self._after(message, delivery, late)
        except Exception as error:  # noqa: BLE001  # our own mistake: whether it arrived cannot be known
            _LOG.exception("a message could not be sent")
            failed = UncertainDelivery(type(error).__name__, port=message.channel, retryable=True)
            after = self._after(message, delivery, failed)
        else:
            after = delivery.sent(receipt=receipt, at=self.clock.now())
        await self._settle(message, delivery, after)

    def _after(self, message: OutboxMessage, delivery: Delivery, error: PortError) -> Delivery:
        """What becomes of a message that this happened to."""
        now, what = self.clock.now(), str(error)
        if isinstance(error, UncertainDelivery) and not self.channels[message.channel].takes_key:
            return delivery.unknown(at=now, error=what)
        if not error.retryable or delivery.attempts >= MOST_ATTEMPTS:
            return delivery.dead(at=now, error=what)
        return delivery.again(due_at=now + self.pause_after(delivery.attempts), error=what)

    def pause_after(self, attempts: int) -> timedelta:
        """Twice as long after each attempt, and never for everybody at the same moment."""
        doublings: int = 2 ** max(attempts - 1, 0)
        return min(FIRST_PAUSE * doublings, LONGEST_PAUSE) * self.chance.uniform(0.5, 1.0)

    async def close(self) -> None:
        """Closes the channels."""
        for channel in self.channels.values():
            await channel.close()

    async def _settle(self, message: OutboxMessage, before: Delivery, after: Delivery) -> None:
        events = send_events(message, after, self.clock.now())
        if not await self.store.settle(self.tenant, before, after, events=events):
            return
        if after.state in (DeliveryState.DEAD, DeliveryState.UNKNOWN):
            _LOG.error("a message by %s is %s: %s", message.channel, after.state, after.error)
            await self._tell_colleagues(message, after, self.clock.now())

    async def _tell_colleagues(self, message: OutboxMessage, delivery: Delivery, now: datetime) -> None:
        """A note in the conversation that the message belongs to; elsewhere the list of deliveries shows it."""
        if message.conversation_id is None:
            return
        happened = "could not be delivered" if delivery.state is DeliveryState.DEAD else "may or may not have arrived"
        text = f"A message by {message.channel} ({message.kind}) {happened}: {delivery.error}"
        id_ = EntryId(f"undelivered:{message.key}:{delivery.attempts}")
        note = NewEntry(id_, EntryKind.NOTE, SYSTEM, text, {"delivery": message.key}, Audience.COLLEAGUES)
        for _ in range(5):
            before = await self.store.conversation(self.tenant, ConversationId(message.conversation_id))
            if before is None:
                return
            after, entries = before.written(note, at=max(now, before.updated_at))
            try:
                await self.store.change_conversation(self.tenant, before, after, Change(entries))
            except Conflict:
                continue
            return
