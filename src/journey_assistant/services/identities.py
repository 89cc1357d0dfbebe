"""Identities by hand: which names a customer came under, and a merge taken back."""

from __future__ import annotations

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.identity import ANONYMOUS, anonymous
from journey_assistant.errors import NotFound
from journey_assistant.ports import Clock
from journey_assistant.ports.store import Store
from journey_assistant.services.watch_jobs import look_at, recheck


async def take_back(
    store: Store, clock: Clock, tenant: TenantId, customer_id: CustomerId, name: str
) -> tuple[str, int]:
    """Takes a customer's name away with all that came under it, and checks again what was decided from it.

    ``name`` is as ``identities`` lists it, or the anonymous id itself. Returns the name and how many events went.
    It is not linked again by itself. Raises NotFound for a name that is not this customer's.
    """
    alias = name if name.startswith(ANONYMOUS) else anonymous(name)
    if alias not in [one.alias for one in await store.identities(tenant, customer_id=customer_id)]:
        raise NotFound(f"{name} is no name of {customer_id}")
    now = clock.now()
    moved = await store.unlink(tenant, alias, at=now)
    await store.enqueue([recheck(tenant, customer_id, now), look_at(tenant, customer_id, now)])
    return alias, moved
