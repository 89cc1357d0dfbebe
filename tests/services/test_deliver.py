from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from conversations import TALK, conversation
from deciding import SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.outbox import Delivery, DeliveryState, OutboxMessage
from journey_assistant.errors import PortError, UncertainDelivery
from journey_assistant.services.deliver import CLAIM, LONGEST_PAUSE, MOST_ATTEMPTS, Relay
from records import ANA, OURS, all_effects, customer, message, run_record

DOWN = PortError("no connection", port="x", retryable=True)
REFUSED = PortError("status 410", port="x", retryable=False)
OPEN = UncertainDelivery("no answer", port="x", retryable=True)


@dataclass
class Fake:
    """A channel that does what it is told, and remembers what arrived."""

    takes_key: bool = True
    name: str = "email"
    does: list[Any] = field(default_factory=list)
    arrived: list[OutboxMessage] = field(default_factory=list)

    async def send(self, message: OutboxMessage) -> str:
        happens = self.does.pop(0) if self.does else None
        if isinstance(happens, asyncio.Event):
            await happens.wait()
        elif isinstance(happens, UncertainDelivery):
            self.arrived.append(message)
            raise happens
        elif isinstance(happens, Exception):
            raise happens
        self.arrived.append(message)
        return f"id-{len(self.arrived)}"

    async def close(self) -> None:
        self.does.clear()


async def relay(channel: Fake, store: Any = None, clock: SetClock | None = None, owner: str = "one") -> Relay:
    """A relay over one queued message."""
    store = store or MemoryStore()
    if not await store.runs(OURS):
        await store.put_customers(OURS, [customer(ANA, email="ana@example.test")])
        await store.open_conversation(OURS, conversation())
        row = message(channel="email", kind="handoff_email", conversation_id=TALK)
        await store.commit_run(OURS, run_record(), replace(all_effects(), outbox=(row,)))
    return Relay(store, {"email": channel}, clock or SetClock(), owner, OURS, random.Random(7))


async def delivery(sender: Relay) -> Delivery:
    ((_, found),) = await sender.store.deliveries(OURS)
    return found


async def test_that_a_message_is_sent_once_to_the_customers_own_address() -> None:
    channel = Fake()
    sender = await relay(channel)
    assert [await sender.round(), await sender.round()] == [1, 0]
    assert [one.address for one in channel.arrived] == ["ana@example.test"]
    stands = await delivery(sender)
    assert (stands.state, stands.receipt) == (DeliveryState.SENT, "id-1")


async def test_that_what_did_not_arrive_is_tried_again_later_and_longer_each_time() -> None:
    channel = Fake(does=[DOWN, DOWN])
    sender = await relay(channel)
    await sender.round()
    assert await sender.round() == 0
    first = (await delivery(sender)).due_at - sender.clock.now()
    assert timedelta(seconds=2.5) <= first <= timedelta(seconds=5)
    sender.clock.move(timedelta(seconds=5))  # type: ignore[attr-defined]
    await sender.round()
    assert timedelta(seconds=5) <= (await delivery(sender)).due_at - sender.clock.now() <= timedelta(seconds=10)
    sender.clock.move(timedelta(seconds=10))  # type: ignore[attr-defined]
    await sender.round()
    assert (await delivery(sender)).state is DeliveryState.SENT
    assert len(channel.arrived) == 1


@pytest.mark.parametrize("attempts", range(1, 40))
def test_that_no_pause_is_endless(attempts: int) -> None:
    sender = Relay(MemoryStore(), {}, SetClock(), "one", OURS, random.Random(1))
    assert timedelta(seconds=2.5) <= sender.pause_after(attempts) <= LONGEST_PAUSE


@pytest.mark.parametrize(("does", "tries"), [([DOWN] * 20, MOST_ATTEMPTS), ([REFUSED], 1)])
async def test_that_what_never_arrives_is_given_up_and_colleagues_are_told(does: list[Any], tries: int) -> None:
    sender = await relay(Fake(does=does))
    for _ in range(10):
        await sender.round()
        sender.clock.move(timedelta(hours=2))  # type: ignore[attr-defined]
    stands = await delivery(sender)
    assert (stands.state, stands.attempts) == (DeliveryState.DEAD, tries)
    (note,) = await sender.store.entries(OURS, TALK)
    assert (note.kind, note.audience) == ("note", "colleagues")
    assert "could not be delivered" in note.text


async def test_that_an_uncertain_message_is_never_repeated_to_who_takes_no_key() -> None:
    channel = Fake(takes_key=False, does=[OPEN])
    sender = await relay(channel)
    for _ in range(5):
        await sender.round()
        sender.clock.move(timedelta(hours=2))  # type: ignore[attr-defined]
    assert (await delivery(sender)).state is DeliveryState.UNKNOWN
    assert len(channel.arrived) == 1
    assert "may or may not" in (await sender.store.entries(OURS, TALK))[0].text


async def test_that_an_uncertain_message_is_repeated_with_its_key_to_who_takes_it() -> None:
    channel = Fake(does=[OPEN])
    sender = await relay(channel)
    await sender.round()
    sender.clock.move(timedelta(seconds=10))  # type: ignore[attr-defined]
    await sender.round()
    assert {one.key for one in channel.arrived} == {"reply:run_1"}
    assert (await delivery(sender)).state is DeliveryState.SENT


@pytest.mark.parametrize(("takes_key", "ends"), [(True, DeliveryState.SENT), (False, DeliveryState.UNKNOWN)])
async def test_that_what_a_dead_sender_left_is_sent_again_only_with_a_key(takes_key: bool, ends: DeliveryState) -> None:
    store, clock = MemoryStore(), SetClock()
    dead = await relay(Fake(takes_key, does=[asyncio.Event()]), store, clock)
    dying = asyncio.create_task(dead.round())
    await asyncio.sleep(0.01)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    living = await relay(Fake(takes_key), store, clock, "two")
    assert await living.round() == 0
    clock.move(CLAIM)
    await living.round()
    clock.move(timedelta(seconds=10))
    await living.round()
    assert (await delivery(living)).state is ends


async def test_that_two_relays_send_a_message_once() -> None:
    store, clock, channel = MemoryStore(), SetClock(), Fake()
    relays = [await relay(channel, store, clock, f"relay-{number}") for number in range(5)]
    await asyncio.gather(*(one.round() for one in relays))
    assert len(channel.arrived) == 1


async def test_that_a_mistake_of_ours_counts_as_uncertain() -> None:
    sender = await relay(Fake(takes_key=False, does=[ZeroDivisionError()]))
    await sender.round()
    assert (await delivery(sender)).state is DeliveryState.UNKNOWN


async def test_that_a_message_of_a_channel_that_is_not_configured_waits() -> None:
    sender = replace(await relay(Fake()), channels={})
    assert await sender.round() == 0
    assert (await delivery(sender)).state is DeliveryState.QUEUED
