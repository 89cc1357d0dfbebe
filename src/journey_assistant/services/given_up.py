"""Given up: messages that could not be delivered or may have been. A lead looks, and tries again or puts them away."""

from __future__ import annotations

from dataclasses import dataclass

from journey_assistant.domain.colleague import ColleagueId, Permission
from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.outbox import Delivery, DeliveryState, DeliveryStep, OutboxMessage
from journey_assistant.errors import InvalidTransition, NotFound, Rejected
from journey_assistant.ports import Clock
from journey_assistant.ports.store import Store

SHOWN = (DeliveryState.UNKNOWN, DeliveryState.DEAD)
RETRY, DISCARD = "retry", "discard"
LONGEST_WHY = 1_000


@dataclass(frozen=True)
class GivenUp:
    """What people do with the deliveries of one tenant that the relay gave up."""

    store: Store
    clock: Clock
    tenant: TenantId = DEFAULT_TENANT

    async def found(self, limit: int = 100) -> list[tuple[OutboxMessage, Delivery]]:
        """What waits for a person, by the time it was due."""
        return await self.store.deliveries(self.tenant, states=SHOWN, limit=limit)

    async def retry(self, key: str, *, by: ColleagueId, why: str = "") -> Delivery:
        """Queues a message once more; the rules of contact are asked again. Of one that is ``unknown`` the customer
        may get two: whoever does it has looked.

        Raises NotFound, Rejected unless a lead asks, InvalidTransition when it is not given up (any more).
        """
        return await self._decided(key, RETRY, by, why)

    async def discard(self, key: str, *, by: ColleagueId, why: str = "") -> Delivery:
        """Puts a message away: nobody needs to look again. Raises as ``retry``."""
        return await self._decided(key, DISCARD, by, why)

    async def _decided(self, key: str, step: str, by: ColleagueId, why: str) -> Delivery:
        colleague = await self.store.colleague(self.tenant, by)
        if colleague is None:
            raise NotFound(f"there is no colleague {by} (`journey user add`)")
        if not colleague.may(Permission.LEAD):
            raise Rejected(f"{by} is a {colleague.role}", where=f"delivery {key}", allowed="lead, admin")
        found = await self.store.delivery(self.tenant, key)
        if found is None:
            raise NotFound(f"there is no delivery {key}")
        message, before = found
        now = self.clock.now()
        after = before.retried(at=now) if step == RETRY else before.discarded(at=now)
        number = len(await self.store.delivery_steps(self.tenant, key)) + 1
        record = DeliveryStep(key, number, step, colleague.id, now, why[:LONGEST_WHY], message.customer_id, self.tenant)
        if not await self.store.settle(self.tenant, before, after, step=record):
            raise InvalidTransition(f"somebody decided about the delivery {key} meanwhile")
        return after
