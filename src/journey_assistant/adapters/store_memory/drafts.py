"""Drafts, and what waits beside them, in memory; with the audit trail of what became of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from journey_assistant.adapters.store_memory.rows import Tenants
from journey_assistant.domain.audit import AuditEntry, Head, deed_of, done_of
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.draft import Draft, DraftChange, DraftId, DraftState, change_between
from journey_assistant.domain.effects import ActionRequest, OpenHandoff, StandingHold
from journey_assistant.domain.job import Job
from journey_assistant.domain.outbox import OutboxMessage
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.errors import Conflict, NotFound


class _OfCustomer(Protocol):
    @property
    def customer_id(self) -> CustomerId | None: ...


Row = TypeVar("Row", bound=_OfCustomer)


class MemoryDrafts(Tenants, ABC):
    """Answers DraftStore and AuditStore."""

    async def draft(self, tenant: TenantId, draft_id: DraftId) -> Draft | None:
        """One draft, or None."""
        return self._of(tenant).drafts.get(draft_id)

    async def drafts(
        self,
        tenant: TenantId,
        *,
        state: DraftState | None = None,
        customer_id: CustomerId | None = None,
        play: str | None = None,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
    ) -> list[Draft]:
        """A page of drafts, oldest first."""
        rows = of_customer(self._of(tenant).drafts.values(), customer_id)
        return page_of(
            [draft for draft in rows if state in (None, draft.state) and play in (None, draft.play)],
            _draft_place,
            after,
            limit,
        )

    async def count_drafts(self, tenant: TenantId, *, states: Collection[DraftState]) -> int:
        """How many drafts are in one of these states."""
        return sum(draft.state in states for draft in self._of(tenant).drafts.values())

    async def change_draft(
        self,
        tenant: TenantId,
        before: Draft,
        after: Draft,
        *,
        outbox: Sequence[OutboxMessage] = (),
        events: Sequence[CustomerEvent] = (),
        jobs: Sequence[Job] = (),
    ) -> None:
        """Replaces a draft that nobody changed meanwhile, with what follows from it."""
        kept = self._of(tenant)
        stored = kept.drafts.get(before.id)
        if stored is None:
            raise NotFound(f"there is no draft {before.id}")
        if (stored.step, stored.state) != (before.step, before.state):
            raise Conflict(f"somebody changed draft {before.id} meanwhile")
        change = change_between(before, after)
        kept.drafts[before.id] = after
        kept.draft_changes[before.id, change.step] = change
        kept.outbox.update({message.key: message for message in outbox})
        kept.note(tenant, [deed_of(change)])
        await self._follow(tenant, events, jobs)

    async def draft_changes(self, tenant: TenantId, draft_id: DraftId) -> list[DraftChange]:
        """What people and rules did with a draft, oldest first."""
        return [step for step in self._of(tenant).draft_changes.values() if step.draft_id == draft_id]

    async def handoffs(
        self, tenant: TenantId, *, customer_id: CustomerId | None = None, open_only: bool = False
    ) -> list[OpenHandoff]:
        """Customers who wait for a person, or did, oldest first."""
        rows = of_customer(self._of(tenant).handoffs.values(), customer_id)
        wanted = [row for row in rows if row.done_at is None or not open_only]
        return sorted(wanted, key=lambda row: (row.created_at, row.id))

    async def handoff(self, tenant: TenantId, handoff_id: str) -> OpenHandoff | None:
        """One of them, or None."""
        return self._of(tenant).handoffs.get(handoff_id)

    async def finish_handoff(
        self, tenant: TenantId, before: OpenHandoff, after: OpenHandoff, *, events: Sequence[CustomerEvent] = ()
    ) -> None:
        """Marks it as done, unless somebody did meanwhile."""
        kept = self._of(tenant)
        stored = kept.handoffs.get(before.id)
        if stored is None:
            raise NotFound(f"there is no handoff {before.id}")
        if stored.done_at is not None:
            raise Conflict(f"{stored.done_by} has done it already")
        kept.handoffs[before.id] = after
        kept.note(tenant, [done_of(after)])
        await self._follow(tenant, events, ())

    async def holds(self, tenant: TenantId, *, customer_id: CustomerId | None = None) -> list[StandingHold]:
        """What was held, oldest first."""
        rows = of_customer(self._of(tenant).holds.values(), customer_id)
        return sorted(rows, key=lambda row: (row.created_at, row.id))

    async def actions(self, tenant: TenantId, *, customer_id: CustomerId | None = None) -> list[ActionRequest]:
        """Proposed effects, oldest first."""
        rows = of_customer(self._of(tenant).actions.values(), customer_id)
        return sorted(rows, key=lambda row: (row.created_at, row.id))

    async def outbox(self, tenant: TenantId, *, customer_id: CustomerId | None = None) -> list[OutboxMessage]:
        """Messages to deliver, by the time they are due."""
        rows = of_customer(self._of(tenant).outbox.values(), customer_id)
        return sorted(rows, key=lambda row: (row.due_at, row.key))

    async def audit(self, tenant: TenantId, *, after: int = 0, limit: int = 1000) -> list[AuditEntry]:
        """A page of the audit trail."""
        return [entry for entry in self._of(tenant).audit if entry.seq > after][:limit]

    async def audit_head(self, tenant: TenantId) -> Head | None:
        """The last entry."""
        return self._of(tenant).audit_head

    @abstractmethod
    async def _follow(self, tenant: TenantId, events: Sequence[CustomerEvent], jobs: Sequence[Job]) -> None:
        """What follows from a change, within its transaction."""


def of_customer(rows: Iterable[Row], customer_id: CustomerId | None) -> list[Row]:
    return [row for row in rows if customer_id is None or row.customer_id == customer_id]


def _draft_place(draft: Draft) -> tuple[datetime, str]:
    return draft.created_at, draft.id


def page_of(
    rows: Iterable[Row],
    place: Callable[[Row], tuple[datetime, str]],
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Row]:
    return [row for row in sorted(rows, key=place) if after is None or place(row) > after][:limit]
