"""The audit trail: is it whole, and does it tell of what is stored?"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from pathlib import Path

from journey_assistant.domain.audit import DELIVERY, DRAFT, ERASED, HANDOFF, AuditEntry, Head, broken_links, payload_of
from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.draft import DraftId
from journey_assistant.errors import Rejected
from journey_assistant.ports.store import Store

PAGE = 1_000


async def verify_audit(store: Store, tenant: TenantId, noted: Sequence[Head] = ()) -> tuple[int, tuple[str, ...]]:
    """How many entries there are, and all that is wrong; ``noted`` are heads that were kept elsewhere.

    What was done before there was a trail is not in it, and not looked at. Raises PortError.
    """
    entries = [entry async for entry in _entries(store, tenant)]
    wrong = [*broken_links(entries, noted)]
    erased = {entry.subject for entry in entries if entry.what == ERASED}
    told: dict[str, dict[int, AuditEntry]] = defaultdict(dict)
    for entry in entries:
        if entry.what == DRAFT and entry.subject not in erased:
            told[entry.subject][entry.step] = entry
    for subject, steps in told.items():
        wrong += await _of_draft(store, tenant, DraftId(subject), steps)
    deliveries = [entry for entry in entries if entry.what == DELIVERY and entry.subject not in erased]
    wrong += await _of_deliveries(store, tenant, deliveries)
    handoffs = {entry.subject: entry for entry in entries if entry.what == HANDOFF and entry.subject not in erased}
    return len(entries), (*wrong, *await _of_handoffs(store, tenant, handoffs))


def read_heads(file: Path) -> tuple[Head, ...]:
    """The heads that were noted in a file, one JSON object a line. Raises Rejected naming file and line."""
    heads = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Rejected("cannot be read as UTF-8 text", where=str(file)) from error
    for number, line in enumerate(lines, 1):
        try:
            given = json.loads(line)
            heads.append(Head(int(given["seq"]), str(given["sha256"])))
        except (ValueError, KeyError, TypeError) as error:
            raise Rejected("is no noted head", where=f"{file}:{number}", allowed="{seq, sha256}") from error
    return tuple(heads)


def head_line(head: Head) -> str:
    """A head as it is noted."""
    return json.dumps(asdict(head))


async def _entries(store: Store, tenant: TenantId) -> AsyncIterator[AuditEntry]:
    after = 0
    while page := await store.audit(tenant, after=after, limit=PAGE):
        for entry in page:
            yield entry
        after = page[-1].seq


async def _of_draft(store: Store, tenant: TenantId, draft: DraftId, told: dict[int, AuditEntry]) -> list[str]:
    """Steps that are not as the trail tells, are gone, or were never told of."""
    stored = {change.step: change for change in await store.draft_changes(tenant, draft)}
    wrong = [f"step {step} of {draft} is not in the trail" for step in stored if step > min(told) and step not in told]
    for step, entry in told.items():
        if step not in stored:
            wrong.append(f"step {step} of {draft} is gone (entry {entry.seq})")
        elif payload_of(stored[step]) != entry.payload_sha256:
            wrong.append(f"step {step} of {draft} was changed (entry {entry.seq})")
    return wrong


async def _of_deliveries(store: Store, tenant: TenantId, told: Sequence[AuditEntry]) -> list[str]:
    """What people did with messages that were given up, and is not as the trail tells."""
    wrong = []
    for entry in told:
        stored = {step.number: step for step in await store.delivery_steps(tenant, entry.subject)}
        if entry.step not in stored:
            wrong.append(f"step {entry.step} of the delivery {entry.subject} is gone (entry {entry.seq})")
        elif payload_of(stored[entry.step]) != entry.payload_sha256:
            wrong.append(f"step {entry.step} of the delivery {entry.subject} was changed (entry {entry.seq})")
    return wrong


async def _of_handoffs(store: Store, tenant: TenantId, told: dict[str, AuditEntry]) -> list[str]:
    stored = {row.id: row for row in await store.handoffs(tenant)} if told else {}
    return [
        f"{id_} was changed (entry {entry.seq})" if id_ in stored else f"{id_} is gone (entry {entry.seq})"
        for id_, entry in told.items()
        if id_ not in stored or payload_of(stored[id_]) != entry.payload_sha256
    ]
