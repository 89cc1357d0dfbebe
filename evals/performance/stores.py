"""What the store costs: recall of one customer after a short and after a long life, on SQLite."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from evals.performance.measure import Row, milliseconds, p50
from evals.performance.worlds import NOW

from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
from journey_assistant.domain.recall import CustomerEvent, Recall
from journey_assistant.domain.timeline import Event, EventId

WHOSE = CustomerId("c_1")
LIVES = (10_000, 100_000)
FEATURES, SECTIONS = 6, 6
OTHERS = ("chat_message", "email_opened", "message_sent", "product_viewed", "order_completed", "ticket_opened")
A_WRITE = 5_000


def recall() -> Iterator[Row]:
    """A customer with six features, six sections of the site and six other kinds of events."""
    with asyncio.Runner() as runner, tempfile.TemporaryDirectory() as folder:
        for events in LIVES:
            store = runner.run(SqlStore.open(f"sqlite+aiosqlite:///{Path(folder) / str(events)}.db"))
            for start in range(0, events, A_WRITE):
                runner.run(store.add_events(DEFAULT_TENANT, [_event(n) for n in range(start, start + A_WRITE)]))
            rows = len(runner.run(store.recall(DEFAULT_TENANT, WHOSE, Recall(NOW))))
            taken = milliseconds(lambda store=store: runner.run(store.recall(DEFAULT_TENANT, WHOSE, Recall(NOW))), 30)
            runner.run(store.close())
            what = f"recall from SQLite at {events:,} events, p50"
            yield Row(what, "≤ 20 ms", f"{p50(taken):.1f} ms ({rows:,} events read)", p50(taken) / 20)


def _event(number: int) -> CustomerEvent:
    """Half of a life is page views, a third the use of features; the rest is what people say and buy."""
    at = NOW - timedelta(minutes=7 * number)
    kind, turn = number % 6, number // 6
    if kind < 3:
        told: tuple[str, dict[str, object]] = ("page_viewed", {"path": f"/section-{turn % SECTIONS}/{turn % 50}"})
    elif kind < 5:
        told = ("feature_used", {"feature": f"feature-{turn % FEATURES}", "count": 1 + turn % 3})
    else:
        told = (OTHERS[turn % len(OTHERS)], {"text": "How do I send an invoice again?", "author": "customer"})
    return CustomerEvent(WHOSE, Event(EventId(f"e{number}"), told[0], at, properties=told[1]))
