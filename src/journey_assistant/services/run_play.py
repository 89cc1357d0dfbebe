"""Run the plays of one customer: look at their timeline, decide what is due, commit it."""

from __future__ import annotations

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.effects import RunRecord
from journey_assistant.ports import Clock
from journey_assistant.ports.store import Store
from journey_assistant.services.commit import Deciding, commit
from journey_assistant.services.stored_case import stored_case, utc_text


async def run_play(
    store: Store, decider: Deciding, clock: Clock, customer_id: CustomerId, *, tenant: TenantId = DEFAULT_TENANT
) -> RunRecord:
    """The record of one look at a customer; a second look at the same instant finds the first one's record.

    Raises NotFound for an unknown customer, PortError when the store fails: then nothing happened.
    """
    now = clock.now()
    key = f"sweep:{customer_id}:{utc_text(now)}"
    known = await store.run_of_moment(tenant, key)
    if known is not None:
        return known
    case = await stored_case(store, tenant, customer_id, case_id=key, now_at=now, moment={"kind": "sweep"})
    run = await decider.decide(case)
    return await commit(store, run, case, moment_key=key, of_stored_customer=True)
