"""What the store knows about a customer at a moment, as a case: the same JSON that files and the API carry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.recall import Recall
from journey_assistant.domain.sends import SENDS_WITHIN
from journey_assistant.domain.timeline import Event, Timeline
from journey_assistant.errors import NotFound
from journey_assistant.ports.store import Store
from journey_assistant.services.case_state_lines import case_state_lines
from journey_assistant.services.read_case import Case, read_case


async def stored_case(
    store: Store,
    tenant: TenantId,
    customer_id: CustomerId,
    *,
    case_id: str,
    now_at: datetime,
    moment: Mapping[str, Any],
    without: Collection[str] = (),
) -> Case:
    """A case of a stored customer, with the bounded part of their timeline up to ``now_at``; for a message
    also what their issues stand at.

    ``without`` are the ids of the events that are the moment itself. Raises NotFound for an unknown customer.
    """
    rows = await store.customers(tenant, ids=[customer_id])
    if not rows:
        raise NotFound(f"there is no customer {customer_id}")
    recalled = await store.recall(tenant, customer_id, Recall(now_at))
    seen = [event for event in recalled if event.id not in without]
    raw: dict[str, Any] = {
        "id": case_id,
        "now": utc_text(now_at),
        "customer": dict(rows[0].document),
        "timeline": [],
        "moment": dict(moment),
    }
    if moment.get("kind") == "message" and (states := await store.case_states(tenant, customer_id)):
        raw["case_states"] = case_state_lines(states, now_at)
    case = in_tenant(read_case(raw, where=f"customer {customer_id}"), tenant)
    # Only what we begin ourselves is capped.
    sends = await _account_sends(store, case, now_at) if case.snapshot.message is None else []
    # Stored events were read strictly when they came in; reading thousands of them again would be most of the work.
    snapshot = replace(case.snapshot, timeline=Timeline(seen), account_timeline=Timeline(sends))
    lines = {"timeline": [event_line(event) for event in seen]}
    if sends:
        lines["account_timeline"] = [event_line(event) for event in sends]
    return replace(case, snapshot=snapshot, raw={**raw, **lines})


async def _account_sends(store: Store, case: Case, now_at: datetime) -> list[Event]:
    customer = case.snapshot.customer
    if customer.account is None or not customer.account.id:
        return []
    return await store.account_sends(customer.tenant_id, customer.id, since=now_at - SENDS_WITHIN, until=now_at)


def in_tenant(case: Case, tenant: TenantId) -> Case:
    """The same case as one of this tenant; who asks says which tenant it is, never the case."""
    customer = replace(case.snapshot.customer, tenant_id=tenant)
    return replace(case, snapshot=replace(case.snapshot, customer=customer))


def with_fact(case: Case, name: str, value: str) -> Case:
    """The same case with one more fact beside the customer's; what is decided of it can be replayed."""
    snapshot = replace(case.snapshot, extra={**case.snapshot.extra, name: value})
    return replace(case, snapshot=snapshot, raw={**case.raw, name: value})


def in_conversation(case: Case, conversation_id: ConversationId) -> Case:
    """The same case with its message in this conversation."""
    message = case.snapshot.message
    if message is None:
        return case
    snapshot = replace(case.snapshot, moment=replace(message, conversation_id=conversation_id))
    raw = {**case.raw, "moment": {**case.raw["moment"], "conversation_id": conversation_id}}
    return replace(case, snapshot=snapshot, raw=raw)


def event_line(event: Event) -> dict[str, Any]:
    """An event as a line of a case's timeline."""
    return {
        "id": event.id,
        "type": event.type,
        "at": utc_text(event.at),
        "party": event.party.value,
        "properties": dict(event.properties),
    }


def utc_text(at: datetime) -> str:
    """A time as cases write it: ``2026-03-10T15:00:00Z``, with a fraction only where there is one."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
