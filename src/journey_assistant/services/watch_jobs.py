"""The jobs by which plays run by themselves: what to look at again, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.draft import Draft
from journey_assistant.domain.identity import ANONYMOUS
from journey_assistant.domain.job import Job
from journey_assistant.domain.recall import CustomerEvent, topic_of
from journey_assistant.domain.timeline import Event
from journey_assistant.playbook.touch import TouchIndex

LOOK, WEIGH, RECHECK, SWEEP = "look", "weigh", "recheck", "sweep"
TOO_LATE = timedelta(days=7)
"""An event that comes later than this is stored, and triggers nothing."""
_OURS = frozenset({"draft_created", "alert_raised", "message_sent"})


def look_at(tenant: TenantId, customer_id: CustomerId, at: datetime) -> Job:
    """Look at a customer: is a play or an alert due? Several reasons to look at one time are one look."""
    return Job(f"{LOOK}:{customer_id}", LOOK, at, customer_id, tenant_id=tenant)


def look_later(tenant: TenantId, customer_id: CustomerId, at: datetime, why: str) -> Job:
    """A look at a time of its own, beside the next one."""
    return Job(f"{LOOK}:{customer_id}:{why}", LOOK, at, customer_id, tenant_id=tenant)


def recheck(tenant: TenantId, customer_id: CustomerId, at: datetime) -> Job:
    """Check the customer's waiting drafts again: do their facts still hold?"""
    return Job(f"{RECHECK}:{customer_id}", RECHECK, at, customer_id, tenant_id=tenant)


def wake_later(tenant: TenantId, draft: Draft, at: datetime) -> Job:
    """Check a snoozed draft's customer again when its time comes: it wakes, or is withdrawn."""
    return Job(
        f"{RECHECK}:{draft.customer_id}:{draft.id}:{draft.step}",
        RECHECK,
        at,
        draft.customer_id,
        tenant_id=tenant,
    )


def sweep(tenant: TenantId, at: datetime) -> Job:
    """Look at all customers for what only time makes due."""
    return Job(SWEEP, SWEEP, at, tenant_id=tenant)


@dataclass(frozen=True)
class Following:
    """Which jobs follow from events, by the playbook. Costs microseconds an event."""

    touch: TouchIndex

    def __call__(self, tenant: TenantId, now: datetime, events: Sequence[CustomerEvent]) -> list[Job]:
        """Looks now and later, and new checks of drafts; each job once."""
        jobs: dict[str, Job] = {}
        for given in events:
            for job in self._of(tenant, now, given):
                jobs.setdefault(job.key, job)
        return list(jobs.values())

    def _of(self, tenant: TenantId, now: datetime, given: CustomerEvent) -> Iterator[Job]:
        event, customer_id = given.event, given.customer_id
        if now - event.at > TOO_LATE or customer_id.startswith(ANONYMOUS) or event.type in _OURS:
            return
        came_at = max(now, event.at)
        yield recheck(tenant, customer_id, came_at)
        for delay in self.touch.delays(event):
            if delay:
                yield look_later(tenant, customer_id, max(now, event.at + delay), f"{event.id}+{delay}")
            elif self.touch.least(event) is None:
                yield look_at(tenant, customer_id, came_at)
            else:
                yield _weighed(tenant, customer_id, event, came_at)


def _weighed(tenant: TenantId, customer_id: CustomerId, event: Event, at: datetime) -> Job:
    """A look only if enough of the kind came; of one section within a batch once."""
    payload = {"type": event.type, "topic": topic_of(event), "path": event.text_of("path")}
    return Job(f"{WEIGH}:{customer_id}:{event.type}:{topic_of(event)}", WEIGH, at, customer_id, payload, tenant)
