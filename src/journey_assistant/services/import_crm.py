"""Import customers and events from files: valid rows are kept, every other row is reported with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.errors import Rejected
from journey_assistant.ports import Clock
from journey_assistant.ports.store import CustomerRow, Store
from journey_assistant.services.crm_files import BadRow, GoodRow, read_rows
from journey_assistant.services.crm_rows import customer_row, event_row, merged

ROWS_A_TRANSACTION = 1_000
MOST_REPORTED = 1_000

Value = TypeVar("Value")


@dataclass
class ImportReport:
    """What became of a file. ``bad`` lists the first thousand rows that were not taken, ``bad_total`` counts all."""

    rows: int = 0
    stored: int = 0
    known: int = 0
    bad_total: int = 0
    bad: list[BadRow] = field(default_factory=list)

    def refuse(self, row: BadRow) -> None:
        """Notes a row that was not taken."""
        self.bad_total += 1
        if len(self.bad) < MOST_REPORTED:
            self.bad.append(row)


async def import_customers(
    store: Store, path: Path, *, tenant: TenantId = DEFAULT_TENANT, seen: Callable[[int], None] = lambda rows: None
) -> ImportReport:
    """Customers of a CSV or JSONL file. What the file does not say about a known customer stays as it is.

    ``seen`` hears how many rows were read so far. Raises Rejected for a file that cannot be read at all, PortError
    when the store fails: what was stored by then stays, and the import can be repeated.
    """
    report = ImportReport()
    from_csv = path.suffix.casefold() == ".csv"
    rows = _taken(path, report, lambda row: customer_row(row.values, from_csv=from_csv))
    for batch in _batches(rows):
        await _put(store, tenant, batch)
        report.stored += len(batch)
        seen(report.rows)
    return report


async def import_events(
    store: Store,
    path: Path,
    clock: Clock,
    *,
    tenant: TenantId = DEFAULT_TENANT,
    seen: Callable[[int], None] = lambda rows: None,
) -> ImportReport:
    """Events of a CSV or JSONL file, in any order; ids that are known already change nothing. Raises as above."""
    report = ImportReport()
    from_csv, now = path.suffix.casefold() == ".csv", clock.now()
    rows = _taken(path, report, lambda row: event_row(row.values, now=now, from_csv=from_csv))
    for batch in _batches(rows):
        new = await store.add_events(tenant, batch)
        report.stored += new
        report.known += len(batch) - new
        seen(report.rows)
    return report


def _taken(path: Path, report: ImportReport, read: Callable[[GoodRow], Value]) -> Iterator[Value]:
    for row in read_rows(path):
        report.rows += 1
        if isinstance(row, BadRow):
            report.refuse(row)
            continue
        try:
            yield read(row)
        except Rejected as rejected:
            report.refuse(BadRow(row.line, rejected.what, rejected.allowed))


async def _put(store: Store, tenant: TenantId, batch: list[CustomerRow]) -> None:
    ids = list({row.id for row in batch})
    documents = {row.id: row.document for row in await store.customers(tenant, ids=ids)}
    for row in batch:
        documents[row.id] = merged(documents.get(row.id, {}), row.document)
    await store.put_customers(tenant, [CustomerRow(CustomerId(id_), new) for id_, new in documents.items()])


def _batches(rows: Iterable[Value]) -> Iterator[list[Value]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, ROWS_A_TRANSACTION)):
        yield batch
