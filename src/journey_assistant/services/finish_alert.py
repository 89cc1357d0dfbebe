"""Finish an alert: a colleague has taken care of it. Said once; whoever comes second hears who did it."""

from __future__ import annotations

from dataclasses import dataclass

from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.effects import OpenHandoff
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.errors import NotFound, Rejected
from journey_assistant.ports import Clock
from journey_assistant.ports.store import Store


@dataclass(frozen=True)
class Alerts:
    """The alerts of one tenant, and what waits for a person outside of conversations."""

    store: Store
    clock: Clock
    tenant: TenantId = DEFAULT_TENANT

    async def done(self, handoff_id: str, *, by: ColleagueId) -> OpenHandoff:
        """It leaves the lists; the customer's timeline says who did it and when.

        Raises NotFound without such an alert or colleague, Rejected for who may only read, Conflict
        (InvalidTransition) when somebody said so before.
        """
        colleague = await self.store.colleague(self.tenant, by)
        if colleague is None:
            raise NotFound(f"there is no colleague {by} (`journey user add`)")
        if not colleague.may_decide:
            raise Rejected(f"{by} is a {colleague.role}", where="alert", allowed="csm, lead, admin")
        before = await self.store.handoff(self.tenant, handoff_id)
        if before is None:
            raise NotFound(f"there is no alert {handoff_id}")
        after = before.done(by=colleague.id, at=self.clock.now())
        await self.store.finish_handoff(self.tenant, before, after, events=(_event(after),))
        return after


def _event(done: OpenHandoff) -> CustomerEvent:
    assert done.done_at is not None
    said = {"by": done.done_by, "alert": done.id, "run_id": done.run_id}
    return CustomerEvent(
        done.customer_id, Event(EventId(f"alert_done:{done.id}"), "alert_done", done.done_at, properties=said)
    )
