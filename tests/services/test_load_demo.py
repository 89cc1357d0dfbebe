from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
from journey_assistant.errors import ConfigurationError
from journey_assistant.resources import resource_dir
from journey_assistant.services.load_demo import load_demo_company

NOW = datetime(2031, 5, 7, 9, 0, tzinfo=UTC)
FRUSTRATED, WON = CustomerId("c_023"), CustomerId("c_015")
RENEWING = CustomerId("c_031")


async def test_that_the_last_day_of_the_demo_company_was_yesterday() -> None:
    store = MemoryStore()
    assert await load_demo_company(store, resource_dir("demo"), NOW) == 42
    events = await store.timeline(DEFAULT_TENANT, FRUSTRATED)
    newest = await store.timeline(DEFAULT_TENANT, WON)
    assert newest[-1].at.date() == NOW.date() - timedelta(days=1)
    [ticket] = [event for event in events if event.type == "ticket_opened" and event.id == "c_023-0445"]
    assert NOW.date() - ticket.at.date() == timedelta(days=4)


async def test_that_looking_at_the_prices_is_left_to_who_tries_it() -> None:
    store = MemoryStore()
    await load_demo_company(store, resource_dir("demo"), NOW)
    events = await store.timeline(DEFAULT_TENANT, FRUSTRATED)
    assert not [event for event in events if event.properties.get("path") == "/pricing"]
    assert [event for event in events if event.type == "page_viewed"]


async def test_that_contracts_move_with_the_days() -> None:
    store = MemoryStore()
    await load_demo_company(store, resource_dir("demo"), NOW)
    [row] = await store.customers(DEFAULT_TENANT, ids=[RENEWING])
    renews_at = date.fromisoformat(row.document["account"]["renews_at"])
    assert renews_at - NOW.date() == date(2027, 8, 19) - date(2026, 11, 24)


async def test_that_a_second_time_changes_nothing() -> None:
    store = MemoryStore()
    for now in (NOW, NOW + timedelta(days=3)):
        await load_demo_company(store, resource_dir("demo"), now)
    events = await store.timeline(DEFAULT_TENANT, WON)
    assert len({event.id for event in events}) == len(events)
    assert events[-1].at.date() == NOW.date() - timedelta(days=1)


async def test_that_a_folder_without_customers_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "customers.jsonl").write_text("")
    with pytest.raises(ConfigurationError, match="no customer"):
        await load_demo_company(MemoryStore(), tmp_path, NOW)
