"""Months of customers in the real services: nothing goes out that must not. The oracle knows only the contract."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from months.many import PEOPLE, lived
from months.oracle import Entry, breaches

SHARDS, WORLDS = 6, 10
LEAST_WRITTEN_TO = 0.2
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAYS, HOURS = timedelta(days=1), timedelta(hours=1)
RECORD = {"timezone": "UTC", "account": {"id": "a_1"}, "consent": {"email": {"marketing": True, "service": True}}}
SENT = {"channel": "email", "purpose": "marketing", "play": "welcome", "campaign": "welcome"}


def entry(what: str, at: datetime = NOON - 30 * DAYS, customer: str = "c_1", **given: Any) -> Entry:
    return Entry(at, what, customer, given)


def sent(at: datetime = NOON, key: str = "k", **given: Any) -> Entry:
    return entry("sent", at, **{**SENT, "key": key, "draft": f"draft of {key}", **given})


def told(event: str, at: datetime, arrived_at: datetime | None = None, **said: Any) -> Entry:
    message = {"type": "track", "event": event, "properties": said, "timestamp": at.isoformat(),
               "messageId": f"{event}{at}"}  # fmt: skip
    return entry("message", arrived_at or at, message=message)


def found(*log: Entry, **record: Any) -> set[str]:
    return {breach.law for breach in breaches([entry("record", changes={**RECORD, **record}), *log])}


def to_colleagues(number: int, **record: Any) -> list[Entry]:
    """So many other people of the company got a message in this week."""
    known = [entry("record", customer=f"c_{n + 2}", changes={**RECORD, **record}) for n in range(number)]
    return known + [sent(NOON - n * DAYS, f"k{n}", customer=f"c_{n + 2}") for n in range(number)]


def refused(at: datetime = NOON - DAYS, granted: bool = False, **said: Any) -> Entry:
    return told("consent_changed", at, **{"channel": "email", "purpose": "marketing", "granted": granted, **said})


def by_another_team(at: datetime, **said: Any) -> Entry:
    given = {"channel": "email", "purpose": "marketing", "campaign": "news", "status": "sent", "message_id": str(at)}
    return told("message_sent", at, **{**given, **said})


@pytest.mark.parametrize(
    ("law", "record", "log"),
    [
        ("nothing without consent", {"consent": {"email": {"marketing": "yes"}}}, [sent()]),
        ("nothing without consent", {}, [refused(), sent()]),
        ("nothing without consent", {}, [refused(channel="all"), sent()]),
        ("nothing without consent", {}, [refused(), refused(granted=True, purpose="service"), sent()]),
        # what was said later counts, whenever it arrived
        ("nothing without consent", {}, [refused(), refused(NOON - 2 * DAYS, granted=True), sent()]),
        ("nothing without consent", {}, [entry("pause", NOON - DAYS, days=30), sent()]),
        ("nothing in a stop state", {"stop_state": "minor"}, [sent(purpose="service")]),
        ("nothing in a holdout", {"experiments": {"welcome": "holdout"}}, [sent()]),
        ("nothing to somebody erased", {}, [entry("erase", NOON - DAYS), sent()]),
        ("nothing twice", {}, [sent(NOON - 40 * DAYS), sent()]),
        ("nothing at night", {"timezone": "Asia/Kolkata"}, [sent(NOON + 4 * HOURS)]),
        ("nothing at night", {"timezone": None}, [sent()]),
        # the night of 8 March 2026 in Chicago, in which clocks went forward: 07:59 and 08:00 there
        ("nothing at night", {"timezone": "America/Chicago"}, [sent(datetime(2026, 3, 8, 12, 59, tzinfo=UTC))]),
        ("no more than the caps", {}, [by_another_team(NOON - 15 * HOURS), sent()]),
        ("no more than the caps", {}, [by_another_team(NOON - n * DAYS) for n in (6, 3)] + [sent()]),
        ("no more than the caps", {}, [by_another_team(NOON - n * DAYS, channel="sms") for n in (6, 4, 2)] + [sent()]),
        ("no more than the caps", {}, [by_another_team(NOON - 29 * DAYS, campaign="welcome"), sent()]),
        ("no more than the caps", {}, [by_another_team(NOON - 2 * DAYS, status="queued"),
                                       by_another_team(NOON - 5 * DAYS), sent()]),
        ("no more than the caps", {"declared": {"message_frequency": "monthly"}},
         [by_another_team(NOON - 20 * DAYS), sent()]),
        ("no more than the account's cap", {}, [*to_colleagues(5), sent()]),
        ("no marketing with an open issue", {}, [told("ticket_opened", NOON - DAYS, ticket_id="T", topic="refund"),
                                                 sent()]),
    ],
)  # fmt: skip
def test_that_the_oracle_sees_a_forbidden_message(law: str, record: dict[str, Any], log: list[Entry]) -> None:
    assert found(*log, **record) == {law}


@pytest.mark.parametrize(
    ("record", "log"),
    [
        ({}, [sent()]),
        ({}, [refused(NOON - 2 * DAYS), refused(NOON - DAYS, granted=True), sent()]),
        ({}, [refused(NOON + HOURS), sent()]),
        ({}, [sent(), refused(NOON - DAYS)]),
        ({"timezone": "America/Chicago"}, [sent(datetime(2026, 3, 8, 13, 0, tzinfo=UTC))]),
        ({}, [*to_colleagues(4), sent()]),
        ({}, [*to_colleagues(5, account={"id": "a_2"}), sent()]),
        ({}, [by_another_team(NOON - 16 * HOURS), sent()]),
        ({}, [by_another_team(NOON - n * DAYS) for n in (7, 3)] + [sent()]),
        ({}, [by_another_team(NOON - n * DAYS, purpose="service") for n in (3, 2, 1)] + [sent()]),
        ({}, [by_another_team(NOON - HOURS, message_id="b"),
              by_another_team(NOON - HOURS / 2, message_id="b", status="bounced"), sent()]),
        ({}, [told("ticket_opened", NOON - DAYS, ticket_id="T", topic="refund"),
              told("ticket_closed", NOON - HOURS, ticket_id="T"), sent()]),
    ],
)  # fmt: skip
def test_that_the_oracle_lets_an_allowed_message_pass(record: dict[str, Any], log: list[Entry]) -> None:
    assert found(*log, **record) == set()


def test_that_nothing_forbidden_goes_out_in_a_month_of_two_customers() -> None:
    months = lived([1], people=2)
    assert (months.broken, months.written_to) == ([], 2)


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_that_nothing_forbidden_goes_out_in_a_month_of_anybody(shard: int) -> None:
    months = lived(range(shard * WORLDS, (shard + 1) * WORLDS))
    assert months.broken == []
    assert months.months == WORLDS * PEOPLE
    assert months.share >= LEAST_WRITTEN_TO, f"only {months.share:.0%} of the months test anything"
