"""The port of timers and work to do: leased by workers, done once, tried again, given up for a person to see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.job import DeadJob, Job, LeasedJob


class JobQueue(Protocol):
    """Jobs of one tenant at a time. Every call is one transaction and may raise PortError."""

    async def enqueue(self, jobs: Sequence[Job]) -> None:
        """Adds jobs. A key that waits already keeps the earlier of both times; one that is being worked on runs again.

        A key that was given up waits again.
        """
        ...

    async def lease(
        self, tenant: TenantId, now: datetime, *, until: datetime, limit: int = 100, kinds: Collection[str] = ()
    ) -> list[LeasedJob]:
        """Jobs that are due, the longest waiting first, for this caller alone until then; then they are due again.

        Without ``kinds`` of every kind.
        """
        ...

    async def finish(self, done: Sequence[LeasedJob]) -> None:
        """Removes jobs that were done. One that was enqueued again meanwhile waits again; a lost lease changes
        nothing."""
        ...

    async def postpone(self, leased: LeasedJob, *, run_at: datetime, why: str) -> None:
        """Gives a job back until a later time, with what went wrong. A lost lease changes nothing."""
        ...

    async def give_up(self, leased: LeasedJob, *, why: str) -> None:
        """Puts a job aside for good; ``dead_jobs`` shows it. A lost lease changes nothing."""
        ...

    async def jobs(self, tenant: TenantId) -> list[Job]:
        """What waits or is being worked on, by the time it is due."""
        ...

    async def dead_jobs(self, tenant: TenantId) -> list[DeadJob]:
        """What was given up, by the time it was due."""
        ...
