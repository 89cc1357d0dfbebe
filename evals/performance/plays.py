"""Plays by themselves: an event that arrives at a long timeline, and a sweep of many customers. SQLite on disk."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

from evals.performance.measure import Row, p50, percentile
from evals.performance.worlds import demo_decider

from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
from journey_assistant.domain.recall import CustomerEvent, topic_of
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.playbook.touch import TouchIndex
from journey_assistant.services.ingest_events import EventIntake
from journey_assistant.services.play_worker import play_worker
from journey_assistant.services.sweep import Sweeper
from journey_assistant.services.watch_jobs import Following
from journey_assistant.services.watch_plays import PlayWatcher

NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
LONG, ARRIVING = 100_000, 300
CUSTOMERS, EVENTS_EACH, SHORT = 100_000, 20, 10
"""Customers of the promise and events of each; ``make bench`` sweeps a tenth, unless it is told to sweep all."""
SECTIONS = ("blog", "docs", "features", "help", "pricing", "solutions", "account", "news")
WORLD = Random(4)


class Standing:
    """A clock that stands still."""

    def now(self) -> datetime:
        """The same moment, always."""
        return NOW


def arriving() -> Iterator[Row]:
    """Events of the usual mix: stored, then looked at by the worker as far as any play cares."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        taken = runner.run(_arriving(Path(folder)))
    what = f"an arriving event against all plays, at {LONG:,} events"
    yield Row(f"{what}, p50", "≤ 5 ms", f"{p50(taken):.1f} ms", p50(taken) / 5)
    yield Row(f"{what}, p95", "", f"{percentile(taken, 0.95):.1f} ms", None)


def sweeping(customers: int = CUSTOMERS // SHORT) -> Iterator[Row]:
    """A day's sweep: a few of a hundred have become due since the last one."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        seconds, swept = runner.run(_sweeping(Path(folder), customers))
    what = f"a sweep of {swept.customers:,} customers with {customers * EVENTS_EACH:,} events"
    measured = f"{seconds:.1f} s of CPU ({swept.looked_at:,} looked at, {swept.decided:,} decided)"
    budget = 60 * customers / CUSTOMERS
    yield Row(what, f"≤ {budget:.0f} s (60 s for {CUSTOMERS:,})", measured, seconds / budget)


def sweep_seconds(customers: int) -> float:
    """CPU seconds of a day's sweep of so many customers."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        return runner.run(_sweeping(Path(folder), customers))[0]


async def _arriving(folder: Path) -> list[float]:
    store = await _filled(folder, [{"id": "c0", "name": "Ana", "plan": "Team"}], LONG, lambda number: 90 * number)
    decider, clock = demo_decider(), Standing()
    intake = EventIntake(store, clock, Following(TouchIndex(decider.parts.playbook)))
    worker = play_worker(store, decider, clock)
    taken: list[float] = []
    for number in range(ARRIVING):
        event = _event(f"new{number}", NOW - timedelta(seconds=ARRIVING - number))
        await intake.take_events([CustomerEvent(CustomerId("c0"), event)], DEFAULT_TENANT)
        began = process_time()
        await worker.run_due()
        taken.append((process_time() - began) * 1000)
    await store.close()
    return taken[20:]


async def _sweeping(folder: Path, customers: int) -> tuple[float, Any]:
    documents = [_customer(number) for number in range(customers)]
    store = await _filled(folder, documents, EVENTS_EACH, lambda number: _age(number, EVENTS_EACH))
    await store.add_events(DEFAULT_TENANT, list(_drafted(documents)))
    decider, clock = demo_decider(), Standing()
    watcher = PlayWatcher(store, decider, clock, TouchIndex(decider.parts.playbook))
    began = process_time()
    swept = await Sweeper(store, clock, decider.parts.playbook).look(DEFAULT_TENANT, watcher)
    seconds = process_time() - began
    await store.close()
    return seconds, swept


def _customer(number: int) -> dict[str, Any]:
    """Nine of ten pay; their contracts end on any day of the year."""
    renews_at = NOW + timedelta(days=WORLD.randrange(1, 366))
    document: dict[str, Any] = {"id": f"c{number:06}", "name": f"Customer {number}", "timezone": "UTC"}
    if WORLD.random() < 0.9:
        document["plan"] = "Team"
        document["account"] = {"name": f"Account {number}", "renews_at": f"{renews_at:%Y-%m-%d}"}
    return document


def _drafted(documents: list[dict[str, Any]]) -> Iterator[CustomerEvent]:
    """What was drafted on the day that a renewal came near; today's are still to be found."""
    for document in documents:
        renews_at = date.fromisoformat(document["account"]["renews_at"]) if "account" in document else date.min
        days = (renews_at - NOW.date()).days
        if 30 <= days < 60:
            at = NOW - timedelta(days=60 - days)
            written = Event(EventId("drafted"), "draft_created", at, properties={"play": "renewal_value"})
            yield CustomerEvent(CustomerId(document["id"]), written)


def _age(number: int, each: int) -> float:
    """Minutes before now; of a hundred customers one went silent on the day before, the others are at work."""
    place = number % each
    if place == 0:
        _age.last = 60.5 * 1440 if WORLD.random() < 0.01 else WORLD.uniform(0, 6 * 1440)  # type: ignore[attr-defined]
    last: float = _age.last  # type: ignore[attr-defined]
    return last + place * 1440


def _event(id_: str, at: datetime) -> Event:
    kind = WORLD.random()
    if kind < 0.6:
        path = f"/{WORLD.choice(SECTIONS)}/{WORLD.randrange(40)}"
        return Event(EventId(id_), "page_viewed", at, properties={"path": path, "title": "A page"})
    if kind < 0.95:
        properties = {"feature": WORLD.choice(("exports", "reports", "invoices")), "count": WORLD.randrange(1, 9)}
        return Event(EventId(id_), "feature_used", at, properties=properties)
    return Event(EventId(id_), "email_opened", at, properties={"message_id": f"m{WORLD.randrange(99)}"})


async def _filled(
    folder: Path, documents: list[dict[str, Any]], each: int, minutes_ago: Callable[[int], float]
) -> SqlStore:
    """A store with so many events of each customer, written past the product: it is not what is measured."""
    store = await SqlStore.open(f"sqlite+aiosqlite:///{folder / 'journey.db'}")
    await store.close()
    with sqlite3.connect(folder / "journey.db") as file:
        file.execute("PRAGMA synchronous=OFF")
        file.executemany(
            "INSERT INTO customers (tenant_id, id, document) VALUES ('default', ?, ?)",
            ((document["id"], json.dumps(document)) for document in documents),
        )
        file.executemany(
            "INSERT INTO events (tenant_id, customer_id, id, type, topic, at, party, properties)"
            " VALUES ('default', ?, ?, ?, ?, ?, 'first', ?)",
            _rows(documents, each, minutes_ago),
        )
        file.execute("ANALYZE")
    return await SqlStore.open(f"sqlite+aiosqlite:///{folder / 'journey.db'}")


def _rows(documents: list[dict[str, Any]], each: int, minutes_ago: Callable[[int], float]) -> Iterator[tuple[str, ...]]:
    for document in documents:
        for number in range(each):
            at = NOW - timedelta(minutes=minutes_ago(number)) - timedelta(hours=1)
            event = _event(f"e{number}", at)
            stored_at = f"{at:%Y-%m-%d %H:%M:%S.%f}"
            properties = json.dumps(dict(event.properties), separators=(",", ":"))
            yield document["id"], event.id, event.type, topic_of(event), stored_at, properties
