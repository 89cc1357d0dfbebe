"""Recheck drafts: one whose facts no longer hold is withdrawn, one that was put aside comes back when it is time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.draft import OPEN_STATES, Draft, DraftState
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
        """Withdraws what no longer holds and wakes what is due; returns the drafts that were withdrawn.

        Raises PortError.
        """
        gone: list[Draft] = []
        for state in OPEN_STATES:
            for draft in await self.store.drafts(tenant, state=state, customer_id=customer_id):
                after = await self._changed(tenant, draft, self.clock.now())
                gone += [after] if after is not None and after.state is DraftState.WITHDRAWN else []
        return gone

    async def enqueue_all(self, tenant: TenantId) -> int:
        """A new check for every customer with an open draft; returns how many there are."""
        customers: set[CustomerId] = set()
        for state in OPEN_STATES:
            after: tuple[datetime, str] | None = None
            while page := await self.store.drafts(tenant, state=state, after=after, limit=PAGE):
                customers.update(draft.customer_id for draft in page)
                after = page[-1].created_at, page[-1].id
        now = self.clock.now()
        await self.store.enqueue([recheck(tenant, customer_id, now) for customer_id in sorted(customers)])
        return len(customers)

    async def _changed(self, tenant: TenantId, draft: Draft, now: datetime) -> Draft | None:
        """The draft as withdrawn or woken; None when it stays as it is."""
        try:
            standing = await self.check(draft, now)
            if standing.stale:
                after = draft.withdraw(at=now, why=standing.stale)
                await self.store.change_draft(tenant, draft, after, events=(_withdrawal(draft, standing.stale, now),))
                return after
            snooze = draft.snooze_of
            over = snooze.is_over(standing.timeline, now) if snooze else ""
            if not over:
                return None
            woken = draft.wake(at=now, why=over)
            await self.store.change_draft(tenant, draft, woken)
        except (Conflict, NotFound):
            # Somebody decided it meanwhile, or the customer was erased: nothing waits here any more.
            return None
        return woken


def _withdrawal(draft: Draft, why: str, at: datetime) -> CustomerEvent:
    """The timeline learns of it, so that the same play may be decided again for a new cause."""
    said = {"play": draft.play or "", "run_id": draft.run_id, "draft_id": draft.id, "why": why}
    return CustomerEvent(
        draft.customer_id, Event(EventId(f"draft_withdrawn:{draft.id}"), "draft_withdrawn", at, properties=said)
    )
