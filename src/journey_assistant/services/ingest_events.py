"""Ingest events: every message of every client counts once, whenever and in whatever order it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.identity import Identity
from journey_assistant.domain.job import Job
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.source import Source
from journey_assistant.errors import Rejected
from journey_assistant.ports import Clock
from journey_assistant.ports.store import CustomerRow, Store
from journey_assistant.services.crm_rows import MAX_DOCUMENT_BYTES, customer_row, merged
from journey_assistant.services.event_messages import Envelope, Incoming, read_message
from journey_assistant.services.record import canonical
from journey_assistant.services.traits import allowed_of
from journey_assistant.services.watch_jobs import look_at

Follow = Callable[[TenantId, datetime, Sequence[CustomerEvent]], Sequence[Job]]
"""The jobs that follow from new events that came at a time."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that was not taken: its place in the batch, what is wrong, what is allowed."""

    index: int
    what: str
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch."""

    stored: int
    known: int
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True)
class EventIntake:
    """Takes messages of clients in. One batch may be sent again after any failure: nothing counts twice."""

    store: Store
    clock: Clock
    follow: Follow
    _documents: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(
        self,
        messages: Sequence[Any],
        source: Source,
        *,
        kind: str | None = None,
        sent_at: datetime | None = None,
        strict: bool = False,
    ) -> Taken:
        """Stores what can be used. With ``strict`` one bad message refuses all: Rejected, and nothing is stored.

        Raises PortError when the store fails: then the same batch may be sent again.
        """
        envelope = Envelope(source, self.clock.now(), sent_at)
        read, refused = _read(messages, envelope, kind)
        if strict and refused:
            first = refused[0]
            raise Rejected(first.what, where=f"batch.{first.index}", allowed=first.allowed)
        return await self.store_all(read, source, envelope.received_at, tuple(refused))

    async def take_events(self, events: Sequence[CustomerEvent], tenant: TenantId) -> Taken:
        """Stores events that were read already, such as those of a signed webhook or a file."""
        stored = await self._add(tenant, events, self.clock.now())
        return Taken(stored, len(events) - stored)

    async def store_all(
        self, read: Sequence[Incoming], source: Source, now: datetime, refused: tuple[Refused, ...] = ()
    ) -> Taken:
        """Links, then customers, then events: so each event finds whose it is, and a play finds its customer."""
        tenant = source.tenant
        for incoming in read:
            if incoming.alias is not None:
                await self._link(tenant, incoming.alias, incoming.customer_id, now)
        await self._describe(source, [one for one in read if one.document])
        events = [event for one in read for event in one.events]
        stored = await self._add(tenant, events, now)
        return Taken(stored, len(events) - stored, refused)

    async def _add(self, tenant: TenantId, events: Sequence[CustomerEvent], now: datetime) -> int:
        if not events:
            return 0
        return await self.store.add_events(tenant, events, then=lambda new: self.follow(tenant, now, new))

    async def _link(self, tenant: TenantId, alias: str, customer_id: CustomerId, now: datetime) -> Identity:
        linked = await self.store.link(tenant, alias, customer_id, at=now)
        if linked.linked_at == now:
            await self.store.enqueue([look_at(tenant, customer_id, now)])
        return linked

    async def _describe(self, source: Source, read: Sequence[Incoming]) -> None:
        """Adds what is said about customers to what is known; what is not said stays."""
        if not read:
            return
        ids = list(dict.fromkeys(one.customer_id for one in read))
        async with self._documents:
            known = {row.id: row.document for row in await self.store.customers(source.tenant, ids=ids)}
            documents: dict[CustomerId, Mapping[str, Any]] = dict(known)
            for one in read:
                before = documents.get(one.customer_id)
                said = allowed_of(one.document, known.get(one.customer_id)) if source.public else one.document
                documents[one.customer_id] = _joined(before or {}, {**said, "id": one.customer_id})
            changed = [id_ for id_ in ids if documents[id_] != known.get(id_)]
            rows = [CustomerRow(id_, documents[id_]) for id_ in changed]
            if rows:
                await self.store.put_customers(source.tenant, rows)


def _joined(before: Mapping[str, Any], said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is known with what is said; traits that would make a customer too large to be read are left out."""
    both = merged(before, said)
    return both if len(canonical(both)) <= MAX_DOCUMENT_BYTES else before or {"id": said["id"]}


def _read(messages: Iterable[Any], envelope: Envelope, kind: str | None) -> tuple[list[Incoming], list[Refused]]:
    read: list[Incoming] = []
    refused: list[Refused] = []
    for index, message in enumerate(messages):
        try:
            incoming = read_message(message, envelope, kind)
            if incoming.document:
                customer_row({**incoming.document, "id": incoming.customer_id}, from_csv=False)
            read.append(incoming)
        except Rejected as rejected:
            refused.append(Refused(index, rejected.what, rejected.allowed))
    return read, refused
