"""Jobs in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.job import DeadJob, Job, LeasedJob


@dataclass
class _Row:
    job: Job
    stamp: int = 1
    fence: int = 0
    attempts: int = 0
    lease_until: datetime | None = None
    dead: bool = False
    why: str = ""


class MemoryJobs:
    """Answers JobQueue."""

    def __init__(self) -> None:
        self._jobs: dict[tuple[TenantId, str], _Row] = {}

    async def enqueue(self, given: Sequence[Job]) -> None:
        """Adds jobs; one that waits already keeps the earlier time, one that is worked on runs again."""
        self._enqueue(given)

    def _enqueue(self, given: Iterable[Job]) -> None:
        for job in given:
            job = replace(job, run_at=job.run_at.astimezone(UTC))
            row = self._jobs.get((job.tenant_id, job.key))
            if row is None or row.dead:
                self._jobs[job.tenant_id, job.key] = _Row(job, fence=row.fence if row else 0)
                continue
            row.job = replace(row.job, run_at=min(row.job.run_at, job.run_at), payload=job.payload)
            row.stamp += 1

    async def lease(
        self, tenant: TenantId, now: datetime, *, until: datetime, limit: int = 100, kinds: Collection[str] = ()
    ) -> list[LeasedJob]:
        """Jobs that are due, for this caller alone until then."""
        ours = [row for row in self._in_order(dead=False) if row.job.tenant_id == tenant]
        free = [row for row in ours if row.lease_until is None or row.lease_until <= now]
        due = [row for row in free if row.job.run_at <= now and (not kinds or row.job.kind in kinds)][:limit]
        for row in due:
            row.lease_until, row.fence, row.attempts = until, row.fence + 1, row.attempts + 1
        return [LeasedJob(row.job, row.attempts, row.fence, row.stamp) for row in due]

    async def finish(self, done: Sequence[LeasedJob]) -> None:
        """Removes what was done; what was enqueued again meanwhile waits again."""
        for leased in done:
            row = self._held(leased)
            if row is None:
                continue
            if row.stamp == leased.stamp:
                del self._jobs[leased.job.tenant_id, leased.job.key]
            else:
                row.lease_until, row.attempts = None, 0

    async def postpone(self, leased: LeasedJob, *, run_at: datetime, why: str) -> None:
        """Gives a job back until a later time."""
        if row := self._held(leased):
            row.job, row.lease_until, row.why = replace(row.job, run_at=run_at.astimezone(UTC)), None, why

    async def give_up(self, leased: LeasedJob, *, why: str) -> None:
        """Puts a job aside for a person to see."""
        if row := self._held(leased):
            row.dead, row.lease_until, row.why = True, None, why

    async def jobs(self, tenant: TenantId) -> list[Job]:
        """What waits or is being worked on."""
        return [row.job for row in self._in_order(dead=False) if row.job.tenant_id == tenant]

    async def dead_jobs(self, tenant: TenantId) -> list[DeadJob]:
        """What was given up."""
        dead = [row for row in self._in_order(dead=True) if row.job.tenant_id == tenant]
        return [DeadJob(row.job, row.attempts, row.why) for row in dead]

    def _in_order(self, *, dead: bool) -> list[_Row]:
        rows = [row for row in self._jobs.values() if row.dead is dead]
        return sorted(rows, key=lambda row: (row.job.run_at, row.job.key))

    def _held(self, leased: LeasedJob) -> _Row | None:
        row = self._jobs.get((leased.job.tenant_id, leased.job.key))
        return row if row is not None and row.fence == leased.fence else None

    def _erase_jobs(self, tenant: TenantId, customer_id: CustomerId) -> int:
        theirs = [key for key, row in self._jobs.items() if (key[0], row.job.customer_id) == (tenant, customer_id)]
        return len([self._jobs.pop(key) for key in theirs])
