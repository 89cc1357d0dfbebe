from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from deciding import REPLY, run_of
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.chat import AttachmentId
from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.outbox import DeliveryState
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.domain.sentiment import ContactReason
from journey_assistant.errors import Conflict, NotFound, PortError, Rejected
from journey_assistant.services.chat import MOST_CHARACTERS
from journey_assistant.services.handoff_out import HandoffOut
from records import ANA, BEN, OURS, customer
from talking import Echo, Talk, talk

QUESTION = "Does the Team plan include SSO?"


async def test_that_a_conversation_is_opened_once_and_resumed_by_its_id() -> None:
    room = await talk()
    first = await room.chat.open(ANA)
    assert await room.chat.open(ANA, first.id) == first
    assert {row.id for row in await room.chat.conversations(ANA)} == {room.id, first.id}


CALLS: dict[str, Any] = {
    "open": lambda room: room.chat.open(BEN, room.id),
    "entries": lambda room: room.chat.entries(BEN, room.id),
    "post": lambda room: room.chat.post(BEN, room.id, key="k", text="hi"),
    "attach": lambda room: room.chat.attach(BEN, room.id, name="a", type_="image/png", content=b"x"),
    "typing": lambda room: room.chat.typing(BEN, room.id, on=True),
    "read": lambda room: room.chat.read(BEN, room.id, 1),
    "ask_for_person": lambda room: room.chat.ask_for_person(BEN, room.id),
    "close": lambda room: room.chat.close(BEN, room.id),
    "rate": lambda room: room.chat.rate(BEN, room.id, score=1),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("which", ["somebody else's", "nobody's"])
async def test_that_a_customer_reaches_only_what_is_theirs(call: str, which: str) -> None:
    room = await talk()
    await room.ask(QUESTION)
    if which == "nobody's":
        room.id = ConversationId("conv_guessed")
    with pytest.raises(NotFound) as refused:
        await CALLS[call](room)
    assert str(refused.value) == f"there is no conversation {room.id}"


async def test_that_a_file_of_somebody_else_is_neither_read_nor_sent() -> None:
    room = await talk()
    file = await room.chat.attach(ANA, room.id, name="bill.pdf", type_="application/pdf", content=b"%PDF")
    assert (await room.chat.attachment(ANA, file.id))[1] == b"%PDF"
    with pytest.raises(NotFound):
        await room.chat.attachment(BEN, file.id)
    await room.store.put_customers(OURS, [])
    bens = await room.chat.open(BEN)
    with pytest.raises(NotFound):
        await room.chat.post(BEN, bens.id, key="k", text="look", attachments=[file.id])


async def test_that_a_message_with_files_names_them() -> None:
    room = await talk()
    file = await room.chat.attach(ANA, room.id, name="bill.pdf", type_="application/pdf", content=b"%PDF")
    entry = await room.chat.post(ANA, room.id, key="k", text="", attachments=[file.id])
    assert entry.payload["attachments"] == [{"id": file.id, "name": "bill.pdf", "type": "application/pdf", "size": 4}]


async def test_that_the_same_key_is_one_message_and_one_answer() -> None:
    room = await talk()
    first = await room.chat.post(ANA, room.id, key="k", text=QUESTION)
    again = await room.chat.post(ANA, room.id, key="k", text=QUESTION)
    await room.settled()
    assert first == again
    assert len(room.decider.seen) == 1
    with pytest.raises(Conflict):
        await room.chat.post(ANA, room.id, key="k", text="Something else entirely")


@pytest.mark.parametrize("text", ["", "  \n", "x" * (MOST_CHARACTERS + 1)])
async def test_that_an_empty_or_too_long_message_is_rejected(text: str) -> None:
    room = await talk()
    with pytest.raises(Rejected):
        await room.chat.post(ANA, room.id, key="k", text=text)
    assert await room.said() == []


async def test_that_too_many_files_are_rejected() -> None:
    room = await talk()
    with pytest.raises(Rejected):
        await room.chat.post(ANA, room.id, key="k", text="look", attachments=[AttachmentId("a")] * 6)


async def test_that_a_visitor_has_a_conversation_without_being_a_customer() -> None:
    room = await talk()
    visitor = CustomerId("visitor:xyz")
    opened = await room.chat.open(visitor, visitor=True)
    await room.chat.post(visitor, opened.id, key="k", text=QUESTION)
    await room.settled()
    assert len(await room.chat.entries(visitor, opened.id)) == 2
    assert room.decider.seen[0].snapshot.customer.id == visitor


# --- a person ------------------------------------------------------------------------------------


class Nothing(Echo):
    """Model, encoder and index are down."""

    async def decide(self, case: Any, *, progress: Any = None) -> Any:
        raise PortError("down", port="encoder", retryable=True)


async def test_that_a_person_can_be_asked_for_while_everything_else_is_down() -> None:
    room = await talk(Nothing())
    after = await room.chat.ask_for_person(ANA, room.id)
    assert after.ownership.state is OwnerState.WAITING
    assert after.ownership.promised_at is not None
    entries = await room.chat.entries(ANA, room.id)
    assert [(entry.kind, entry.author) for entry in entries] == [("message", "assistant"), ("status", "system")]
    (run,) = await room.store.runs(OURS)
    assert run.line["reasons"][0]["code"] == "asked_for_person"
    (handoff,) = await room.store.handoffs(OURS)
    assert handoff.run_id == run.id


async def test_that_asking_twice_changes_nothing() -> None:
    room = await talk()
    first = await room.chat.ask_for_person(ANA, room.id)
    assert await room.chat.ask_for_person(ANA, room.id) == first
    assert len(await room.store.handoffs(OURS)) == 1


async def test_that_a_person_can_be_asked_for_in_a_closed_conversation() -> None:
    room = await talk()
    await room.chat.close(ANA, room.id)
    assert (await room.chat.ask_for_person(ANA, room.id)).ownership.state is OwnerState.WAITING


async def test_that_the_queue_is_that_of_the_issue_it_was_about() -> None:
    class Billing(Echo):
        async def decide(self, case: Any, *, progress: Any = None) -> Any:
            return replace(run_of(case, REPLY), contact_reason=ContactReason("invoice_problem", "invoice_problem", 0.9))

    room = await talk(Billing())
    await room.ask("Why is my invoice INV-2041 so high?")
    after = await room.chat.ask_for_person(ANA, room.id)
    assert after.ownership.queue == "billing"
    (handoff,) = await room.store.handoffs(OURS)
    assert "INV-2041" in str(handoff.summary)


async def test_that_a_handoff_goes_out_in_the_same_transaction_when_it_is_asked_for() -> None:
    room = await talk(out=HandoffOut(to_webhook=True, email="desk@example.test", base_url="https://x.test"))
    await room.chat.ask_for_person(ANA, room.id)
    sent = {message.kind: (message, delivery) for message, delivery in await room.store.deliveries(OURS)}
    assert set(sent) == {"handoff_webhook", "handoff_email"}
    assert sent["handoff_email"][0].address == "desk@example.test"
    assert all(delivery.state is DeliveryState.QUEUED for _, delivery in sent.values())
    assert f"https://x.test/inbox/{room.id}" in sent["handoff_webhook"][0].text


async def test_that_colleagues_read_deadline_and_promise_as_people_say_them() -> None:
    room = await talk(out=HandoffOut(to_webhook=True, email="desk@example.test"))
    await room.store.put_customers(OURS, [customer(ANA, language="de", timezone="America/Chicago")])
    await room.chat.ask_for_person(ANA, room.id)
    sent = {message.kind: message.text for message, _ in await room.store.deliveries(OURS)}
    assert "Pick up by: tomorrow at 11:00 AM (Central European Time)" in sent["handoff_email"]
    assert "Promised to the customer: tomorrow at 5:00 AM (Central Time)" in sent["handoff_email"]
    assert "tomorrow at 5:00 AM (Central Time)" in sent["handoff_webhook"]


# --- the end -------------------------------------------------------------------------------------


async def test_that_a_closed_conversation_is_open_again_with_the_next_message() -> None:
    room = await talk()
    closed = await room.chat.close(ANA, room.id)
    assert closed.ownership.state is OwnerState.RESOLVED
    assert await room.chat.close(ANA, room.id) == closed
    assert await room.ask(QUESTION) == f"You said: {QUESTION}"
    assert [entry.payload.get("status") for entry in await room.chat.entries(ANA, room.id)] == ["resolved", None, None]


async def test_that_a_rating_is_kept_for_colleagues_and_on_the_timeline() -> None:
    room = await talk()
    await room.chat.rate(ANA, room.id, score=2, comment="slow")
    after = await room.chat.rate(ANA, room.id, score=4)
    assert after.csat == 4
    assert await room.chat.entries(ANA, room.id) == []
    rated = [(e.properties["score"], e.type) for e in await room.store.timeline(OURS, ANA)]
    assert rated == [(2, "csat_submitted"), (4, "csat_submitted")]
    with pytest.raises(Rejected):
        await room.chat.rate(ANA, room.id, score=6)


async def test_that_reading_is_kept() -> None:
    room = await talk()
    await room.ask(QUESTION)
    await room.chat.read(ANA, room.id, 2)
    assert (await room.now()).read_seq == 2


async def test_that_the_customer_sees_what_their_issue_stands_at() -> None:
    room = await talk()
    await room.ask("My invoice INV-2041 is wrong, can you look at it?")
    (issue,) = await room.chat.issues(ANA)
    assert issue.goal is not None
    assert await room.chat.issues(BEN) == []


async def test_that_nothing_is_accepted_when_the_store_is_down() -> None:
    class Failing(MemoryStore):
        async def accept_message(self, *_: Any, **__: Any) -> Any:
            raise PortError("locked", port="store", retryable=True)

    room: Talk = await talk(store=Failing())
    with pytest.raises(PortError):
        await room.say(QUESTION)
    assert await room.said() == []
