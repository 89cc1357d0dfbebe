"""The audit trail: what people and rules decided, as a chain of hashes in which nothing can be changed unseen.

An entry holds the hash of what was done, not what was done: erasing a customer leaves the chain whole. Whoever can
write the database can also write a whole new chain; only a head that was noted elsewhere (``Head``) tells then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.draft import RULES, DraftChange
from journey_assistant.domain.effects import OpenHandoff
from journey_assistant.domain.outbox import DeliveryStep

NOTHING = "0" * 64
"""What stands before the first entry."""
DRAFT, HANDOFF, DELIVERY, ERASED = "draft", "handoff", "delivery", "erased"


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done: by whom, when, to what, and the hash of all that belongs to it."""

    what: str
    subject: str
    step: int
    by: str
    at: datetime
    payload_sha256: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A deed at its place in the chain; ``sha256`` covers it and the entry before."""

    seq: int
    what: str
    subject: str
    step: int
    by: str
    at: datetime
    payload_sha256: str
    previous: str
    sha256: str
    tenant_id: TenantId = DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class Head:
    """How long the chain was, and the hash of its last entry: to be noted outside the database."""

    seq: int
    sha256: str


def deed_of(change: DraftChange) -> Deed:
    """What was done with a draft."""
    return Deed(DRAFT, change.draft_id, change.step, change.by, change.at, payload_of(change))


def done_of(handoff: OpenHandoff) -> Deed:
    """Somebody took care of an alert or a customer who waited."""
    assert handoff.done_by is not None
    assert handoff.done_at is not None
    return Deed(HANDOFF, handoff.id, 1, handoff.done_by, handoff.done_at, payload_of(handoff))


def taken_up(step: DeliveryStep) -> Deed:
    """Somebody tried a message again that was given up, or put it away."""
    return Deed(DELIVERY, step.key, step.number, step.by, step.at, payload_of(step))


def erasure_of(subject: str, at: datetime) -> Deed:
    """What belongs to the entries about a subject is gone with its customer; ``at`` is that of its last deed."""
    return Deed(ERASED, subject, 0, RULES, at, NOTHING)


def payload_of(value: Any) -> str:
    """Hash of a stored value, the same on every database; whose tenant it is does not count."""
    given = {field.name: getattr(value, field.name) for field in fields(value) if field.name != "tenant_id"}
    return _hash(given)


def chained(tenant: TenantId, deeds: Iterable[Deed], head: Head | None) -> Iterator[AuditEntry]:
    """The deeds as entries behind the head of the chain."""
    seq, previous = (head.seq, head.sha256) if head else (0, NOTHING)
    for deed in deeds:
        seq += 1
        sha256 = _sha256_of(seq, deed, previous)
        yield AuditEntry(seq, **asdict(deed), previous=previous, sha256=sha256, tenant_id=tenant)
        previous = sha256


def broken_links(entries: Iterable[AuditEntry], noted: Iterable[Head] = ()) -> Iterator[str]:
    """What is wrong with the chain itself, in its order; ``noted`` are heads from outside the database."""
    seq, previous, found = 0, NOTHING, dict[int, str]()
    for entry in entries:
        seq += 1
        deed = Deed(entry.what, entry.subject, entry.step, entry.by, entry.at, entry.payload_sha256)
        if entry.seq != seq:
            yield f"entry {seq} is missing or another stands in its place ({entry.seq})"
            seq = entry.seq
        elif entry.previous != previous:
            yield f"entry {seq} does not follow the entry before it"
        elif entry.sha256 != _sha256_of(seq, deed, previous):
            yield f"entry {seq} was changed"
        previous = found[seq] = entry.sha256
    for head in noted:
        if head.seq not in found:
            yield f"the chain ends at entry {seq}, but entry {head.seq} was noted"
        elif found[head.seq] != head.sha256:
            yield f"entry {head.seq} is not the one that was noted"


def _sha256_of(seq: int, deed: Deed, previous: str) -> str:
    return _hash({"seq": seq, "previous": previous, **asdict(deed)})


def _hash(given: Mapping[str, Any]) -> str:
    plain = {name: _plain(value) for name, value in given.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
