"""Jobs in SQL: leased by compare-and-set, so that of many workers one has a job."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.rows import of_tenant, row_of, value_of
from journey_assistant.adapters.store_sql.schema_work import jobs
from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.job import DeadJob, Job, LeasedJob

WAITING, DEAD = "waiting", "dead"


class SqlJobs:
    """Answers JobQueue."""

    _db: Database

    async def enqueue(self, given: Sequence[Job]) -> None:
        """Adds jobs; one that waits already keeps the earlier time, one that is worked on runs again."""
        async with self._db.write() as connection:
            await enqueue(connection, given)

    async def lease(
        self, tenant: TenantId, now: datetime, *, until: datetime, limit: int = 100, kinds: Collection[str] = ()
    ) -> list[LeasedJob]:
        """Jobs that are due, for this caller alone until then."""
        free = or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= now)
        ours = (jobs.c.tenant_id == tenant) & (jobs.c.state == WAITING)
        due = select(jobs.c.key).where(ours, jobs.c.run_at <= now, free)
        if kinds:
            due = due.where(jobs.c.kind.in_(kinds))
        due = due.order_by(jobs.c.run_at, jobs.c.key).limit(limit).with_for_update(skip_locked=True)
        leased: list[LeasedJob] = []
        async with self._db.write() as connection:
            for key in (await connection.scalars(due)).all():
                mine = (jobs.c.tenant_id == tenant) & (jobs.c.key == key)
                taken = {"lease_until": until, "fence": jobs.c.fence + 1, "attempts": jobs.c.attempts + 1}
                statement = update(jobs).where(mine).values(taken).returning(*jobs.columns)
                leased.append(_leased((await connection.execute(statement)).one()))
        return leased

    async def finish(self, done: Sequence[LeasedJob]) -> None:
        """Removes what was done; what was enqueued again meanwhile waits again."""
        async with self._db.write() as connection:
            for leased in done:
                unchanged = _held(leased) & (jobs.c.stamp == leased.stamp)
                if (await connection.execute(delete(jobs).where(unchanged))).rowcount == 0:
                    again = {"lease_until": None, "attempts": 0}
                    await connection.execute(update(jobs).where(_held(leased)).values(again))

    async def postpone(self, leased: LeasedJob, *, run_at: datetime, why: str) -> None:
        """Gives a job back until a later time."""
        later = {"lease_until": None, "run_at": run_at, "why": why}
        async with self._db.write() as connection:
            await connection.execute(update(jobs).where(_held(leased)).values(later))

    async def give_up(self, leased: LeasedJob, *, why: str) -> None:
        """Puts a job aside for a person to see."""
        aside = {"lease_until": None, "state": DEAD, "why": why}
        async with self._db.write() as connection:
            await connection.execute(update(jobs).where(_held(leased)).values(aside))

    async def jobs(self, tenant: TenantId) -> list[Job]:
        """What waits or is being worked on."""
        return [_job(row) for row in await self._in_state(tenant, WAITING)]

    async def dead_jobs(self, tenant: TenantId) -> list[DeadJob]:
        """What was given up."""
        return [DeadJob(_job(row), row.attempts, row.why) for row in await self._in_state(tenant, DEAD)]

    async def _in_state(self, tenant: TenantId, state: str) -> list[Any]:
        wanted = of_tenant(jobs, tenant).where(jobs.c.state == state).order_by(jobs.c.run_at, jobs.c.key)
        async with self._db.read() as connection:
            return list(await connection.execute(wanted))


async def enqueue(connection: AsyncConnection, given: Sequence[Job]) -> None:
    """Adds jobs within a transaction of somebody else."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    for job in given:
        fresh = {"state": WAITING, "stamp": 1, "fence": 0, "attempts": 0, "lease_until": None, "why": ""}
        statement = dialect.insert(jobs).values(row_of(job, job.tenant_id) | fresh)
        earlier = case((jobs.c.run_at < statement.excluded.run_at, jobs.c.run_at), else_=statement.excluded.run_at)
        when = case((jobs.c.state == DEAD, statement.excluded.run_at), else_=earlier)
        again = {
            "run_at": when,
            "state": WAITING,
            "stamp": jobs.c.stamp + 1,
            "attempts": case((jobs.c.state == DEAD, 0), else_=jobs.c.attempts),
            "payload": statement.excluded.payload,
        }
        await connection.execute(statement.on_conflict_do_update(index_elements=["tenant_id", "key"], set_=again))


def _held(leased: LeasedJob) -> ColumnElement[bool]:
    """The row, as long as nobody else leased it since."""
    job = leased.job
    return (jobs.c.tenant_id == job.tenant_id) & (jobs.c.key == job.key) & (jobs.c.fence == leased.fence)


def _job(row: Any) -> Job:
    return value_of(Job, row)


def _leased(row: Any) -> LeasedJob:
    return LeasedJob(_job(row), row.attempts, row.fence, row.stamp)
