"""A world on a simulated clock: events arrive, time passes, the worker does what is due. Nothing waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from deciding import SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
from journey_assistant.domain.draft import Draft, DraftState
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.playbook.touch import TouchIndex
from journey_assistant.ports.store import CustomerRow
from journey_assistant.services.decide import Decider
from journey_assistant.services.ingest_events import EventIntake
from journey_assistant.services.play_worker import play_worker
from journey_assistant.services.watch_jobs import Following

CUSTOMER = CustomerId("c1")
YES = {"email": {"service": True, "marketing": True}}
ANA = {"id": "c1", "name": "Ana Ruiz", "email": "ana@example.com", "timezone": "UTC", "language": "en",
       "consent": YES, "declared": {"goal": "faster invoicing", "preferred_channel": "email"}}  # fmt: skip


@dataclass
class World:
    """One store, one agent, one clock."""

    decider: Decider
    at: datetime
    store: Any = field(default_factory=MemoryStore)
    ids: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.clock = SetClock(self.at)
        self.intake = EventIntake(self.store, self.clock, Following(TouchIndex(self.decider.parts.playbook)))
        self.worker = play_worker(self.store, self.decider, self.clock)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def knows(self, document: Mapping[str, Any] = ANA, **fields: Any) -> None:
        row = {**document, **fields}
        await self.store.put_customers(DEFAULT_TENANT, [CustomerRow(CustomerId(row["id"]), row)])

    async def happens(
        self, type_: str, customer_id: str = CUSTOMER, at: datetime | None = None, id_: str = "", **properties: Any
    ) -> None:
        """An event arrives, and the worker does what follows at once."""
        event = Event(EventId(id_ or f"e{next(self.ids)}"), type_, at or self.now, properties=properties)
        await self.intake.take_events([CustomerEvent(CustomerId(customer_id), event)], DEFAULT_TENANT)
        await self.works()

    async def works(self) -> None:
        """Everything that is due now is done."""
        while await self.worker.run_due():
            pass

    async def passes(self, **time: float) -> None:
        """Time passes; the worker wakes at each time at which something is due."""
        until = self.now + timedelta(**time)
        while due := [job.run_at for job in await self.store.jobs(DEFAULT_TENANT) if job.run_at <= until]:
            self.clock.at = max(self.now, min(due))
            await self.works()
        self.clock.at = until

    async def drafts(self, state: DraftState | None = DraftState.PENDING) -> list[Draft]:
        return await self.store.drafts(DEFAULT_TENANT, state=state)

    async def held(self) -> list[str]:
        return [hold.reason for hold in await self.store.holds(DEFAULT_TENANT)]
