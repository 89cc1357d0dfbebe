"""An e-mail is a moment whose answer waits for a colleague; a bounce stops its address; machines are not answered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from deciding import DRAFT, HANDOFF, REPLY, Fixed, SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.draft import Draft
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.mail import Bounce, IncomingMail
from journey_assistant.domain.outbox import Delivery, DeliveryState
from journey_assistant.domain.outcome import Outcome
from journey_assistant.ports.relay import SendFacts
from journey_assistant.services.check_draft import DraftChecker
from journey_assistant.services.decide import Decider
from journey_assistant.services.last_check import LastCheck
from journey_assistant.services.notices import UrgentPings, Ways
from journey_assistant.services.receive_mail import Became, MailIntake, Received
from journey_assistant.services.review_draft import DraftReview
from real_parts import decider
from records import ANA, BEN, NOON, customer, message, run_record
from sweeping import default_playbook, mood

__all__ = ["decider"]

ADDRESS = "ana@example.test"
SENT_ID = "<ours@x.test>"
MAIL = IncomingMail("<m1@example.test>", ADDRESS, "Export", "How do I export my invoices?")
REPLYING = replace(MAIL, thread=(SENT_ID,))
EMAIL_ANSWER = replace(DRAFT, text="Open Settings.", purpose="service", subject=None)


@dataclass
class Desk:
    """What takes mail in, over one store."""

    store: MemoryStore
    intake: MailIntake

    async def gets(self, mail: IncomingMail = MAIL) -> Received:
        return await self.intake.take(mail)

    async def drafts(self) -> list[Draft]:
        return await self.store.drafts(DEFAULT_TENANT)

    async def events(self, type_: str) -> list[Any]:
        return [e for e in await self.store.timeline(DEFAULT_TENANT, ANA) if e.type == type_]


async def desk(decider: Any = None, outcome: Outcome = EMAIL_ANSWER, **fields: Any) -> Desk:
    store = MemoryStore()
    row = {"name": "Ana", "email": "Ana@Example.test", "timezone": "UTC", "language": "en", **fields}
    await store.put_customers(DEFAULT_TENANT, [customer(ANA, **row)])
    pings = UrgentPings(store, Ways(slack=True, base_url="https://desk.test"))
    clock = SetClock()
    deciding = decider or Fixed(outcome)
    return Desk(store, MailIntake(store, deciding, clock, lambda events: [], pings, frozenset({"help@x.test"})))


async def sent(store: MemoryStore, whose: str = ANA) -> None:
    """A message of ours that a mail server took under an id."""
    row = message(1, whose, key="draft:d1:1", kind="draft", channel="email", purpose="marketing", play="welcome")
    await store.commit_run(DEFAULT_TENANT, run_record(1, whose), Effects(outbox=(row,)))
    until = NOON + timedelta(minutes=1)
    ((_, begun),) = await store.claim_due(DEFAULT_TENANT, ["email"], owner="x", now=NOON, until_at=until, limit=1)
    await store.settle(DEFAULT_TENANT, begun, begun.sent(receipt=SENT_ID, at=NOON))


async def test_that_an_answer_becomes_a_draft_in_reply_and_nothing_goes_out() -> None:
    room = await desk()
    received = await room.gets(replace(MAIL, thread=("<a@x>", "<b@x>")))
    assert received.became is Became.DECIDED
    (written,) = await room.drafts()
    assert (written.subject, written.text) == ("Re: Export", "Open Settings.")
    assert written.replies_to == ("<a@x>", "<b@x>", "<m1@example.test>")
    assert await room.store.outbox(DEFAULT_TENANT) == []
    (said,) = await room.events("chat_message")
    assert (said.properties["author"], said.properties["text"]) == ("customer", MAIL.text)


@pytest.mark.parametrize("outcome", [REPLY, HANDOFF])
async def test_that_nothing_is_said_by_itself_however_far_the_assistant_may_go(outcome: Outcome) -> None:
    room = await desk(outcome=outcome)
    await room.gets()
    assert [row.channel for row in await room.store.outbox(DEFAULT_TENANT) if row.channel != "slack"] == []
    assert len(await room.drafts()) + len(await room.store.handoffs(DEFAULT_TENANT)) == 1
    assert len(await room.events("chat_message")) == 1


async def test_that_an_urgent_mail_is_a_handoff_and_told_at_once() -> None:
    room = await desk(outcome=HANDOFF)
    await room.gets()
    (handoff,) = await room.store.handoffs(DEFAULT_TENANT)
    assert handoff.priority == "high"
    assert [row.channel for row in await room.store.outbox(DEFAULT_TENANT)] == ["slack"]


async def test_that_the_same_mail_again_changes_nothing() -> None:
    room = await desk()
    first = await room.gets()
    again = await asyncio.gather(*(room.gets() for _ in range(20)))
    assert {one.became for one in again} == {Became.KNOWN}
    assert {one.run.id for one in again if one.run} == {first.run.id if first.run else ""}
    assert len(await room.drafts()) == 1


async def test_that_a_hundred_at_once_are_one_draft() -> None:
    room = await desk()
    await asyncio.gather(*(room.gets() for _ in range(100)))
    assert len(await room.drafts()) == 1
    assert len(await room.events("chat_message")) == 1


async def test_that_an_answer_to_our_message_is_known_as_one() -> None:
    room = await desk()
    await sent(room.store)
    await room.gets(REPLYING)
    (replied,) = await room.events("email_replied")
    assert (replied.properties["message_id"], replied.properties["text"]) == ("draft:d1:1", MAIL.text)
    assert await room.events("chat_message") == []


async def test_that_of_two_people_with_one_address_it_is_the_one_we_wrote_to() -> None:
    room = await desk()
    await room.store.put_customers(DEFAULT_TENANT, [customer(BEN, email=ADDRESS)])
    assert (await room.gets()).became is Became.NOBODY
    await sent(room.store, BEN)
    await room.gets(REPLYING)
    assert [one.customer_id for one in await room.drafts()] == [BEN]


async def test_that_a_stranger_who_knows_our_id_does_not_speak_for_the_customer() -> None:
    room = await desk()
    await sent(room.store)
    received = await room.gets(replace(REPLYING, sender="evil@example.test"))
    assert (received.became, await room.drafts()) == (Became.NOBODY, [])


@pytest.mark.parametrize("mail", [replace(MAIL, automatic="Precedence: bulk"), replace(MAIL, sender="help@x.test")])
async def test_that_machines_and_our_own_mail_are_not_answered(mail: IncomingMail) -> None:
    room = await desk()
    assert (await room.gets(mail)).became is Became.IGNORED
    assert (await room.drafts(), await room.store.runs(DEFAULT_TENANT)) == ([], [])


# --- bounces --------------------------------------------------------------------------------------


def report(permanent: bool = True, returned: str = SENT_ID) -> IncomingMail:
    bounce = Bounce(ADDRESS, "5.1.1" if permanent else "4.2.2", permanent, "550 no such user")
    return replace(MAIL, sender="mailer-daemon@x.test", text="", bounces=(bounce,), returned=(returned,))


async def last_check(room: Desk, **fields: Any) -> DeliveryState | None:
    """What would become of the next message."""
    (row,) = await room.store.customers(DEFAULT_TENANT, ids=[ANA])
    events = await room.store.timeline(DEFAULT_TENANT, ANA)
    known = {**row.document, "consent": {"email": {"marketing": True}}, **fields}
    ours = message(2, kind="draft", key="draft:d2:1", channel="email", purpose="marketing")
    check = LastCheck(default_playbook(), mood)
    stopped = check.stopped(ours, Delivery("draft:d2:1", NOON), SendFacts(NOON, known, events))
    return stopped.delivery.state if stopped else None


async def test_that_a_message_that_came_back_for_good_stops_the_address() -> None:
    room = await desk()
    await sent(room.store)
    assert await last_check(room) is None
    for _ in range(2):
        assert (await room.gets(report())).became is Became.BOUNCE
    (known,) = await room.events("message_sent")
    assert (known.properties["status"], known.properties["message_id"]) == ("bounced", "draft:d1:1")
    assert await last_check(room) is DeliveryState.WITHDRAWN
    assert await last_check(room, email="new@example.test") is None


async def test_that_a_full_mailbox_stops_nothing_and_is_not_counted() -> None:
    room = await desk()
    await sent(room.store)
    await room.gets(report(permanent=False))
    assert [event.properties["status"] for event in await room.events("message_sent")] == ["bounced"]
    assert await last_check(room) is None


async def test_that_a_report_about_no_message_of_ours_is_nothing() -> None:
    room = await desk()
    await sent(room.store)
    assert (await room.gets(report(returned="<other@x.test>"))).became is Became.IGNORED
    assert await room.events("message_sent") == []


# --- with the agent as it ships -------------------------------------------------------------------


async def test_that_a_question_by_mail_is_answered_as_a_draft_that_may_go_out(decider: Decider) -> None:
    room = await desk(decider, consent={})
    received = await room.gets()
    assert received.run is not None
    assert received.run.route == "draft_message"
    (written,) = await room.drafts()
    assert "Export" in written.text
    checker = DraftChecker(room.store, decider, DEFAULT_TENANT)
    standing = await checker(written, NOON)
    assert (standing.stale, standing.verdict.passes) == ("", True)
    await room.store.add_colleague(DEFAULT_TENANT, Colleague(ColleagueId("dana"), "Dana", Role.CSM, NOON))
    review = DraftReview(room.store, SetClock(), checker)
    await review.approve(written.id, by=ColleagueId("dana"))
    (row,) = await room.store.outbox(DEFAULT_TENANT)
    assert (row.subject, row.replies_to[-1], row.is_ours_to_begin) == ("Re: Export", MAIL.id, False)


async def test_that_an_angry_mail_reaches_a_person(decider: Decider) -> None:
    room = await desk(decider)
    words = "This is the third time that nothing works. I am furious and I want my money back!"
    received = await room.gets(replace(MAIL, text=words))
    assert received.run is not None
    assert received.run.route == "route_to_human"
    assert await room.drafts() == []
    assert len(await room.store.handoffs(DEFAULT_TENANT)) == 1
