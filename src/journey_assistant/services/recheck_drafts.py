"""Recheck drafts: a waiting draft whose facts no longer hold is withdrawn, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.draft import Draft, DraftState
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.errors import Conflict, NotFound
from journey_assistant.ports import Clock
from journey_assistant.ports.store import Store
from journey_assistant.services.review_draft import DraftCheck
from journey_assistant.services.watch_jobs import recheck

PAGE = 500


@dataclass(frozen=True)
class DraftRecheck:
    """Checks the waiting drafts of customers again: at each new event of theirs, and by the clock."""

    store: Store
    clock: Clock
    check: DraftCheck

    async def of_customer(self, tenant: TenantId, customer_id: CustomerId) -> list[Draft]:
        """Withdraws what no longer holds; returns the drafts that were withdrawn. Raises PortError."""
        waiting = await self.store.drafts(tenant, state=DraftState.PENDING, customer_id=customer_id)
        now = self.clock.now()
        gone = [await self._withdrawn(tenant, draft, now) for draft in waiting]
        return [draft for draft in gone if draft is not None]

    async def enqueue_all(self, tenant: TenantId) -> int:
        """A new check for every customer with a waiting draft; returns how many there are."""
        customers: set[CustomerId] = set()
        after: tuple[datetime, str] | None = None
        while page := await self.store.drafts(tenant, state=DraftState.PENDING, after=after, limit=PAGE):
            customers.update(draft.customer_id for draft in page)
            after = page[-1].created_at, page[-1].id
        now = self.clock.now()
        await self.store.enqueue([recheck(tenant, customer_id, now) for customer_id in sorted(customers)])
        return len(customers)

    async def _withdrawn(self, tenant: TenantId, draft: Draft, now: datetime) -> Draft | None:
        try:
            standing = await self.check(draft, now)
            if not standing.stale:
                return None
            after = draft.withdraw(at=now, why=standing.stale)
            await self.store.change_draft(tenant, draft, after, events=(_withdrawal(draft, standing.stale, now),))
        except (Conflict, NotFound):
            # Somebody decided it meanwhile, or the customer was erased: nothing waits here any more.
            return None
        return after


def _withdrawal(draft: Draft, why: str, at: datetime) -> CustomerEvent:
    """The timeline learns of it, so that the same play may be decided again for a new cause."""
    said = {"play": draft.play or "", "run_id": draft.run_id, "draft_id": draft.id, "why": why}
    return CustomerEvent(
        draft.customer_id, Event(EventId(f"draft_withdrawn:{draft.id}"), "draft_withdrawn", at, properties=said)
    )
