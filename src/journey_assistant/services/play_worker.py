"""The worker by which plays run by themselves: looks, weighed looks, new checks of drafts, sweeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.job import Job
from journey_assistant.playbook.touch import TouchIndex
from journey_assistant.ports import Clock
from journey_assistant.ports.store import Store
from journey_assistant.services.check_draft import DraftChecker
from journey_assistant.services.decide import Decider
from journey_assistant.services.digest import PLAN, PLAN_EVERY, Digests
from journey_assistant.services.notices import DIGEST, UrgentPings, Ways
from journey_assistant.services.preferences import RESUME, Preferences
from journey_assistant.services.recheck_drafts import DraftRecheck
from journey_assistant.services.review_draft import DraftCheck
from journey_assistant.services.sweep import Sweeper
from journey_assistant.services.watch_jobs import LOOK, RECHECK, SWEEP, WEIGH
from journey_assistant.services.watch_plays import PlayWatcher
from journey_assistant.services.work import Handler, Worker

RECHECK_ALL = "recheck_all"
NO_WAY = Ways()
SWEEP_EVERY, RECHECK_EVERY = timedelta(hours=6), timedelta(hours=1)


def play_worker(
    store: Store,
    decider: Decider,
    clock: Clock,
    *,
    tenants: Sequence[TenantId] = (DEFAULT_TENANT,),
    check: DraftCheck | None = None,
    ways: Ways = NO_WAY,
) -> Worker:
    """A worker over these parts; ``check`` answers for drafts, ``ways`` lead to colleagues.

    Whoever opens it calls ``start`` once and ``run_due`` again and again.
    """
    book = decider.parts.playbook
    watcher = PlayWatcher(
        store, decider, clock, TouchIndex(book), UrgentPings(store, ways), book.holds.most_open_drafts
    )
    digests = Digests(store, clock, book, ways)
    sweeper = Sweeper(store, clock, book)

    def drafts(tenant: TenantId) -> DraftRecheck:
        return DraftRecheck(store, clock, check or DraftChecker(store, decider, tenant))

    async def look(job: Job) -> None:
        await watcher.look(job.tenant_id, _customer(job))

    async def weigh(job: Job) -> None:
        await watcher.weigh(job.tenant_id, job)

    async def recheck(job: Job) -> None:
        await drafts(job.tenant_id).of_customer(job.tenant_id, _customer(job))

    async def recheck_all(job: Job) -> None:
        await drafts(job.tenant_id).enqueue_all(job.tenant_id)

    async def sweep(job: Job) -> None:
        await sweeper.enqueue_looks(job.tenant_id)

    handlers: dict[str, Handler] = {
        LOOK: look,
        WEIGH: weigh,
        RECHECK: recheck,
        RECHECK_ALL: recheck_all,
        SWEEP: sweep,
        RESUME: Preferences(store, clock).resume,
        PLAN: digests.plan_all,
        DIGEST: digests.write,
    }
    repeats = {SWEEP: SWEEP_EVERY, RECHECK_ALL: RECHECK_EVERY, **({PLAN: PLAN_EVERY} if ways.any else {})}
    return Worker(store, clock, handlers, tenants, repeats)


def _customer(job: Job) -> CustomerId:
    if job.customer_id is None:
        raise ValueError(f"the job {job.kind} is about nobody")
    return job.customer_id
