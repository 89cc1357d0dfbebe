"""The port of identities: names that turn out to be a customer."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.identity import Identity


class IdentityStore(Protocol):
    """Links of names to customers, with the events that came under them."""

    async def link(self, tenant: TenantId, alias: str, customer_id: CustomerId, *, at: datetime) -> Identity:
        """Links a name that nobody had, and gives its events to the customer; returns the link that stands.

        A name of another customer belongs to nobody from then on (they share a device): what was linked stays,
        later events of the name stay its own. A name that belongs to nobody is not linked.
        """
        ...

    async def unlink(self, tenant: TenantId, alias: str, *, at: datetime) -> int:
        """Takes a link back: events that came under the name are its own again; returns how many.

        Raises NotFound for a name that is not linked.
        """
        ...

    async def identities(self, tenant: TenantId, *, customer_id: CustomerId) -> list[Identity]:
        """The names of a customer, oldest link first."""
        ...
