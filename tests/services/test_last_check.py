"""As a message begins to go out the rules are asked once more: what changed since it was approved counts."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from databases import postgres, store
from deciding import SetClock
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.outbox import Delivery, DeliveryState, OutboxMessage, message_of_draft
from journey_assistant.ports.relay import SendFacts
from journey_assistant.ports.store import Store
from journey_assistant.services.deliver import Relay
from journey_assistant.services.last_check import ASK_AGAIN, LastCheck, send_events
from records import ANA, BEN, NOON, OURS, customer, draft, event, message, run_record
from sweeping import default_playbook, mood

__all__ = ["postgres", "store"]

YES = {"email": {"marketing": True, "service": True}, "sms": {"marketing": True}}
KEY = "draft:d1:1"
ROW: dict[str, Any] = {"key": KEY, "kind": "draft", "channel": "email", "purpose": "marketing", "tenant_id": OURS}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NO_MORE = event("no", "consent_changed", NOON, channel="email", purpose="marketing", granted=False)


def queued(key: str = KEY, at: datetime = NOON, whose: str = ANA, **said: Any) -> Any:
    said = {"message_id": key, "channel": "email", "purpose": "marketing", "status": "queued", **said}
    return event(f"{said['status']}:{key}", "message_sent", at, whose, **said)


def sent(key: str, ago: timedelta, **said: Any) -> Any:
    return queued(key, NOON - ago, **{"status": "sent", **said})


async def asked(
    events: list[Any] = [],  # noqa: B006
    row: dict[str, Any] = {},  # noqa: B006
    at: datetime = NOON,
    others: list[Any] = [],  # noqa: B006
    under_way: frozenset[str] = frozenset(),
    **fields: Any,
) -> Delivery | None:
    """What becomes of the message, or None when it goes."""
    known = customer(**{"timezone": "UTC", "consent": YES, **fields}).document
    facts = SendFacts(at, known, [queued().event, *(e.event for e in events)], [e.event for e in others], under_way)
    check = LastCheck(default_playbook(), mood)
    given = message(**{**ROW, **row})
    if not check.concerns(given):
        return None
    stopped = check.stopped(given, Delivery(KEY, NOON), facts)
    return stopped.delivery if stopped else None


async def test_that_what_was_right_when_approved_goes_out() -> None:
    assert await asked() is None


@pytest.mark.parametrize(
    ("events", "fields", "why"),
    [
        ([NO_MORE], {}, "no stored yes"),
        (
            [event("t", "ticket_opened", NOON, ticket_id="t1", topic="billing", subject="x", text="?")],
            {},
            "open ticket",
        ),
        ([event("i", "incident_started", NOON - HOUR)], {}, "an incident"),
        ([event("m", "email_replied", NOON - HOUR, text="This is hopeless.")], {}, "was upset"),
        ([], {"stop_state": "do_not_contact"}, "do_not_contact"),
        ([], {"stop_state": "erasure_requested"}, "erasure_requested"),
        ([], {"consent": {}}, "nothing stored"),
    ],
)
async def test_that_what_may_not_go_out_any_more_is_withdrawn_with_the_reason(
    events: list[Any], fields: dict[str, Any], why: str
) -> None:
    after = await asked(events, **fields)
    assert after is not None
    assert (after.state, why in after.error, bool(after.until)) == (DeliveryState.WITHDRAWN, True, True)


@pytest.mark.parametrize(("late", "goes"), [(timedelta(), True), (timedelta(seconds=1), False)])
async def test_that_a_message_whose_time_is_over_is_withdrawn(late: timedelta, goes: bool) -> None:
    after = await asked(row={"expires_at": NOON - late})
    assert (after is None) is goes


@pytest.mark.parametrize(
    ("zone", "at", "until"),
    [
        ("UTC", NOON + timedelta(hours=9), NOON + timedelta(hours=20)),
        ("UTC", NOON + timedelta(hours=8, minutes=59, seconds=59), None),
        # noon in UTC is 17:30 in Kolkata, 17:45 in Kathmandu and, in March, 22:30 in Adelaide
        ("Asia/Kolkata", NOON + timedelta(hours=3, minutes=30), NOON + timedelta(hours=14, minutes=30)),
        ("Asia/Kolkata", NOON + timedelta(hours=3, minutes=29), None),
        ("Asia/Kathmandu", NOON + timedelta(hours=3, minutes=15), NOON + timedelta(hours=14, minutes=15)),
        ("Australia/Adelaide", NOON, NOON + timedelta(hours=9, minutes=30)),
        ("Australia/Adelaide", NOON + timedelta(hours=9, minutes=30), None),
        # the night in which Chicago's clocks went forward, 8 March 2026, has an hour less
        ("America/Chicago", NOON - timedelta(days=2, hours=9), NOON - timedelta(days=1, hours=23)),
        # the night in which Berlin's go back, 25 October 2026, has an hour more
        ("Europe/Berlin", datetime(2026, 10, 24, 19, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 24, 18, 59, tzinfo=UTC), None),
        # and the night in which they go forward, 29 March 2026, has one less
        ("Europe/Berlin", datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 3, 29, 6, tzinfo=UTC)),
    ],
)
async def test_that_quiet_hours_delay_until_the_customers_own_morning(
    zone: str, at: datetime, until: datetime | None
) -> None:
    after = await asked(at=at, timezone=zone)
    assert (after.due_at if after else None) == until
    assert after is None or (after.state, after.until) == (DeliveryState.HELD, "08:00 local time")


@pytest.mark.parametrize("zone", [None, "Mars/Olympus"])
async def test_that_without_a_zone_a_message_waits_for_one_and_is_asked_about_again(zone: str | None) -> None:
    after = await asked(timezone=zone)
    assert after is not None
    assert (after.state, after.until, after.due_at) == (DeliveryState.HELD, "a zone is known", NOON + ASK_AGAIN)


@pytest.mark.parametrize(
    ("before", "until"),
    [
        ([sent("m", 16 * HOUR)], None),
        ([sent("m", 16 * HOUR - timedelta(minutes=1))], NOON + timedelta(minutes=1)),
        ([sent("m1", 2 * DAY), sent("m2", 3 * DAY)], NOON + 4 * DAY),
        ([sent("m1", 2 * DAY), sent("m2", 7 * DAY)], None),
        ([sent("m1", 2 * DAY), sent("m2", 3 * DAY, status="bounced")], None),
        ([sent("m", 29 * DAY, campaign="welcome", play="welcome")], NOON + DAY),
        ([sent("m", 30 * DAY, campaign="welcome", play="welcome")], None),
    ],
)
async def test_that_a_cap_reached_meanwhile_delays_and_the_message_does_not_count_itself(
    before: list[Any], until: datetime | None
) -> None:
    after = await asked(before, row={"play": "welcome"})
    assert (after.due_at if after else None) == until


@pytest.mark.parametrize(
    ("at", "sending", "goes"), [(-HOUR, False, False), (HOUR / 2, False, True), (HOUR / 2, True, False)]
)
async def test_that_of_two_queued_messages_the_later_yields(at: timedelta, sending: bool, goes: bool) -> None:
    other = queued("draft:d2:1", NOON + at)
    under_way = frozenset({"draft:d2:1"} if sending else ())
    after = await asked([other], at=NOON + HOUR, under_way=under_way)
    assert (after is None) is goes


@pytest.mark.parametrize(("sending", "until"), [(False, None), (True, NOON + 16 * HOUR)])
async def test_that_a_message_on_its_way_counts_from_now_however_long_it_was_queued(
    sending: bool, until: datetime | None
) -> None:
    other = queued("draft:d2:1", NOON - 30 * HOUR)
    after = await asked([other], under_way=frozenset({"draft:d2:1"} if sending else ()))
    assert (after.due_at if after else None) == until


@pytest.mark.parametrize(("most", "goes"), [(4, True), (5, False)])
async def test_that_people_of_one_account_share_a_cap(most: int, goes: bool) -> None:
    others = [queued(f"m{n}", NOON - DAY, whose=BEN, status=("sent", "queued")[n % 2]) for n in range(most)]
    after = await asked(others=others)
    assert (after is None) is goes
    assert goes or (after is not None and after.due_at == NOON + 6 * DAY)


async def test_that_all_that_delays_a_message_is_waited_for_at_once() -> None:
    after = await asked([sent("m", HOUR)], at=NOON + 10 * HOUR)
    assert after is not None
    assert after.due_at == NOON + 20 * HOUR
    assert "since the last message" in after.error
    assert "it is 22:00" in after.error


async def test_that_once_a_month_is_once_a_month() -> None:
    before = sent("m", 20 * DAY, channel="sms")
    assert await asked([before]) is None
    after = await asked([before], declared={"message_frequency": "monthly"})
    assert after is not None
    assert after.due_at == NOON + 10 * DAY


@pytest.mark.parametrize(
    "row", [{"kind": "reply"}, {"replies_to": ("<a@b.test>",)}, {"channel": "chat", "play": None, "purpose": "service"}]
)
async def test_that_an_answer_to_the_customer_always_goes_out(row: dict[str, Any]) -> None:
    assert await asked(row=row, stop_state="do_not_contact", consent={}) is None


async def test_that_a_play_in_the_chat_is_our_own_beginning() -> None:
    after = await asked(row={"channel": "chat", "play": "welcome"}, stop_state="do_not_contact")
    assert after is not None
    assert after.state is DeliveryState.WITHDRAWN


async def test_that_an_erased_customer_gets_nothing() -> None:
    stopped = LastCheck(default_playbook()).stopped(message(**ROW), Delivery(KEY, NOON), SendFacts(NOON, None))
    assert stopped is not None
    assert stopped.delivery.state is DeliveryState.WITHDRAWN


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (Delivery(KEY, NOON).sent(receipt="r", at=NOON), "sent"),
        (Delivery(KEY, NOON).unknown(at=NOON, error="x"), "sent"),
        (Delivery(KEY, NOON).dead(at=NOON, error="x"), "failed"),
        (Delivery(KEY, NOON).withdrawn(at=NOON, why="x"), "withdrawn"),
    ],
)
def test_that_the_timeline_learns_what_became_of_a_message(after: Delivery, status: str) -> None:
    (known,) = send_events(message(**ROW, draft_id="d1", play="welcome"), after, NOON)
    assert (known.event.properties["status"], known.event.properties["message_id"]) == (status, KEY)
    assert known.event.properties["campaign"] == "welcome"


# --- between the approval and the channel ---------------------------------------------------------


@dataclass
class Mail:
    """A channel that notes what it was given, and what the customer had been told by then."""

    name: str = "email"
    takes_key: bool = False
    told: set[str] = field(default_factory=set)
    got: list[tuple[str, bool]] = field(default_factory=list)

    async def send(self, message: OutboxMessage) -> str:
        self.got.append((message.key, str(message.customer_id) in self.told))
        return "<id@example.test>"

    async def close(self) -> None:
        self.told.clear()


async def approved(store: Store, number: int = 1, whose: str = ANA, **fields: Any) -> None:
    """A marketing draft of a customer who may be written to, approved at noon."""
    row = {"timezone": "UTC", "consent": YES, "email": "a@example.test", "account": {"id": "a_1"}, **fields}
    await store.put_customers(OURS, [customer(whose, **row)])
    pending = draft(number, whose, play=None)
    await store.commit_run(OURS, run_record(number, whose), Effects(draft=pending))
    after = pending.approve(by="dana", at=NOON)
    given = message_of_draft(after, at=NOON)
    waits = queued(given.key, NOON + number * timedelta(seconds=1), whose)
    await store.change_draft(OURS, pending, after, outbox=[given], events=[waits])


def relay(store: Store, mail: Mail, owner: str = "one", at: datetime = NOON + HOUR) -> Relay:
    check = LastCheck(default_playbook(), mood)
    return Relay(store, {"email": mail}, SetClock(at), owner, OURS, random.Random(1), check)


async def test_that_consent_withdrawn_after_the_approval_stops_the_message(store: Store) -> None:
    await approved(store)
    await store.add_events(OURS, [NO_MORE])
    mail = Mail()
    await relay(store, mail).round()
    assert mail.got == []
    ((_, stands),) = await store.deliveries(OURS)
    assert (stands.state, stands.until) == (DeliveryState.WITHDRAWN, "consent is given")
    statuses = [e.properties["status"] for e in await store.timeline(OURS, ANA) if e.type == "message_sent"]
    assert statuses[-1] == "withdrawn"


async def test_that_what_went_out_is_on_the_timeline_in_the_same_transaction(store: Store) -> None:
    await approved(store)
    mail = Mail()
    await relay(store, mail).round()
    assert [key for key, _ in mail.got] == ["draft:draft_1:1"]
    statuses = {e.properties["status"] for e in await store.timeline(OURS, ANA) if e.type == "message_sent"}
    assert statuses == {"queued", "sent"}


async def test_that_a_held_message_is_decided_again_when_its_time_comes(store: Store) -> None:
    await approved(store)
    mail = Mail()
    at_night = relay(store, mail, at=NOON + 10 * HOUR)
    await at_night.round()
    ((_, stands),) = await store.deliveries(OURS)
    assert (stands.state, stands.due_at, stands.attempts) == (DeliveryState.HELD, NOON + 20 * HOUR, 0)
    await relay(store, mail, at=NOON + 20 * HOUR - timedelta(seconds=1)).round()
    assert mail.got == []
    await relay(store, mail, at=NOON + 20 * HOUR).round()
    assert len(mail.got) == 1


async def test_that_nothing_goes_out_once_a_customer_was_told_no_more(store: Store) -> None:
    people = [f"c_{n:02}" for n in range(12)]
    for number, whose in enumerate(people):
        await approved(store, number, whose, account=None)
    mail = Mail()

    async def says_no(whose: str) -> None:
        await asyncio.sleep(0)
        await store.add_events(OURS, [replace(NO_MORE, customer_id=whose)])
        mail.told.add(whose)

    relays = [relay(store, mail, f"relay-{n}").round() for n in range(3)]
    await asyncio.gather(*relays, *(says_no(whose) for whose in reversed(people)))
    assert [key for key, had_been_told in mail.got if had_been_told] == []
    assert len({key for key, _ in mail.got}) == len(mail.got)


async def test_that_relays_at_once_keep_the_cap_of_an_account(store: Store) -> None:
    for number in range(9):
        await approved(store, number, f"c_{number}")
    mail = Mail()
    await asyncio.gather(*(relay(store, mail, f"relay-{n}").round() for n in range(4)))
    assert len(mail.got) == 5
    states = [delivery.state for _, delivery in await store.deliveries(OURS)]
    assert states.count(DeliveryState.HELD) == 4
