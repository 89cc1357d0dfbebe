"""Puts the demo company into a store, its days moved so that it looks as if they were the last ninety."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.errors import ConfigurationError
from journey_assistant.ports.store import Store
from journey_assistant.services.crm_rows import customer_row, event_row
from journey_assistant.services.demo_company import read_timelines
from journey_assistant.services.read_case import read_jsonl

EVENTS_A_TRANSACTION = 2_000
LEFT_TO_DO = frozenset({"c_023", "c_010"})
"""Whoever tries the demonstration looks at the prices as one of these: what they viewed on the last day is left out."""


async def load_demo_company(store: Store, folder: Path, now: datetime, *, tenant: TenantId = DEFAULT_TENANT) -> int:
    """Stores its customers and timelines, the last day of which was yesterday; returns how many customers there are.

    A company that is there already stays as it is. ``folder`` holds ``customers.jsonl`` and ``timelines.jsonl``.
    """
    customers = [values for _, values in read_jsonl(folder / "customers.jsonl")]
    if not customers:
        raise ConfigurationError(f"{folder / 'customers.jsonl'}: there is no customer in it")
    rows = {row.id: row for row in (customer_row(values, from_csv=False) for values in customers)}
    if len(await store.customers(tenant, ids=list(rows))) == len(rows):
        return len(rows)
    timelines = read_timelines(folder)
    last = max(datetime.fromisoformat(event["at"]) for event in chain.from_iterable(timelines.values()))
    later = timedelta(days=(now.date() - last.date()).days - 1)
    moved = (customer_row(_renewed(values, later), from_csv=False) for values in customers)
    await store.put_customers(tenant, list(moved))
    events = (event_row(event, now=now, from_csv=False) for event in _moved_events(timelines, later))
    while batch := list(islice(events, EVENTS_A_TRANSACTION)):
        await store.add_events(tenant, batch)
    return len(rows)


def _renewed(customer: dict[str, Any], later: timedelta) -> dict[str, Any]:
    """The customer, whose contract ends as much later as everything else."""
    account = customer["account"]
    if not account.get("renews_at"):
        return customer
    renews_at = date.fromisoformat(account["renews_at"]) + later
    return {**customer, "account": {**account, "renews_at": renews_at.isoformat()}}


def _moved_events(timelines: dict[str, list[dict[str, Any]]], later: timedelta) -> Iterator[dict[str, Any]]:
    """Every event once, at its new time. The stream delivers some twice, as real ones do."""
    last = max(datetime.fromisoformat(event["at"]) for event in chain.from_iterable(timelines.values())).date()
    for customer_id, events in timelines.items():
        for event in {event["id"]: event for event in events}.values():
            at = datetime.fromisoformat(event["at"])
            if customer_id in LEFT_TO_DO and event["type"] == "page_viewed" and at.date() == last:
                continue
            yield {**event, "customer_id": customer_id, "at": (at + later).isoformat()}
