"""Work: leases jobs that are due and does them, each once; what fails is tried again later, then shown to a person."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.job import Job, LeasedJob
from journey_assistant.errors import JourneyError
from journey_assistant.ports import Clock
from journey_assistant.ports.jobs import JobQueue

log = logging.getLogger(__name__)

Handler = Callable[[Job], Awaitable[object]]
"""Does one job. May be called again for the same job after a crash."""

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)


@dataclass(frozen=True)
class Worker:
    """Does the jobs of some tenants by their kind."""

    queue: JobQueue
    clock: Clock
    handlers: Mapping[str, Handler]
    tenants: Sequence[TenantId] = (DEFAULT_TENANT,)
    repeats: Mapping[str, timedelta] = field(default_factory=dict)
    """Kinds that begin again by themselves, and how long after they were done."""
    _started: list[datetime] = field(default_factory=list)

    async def run_due(self, limit: int = 50) -> int:
        """Does up to so many jobs of each tenant that are due now; returns how many were leased.

        Raises PortError when the queue itself cannot be read.
        """
        count = 0
        for tenant in self.tenants:
            now = self.clock.now()
            leased = await self.queue.lease(tenant, now, until=now + LEASE, limit=limit, kinds=tuple(self.handlers))
            done = [one for one in leased if await self._is_done(one)]
            if done:
                await self.queue.finish(done)
            count += len(leased)
        return count

    async def round(self) -> int:
        """``start`` and ``run_due`` in one, for whoever calls again and again."""
        await self.start()
        return await self.run_due()

    async def start(self) -> None:
        """Enqueues the jobs that repeat, for tenants that do not have them yet."""
        now = self.clock.now()
        jobs = [Job(kind, kind, now, tenant_id=tenant) for tenant in self.tenants for kind in self.repeats]
        if jobs and not self._started:
            waiting = {(tenant, job.key) for tenant in self.tenants for job in await self.queue.jobs(tenant)}
            await self.queue.enqueue([job for job in jobs if (job.tenant_id, job.key) not in waiting])
            self._started.append(now)

    async def _is_done(self, leased: LeasedJob) -> bool:
        """Does a job; False when it waits again, for its next round or after a failure."""
        job = leased.job
        try:
            await self.handlers[job.kind](job)
        except Exception as error:  # noqa: BLE001  # one broken job must not stop the others
            await self._failed(leased, error)
            return False
        if job.kind not in self.repeats:
            return True
        await self.queue.postpone(leased, run_at=self.clock.now() + self.repeats[job.kind], why="")
        return False

    async def _failed(self, leased: LeasedJob, error: Exception) -> None:
        why = str(error) if isinstance(error, JourneyError) else f"{type(error).__name__} inside"
        log.warning("job %s failed (attempt %d): %s", leased.job.kind, leased.attempts, why, exc_info=error)
        if leased.attempts >= MOST_ATTEMPTS and leased.job.kind not in self.repeats:
            await self.queue.give_up(leased, why=why)
            return
        wait = min(FIRST_WAIT * 2 ** min(leased.attempts - 1, 20), LONGEST_WAIT)
        await self.queue.postpone(leased, run_at=self.clock.now() + wait, why=why)
