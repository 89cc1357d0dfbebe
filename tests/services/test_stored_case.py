"""A case of the store is a case like any other: what is read from it is what was put in."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from databases import sqlite_store
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.event_names import our_name
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId, Party
from journey_assistant.services.read_case import read_case
from journey_assistant.services.stored_case import event_line, in_tenant, stored_case, utc_text
from records import ANA, NOON, OURS, customer, event

aware_times = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001  # the zone is added by hypothesis
    max_value=datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=20)
properties = st.dictionaries(words, st.none() | st.booleans() | st.integers() | words, max_size=4)
events = st.lists(
    st.builds(Event, words.map(EventId), words.map(our_name), aware_times, st.sampled_from(Party), properties),
    max_size=8,
    unique_by=lambda event: event.id,
)


@settings(max_examples=60)
@given(events)
def test_that_events_survive_the_way_through_a_case(given_events: list[Event]) -> None:
    raw: dict[str, Any] = {"id": "c", "now": utc_text(NOON), "customer": {"id": ANA}, "moment": {"kind": "sweep"}}
    case = read_case({**raw, "timeline": [event_line(e) for e in given_events]})
    assert sorted(case.snapshot.timeline, key=lambda e: e.id) == sorted(given_events, key=lambda e: e.id)


@given(aware_times)
def test_that_a_time_is_written_in_utc_and_is_the_same_moment(at: datetime) -> None:
    written = utc_text(at)
    assert written.endswith("Z")
    assert datetime.fromisoformat(written) == at.astimezone(UTC)


async def test_that_a_stored_customer_is_read_with_unknown_fields_and_account() -> None:
    store = MemoryStore()
    await store.put_customers(OURS, [customer(shoe_size=38, account={"id": "a_1", "employees": "12", "floor": 3})])
    case = await stored_case(store, OURS, ANA, case_id="c", now_at=NOON, moment={"kind": "sweep"})
    person = case.snapshot.customer
    assert (person.extra["shoe_size"], person.tenant_id) == (38, OURS)
    assert person.account is not None
    assert (person.account.employees, person.account.extra) == (12, {"floor": 3})


async def test_that_a_stored_case_read_from_its_own_json_is_the_same(tmp_path: Path) -> None:
    async with sqlite_store(tmp_path) as store:
        await store.put_customers(OURS, [customer(name="Ana", account={"id": "a_1", "renews_at": "2026-09-01"})])
        await store.add_events(OURS, [event("e2", at=NOON - timedelta(days=1), n=1), event("e1", text="\u0000 ü")])
        case = await stored_case(store, OURS, ANA, case_id="c", now_at=NOON, moment={"kind": "sweep"})
    again = in_tenant(read_case(json.loads(json.dumps(case.raw))), OURS)
    assert list(again.snapshot.timeline) == list(case.snapshot.timeline)
    timelines = {"timeline": case.snapshot.timeline, "account_timeline": case.snapshot.account_timeline}
    assert replace(again.snapshot, **timelines) == case.snapshot


async def test_that_the_moment_itself_is_not_on_the_timeline() -> None:
    store = MemoryStore()
    await store.put_customers(OURS, [customer()])
    await store.add_events(OURS, [event("before"), event("itself"), CustomerEvent(CustomerId("x"), event("o").event)])
    moment = {"kind": "message", "text": "Hello"}
    case = await stored_case(store, OURS, ANA, case_id="c", now_at=NOON, moment=moment, without=("itself",))
    assert [e.id for e in case.snapshot.timeline] == ["before"]


async def test_that_messages_to_others_of_the_account_are_part_of_the_case_of_a_sweep(tmp_path: Path) -> None:
    async with sqlite_store(tmp_path) as store:
        await store.put_customers(OURS, [customer(id_, account={"id": "a_1"}) for id_ in (ANA, "c_ben")])
        sent = event("s", "message_sent", NOON, "c_ben", channel="email", purpose="marketing")
        await store.add_events(OURS, [sent])
        case = await stored_case(store, OURS, ANA, case_id="c", now_at=NOON, moment={"kind": "sweep"})
        moment = {"kind": "message", "text": "Hello"}
        asked = await stored_case(store, OURS, ANA, case_id="c", now_at=NOON, moment=moment)
    assert [e.id for e in case.snapshot.account_timeline] == ["s"]
    assert list(asked.snapshot.account_timeline) == []
    again = read_case(json.loads(json.dumps(case.raw)))
    assert list(again.snapshot.account_timeline) == list(case.snapshot.account_timeline)
