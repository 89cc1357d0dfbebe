"""Names for ids: who the customers behind rows are, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.journey_run import RunId
from journey_assistant.ports.store import Store


@dataclass(frozen=True, slots=True)
class Person:
    """A customer in a line. ``account`` is the id of their company's account, or its name without one."""

    id: CustomerId
    name: str = ""
    company: str = ""
    csm: str = ""
    account: str = ""


class OfCustomer(Protocol):
    """A row about a customer, decided by a run."""

    @property
    def customer_id(self) -> CustomerId: ...

    @property
    def run_id(self) -> RunId: ...


async def people_of(store: Store, tenant: TenantId, rows: Sequence[OfCustomer]) -> Mapping[CustomerId, Person]:
    """The people of some rows; who is not stored is named as in the case that was decided."""
    found = dict(await people_by_id(store, tenant, [row.customer_id for row in rows]))
    for row in rows:
        if row.customer_id not in found:
            record = await store.run(tenant, row.run_id)
            found[row.customer_id] = person(row.customer_id, record.case.get("customer", {}) if record else {})
    return found


async def people_by_id(store: Store, tenant: TenantId, ids: Sequence[CustomerId]) -> Mapping[CustomerId, Person]:
    """The people behind ids; who is not stored is left out."""
    wanted = list(dict.fromkeys(ids))
    stored = await store.customers(tenant, ids=wanted, limit=max(1, len(wanted))) if wanted else []
    return {row.id: person(row.id, row.document) for row in stored}


def person(customer_id: CustomerId, document: Mapping[str, Any]) -> Person:
    """A customer's document in a line, whatever is in it."""
    given = document.get("account")
    account: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    company = str(account.get("name") or "")
    return Person(
        customer_id,
        name=str(document.get("name") or ""),
        company=company,
        csm=str(document.get("csm") or ""),
        account=str(account.get("id") or company),
    )
