import asyncio
from datetime import timedelta

import pytest

from deciding import HANDOFF, REPLY, Fixed, SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.conversation import conversation_of
from journey_assistant.domain.customer import CustomerId
from journey_assistant.errors import NotFound, Rejected
from journey_assistant.services.answer_customer import IncomingMessage, answer_customer
from records import ANA, NOON, OURS, THEIRS, customer, event


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore()
    await store.put_customers(OURS, [customer(name="Ana", plan="Team")])
    await store.add_events(OURS, [event("e1", at=NOON - timedelta(hours=1), path="/pricing")])
    return store


def asked(id_: str = "m1", text: str = "Does Team include SSO?", **fields: object) -> IncomingMessage:
    return IncomingMessage(id_, ANA, text, tenant_id=OURS, **fields)  # type: ignore[arg-type]


async def test_that_the_decision_sees_the_stored_customer_and_timeline(store: MemoryStore) -> None:
    decider = Fixed()
    await answer_customer(store, decider, SetClock(), asked())
    (case,) = decider.seen
    assert case.snapshot.customer.plan == "Team"
    assert case.snapshot.tenant_id == OURS
    assert [e.id for e in case.snapshot.timeline] == ["e1"]
    assert case.snapshot.message is not None
    assert case.snapshot.message.text == "Does Team include SSO?"


async def test_that_the_message_and_the_answer_are_on_the_timeline(store: MemoryStore) -> None:
    await answer_customer(store, Fixed(), SetClock(), asked())
    said = [(e.properties["author"], e.properties["text"]) for e in (await store.timeline(OURS, ANA))[1:]]
    assert said == [("customer", "Does Team include SSO?"), ("assistant", REPLY.text)]
    assert [message.text for message in await store.outbox(OURS)] == [REPLY.text]


async def test_that_a_message_sent_twice_is_answered_once(store: MemoryStore) -> None:
    decider, clock = Fixed(), SetClock()
    first = await answer_customer(store, decider, clock, asked())
    clock.move(timedelta(minutes=1))
    again = await answer_customer(store, decider, clock, asked())
    assert again == first
    assert len(decider.seen) == 1
    assert len(await store.outbox(OURS)) == 1


async def test_that_a_message_sent_many_times_at_once_is_answered_once(store: MemoryStore) -> None:
    records = await asyncio.gather(*(answer_customer(store, Fixed(), SetClock(), asked()) for _ in range(10)))
    assert len({record.id for record in records}) == 1
    assert len(await store.outbox(OURS)) == 1


async def test_that_two_customers_may_send_messages_with_one_id(store: MemoryStore) -> None:
    await store.put_customers(OURS, [customer("c_ben")])
    first = await answer_customer(store, Fixed(), SetClock(), asked())
    other = IncomingMessage("m1", CustomerId("c_ben"), "Hello", tenant_id=OURS)
    assert (await answer_customer(store, Fixed(), SetClock(), other)).id != first.id


async def test_that_a_message_that_was_accepted_but_not_answered_is_answered_when_it_comes_again(
    store: MemoryStore,
) -> None:
    class Falling(Fixed):
        async def decide(self, case: object) -> object:  # type: ignore[override]
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await answer_customer(store, Falling(), SetClock(), asked())
    assert await store.runs(OURS) == []
    decider = Fixed()
    await answer_customer(store, decider, SetClock(NOON + timedelta(seconds=5)), asked())
    assert [e.id for e in decider.seen[0].snapshot.timeline] == ["e1"]
    said = [e for e in await store.timeline(OURS, ANA) if e.properties.get("author") == "customer"]
    assert len(said) == 1


async def test_that_a_second_message_continues_the_conversation(store: MemoryStore) -> None:
    decider, clock = Fixed(), SetClock()
    await answer_customer(store, decider, clock, asked("m1"))
    clock.move(timedelta(minutes=2))
    await answer_customer(store, decider, clock, asked("m2", "And how much is it?"))
    conversation = conversation_of(decider.seen[1].snapshot)
    assert conversation.id == "conversation:m1"
    assert [turn.author for turn in conversation.turns] == ["customer", "assistant"]


async def test_that_a_conversation_that_is_named_is_kept(store: MemoryStore) -> None:
    await answer_customer(store, Fixed(HANDOFF), SetClock(), asked(conversation_id="chat-9"))
    assert {e.properties["conversation_id"] for e in (await store.timeline(OURS, ANA))[1:]} == {"chat-9"}
    assert [h.queue for h in await store.handoffs(OURS)] == ["billing"]


async def test_that_nobody_is_answered_whom_we_do_not_know(store: MemoryStore) -> None:
    stranger = IncomingMessage("m1", ANA, "Hello", tenant_id=THEIRS)
    with pytest.raises(NotFound):
        await answer_customer(store, Fixed(), SetClock(), stranger)
    assert await store.timeline(THEIRS, ANA) == []


async def test_that_a_text_too_long_to_read_is_rejected_and_not_stored(store: MemoryStore) -> None:
    with pytest.raises(Rejected):
        await answer_customer(store, Fixed(), SetClock(), asked(text="x" * 100_000))
    assert len(await store.timeline(OURS, ANA)) == 1
