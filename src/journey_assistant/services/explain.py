"""Explain: a run by its id or the beginning of it, and the events behind its ids in words."""

from __future__ import annotations

from collections.abc import Mapping

from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.effects import RunRecord
from journey_assistant.domain.journey_run import RunId
from journey_assistant.domain.timeline import Event
from journey_assistant.errors import NotFound, Rejected
from journey_assistant.ports.store import Store
from journey_assistant.services.read_case import Case
from journey_assistant.services.replay import stored_runs

_TELLING = ("path", "subject", "stage", "feature", "plan", "product_id", "title", "score", "topic", "invoice_id")
"""Properties that say best what an event was about, the first one present wins."""


async def find_run(store: Store, wanted: str, tenant: TenantId = DEFAULT_TENANT) -> RunRecord:
    """The run with this id, or the only one whose id begins so. Raises NotFound, and Rejected when several do."""
    exact = await store.run(tenant, RunId(wanted))
    if exact is not None:
        return exact
    if not wanted:
        raise NotFound("there is no run without an id")
    found = [record async for record in stored_runs(store, tenant=tenant) if record.id.startswith(wanted)]
    if not found:
        raise NotFound(f"there is no run {wanted}")
    if len(found) > 1:
        raise Rejected(f"{len(found)} runs begin with {wanted}", where="RUN", allowed="one run's id, or its beginning")
    return found[0]


def event_names(case: Case) -> Mapping[str, str]:
    """Event ids of a case with what happened and when (UTC): ``page viewed /pricing 23 Nov 10:02``."""
    return {str(event.id): event_in_words(event) for event in case.snapshot.timeline}


def event_in_words(event: Event) -> str:
    """What happened, and when (UTC)."""
    about = next((str(event.properties[key]) for key in _TELLING if event.properties.get(key)), "")
    words = f"{event.type.replace('_', ' ')} {about}".strip()
    return f"{words[:60]} ({event.at:%d %b %H:%M})"
