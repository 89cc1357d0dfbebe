"""What carries the outbox to the world, on every store: beginning to send, settling, and what people do afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from deciding import SetClock
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.draft import Draft
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.guardrail import Verdict
from journey_assistant.domain.outbox import Delivery, DeliveryState, DeliveryStep, OutboxMessage
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.errors import InvalidTransition
from journey_assistant.ports.relay import SendFacts, Stopped
from journey_assistant.ports.store import Store
from journey_assistant.services.deliver import Relay
from journey_assistant.services.last_check import LastCheck
from journey_assistant.services.review_draft import DraftReview, Standing
from records import ANA, BEN, NOON, OURS, THEIRS, customer, draft, event, message, run_record
from sweeping import default_playbook

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
CARL = "c_carl"


@dataclass
class Rule:
    """Stops what it is told to, and keeps the facts that it was given."""

    stops: Callable[[Delivery], Delivery | None] = lambda delivery: None
    learns: tuple[CustomerEvent, ...] = ()
    facts: SendFacts | None = None

    def concerns(self, message: OutboxMessage) -> bool:
        return message.kind == "draft"

    def stopped(self, message: OutboxMessage, delivery: Delivery, facts: SendFacts) -> Stopped | None:
        self.facts = facts
        after = self.stops(delivery)
        return Stopped(after, self.learns) if after else None


async def queue(store: Store, number: int = 1, whose: str = ANA, **fields: object) -> None:
    given = {"channel": "email", "kind": "draft", "key": f"m{number}", **fields}
    await store.commit_run(OURS, run_record(number, whose), Effects(outbox=(message(number, whose, **given),)))


async def begin(store: Store, rule: Rule | None = None, limit: int = 10) -> list[tuple[OutboxMessage, Delivery]]:
    until = NOON + MINUTE
    return await store.claim_due(OURS, ["email"], owner="me", now=NOON, until_at=until, limit=limit, rule=rule)


async def test_that_a_rule_sees_the_customer_the_account_and_what_is_under_way(store: Store) -> None:
    account = {"id": "a_1", "name": "Halden"}
    for id_ in (ANA, BEN, CARL):
        await store.put_customers(OURS, [customer(id_, account=account if id_ != CARL else {"id": "a_2"})])
    sends = [event(f"s_{id_}", "message_sent", NOON - DAY, id_, message_id=f"s_{id_}") for id_ in (ANA, BEN, CARL)]
    await store.add_events(OURS, [*sends, event("late", "message_sent", NOON + DAY, BEN), event("p", customer_id=BEN)])
    await queue(store, 1, BEN)
    await queue(store, 2, CARL)
    await begin(store)
    await queue(store, 3)
    rule = Rule()
    ((begun, delivery),) = await begin(store, rule)
    assert (begun.key, delivery.state) == ("m3", DeliveryState.CLAIMED)
    assert rule.facts is not None
    assert rule.facts.customer == customer(ANA, account=account).document
    assert [e.id for e in rule.facts.events] == ["s_c_ana"]
    assert [e.id for e in rule.facts.account_sends] == ["s_c_ben"]
    assert rule.facts.under_way == {"m1"}


async def test_that_nobody_is_known_of_a_customer_that_is_not_there(store: Store) -> None:
    await queue(store)
    rule = Rule()
    await begin(store, rule)
    assert rule.facts == SendFacts(NOON, None)


async def test_that_an_email_comes_with_the_customers_address_unless_it_has_one(store: Store) -> None:
    await store.put_customers(OURS, [customer(ANA, email="Ana@example.test")])
    await queue(store, 1)
    await queue(store, 2, address="other@example.test")
    await queue(store, 3, BEN)
    addresses = {begun.key: begun.address for begun, _ in await begin(store)}
    assert addresses == {"m1": "Ana@example.test", "m2": "other@example.test", "m3": None}


async def test_that_what_a_rule_holds_waits_and_is_asked_about_again(store: Store) -> None:
    await queue(store)
    held = Rule(lambda delivery: delivery.held(due_at=NOON + MINUTE, why="night", until="the morning"))
    ((_, delivery),) = await begin(store, held)
    assert (delivery.state, delivery.attempts, delivery.until) == (DeliveryState.HELD, 0, "the morning")
    assert await begin(store) == []
    (again,) = await store.claim_due(
        OURS, ["email"], owner="me", now=NOON + MINUTE, until_at=NOON + DAY, limit=1, rule=Rule()
    )
    assert (again[1].state, again[1].attempts) == (DeliveryState.CLAIMED, 1)


async def test_that_what_a_rule_withdraws_never_comes_back_and_the_timeline_knows(store: Store) -> None:
    await queue(store)
    learned = event("gone", "message_sent", NOON, status="withdrawn")
    await begin(store, Rule(lambda delivery: delivery.withdrawn(at=NOON, why="no consent"), (learned,)))
    assert await begin(store, Rule()) == []
    ((_, stands),) = await store.deliveries(OURS, states=[DeliveryState.WITHDRAWN])
    assert (stands.error, stands.settled_at) == ("no consent", NOON)
    assert [e.id for e in await store.timeline(OURS, ANA)] == ["gone"]


async def test_that_a_rule_is_asked_about_nothing_that_does_not_concern_it(store: Store) -> None:
    await queue(store, kind="reply")
    rule = Rule(lambda delivery: delivery.withdrawn(at=NOON, why="x"))
    ((_, delivery),) = await begin(store, rule)
    assert (delivery.state, rule.facts) == (DeliveryState.CLAIMED, None)


async def test_that_the_timeline_learns_with_the_settling_or_not_at_all(store: Store) -> None:
    await queue(store)
    ((_, delivery),) = await begin(store)
    known = event("sent", "message_sent", NOON)
    assert await store.settle(OURS, delivery, delivery.sent(receipt="<1@x>", at=NOON), events=[known])
    assert not await store.settle(OURS, delivery, delivery.dead(at=NOON, error="x"), events=[event("dead")])
    assert [e.id for e in await store.timeline(OURS, ANA)] == ["sent"]


async def test_that_a_message_is_found_by_what_its_receiver_called_it(store: Store) -> None:
    await queue(store)
    ((_, delivery),) = await begin(store)
    await store.settle(OURS, delivery, delivery.sent(receipt="<1@x>", at=NOON))
    found = await store.delivery_of_receipt(OURS, ["<0@x>", "<1@x>"])
    assert found is not None
    assert found[0].key == "m1"
    assert await store.delivery_of_receipt(OURS, ["", "<2@x>"]) is None
    assert await store.delivery_of_receipt(THEIRS, ["<1@x>"]) is None


async def test_that_a_step_of_a_person_is_kept_with_what_it_changed(store: Store) -> None:
    await queue(store)
    ((_, delivery),) = await begin(store)
    dead = delivery.dead(at=NOON, error="refused")
    await store.settle(OURS, delivery, dead)
    step = DeliveryStep("m1", 1, "retry", "lea", NOON, "it is up again", ANA, OURS)
    assert await store.settle(OURS, dead, dead.retried(at=NOON), step=step)
    assert not await store.settle(OURS, dead, dead.discarded(at=NOON), step=replace(step, number=2))
    assert await store.delivery_steps(OURS, "m1") == [step]
    assert await store.delivery_steps(THEIRS, "m1") == []
    found = await store.delivery(OURS, "m1")
    assert found is not None
    assert (found[1].state, found[1].attempts) == (DeliveryState.QUEUED, 0)
    await store.erase_customer(OURS, ANA)
    assert await store.delivery_steps(OURS, "m1") == []
    assert await store.delivery(OURS, "m1") is None


async def test_that_a_notice_to_colleagues_belongs_to_no_run_and_is_queued_once(store: Store) -> None:
    notice = OutboxMessage("digest:dana:1", None, None, "digest", "email", "2 drafts wait.", NOON, address="d@x.test")
    assert await store.enqueue_messages(OURS, [notice]) == 1
    assert await store.enqueue_messages(OURS, [replace(notice, text="other words")]) == 0
    ((begun, _),) = await begin(store, Rule())
    assert (begun.text, begun.customer_id, begun.run_id) == ("2 drafts wait.", None, None)


async def test_that_a_thread_and_a_deadline_are_kept(store: Store) -> None:
    await queue(store, replies_to=("<a@x>", "<b@x>"), expires_at=NOON + DAY, play="welcome")
    ((begun, _),) = await begin(store)
    assert (begun.replies_to, begun.expires_at, begun.play) == (("<a@x>", "<b@x>"), NOON + DAY, "welcome")


async def test_that_customers_are_found_by_their_address_whatever_its_capitals(store: Store) -> None:
    await store.put_customers(OURS, [customer(ANA, email=" Ana@Example.test "), customer(BEN, email=None)])
    await store.put_customers(THEIRS, [customer(BEN, email="ana@example.test")])
    assert [row.id for row in await store.customers_of_email(OURS, "ANA@example.test")] == [ANA]
    await store.put_customers(OURS, [customer(ANA, email="new@example.test")])
    assert await store.customers_of_email(OURS, "ana@example.test") == []


@dataclass
class Counting:
    """A channel that counts."""

    name: str = "email"
    takes_key: bool = False
    sent: int = 0

    async def send(self, message: OutboxMessage) -> str:
        self.sent += 1
        return "<1@x>"

    async def close(self) -> None:
        self.sent = 0


async def fine(draft: Draft, now: datetime) -> Standing:
    return Standing(Verdict(), now)


async def test_that_fifty_approvals_and_five_relays_at_once_are_one_send_and_one_audit_row(store: Store) -> None:
    row = {"timezone": "UTC", "consent": {"email": {"marketing": True}}, "email": "a@example.test"}
    await store.put_customers(OURS, [customer(ANA, **row)])
    await store.add_colleague(OURS, Colleague(ColleagueId("dana"), "Dana", Role.CSM, NOON))
    await store.commit_run(OURS, run_record(), Effects(draft=draft(play=None)))
    review, channel = DraftReview(store, SetClock(), fine, OURS), Counting()

    async def relays(number: int) -> None:
        check = LastCheck(default_playbook())
        sender = Relay(store, {"email": channel}, SetClock(), f"relay-{number}", OURS, check=check)
        for _ in range(3):
            await sender.round()

    approvals = [review.approve(draft().id, by=ColleagueId("dana")) for _ in range(50)]
    ended = await asyncio.gather(*approvals, *(relays(number) for number in range(5)), return_exceptions=True)
    assert len([one for one in ended if isinstance(one, Draft)]) == 1
    assert len([one for one in ended if isinstance(one, InvalidTransition)]) == 49
    await relays(5)
    ((_, delivery),) = await store.deliveries(OURS)
    assert (delivery.state, channel.sent) == (DeliveryState.SENT, 1)
    assert [entry.by for entry in await store.audit(OURS)] == ["dana"]
