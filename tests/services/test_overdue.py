"""A promise that is broken is seen: the customer hears it once with a new time, others have the conversation."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.ownership import MOST_REASSIGNMENTS, OwnerState
from journey_assistant.errors import InvalidTransition
from journey_assistant.ports.store import CustomerRow
from records import ANA, NOON, OURS
from talking import Talk, talk

DANA, ELI = ColleagueId("dana"), ColleagueId("eli")


async def waiting(**record: str) -> Talk:
    room = await talk()
    for id_ in (DANA, ELI):
        await room.store.add_colleague(OURS, Colleague(id_, id_.title(), Role.CSM, NOON, OURS))
    if record:
        await room.store.put_customers(OURS, [CustomerRow(CustomerId(ANA), {"id": ANA, **record})])
    await room.chat.ask_for_person(ANA, room.id)
    return room


async def told(room: Talk) -> list[str]:
    """What the customer was told of the conversation itself."""
    return [entry.text for entry in await room.chat.entries(ANA, room.id) if entry.kind == "status" and entry.text]


async def pass_the_deadline(room: Talk) -> None:
    due_at = (await room.now()).ownership.pickup_by_at
    assert due_at is not None
    room.clock.at = due_at
    assert await room.hand.sweep_overdue() == 1


async def test_that_before_the_deadline_nothing_moves() -> None:
    room = await waiting()
    room.clock.move(timedelta(minutes=5))
    assert await room.hand.sweep_overdue() == 0
    assert await told(room) == []


async def test_that_the_customer_hears_of_a_broken_promise_once_with_a_time_that_holds() -> None:
    room = await waiting()
    await pass_the_deadline(room)
    stands = (await room.now()).ownership
    assert stands.promised_at == stands.pickup_by_at
    assert len(await told(room)) == 1
    assert "nobody could answer you in time" in (await told(room))[0]
    assert "at the latest" in (await told(room))[0]
    while (await room.now()).ownership.pickup_by_at:
        await pass_the_deadline(room)
    assert len(await told(room)) == 1
    assert (await room.now()).ownership.promised_at is None


async def test_that_a_broken_promise_is_told_in_the_customers_language_and_on_their_clock() -> None:
    room = await waiting(language="de", timezone="Asia/Tokyo")
    await pass_the_deadline(room)
    assert "Es tut uns leid" in (await told(room))[0]
    assert (await told(room))[0].endswith("eine Antwort.")
    assert "Zeit)" not in (await told(room))[0]


async def test_that_it_goes_from_queue_to_queue_and_then_waits_where_everybody_sees_it() -> None:
    room = await talk()
    await room.chat.ask_for_person(ANA, room.id)
    before = await room.now()
    handed = before.ownership
    queues = [handed.queue]
    while (await room.now()).ownership.pickup_by_at:
        await pass_the_deadline(room)
        queues.append((await room.now()).ownership.queue)
    assert len(queues) == MOST_REASSIGNMENTS + 1
    books = room.commit.playbook.queues
    assert all(after == (books[old].next_queue or old) for old, after in pairwise(queues))
    room.clock.move(timedelta(days=30))
    assert await room.hand.sweep_overdue() == 0
    stands = (await room.now()).ownership
    assert (stands.state, stands.priority) == (OwnerState.WAITING, "urgent")


async def test_that_colleagues_see_what_moved_and_customers_do_not() -> None:
    room = await waiting()
    await pass_the_deadline(room)
    moved = [e for e in await room.store.entries(OURS, room.id) if e.payload.get("status") == "reassigned"]
    assert [entry.payload["before"] for entry in moved] == ["general"]
    assert "reassigned" not in str(await room.chat.entries(ANA, room.id))


async def test_that_who_claims_and_is_silent_loses_it_and_the_customer_is_told() -> None:
    room = await waiting()
    await room.hand.claim(room.id, by=DANA)
    await room.say("Are you there? It is about invoice INV-2041.")
    await pass_the_deadline(room)
    stands = await room.now()
    assert (stands.ownership.state, stands.ownership.queue) == (OwnerState.WAITING, "general")
    assert (await told(room))[-1].startswith("Dana could not answer in time.")
    with pytest.raises(InvalidTransition):
        await room.hand.say(room.id, by=DANA, text="I am here now", key="late")
    await room.hand.claim(room.id, by=ELI)
    packet = await room.hand.packet(room.id)
    assert [entry.text for entry in packet.said_since] == ["Are you there? It is about invoice INV-2041."]


async def test_that_who_answered_keeps_it_until_the_customer_writes_again() -> None:
    room = await waiting()
    await room.hand.claim(room.id, by=DANA)
    await room.hand.say(room.id, by=DANA, text="I look at it.", key="k")
    room.clock.move(timedelta(days=20))
    assert await room.hand.sweep_overdue() == 0
    await room.say("And?")
    due_at = (await room.now()).ownership.pickup_by_at
    await room.say("Hello?")
    assert (await room.now()).ownership.pickup_by_at == due_at
    await pass_the_deadline(room)
    assert (await room.now()).ownership.state is OwnerState.WAITING


async def test_that_of_two_sweeps_one_moves_it() -> None:
    room = await waiting()
    other = await talk(store=room.store, owner="two")
    room.clock.move(timedelta(days=4))
    other.clock.at = room.clock.at
    assert await room.hand.sweep_overdue() + await other.hand.sweep_overdue() == 1
    assert len(await told(room)) == 1


async def test_that_what_is_put_back_is_promised_a_time_in_words() -> None:
    room = await waiting()
    await room.hand.claim(room.id, by=DANA)
    await room.hand.requeue(room.id, by=DANA, queue="billing")
    assert "Another colleague" in (await told(room))[-1]
    assert "today at" in (await told(room))[-1]
