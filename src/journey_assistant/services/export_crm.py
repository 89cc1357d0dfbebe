"""Export what is stored about one customer: everything as JSON, or the timeline as CSV that no program executes."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from journey_assistant.domain.chat import Entry
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.draft import Draft
from journey_assistant.domain.effects import RunRecord
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.timeline import Event
from journey_assistant.errors import NotFound
from journey_assistant.ports.store import Store
from journey_assistant.services.record import plain
from journey_assistant.services.stored_case import event_line

PAGE = 1_000
MOST_CONVERSATIONS = 1_000_000
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")
_COLUMNS = ("id", "type", "at", "party")


async def export_customer(store: Store, tenant: TenantId, customer_id: CustomerId) -> dict[str, Any]:
    """Every row about a customer, as one JSON object. Raises NotFound when there is none."""
    rows = await store.customers(tenant, ids=[customer_id])
    drafts = [draft async for draft in _all_drafts(store, tenant, customer_id)]
    found: dict[str, Any] = {
        "customer": dict(rows[0].document) if rows else None,
        "identities": [asdict(row) for row in await store.identities(tenant, customer_id=customer_id)],
        "timeline": [event_line(event) async for event in whole_timeline(store, tenant, customer_id)],
        "conversations": await _conversations(store, tenant, customer_id),
        "attachments": await _files(store, tenant, customer_id),
        "case_states": [asdict(row) for row in await store.case_states(tenant, customer_id)],
        "runs": [asdict(run) async for run in _all_runs(store, tenant, customer_id)],
        "drafts": [asdict(draft) for draft in drafts],
        "draft_changes": [asdict(c) for draft in drafts for c in await store.draft_changes(tenant, draft.id)],
        "handoffs": [asdict(row) for row in await store.handoffs(tenant, customer_id=customer_id)],
        "holds": [asdict(row) for row in await store.holds(tenant, customer_id=customer_id)],
        "actions": [asdict(row) for row in await store.actions(tenant, customer_id=customer_id)],
        "outbox": [asdict(row) for row in await store.outbox(tenant, customer_id=customer_id)],
        "jobs": await _jobs(store, tenant, customer_id),
    }
    if not any(found.values()):
        raise NotFound(f"there is no customer {customer_id}")
    exported: dict[str, Any] = plain(found)
    return exported


async def whole_timeline(store: Store, tenant: TenantId, customer_id: CustomerId) -> AsyncIterator[Event]:
    """All events of a customer by time, read page by page."""
    after: tuple[datetime, str] | None = None
    while page := await store.timeline(tenant, customer_id, after=after, limit=PAGE):
        for event in page:
            yield event
        after = page[-1].at, page[-1].id


def timeline_csv(events: Iterable[Event]) -> str:
    """A timeline as CSV with a column for each property. Cells that a spreadsheet would execute are quoted."""
    lines = [event_line(event) for event in events]
    properties = sorted({key for line in lines for key in line["properties"]})
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*_COLUMNS, *(safe_cell(f"properties.{key}") for key in properties)])
    for line in lines:
        cells = [line[column] for column in _COLUMNS]
        cells += [line["properties"].get(key, "") for key in properties]
        writer.writerow([safe_cell(cell) for cell in cells])
    return out.getvalue()


def safe_cell(value: Any) -> Any:
    """Text that begins like a formula gets an apostrophe in front; numbers and all other text stay as they are."""
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


async def _conversations(store: Store, tenant: TenantId, customer_id: CustomerId) -> list[dict[str, Any]]:
    """Conversations with everything that was said in them, notes of colleagues too."""
    found = await store.conversations(tenant, customer_id=customer_id, limit=MOST_CONVERSATIONS)
    return [asdict(one) | {"entries": [asdict(e) async for e in _entries(store, tenant, one.id)]} for one in found]


async def _entries(store: Store, tenant: TenantId, conversation_id: ConversationId) -> AsyncIterator[Entry]:
    after = 0
    while page := await store.entries(tenant, conversation_id, after_seq=after, limit=PAGE):
        for entry in page:
            yield entry
        after = page[-1].seq


async def _files(store: Store, tenant: TenantId, customer_id: CustomerId) -> list[dict[str, Any]]:
    """Files with their bytes in Base64."""
    found = []
    for file in await store.attachments_of(tenant, customer_id):
        kept = await store.attachment(tenant, file.id)
        content = base64.b64encode(kept[1]).decode() if kept else None
        found.append(asdict(file) | {"content_base64": content})
    return found


async def _jobs(store: Store, tenant: TenantId, customer_id: CustomerId) -> list[dict[str, Any]]:
    """What is still to be done about the customer, and what was given up."""
    waiting = [job for job in await store.jobs(tenant) if job.customer_id == customer_id]
    given_up = [dead.job for dead in await store.dead_jobs(tenant) if dead.job.customer_id == customer_id]
    return [asdict(job) for job in (*waiting, *given_up)]


async def _all_runs(store: Store, tenant: TenantId, customer_id: CustomerId) -> AsyncIterator[RunRecord]:
    after: tuple[datetime, str] | None = None
    while page := await store.runs(tenant, customer_id=customer_id, after=after):
        for run in page:
            yield run
        after = page[-1].now_at, page[-1].id


async def _all_drafts(store: Store, tenant: TenantId, customer_id: CustomerId) -> AsyncIterator[Draft]:
    after: tuple[datetime, str] | None = None
    while page := await store.drafts(tenant, customer_id=customer_id, after=after):
        for draft in page:
            yield draft
        after = page[-1].created_at, page[-1].id
