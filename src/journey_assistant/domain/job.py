"""Job: something to be done at a time, once. Written in the transaction that makes it necessary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do, not before ``run_at``. A second job with the key of one that waits is the same job."""

    key: str
    kind: str
    run_at: datetime
    customer_id: CustomerId | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    tenant_id: TenantId = DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class LeasedJob:
    """A job that one worker has for a while. ``fence`` and ``stamp`` tell whether it still has it, unchanged."""

    job: Job
    attempts: int
    fence: int
    stamp: int


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A job that was given up, with the last error; a person looks at it."""

    job: Job
    attempts: int
    why: str
