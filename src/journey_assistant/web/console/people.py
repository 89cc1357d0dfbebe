"""Names for ids: who the customers behind rows are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.journey_run import RunId
from journey_assistant.web.console.parts import Console


@dataclass(frozen=True, slots=True)
class Person:
    """A customer in a line."""

    id: CustomerId
    name: str = ""
    company: str = ""
    csm: str = ""


class OfCustomer(Protocol):
    """A row about a customer, decided by a run."""

    @property
    def customer_id(self) -> CustomerId: ...

    @property
    def run_id(self) -> RunId: ...


async def people_of(console: Console, rows: Sequence[OfCustomer]) -> Mapping[CustomerId, Person]:
    """The people of some rows; who is not stored is named as in the case that was decided."""
    ids = list(dict.fromkeys(row.customer_id for row in rows))
    stored = await console.store.customers(console.tenant, ids=ids, limit=max(1, len(ids))) if ids else []
    found = {row.id: person(row.id, row.document) for row in stored}
    for row in rows:
        if row.customer_id not in found:
            record = await console.store.run(console.tenant, row.run_id)
            found[row.customer_id] = person(row.customer_id, record.case.get("customer", {}) if record else {})
    return found


def person(customer_id: CustomerId, document: Mapping[str, Any]) -> Person:
    """A customer's document in a line, whatever is in it."""
    account = document.get("account")
    company = account.get("name", "") if isinstance(account, Mapping) else ""
    return Person(customer_id, str(document.get("name") or ""), str(company or ""), str(document.get("csm") or ""))
