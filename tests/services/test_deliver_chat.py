"""A draft approved for the chat arrives in the customer's conversation, once, in the colleague's name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from conversations import answer
from databases import opened
from journey_assistant.domain.chat import Entry
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.outbox import DeliveryState, OutboxMessage, message_of_draft
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.errors import PortError
from journey_assistant.ports.store import Store
from journey_assistant.services.deliver import CLAIM, Relay
from journey_assistant.services.deliver_chat import GIVEN, ChatChannel
from records import ANA, NOON, OURS, all_effects, draft, message, run_record
from talking import Talk, talk

DANA, ELI = ColleagueId("dana"), ColleagueId("eli")
WORDS = "You looked at our plans: may I help you choose?"


@pytest.fixture(params=["memory", "sqlite"])
async def room(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Talk]:
    if request.param == "memory":
        yield await peopled(await talk())
        return
    async with opened(f"sqlite+aiosqlite:///{tmp_path / 'journey.db'}") as store:
        made = await talk(store=store)
        yield await peopled(made)


async def peopled(room: Talk) -> Talk:
    for id_ in (DANA, ELI):
        await room.store.add_colleague(OURS, Colleague(id_, id_.title(), Role.CSM, NOON, OURS))
    await room.store.commit_run(OURS, run_record(), replace(all_effects(), draft=approved(), outbox=(queued(),)))
    return room


def approved():
    return draft(channel="chat", subject=None, text=WORDS, reviewer=DANA, tenant_id=OURS)


def queued(**fields: object) -> OutboxMessage:
    return replace(message_of_draft(approved(), at=NOON), **fields)  # type: ignore[arg-type]


def channel(room: Talk, store: Store | None = None) -> ChatChannel:
    return ChatChannel(store or room.store, room.clock, room.notifier)


async def said_by_people(room: Talk) -> list[Entry]:
    found = []
    for conversation in await room.store.conversations(OURS, customer_id=ANA):
        found += [entry for entry in await room.store.entries(OURS, conversation.id) if entry.by_person]
    return found


async def test_that_it_is_said_in_the_open_conversation_in_the_colleagues_name(room: Talk) -> None:
    await room.ask("Does the Team plan include SSO?")
    await channel(room).send(queued())
    (entry,) = await said_by_people(room)
    assert (entry.conversation_id, entry.author, entry.text) == (room.id, "agent:dana", WORDS)
    stands = await room.now()
    assert (stands.ownership.state, stands.ownership.colleague) == (OwnerState.PERSON, DANA)
    assert WORDS in [event.properties.get("text") for event in await room.store.timeline(OURS, ANA)]


async def test_that_a_customer_without_an_open_conversation_gets_one(room: Talk) -> None:
    await room.chat.close(ANA, room.id)
    await channel(room).send(queued())
    (entry,) = await said_by_people(room)
    assert entry.conversation_id != room.id
    assert [e.text for e in await room.chat.entries(ANA, entry.conversation_id)] == [WORDS]


async def test_that_sent_again_it_is_there_once_whatever_happened_between(room: Talk) -> None:
    first = await channel(room).send(queued())
    room.clock.move(timedelta(minutes=5))
    await room.chat.close(ANA, room.id)
    await room.chat.open(ANA)
    assert await channel(room).send(queued()) == first
    assert len(await said_by_people(room)) == 1


async def test_that_of_many_who_send_it_at_once_one_writes(room: Talk) -> None:
    assert len(set(await asyncio.gather(*(channel(room).send(queued()) for _ in range(8))))) == 1
    assert len(await said_by_people(room)) == 1


async def test_that_the_relay_delivers_it_once_also_after_a_sender_was_gone(room: Talk) -> None:
    relay = Relay(room.store, {"chat": channel(room)}, room.clock, "one", OURS)
    await room.store.claim_due(OURS, ["chat"], owner="gone", now=NOON, until_at=NOON + CLAIM, limit=1)
    await channel(room).send(queued())
    room.clock.move(CLAIM + timedelta(minutes=1))
    for _ in range(3):
        await relay.round()
        room.clock.move(timedelta(hours=2))
    ((_, delivery),) = await room.store.deliveries(OURS)
    assert delivery.state is DeliveryState.SENT
    assert len(await said_by_people(room)) == 1


async def test_that_nobody_is_talked_over(room: Talk) -> None:
    await room.chat.ask_for_person(ANA, room.id)
    await room.hand.claim(room.id, by=ELI)
    await channel(room).send(queued())
    assert (await room.now()).ownership.colleague == ELI
    other = await talk()
    await peopled(other)
    await other.say("my invoice")
    with pytest.raises(PortError, match="about to answer"):
        await channel(other).send(queued())


async def test_that_the_customers_reply_is_owed_an_answer_by_that_colleague(room: Talk) -> None:
    await channel(room).send(queued())
    assert (await room.now()).ownership.pickup_by_at is None
    await room.say("Yes please")
    assert (await room.now()).ownership.pickup_by_at is not None
    assert room.decider.seen == []


async def test_that_a_draft_of_nobody_here_goes_to_a_person_and_an_answer_is_not_said_twice(room: Talk) -> None:
    with pytest.raises(PortError, match="nobody is left"):
        await channel(room).send(queued(draft_id=None))
    assert await channel(room).send(message(text=answer().text)) == GIVEN
    assert await said_by_people(room) == []
