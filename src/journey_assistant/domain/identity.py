"""Identity: which customer somebody is who came under another name, such as an anonymous id of a browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from journey_assistant.domain.customer import CustomerId

ANONYMOUS = "anonymous:"


@dataclass(frozen=True, slots=True)
class Identity:
    """A name and the customer it belongs to.

    ``customer_id`` is None for a name that belongs to nobody any more: two customers used it (a shared device), or
    a person took the link back. Such a name is never linked again by itself.
    """

    alias: str
    customer_id: CustomerId | None
    linked_at: datetime


def anonymous(id_: str) -> CustomerId:
    """The name under which somebody unknown is kept until they say who they are."""
    return CustomerId(f"{ANONYMOUS}{id_}")
