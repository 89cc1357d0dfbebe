"""Watch plays: look at a customer when something happened or time came, decide, commit once for each cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.draft import OPEN_STATES, DraftState
from journey_assistant.domain.effects import Effects, RunRecord, StandingHold
from journey_assistant.domain.job import Job
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.domain.outcome import DraftMessage, Handoff, Hold
from journey_assistant.domain.recall import Tally
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.errors import NotFound
from journey_assistant.playbook.holds import REVIEW_FULL
from journey_assistant.playbook.touch import TouchIndex
from journey_assistant.ports import Clock
from journey_assistant.ports.store import Store
from journey_assistant.services.commit import Deciding, effects_of, record_of
from journey_assistant.services.notices import UrgentPings
from journey_assistant.services.read_case import Case
from journey_assistant.services.stored_case import stored_case, utc_text, with_fact
from journey_assistant.services.watch_jobs import look_later, recheck

NOTHING_DUE = "nothing_due"
ONE_MOMENT = timedelta(hours=4)
"""So long after a draft of a play was written, more of what caused it is the same moment."""
MOST_DRAFTS = 1_000
FOR_MARKETING = 0.8
"""The share of the places in review that marketing may take; the rest is for service."""
ROOM_AFTER = timedelta(hours=1)
"""So long after the review was full it is looked for room."""
OF_MESSAGES = frozenset({"owned_by_person"})
"""Holds of a conversation; a look at the timeline neither makes nor ends them."""


@dataclass(frozen=True)
class PlayWatcher:
    """Looks at customers of one store. Two watchers at once never do the same thing twice."""

    store: Store
    decider: Deciding
    clock: Clock
    touch: TouchIndex
    pings: UrgentPings | None = None
    most_open: int = 200

    async def look(self, tenant: TenantId, customer_id: CustomerId) -> RunRecord | None:
        """What was decided and stored for the customer now; None when nothing is due and nothing was held before.

        Raises PortError when the store fails: then nothing happened, and the look is repeated.
        """
        now = self.clock.now()
        case_id = f"look:{customer_id}:{utc_text(now)}"
        try:
            case = await stored_case(
                self.store, tenant, customer_id, case_id=case_id, now_at=now, moment={"kind": "sweep"}
            )
            standing = [
                hold
                for hold in await self.store.holds(tenant, customer_id=customer_id)
                if hold.reason not in OF_MESSAGES
            ]
            run = await self.decider.decide(case)
            if isinstance(run.outcome, DraftMessage) and (full := await self._full(tenant)):
                case = with_fact(case, REVIEW_FULL, full)
                run = await self.decider.decide(case)
            if self._changes_nothing(run, standing) or await self._is_waiting(run):
                return None
            effects = await self._told(run, case, self._with_jobs(run, effects_of(run, case), standing))
            record = record_of(run, case, moment_key(run))
            return await self.store.commit_run(tenant, record, effects, of_stored_customer=True)
        except NotFound:
            # Events may come before their customer, and a customer may be erased while we look.
            return None

    async def weigh(self, tenant: TenantId, job: Job) -> RunRecord | None:
        """A look, if enough of the kind of event came for any play to care."""
        assert job.customer_id is not None
        now, type_ = self.clock.now(), str(job.payload["type"])
        event = Event(EventId(""), type_, now, properties={"path": job.payload["path"]})
        least = self.touch.least(event)
        if least is not None:
            tally = Tally(type_, str(job.payload["topic"]), now - least.within, least.count)
            if await self.store.count_events(tenant, job.customer_id, tally) < least.count:
                return None
        return await self.look(tenant, job.customer_id)

    async def _full(self, tenant: TenantId) -> str:
        """For which drafts the review has no room: none (empty), ``marketing``, or ``all``."""
        waiting = await self.store.count_drafts(tenant, states=OPEN_STATES)
        if waiting >= self.most_open:
            return "all"
        return "marketing" if waiting >= self.most_open * FOR_MARKETING else ""

    async def _is_waiting(self, run: JourneyRun) -> bool:
        """A draft of the same play waits already, or was decided just now: more of the same is no new cause."""
        if not isinstance(run.outcome, DraftMessage):
            return False
        drafts = await self.store.drafts(run.tenant_id, customer_id=run.customer_id, limit=MOST_DRAFTS)
        same = [draft for draft in drafts if draft.play == run.play and draft.state is not DraftState.WITHDRAWN]
        return any(draft.state in OPEN_STATES or run.now_at - draft.created_at < ONE_MOMENT for draft in same)

    async def _told(self, run: JourneyRun, case: Case, effects: Effects) -> Effects:
        """With what colleagues are told of at once."""
        if self.pings is None or effects.handoff is None:
            return effects
        rows = await self.pings.rows(effects.handoff, run.reasons[0].code, case.snapshot.customer)
        return replace(effects, outbox=(*effects.outbox, *rows))

    @staticmethod
    def _changes_nothing(run: JourneyRun, standing: Sequence[StandingHold]) -> bool:
        """Nothing is due and nothing stood before; or exactly what stands already is held."""
        outcome = run.outcome
        if not isinstance(outcome, Hold):
            return False
        if outcome.reason == NOTHING_DUE:
            return not standing
        stands = [(hold.reason, hold.until, hold.until_at) for hold in standing]
        return (outcome.reason, outcome.until, outcome.until_at) in stands

    @staticmethod
    def _with_jobs(run: JourneyRun, effects: Effects, standing: Sequence[StandingHold]) -> Effects:
        """A hold is looked at again when it ends, a draft is checked again when its time is over."""
        jobs: list[Job] = []
        if isinstance(run.outcome, Hold) and run.outcome.until_at is not None:
            jobs.append(look_later(run.tenant_id, run.customer_id, run.outcome.until_at, f"after {run.id}"))
        if isinstance(run.outcome, Hold) and run.outcome.reason == REVIEW_FULL:
            jobs.append(look_later(run.tenant_id, run.customer_id, run.now_at + ROOM_AFTER, REVIEW_FULL))
        if isinstance(run.outcome, DraftMessage):
            jobs.append(recheck(run.tenant_id, run.customer_id, run.now_at))
        hold = None if run.reasons[0].code == NOTHING_DUE else effects.hold
        return replace(effects, hold=hold, jobs=tuple(jobs), released=tuple(one.id for one in standing))


def moment_key(run: JourneyRun) -> str:
    """Names what was decided: the same play for the same cause is the same moment, whoever finds it and when."""
    what = run.play or run.reasons[0].code
    outcome = run.outcome
    if isinstance(outcome, Hold):
        return f"hold:{run.customer_id}:{what}:{run.cause}:{outcome.reason}:{utc_text(run.now_at)}"
    kind = "alert" if isinstance(outcome, Handoff) and run.play is None else "play"
    return f"{kind}:{run.customer_id}:{what}:{run.cause}"
