"""The morning digest: what waits for a colleague, once a day as her working hours begin; nothing when nothing waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from journey_assistant.domain.colleague import Colleague, ColleagueId
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.draft import Draft, DraftState
from journey_assistant.domain.effects import OpenHandoff
from journey_assistant.domain.job import Job
from journey_assistant.domain.outbox import DeliveryState, OutboxMessage
from journey_assistant.playbook.playbook import GENERAL, Playbook
from journey_assistant.playbook.schema import Queue
from journey_assistant.playbook.working_hours import next_start
from journey_assistant.ports import Clock
from journey_assistant.ports.store import Store
from journey_assistant.services.notices import (
    DIGEST,
    Waiting,
    Ways,
    address_of_colleague,
    digest_words,
    most_urgent,
)

PLAN = "plan_digests"
PLAN_EVERY = timedelta(hours=1)
HOURS_OF = ("success", GENERAL)
"""Queues whose hours are a success manager's: the first that the playbook has."""
MOST_READ = 1_000


@dataclass(frozen=True)
class Digests:
    """Plans and writes the digests of one store's colleagues."""

    store: Store
    clock: Clock
    playbook: Playbook
    ways: Ways

    async def plan_all(self, job: Job) -> None:
        """A digest for everybody of the job's tenant."""
        await self.plan(job.tenant_id)

    async def plan(self, tenant: TenantId) -> None:
        """A digest for everybody who decides, as their next working day begins. Planned twice is planned once."""
        hours = self.hours
        if not self.ways.any or hours is None:
            return
        now = self.clock.now()
        jobs = []
        for colleague in await self.store.colleagues(tenant):
            begins = next_start(_hours_of(colleague, hours), now) if colleague.may_decide else None
            if begins is not None:
                key = f"{DIGEST}:{colleague.id}:{begins.isoformat()}"
                jobs.append(Job(key, DIGEST, begins, payload={"colleague": colleague.id}, tenant_id=tenant))
        await self.store.enqueue(jobs)

    async def write(self, job: Job) -> int:
        """Queues a colleague's digest of this day, if anything waits for them; how many messages are new."""
        tenant, id_ = job.tenant_id, ColleagueId(str(job.payload["colleague"]))
        colleague, hours = await self.store.colleague(tenant, id_), self.hours
        if colleague is None or hours is None:
            return 0
        waiting = await self.waiting(tenant, colleague)
        if waiting.total == 0:
            return 0
        now = self.clock.now()
        day = now.astimezone(ZoneInfo(_hours_of(colleague, hours).zone)).date()
        subject, text = digest_words(waiting, now, self.ways.base_url)
        address = await address_of_colleague(self.store, tenant, colleague.id)
        key = f"{DIGEST}:{colleague.id}:{day.isoformat()}"
        rows = self.ways.rows(key, DIGEST, f"{colleague.name}: {subject}"[:150], text, now, address, tenant)
        return await self.store.enqueue_messages(tenant, rows)

    async def waiting(self, tenant: TenantId, colleague: Colleague) -> Waiting:
        """What waits for a colleague: drafts and alerts of their customers, and what could not be delivered."""
        drafts = await self.store.drafts(tenant, state=DraftState.PENDING, limit=MOST_READ)
        handoffs = (await self.store.handoffs(tenant))[-MOST_READ:]
        given_up = await self.store.deliveries(tenant, states=[DeliveryState.DEAD, DeliveryState.UNKNOWN])
        messages = [message for message, _ in given_up if message.customer_id is not None]
        rows: list[Draft | OpenHandoff | OutboxMessage] = [*drafts, *handoffs, *messages]
        owners = await self._owners(tenant, [row.customer_id for row in rows])

        def is_hers(row: Draft | OpenHandoff | OutboxMessage) -> bool:
            return owners.get(row.customer_id or "") == colleague.id

        own_drafts = [draft for draft in drafts if draft.reviewer == colleague.id or is_hers(draft)]
        own_alerts = [handoff for handoff in handoffs if is_hers(handoff)]
        since = [draft.created_at for draft in own_drafts] + [alert.created_at for alert in own_alerts]
        why = Counter(draft.play or "an answer" for draft in own_drafts)
        return Waiting(
            drafts=len(own_drafts),
            alerts=len(own_alerts),
            urgent=most_urgent(own_alerts),
            given_up=sum(is_hers(message) for message in messages),
            why=why,
            oldest_at=min(since, default=None),
        )

    async def _owners(self, tenant: TenantId, ids: Sequence[CustomerId | None]) -> Mapping[str, str]:
        wanted = list(dict.fromkeys(id_ for id_ in ids if id_ is not None))
        rows = await self.store.customers(tenant, ids=wanted) if wanted else []
        return {row.id: str(row.document.get("csm") or "") for row in rows}

    @property
    def hours(self) -> Queue | None:
        """The working hours of success managers, where their own zone is not known."""
        return next((self.playbook.queues[name] for name in HOURS_OF if name in self.playbook.queues), None)


def _hours_of(colleague: Colleague, hours: Queue) -> Queue:
    return hours.model_copy(update={"zone": colleague.timezone}) if colleague.timezone else hours
