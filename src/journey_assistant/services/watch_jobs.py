"""The jobs by which plays run by themselves: what to look at again, and when."""

from __future__ import annotations

from datetime import datetime

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.job import Job

LOOK = "look"


def look_at(tenant: TenantId, customer_id: CustomerId, at: datetime) -> Job:
    """Look at a customer: is a play or an alert due? Several reasons to look at one time are one look."""
    return Job(f"{LOOK}:{customer_id}", LOOK, at, customer_id, tenant_id=tenant)
