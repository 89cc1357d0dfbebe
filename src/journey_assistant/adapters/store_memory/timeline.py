"""Events in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from journey_assistant.adapters.store_memory.identities import MemoryIdentities
from journey_assistant.adapters.store_memory.jobs import MemoryJobs
from journey_assistant.adapters.store_memory.rows import Tenants, in_utc
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.recall import SPLIT_TYPES, CustomerEvent, Recall, Tally, topic_of
from journey_assistant.domain.sends import MOST_SENDS, SEND_TYPES
from journey_assistant.domain.timeline import Event
from journey_assistant.ports.store import Following


class MemoryTimeline(Tenants, MemoryJobs, MemoryIdentities):
    """Answers TimelineStore, but for glances."""

    async def add_events(
        self, tenant: TenantId, events: Sequence[CustomerEvent], *, then: Following | None = None
    ) -> int:
        """Stores those that are new and the jobs that follow from them."""
        return self._add_events(tenant, events, then)

    def _add_events(self, tenant: TenantId, events: Sequence[CustomerEvent], then: Following | None = None) -> int:
        kept = self._of(tenant).events
        theirs = self._resolved(tenant, [in_utc(given) for given in events])
        first = {(given.customer_id, given.event.id): given for given in reversed(theirs)}
        new = [g for g in theirs if (key := (g.customer_id, g.event.id)) not in kept and first[key] is g]
        jobs = then(new) if then else ()
        kept.update(((given.customer_id, given.event.id), given) for given in new)
        self._enqueue(jobs)
        return len(new)

    async def recall(self, tenant: TenantId, customer_id: CustomerId, bounds: Recall) -> list[Event]:
        """The newest events of every topic that are not after the moment."""
        return self._recalled(tenant, customer_id, bounds)

    def _recalled(self, tenant: TenantId, customer_id: CustomerId, bounds: Recall) -> list[Event]:
        topics: dict[str, dict[str, list[Event]]] = {}
        for event in self._events_of(tenant, customer_id):
            topics.setdefault(event.type, {}).setdefault(topic_of(event), []).append(event)
        found: list[Event] = []
        for type_ in sorted(topics)[: bounds.types]:
            for topic in sorted(topics[type_])[: bounds.topics if type_ in SPLIT_TYPES else None]:
                past = [event for event in topics[type_][topic] if event.at <= bounds.until]
                found += past[-bounds.most_of(type_) :]
        return sorted(found, key=lambda event: (event.at, event.id))

    async def timeline(
        self, tenant: TenantId, customer_id: CustomerId, *, after: tuple[datetime, str] | None = None, limit: int = 1000
    ) -> list[Event]:
        """A page of all events by time and id."""
        events = self._events_of(tenant, customer_id)
        return [event for event in events if after is None or (event.at, event.id) > after][:limit]

    def _events_of(self, tenant: TenantId, customer_id: CustomerId) -> list[Event]:
        own = (given.event for given in self._of(tenant).events.values() if given.customer_id == customer_id)
        return sorted(own, key=lambda event: (event.at, event.id))

    async def count_events(self, tenant: TenantId, customer_id: CustomerId, tally: Tally) -> int:
        """How many events there are of a type and topic since a time."""
        wanted = (tally.type, tally.topic)
        found = [e for e in self._events_of(tenant, customer_id) if (e.type, topic_of(e)) == wanted]
        return min(len([e for e in found if e.at >= tally.since]), tally.most)

    async def account_sends(
        self, tenant: TenantId, customer_id: CustomerId, *, since: datetime, until: datetime
    ) -> list[Event]:
        """Messages to other people of the customer's account."""
        return self._account_sends(tenant, customer_id, since, until)

    def _account_sends(
        self, tenant: TenantId, customer_id: CustomerId, since: datetime, until: datetime
    ) -> list[Event]:
        found = [
            event
            for colleague in self._of_same_account(tenant, customer_id)
            for event in self._events_of(tenant, colleague)
            if event.type in SEND_TYPES and since < event.at <= until
        ]
        return sorted(found, key=lambda event: (event.at, event.id))[-MOST_SENDS:]

    def _of_same_account(self, tenant: TenantId, customer_id: CustomerId) -> list[CustomerId]:
        """Other people of the customer's account; an account without an id is nobody else's."""
        customers = self._of(tenant).customers
        account = _account_id(customers.get(customer_id, {}))
        if account is None:
            return []
        return [id_ for id_, document in customers.items() if id_ != customer_id and _account_id(document) == account]


def _account_id(document: dict[str, Any]) -> str | None:
    account = document.get("account")
    return str(account["id"]) if isinstance(account, dict) and account.get("id") else None
