"""What every store must do with conversations: one suite for memory, SQLite and Postgres."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from conversations import MINUTE, TALK, answer, conversation, handed_over, said, wish
from journey_assistant.domain.case_state import CaseState, CaseStateId, Quoted
from journey_assistant.domain.chat import Attachment, AttachmentId, ChatConversation, Entry
from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.outbox import Delivery, DeliveryState
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.errors import Conflict, NotFound
from journey_assistant.ports.chat import Change
from journey_assistant.ports.store import Store
from records import ANA, BEN, NOON, OURS, THEIRS, all_effects, customer, event, message, run_record

FILE = Attachment(AttachmentId("att_1"), TALK, ANA, "bill “1”.pdf", "application/pdf", 4, "0" * 64, NOON, OURS)


def case_state(id_: str = "case_1", **fields: object) -> CaseState:
    given = CaseState(
        CaseStateId(id_), ANA, "invoice_problem", NOON, NOON, Quoted("wrong \ud83d", "m1"), tenant_id=OURS
    )
    return replace(given, facts=(Quoted("INV-7", "m1"),), **fields)  # type: ignore[arg-type]


async def current(store: Store, id_: ConversationId = TALK) -> ChatConversation:
    found = await store.conversation(OURS, id_)
    assert found is not None
    return found


async def everything(store: Store) -> list[Entry]:
    return await store.entries(OURS, TALK)


# --- conversations and messages ------------------------------------------------------------------


async def test_that_a_conversation_comes_back_as_opened(store: Store) -> None:
    opened = conversation(ownership=handed_over(conversation().ownership))
    assert await store.open_conversation(OURS, opened) == opened
    assert await store.conversation(OURS, TALK) == opened
    assert await store.conversation(OURS, ConversationId("conv_2")) is None


async def test_that_an_id_is_opened_once_and_never_shared(store: Store) -> None:
    first = await store.open_conversation(OURS, conversation())
    assert await store.open_conversation(OURS, conversation(opened_at=NOON + MINUTE)) == first
    with pytest.raises(Conflict):
        await store.open_conversation(OURS, conversation(customer_id=BEN))


async def test_that_an_accepted_message_is_an_entry_and_an_event(store: Store) -> None:
    await store.open_conversation(OURS, conversation())
    accepted = await store.accept_message(OURS, TALK, said("Hello \u0000“x”", page={"path": "/pricing"}))
    assert accepted.is_new
    (entry,) = await everything(store)
    assert entry == accepted.entry
    assert (entry.seq, entry.author, entry.text) == (1, "customer", "Hello \u0000“x”")
    assert entry.payload == {"page": {"path": "/pricing"}}
    after = await current(store)
    assert (after.last_seq, after.asked_seq, after.answered_seq, after.version) == (1, 1, 0, 2)
    (on_timeline,) = await store.timeline(OURS, ANA)
    assert (on_timeline.id, on_timeline.type) == (entry.id, "chat_message")
    assert on_timeline.properties["conversation_id"] == TALK


async def test_that_a_key_with_the_same_body_is_the_same_message_and_with_another_a_conflict(store: Store) -> None:
    await store.open_conversation(OURS, conversation())
    first = await store.accept_message(OURS, TALK, said())
    again = await store.accept_message(OURS, TALK, said(at=NOON + MINUTE))
    assert (again.entry, again.is_new) == (first.entry, False)
    for other in (said("Other words"), said(attachments=["a"])):
        with pytest.raises(Conflict):
            await store.accept_message(OURS, TALK, other)
    assert len(await everything(store)) == 1


async def test_that_twenty_times_one_key_at_once_is_one_message(store: Store) -> None:
    await store.open_conversation(OURS, conversation())
    taken = await asyncio.gather(*(store.accept_message(OURS, TALK, said()) for _ in range(20)))
    assert len({accepted.entry.id for accepted in taken}) == 1
    assert [accepted.is_new for accepted in taken].count(True) == 1


async def test_that_twenty_messages_at_once_are_numbered_without_a_gap(store: Store) -> None:
    await store.open_conversation(OURS, conversation())
    await asyncio.gather(*(store.accept_message(OURS, TALK, said(f"m{n}", f"k{n}")) for n in range(20)))
    assert [entry.seq for entry in await everything(store)] == list(range(1, 21))
    assert (await current(store)).asked_seq == 20


async def test_that_a_message_to_a_resolved_conversation_opens_it_again(store: Store) -> None:
    done = conversation().ownership.resolve(by="customer", at=NOON)
    await store.open_conversation(OURS, conversation(ownership=done))
    await store.accept_message(OURS, TALK, said())
    after = await current(store)
    assert after.ownership.state is OwnerState.ASSISTANT
    assert after.is_unanswered
    assert [(entry.kind, entry.audience) for entry in await everything(store)] == [
        ("status", "colleagues"),
        ("message", "all"),
    ]


async def test_that_nothing_is_accepted_in_a_conversation_that_is_not_there(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.accept_message(OURS, TALK, said())
    assert await store.timeline(OURS, ANA) == []


async def test_that_entries_are_read_behind_a_number(store: Store) -> None:
    await store.open_conversation(OURS, conversation())
    for number in range(5):
        await store.accept_message(OURS, TALK, said(f"m{number}", f"k{number}"))
    assert [entry.text for entry in await store.entries(OURS, TALK, after_seq=2, limit=2)] == ["m2", "m3"]


# --- changes -------------------------------------------------------------------------------------


async def test_that_a_change_writes_everything_that_belongs_to_it(store: Store) -> None:
    await store.put_customers(OURS, [customer(ANA)])
    await store.open_conversation(OURS, conversation())
    before = (await store.accept_message(OURS, TALK, said())).conversation
    after, entries = before.written(answer(citations=[{"article": "sso"}]), at=NOON + MINUTE, answered_seq=1)
    record = replace(run_record(1), tenant_id=OURS)
    change = Change(entries, (event("own"),), record, all_effects(1), (case_state(),))
    await store.change_conversation(OURS, before, after, change)
    assert await current(store) == after
    assert [entry.text for entry in await everything(store)] == ["Does Team include SSO?", "Yes."]
    assert await store.run(OURS, record.id) == record
    assert [m.key for m in await store.outbox(OURS)] == ["reply:run_1"]
    assert {e.id for e in await store.timeline(OURS, ANA)} >= {"own", "draft-1"}
    assert await store.case_states(OURS, ANA) == [case_state()]


async def test_that_a_change_of_what_went_on_meanwhile_writes_nothing(store: Store) -> None:
    await store.open_conversation(OURS, conversation())
    before = (await store.accept_message(OURS, TALK, said())).conversation
    await store.accept_message(OURS, TALK, said("One more thing", "k2"))
    after, entries = before.written(answer(), at=NOON, answered_seq=1)
    change = Change(entries, (event("own"),), run_record(1), all_effects(1), (case_state(),))
    with pytest.raises(Conflict):
        await store.change_conversation(OURS, before, after, change)
    assert [entry.author for entry in await everything(store)] == ["customer", "customer"]
    assert await store.runs(OURS) == []
    assert await store.outbox(OURS) == []
    assert await store.case_states(OURS, ANA) == []
    assert len(await store.timeline(OURS, ANA)) == 2


async def test_that_of_twenty_claims_at_once_one_wins(store: Store) -> None:
    waiting = conversation(ownership=handed_over(conversation().ownership))
    await store.open_conversation(OURS, waiting)

    async def claim(number: int) -> bool:
        claimed = waiting.ownership.claim(by=ColleagueId(f"csm{number}"), at=NOON)
        after, _ = waiting.written(at=NOON, ownership=claimed)
        try:
            await store.change_conversation(OURS, waiting, after, Change())
        except Conflict:
            return False
        return True

    won = await asyncio.gather(*(claim(number) for number in range(20)))
    assert won.count(True) == 1
    assert (await current(store)).ownership.colleague == f"csm{won.index(True)}"


async def test_that_a_moment_that_was_decided_before_is_not_written_again(store: Store) -> None:
    await store.open_conversation(OURS, conversation())
    await store.commit_run(OURS, run_record(1), all_effects(1))
    before = await current(store)
    after, entries = before.written(answer(), at=NOON)
    with pytest.raises(Conflict):
        await store.change_conversation(OURS, before, after, Change(entries, record=run_record(1)))
    assert await everything(store) == []


async def test_that_a_conversation_that_is_gone_cannot_be_changed(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.change_conversation(OURS, conversation(), conversation(version=2), Change())


async def test_that_reading_moves_forward_only_and_is_never_undone_by_a_change(store: Store) -> None:
    await store.open_conversation(OURS, conversation())
    before = (await store.accept_message(OURS, TALK, said())).conversation
    for seq in (9, 1, 0):
        await store.mark_read(OURS, TALK, seq)
    after, entries = before.written(answer(), at=NOON)
    await store.change_conversation(OURS, before, after, Change(entries))
    assert (await current(store)).read_seq == 1


async def test_that_conversations_are_found_by_customer_owner_and_change(store: Store) -> None:
    for number in range(4):
        owner = conversation().ownership
        if number % 2:
            owner = handed_over(owner, queue=f"queue-{number}")
        at = NOON + number * MINUTE
        whose = (ANA, ANA, BEN, BEN)[number]
        await store.open_conversation(OURS, conversation(f"conv_{number}", whose, updated_at=at, ownership=owner))

    async def found(**wanted: object) -> list[str]:
        return [row.id for row in await store.conversations(OURS, **wanted)]  # type: ignore[arg-type]

    assert await found() == ["conv_3", "conv_2", "conv_1", "conv_0"]
    assert await found(limit=1) == ["conv_3"]
    assert await found(customer_id=ANA) == ["conv_1", "conv_0"]
    assert await found(states=[OwnerState.WAITING]) == ["conv_3", "conv_1"]
    assert await found(queue="queue-1") == ["conv_1"]
    assert await found(changed_since=NOON + 2 * MINUTE) == ["conv_3", "conv_2"]
    assert await found(colleague=ColleagueId("dana")) == []


# --- who is answering ----------------------------------------------------------------------------


async def test_that_the_lease_comes_with_the_message_and_ends_with_the_answer(store: Store) -> None:
    await store.open_conversation(OURS, conversation())
    accepted = await store.accept_message(OURS, TALK, said(), wish("one"))
    assert accepted.fence == 1
    assert await store.lease_conversation(OURS, TALK, wish("two")) is None
    assert await store.unanswered(OURS, NOON) == []
    after, entries = accepted.conversation.written(answer(), at=NOON, answered_seq=1)
    await store.change_conversation(OURS, accepted.conversation, after, Change(entries, fence=1, release=True))
    assert await store.lease_conversation(OURS, TALK, wish("two")) == 2


async def test_that_a_message_beside_a_living_lease_takes_none(store: Store) -> None:
    await store.open_conversation(OURS, conversation())
    await store.accept_message(OURS, TALK, said(), wish("one"))
    assert (await store.accept_message(OURS, TALK, said("and?", "k2"), wish("two"))).fence is None
    assert (await store.accept_message(OURS, TALK, said("and?", "k3"), wish("one"))).fence is None


async def test_that_no_lease_is_taken_of_what_a_person_owns(store: Store) -> None:
    await store.open_conversation(OURS, conversation(ownership=handed_over(conversation().ownership)))
    assert (await store.accept_message(OURS, TALK, said(), wish("one"))).fence is None
    assert await store.unanswered(OURS, NOON + MINUTE) == []


async def test_that_a_lease_is_prolonged_by_its_owner_and_taken_over_when_it_ended(store: Store) -> None:
    await store.open_conversation(OURS, conversation())
    assert await store.lease_conversation(OURS, TALK, wish("one")) == 1
    assert await store.lease_conversation(OURS, TALK, wish("one", NOON + timedelta(seconds=10))) == 1
    assert await store.lease_conversation(OURS, TALK, wish("two", NOON + timedelta(seconds=20))) is None
    assert await store.lease_conversation(OURS, TALK, wish("two", NOON + timedelta(seconds=25))) == 2
    assert await store.lease_conversation(OURS, ConversationId("none"), wish("two")) is None


async def test_that_a_lease_that_was_taken_over_can_neither_write_nor_release(store: Store) -> None:
    await store.open_conversation(OURS, conversation())
    before = (await store.accept_message(OURS, TALK, said(), wish("one"))).conversation
    later = NOON + MINUTE
    assert await store.lease_conversation(OURS, TALK, wish("two", later)) == 2
    after, entries = before.written(answer(), at=later, answered_seq=1)
    with pytest.raises(Conflict):
        await store.change_conversation(OURS, before, after, Change(entries, fence=1))
    await store.release_conversation(OURS, TALK, 1)
    assert await store.lease_conversation(OURS, TALK, wish("one", later)) is None
    await store.release_conversation(OURS, TALK, 2)
    assert await store.lease_conversation(OURS, TALK, wish("one", later)) == 3


async def test_that_of_twenty_who_want_the_lease_one_gets_it(store: Store) -> None:
    await store.open_conversation(OURS, conversation())
    got = await asyncio.gather(*(store.lease_conversation(OURS, TALK, wish(f"w{number}")) for number in range(20)))
    assert [fence for fence in got if fence is not None] == [1]


async def test_that_what_was_left_unanswered_is_found_when_its_lease_has_ended(store: Store) -> None:
    await store.open_conversation(OURS, conversation())
    await store.accept_message(OURS, TALK, said(), wish("one"))
    assert await store.unanswered(OURS, NOON + timedelta(seconds=14)) == []
    assert [row.id for row in await store.unanswered(OURS, NOON + timedelta(seconds=15))] == [TALK]


async def test_that_what_nobody_picked_up_in_time_is_found(store: Store) -> None:
    await store.open_conversation(OURS, conversation(ownership=handed_over(conversation().ownership)))
    assert await store.overdue(OURS, NOON + timedelta(minutes=59)) == []
    assert [row.id for row in await store.overdue(OURS, NOON + timedelta(hours=1))] == [TALK]


async def test_that_what_was_seen_moves_forward_only_and_no_change_undoes_it(store: Store) -> None:
    await store.open_conversation(OURS, conversation())
    before = (await store.accept_message(OURS, TALK, said())).conversation
    assert await store.mark_seen(OURS, TALK, 9) is False
    assert await store.mark_seen(OURS, TALK, 1) is True
    assert await store.mark_seen(OURS, TALK, 1) is False
    assert await store.mark_seen(THEIRS, TALK, 1) is False
    after, entries = before.written(answer(), at=NOON)
    await store.change_conversation(OURS, before, after, Change(entries))
    stands = await store.conversation(OURS, TALK)
    assert stands is not None
    assert (stands.seen_seq, stands.last_seq) == (1, 2)


# --- files, tokens, visitors, erasure ------------------------------------------------------------


async def test_that_a_file_comes_back_byte_for_byte(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.put_attachment(OURS, FILE, b"%PDF")
    await store.open_conversation(OURS, conversation())
    await store.put_attachment(OURS, FILE, b"\x00\xff%P")
    assert await store.attachment(OURS, FILE.id) == (FILE, b"\x00\xff%P")
    assert await store.attachments(OURS, [FILE.id, AttachmentId("att_2"), FILE.id]) == [FILE]
    assert await store.attachment(THEIRS, FILE.id) is None
    assert await store.attachments_of(OURS, ANA) == [FILE]
    assert [*await store.attachments_of(OURS, BEN), *await store.attachments_of(THEIRS, ANA)] == []


async def test_that_a_revoked_token_stays_revoked_for_its_tenant(store: Store) -> None:
    for _ in range(2):
        await store.revoke_token(OURS, "jti", NOON)
    assert await store.is_revoked(OURS, "jti")
    assert not await store.is_revoked(THEIRS, "jti")
    assert not await store.is_revoked(OURS, "other")


async def filled(store: Store, tenant: object = OURS, customer_id: str = ANA, id_: str = TALK) -> None:
    """A customer with a conversation, an answer, a file and an issue."""
    await store.put_customers(tenant, [customer(customer_id)])  # type: ignore[arg-type]
    await store.open_conversation(tenant, conversation(id_, customer_id))  # type: ignore[arg-type]
    await store.accept_message(tenant, ConversationId(id_), said())  # type: ignore[arg-type]
    file = replace(FILE, id=AttachmentId(f"att_{id_}"), conversation_id=ConversationId(id_), customer_id=customer_id)
    await store.put_attachment(tenant, file, b"%PDF")  # type: ignore[arg-type]
    before = await store.conversation(tenant, ConversationId(id_))  # type: ignore[arg-type]
    assert before is not None
    after, entries = before.written(answer(number=len(id_)), at=NOON)
    state = case_state(f"case_{id_}", customer_id=CustomerId(customer_id))
    await store.change_conversation(tenant, before, after, Change(entries, case_states=(state,)))  # type: ignore[arg-type]


async def test_that_a_visitor_who_is_known_now_brings_everything_along(store: Store) -> None:
    await store.put_customers(OURS, [customer(ANA)])
    await filled(store, customer_id="visitor:x")
    await store.commit_run(OURS, run_record(1, "visitor:x"), all_effects(1, "visitor:x"))
    before = await current(store)
    moved = await store.move_customer(OURS, CustomerId("visitor:x"), ANA)
    assert moved["conversations"] == 1
    assert moved["entries"] == 2
    after = await current(store)
    assert (after.customer_id, after.visitor) == (ANA, False)
    assert [row.id for row in await store.customers(OURS)] == [ANA]
    assert [e.id for e in await store.timeline(OURS, CustomerId("visitor:x"))] == []
    assert len(await store.timeline(OURS, ANA)) == 2
    assert [state.customer_id for state in await store.case_states(OURS, ANA)] == [ANA]
    assert [m.customer_id for m in await store.outbox(OURS)] == [ANA]
    with pytest.raises(Conflict):
        await store.change_conversation(OURS, before, before.written(answer(number=9), at=NOON)[0], Change())


async def test_that_nobody_becomes_a_customer_who_is_not_there(store: Store) -> None:
    await filled(store, customer_id="visitor:x")
    with pytest.raises(NotFound):
        await store.move_customer(OURS, CustomerId("visitor:x"), BEN)
    assert (await current(store)).customer_id == "visitor:x"


async def test_that_erasing_a_customer_erases_their_conversations_and_no_other(store: Store) -> None:
    await filled(store)
    await filled(store, customer_id=BEN, id_="conv_ben")
    await filled(store, THEIRS)
    gone = await store.erase_customer(OURS, ANA)
    assert gone == {"customers": 1, "conversations": 1, "entries": 2, "attachments": 1, "case_states": 1, "events": 1}
    assert await store.conversation(OURS, TALK) is None
    assert await everything(store) == []
    assert await store.attachment(OURS, AttachmentId(f"att_{TALK}")) is None
    assert await store.case_states(OURS, ANA) == []
    assert await store.conversation(OURS, ConversationId("conv_ben")) is not None
    assert await store.conversation(THEIRS, TALK) is not None


async def test_that_nothing_of_a_tenants_conversations_is_visible_to_another(store: Store) -> None:
    await filled(store, THEIRS)
    assert await store.conversation(OURS, TALK) is None
    assert await store.conversations(OURS) == []
    assert await everything(store) == []
    assert await store.unanswered(OURS, NOON + MINUTE) == []
    assert await store.case_states(OURS, ANA) == []
    assert await store.lease_conversation(OURS, TALK, wish()) is None
    assert not await store.move_customer(THEIRS, BEN, ANA)
    with pytest.raises(NotFound):
        await store.accept_message(OURS, TALK, said())


# --- what leaves the house -----------------------------------------------------------------------


async def queued(store: Store, number: int = 1, **fields: object) -> None:
    effects = replace(all_effects(number), outbox=(message(number, channel="email", address="a@b.test", **fields),))
    await store.commit_run(OURS, run_record(number), effects)


async def claimed(store: Store, owner: str = "relay", now: object = NOON) -> list[Delivery]:
    until = now + MINUTE  # type: ignore[operator]
    pairs = await store.claim_due(OURS, ["email"], owner=owner, now=now, until_at=until, limit=10)  # type: ignore[arg-type]
    return [delivery for _, delivery in pairs]


async def test_that_a_message_is_claimed_once_when_it_is_due(store: Store) -> None:
    await queued(store, due_at=NOON + MINUTE)
    assert await claimed(store) == []
    (delivery,) = await claimed(store, now=NOON + MINUTE)
    assert (delivery.state, delivery.attempts, delivery.claimed_by) == (DeliveryState.CLAIMED, 1, "relay")
    assert await claimed(store, "other", NOON + MINUTE) == []
    ((seen, _),) = await store.deliveries(OURS)
    assert seen.address == "a@b.test"


async def test_that_messages_of_other_channels_are_left_alone(store: Store) -> None:
    await store.commit_run(OURS, run_record(1), all_effects(1))
    assert await claimed(store) == []


async def test_that_twenty_relays_at_once_get_every_message_once(store: Store) -> None:
    for number in range(8):
        await queued(store, number)
    got = await asyncio.gather(*(claimed(store, f"relay-{number}") for number in range(20)))
    assert sorted(delivery.key for part in got for delivery in part) == [f"reply:run_{n}" for n in range(8)]


async def test_that_what_became_of_it_is_settled_once(store: Store) -> None:
    await queued(store)
    (delivery,) = await claimed(store)
    assert await store.settle(OURS, delivery, delivery.sent(receipt="id-1", at=NOON))
    assert not await store.settle(OURS, delivery, delivery.dead(at=NOON, error="late"))
    ((_, stored),) = await store.deliveries(OURS, states=[DeliveryState.SENT])
    assert (stored.receipt, stored.settled_at, stored.claimed_by) == ("id-1", NOON, None)
    assert await store.deliveries(OURS, states=[DeliveryState.DEAD]) == []


async def test_that_a_message_that_is_tried_again_waits_until_then(store: Store) -> None:
    await queued(store)
    (delivery,) = await claimed(store)
    assert await store.settle(OURS, delivery, delivery.again(due_at=NOON + MINUTE, error="busy"))
    assert await claimed(store) == []
    (again,) = await claimed(store, now=NOON + MINUTE)
    assert (again.attempts, again.error) == (2, "busy")


async def test_that_the_claim_of_a_sender_that_is_gone_is_found(store: Store) -> None:
    await queued(store)
    await claimed(store)
    assert await store.lost_claims(OURS, ["email"], now=NOON + timedelta(seconds=59)) == []
    ((lost, delivery),) = await store.lost_claims(OURS, ["email"], now=NOON + MINUTE)
    assert (lost.key, delivery.attempts) == ("reply:run_1", 1)
    assert await store.lost_claims(OURS, ["webhook"], now=NOON + MINUTE) == []


async def test_that_a_message_of_an_erased_customer_is_not_settled(store: Store) -> None:
    await queued(store)
    (delivery,) = await claimed(store)
    await store.erase_customer(OURS, ANA)
    assert not await store.settle(OURS, delivery, delivery.sent(receipt="", at=NOON))
