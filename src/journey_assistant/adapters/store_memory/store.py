"""The store in memory, opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from journey_assistant.adapters.store_memory.chat import MemoryChat
from journey_assistant.adapters.store_memory.chat_work import MemoryChatWork
from journey_assistant.adapters.store_memory.drafts import MemoryDrafts, of_customer, page_of
from journey_assistant.adapters.store_memory.glances import glance
from journey_assistant.adapters.store_memory.identities import MemoryIdentities
from journey_assistant.adapters.store_memory.jobs import MemoryJobs
from journey_assistant.adapters.store_memory.logins import MemoryLogins
from journey_assistant.adapters.store_memory.relay import MemoryRelay
from journey_assistant.adapters.store_memory.rows import OF_CUSTOMER, Tenants
from journey_assistant.domain.colleague import Colleague, ColleagueId
from journey_assistant.domain.customer import CustomerId, TenantId, address_of
from journey_assistant.domain.effects import Effects, RunRecord
from journey_assistant.domain.glance import Glance
from journey_assistant.domain.job import Job
from journey_assistant.domain.journey_run import RunId
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.errors import Conflict, NotFound
from journey_assistant.ports.store import CustomerRow


class MemoryStore(MemoryDrafts, MemoryChat, MemoryChatWork, MemoryRelay, MemoryLogins):
    """Answers the Store port. No call waits inside, so each is one transaction."""

    def __init__(self) -> None:
        Tenants.__init__(self)
        MemoryJobs.__init__(self)
        MemoryIdentities.__init__(self, lambda tenant: self._of(tenant).events)

    async def put_customers(self, tenant: TenantId, rows: Sequence[CustomerRow]) -> None:
        """Adds or replaces customers and their accounts."""
        kept = self._of(tenant)
        for row in rows:
            document = deepcopy(dict(row.document))
            account = document.get("account")
            if isinstance(account, dict) and account.get("id"):
                kept.accounts[str(account["id"])] = account
            kept.customers[row.id] = document

    async def customers(
        self, tenant: TenantId, *, ids: Sequence[CustomerId] | None = None, after: str = "", limit: int = 100
    ) -> list[CustomerRow]:
        """Customers by id, each with its account inside."""
        kept = self._of(tenant)
        wanted = sorted(kept.customers if ids is None else {id_ for id_ in ids if id_ in kept.customers})
        page = wanted if ids is not None else [id_ for id_ in wanted if id_ > after][:limit]
        return [CustomerRow(id_, kept.with_account(kept.customers[id_])) for id_ in page]

    async def customers_of_email(self, tenant: TenantId, address: str) -> list[CustomerRow]:
        """The customers with this address."""
        wanted = address.strip().casefold()
        found = [id_ for id_, row in self._of(tenant).customers.items() if address_of(row) == wanted]
        return await self.customers(tenant, ids=found)

    async def erase_customer(self, tenant: TenantId, customer_id: CustomerId) -> Mapping[str, int]:
        """Deletes every row about a customer, and the account when nobody else has it."""
        kept = self._of(tenant)
        gone: dict[str, int] = {}
        document = kept.customers.pop(customer_id, None)
        gone["customers"] = int(document is not None)
        account = (document or {}).get("account")
        accounts = {str((d.get("account") or {}).get("id")) for d in kept.customers.values()}
        if isinstance(account, dict) and account.get("id") and str(account["id"]) not in accounts:
            gone["accounts"] = int(kept.accounts.pop(str(account["id"]), None) is not None)
        tables: dict[str, dict[Any, Any]] = {name: getattr(kept, name) for name in OF_CUSTOMER}
        kept.note_erasure(tenant, customer_id)
        gone |= kept.forget_conversations(customer_id)
        for name, rows in tables.items():
            theirs = [key for key, row in rows.items() if row.customer_id == customer_id]
            gone[name] = len([rows.pop(key) for key in theirs])
        gone["jobs"] = self._erase_jobs(tenant, customer_id)
        gone["identities"] = self._erase_identities(tenant, customer_id)
        return {name: count for name, count in gone.items() if count}

    async def glances(
        self,
        tenant: TenantId,
        *,
        now: datetime,
        window: timedelta,
        words: Sequence[str] = (),
        after: str = "",
        limit: int = 1000,
    ) -> list[Glance]:
        """Glances at a page of customers by id."""
        page = await self.customers(tenant, after=after, limit=limit)
        return [glance(row, self._events_of(tenant, row.id), now, window, words) for row in page]

    async def commit_run(
        self, tenant: TenantId, record: RunRecord, effects: Effects, *, of_stored_customer: bool = False
    ) -> RunRecord:
        """Writes a run and its effects, or finds the run of the same moment."""
        kept = self._of(tenant)
        if of_stored_customer and record.customer_id not in kept.customers:
            raise NotFound(f"there is no customer {record.customer_id}")
        for known in kept.runs.values():
            if record.id == known.id or record.moment_key == known.moment_key:
                return known
        kept.runs[record.id] = replace(deepcopy(record), tenant_id=tenant)
        kept.add_effects(effects)
        await self.add_events(tenant, effects.events)
        self._enqueue(effects.jobs)
        return record

    async def run(self, tenant: TenantId, run_id: RunId) -> RunRecord | None:
        """One run, or None."""
        return self._of(tenant).runs.get(run_id)

    async def run_of_moment(self, tenant: TenantId, moment_key: str) -> RunRecord | None:
        """The run of a moment, or None."""
        return next((run for run in self._of(tenant).runs.values() if run.moment_key == moment_key), None)

    async def runs(
        self,
        tenant: TenantId,
        *,
        customer_id: CustomerId | None = None,
        since: datetime | None = None,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
    ) -> list[RunRecord]:
        """A page of runs by time and id."""
        rows = of_customer(self._of(tenant).runs.values(), customer_id)
        return page_of([run for run in rows if since is None or run.now_at >= since], _run_place, after, limit)

    async def add_colleague(self, tenant: TenantId, colleague: Colleague) -> None:
        """Adds a colleague; Conflict when the id is taken."""
        kept = self._of(tenant).colleagues
        if colleague.id in kept:
            raise Conflict(f"there is already a colleague {colleague.id}")
        kept[colleague.id] = colleague

    async def colleague(self, tenant: TenantId, colleague_id: ColleagueId) -> Colleague | None:
        """One colleague, or None."""
        return self._of(tenant).colleagues.get(colleague_id)

    async def colleagues(self, tenant: TenantId) -> list[Colleague]:
        """All colleagues by id."""
        return sorted(self._of(tenant).colleagues.values(), key=lambda colleague: colleague.id)

    async def _follow(self, tenant: TenantId, events: Sequence[CustomerEvent], jobs: Sequence[Job]) -> None:
        """What follows from a change, within its transaction."""
        await self.add_events(tenant, events)
        self._enqueue(jobs)

    async def ping(self) -> None:
        """Always answers."""

    async def close(self) -> None:
        """Nothing is held open."""


def _run_place(run: RunRecord) -> tuple[datetime, str]:
    return run.now_at, run.id
