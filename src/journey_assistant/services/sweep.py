"""Sweep: find, among all customers, those for whom time alone may have made a play or alert due."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.playbook.may_hold import Look, words_of
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.ports import Clock
from journey_assistant.ports.store import Store
from journey_assistant.services.watch_jobs import look_at
from journey_assistant.services.watch_plays import PlayWatcher

PAGE = 2_000


@dataclass(frozen=True)
class Swept:
    """How many customers there were, how many were worth a look, and for how many something was stored."""

    customers: int
    looked_at: int
    decided: int = 0


@dataclass(frozen=True)
class Sweeper:
    """Goes through all customers of a tenant, page by page; only those who may be due are decided."""

    store: Store
    clock: Clock
    playbook: Playbook

    async def enqueue_looks(self, tenant: TenantId) -> Swept:
        """A look for everybody who may be due; workers take it from there."""
        customers = looked_at = 0
        async for count, due in self._pages(tenant):
            customers, looked_at = customers + count, looked_at + len(due)
            await self.store.enqueue([look_at(tenant, customer_id, self.clock.now()) for customer_id in due])
        return Swept(customers, looked_at)

    async def look(self, tenant: TenantId, watcher: PlayWatcher) -> Swept:
        """The same in one go, without the queue."""
        customers = looked_at = decided = 0
        async for count, due in self._pages(tenant):
            customers, looked_at = customers + count, looked_at + len(due)
            for customer_id in due:
                decided += await watcher.look(tenant, customer_id) is not None
        return Swept(customers, looked_at, decided)

    async def _pages(self, tenant: TenantId) -> AsyncIterator[tuple[int, list[CustomerId]]]:
        """The size of each page, and who of it may be due and has nothing that waits until later."""
        now, after = self.clock.now(), ""
        window = self.playbook.vocabulary.rules.usage_window
        held, words = await self._held(tenant), words_of(self.playbook)
        while page := await self.store.glances(tenant, now=now, window=window, words=words, after=after, limit=PAGE):
            after = page[-1].customer_id
            free = [glance for glance in page if glance.customer_id not in held]
            yield len(page), [glance.customer_id for glance in free if Look(self.playbook, glance, now).due()]

    async def _held(self, tenant: TenantId) -> set[CustomerId]:
        """Who is held until a time that has not come; the hold's own look is on its way."""
        now = self.clock.now()
        return {hold.customer_id for hold in await self.store.holds(tenant) if hold.until_at and hold.until_at > now}
