"""Identities in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.identity import Identity
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import EventId
from journey_assistant.errors import NotFound

Events = dict[tuple[CustomerId, EventId], CustomerEvent]


class MemoryIdentities:
    """Answers IdentityStore."""

    def __init__(self, events_of: Callable[[TenantId], Events]) -> None:
        self._events_of_tenant = events_of
        self._identities: dict[tuple[TenantId, str], Identity] = {}

    async def link(self, tenant: TenantId, alias: str, customer_id: CustomerId, *, at: datetime) -> Identity:
        """Links a name that nobody had; one of another customer belongs to nobody from then on."""
        stands = self._identities.get((tenant, alias))
        if stands is None:
            stands = Identity(alias, customer_id, at)
            self._move(tenant, alias, CustomerId(alias), customer_id)
        elif stands.customer_id != customer_id:
            stands = replace(stands, customer_id=None)
        self._identities[tenant, alias] = stands
        return stands

    async def unlink(self, tenant: TenantId, alias: str, *, at: datetime) -> int:
        """Takes a link back with the events that came under the name."""
        linked = self._identities.get((tenant, alias))
        if linked is None or linked.customer_id is None:
            raise NotFound(f"{alias} is not linked to a customer")
        self._identities[tenant, alias] = replace(linked, customer_id=None, linked_at=at)
        return self._move(tenant, alias, linked.customer_id, CustomerId(alias))

    async def identities(self, tenant: TenantId, *, customer_id: CustomerId) -> list[Identity]:
        """The names of a customer, oldest link first."""
        own = [one for (owner, _), one in self._identities.items() if (owner, one.customer_id) == (tenant, customer_id)]
        return sorted(own, key=lambda one: (one.linked_at, one.alias))

    def _resolved(self, tenant: TenantId, given: Sequence[CustomerEvent]) -> list[CustomerEvent]:
        owners = {alias: one.customer_id for (owner, alias), one in self._identities.items() if owner == tenant}
        return [replace(event, customer_id=owners.get(event.came_as or "") or event.customer_id) for event in given]

    def _move(self, tenant: TenantId, alias: str, old: CustomerId, new: CustomerId) -> int:
        events = self._events_of_tenant(tenant)
        came = [
            key
            for key, event in events.items()
            if key[0] == old and (old == CustomerId(alias) or event.came_as == alias)
        ]
        for key in came:
            event = replace(events.pop(key), customer_id=new, came_as=alias)
            events.setdefault((new, event.event.id), event)
        return len(came)

    def _erase_identities(self, tenant: TenantId, customer_id: CustomerId) -> int:
        theirs = [key for key, one in self._identities.items() if (key[0], one.customer_id) == (tenant, customer_id)]
        return len([self._identities.pop(key) for key in theirs])
