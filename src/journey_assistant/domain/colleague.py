"""Colleague: a person of the operator who reads or decides what the agent proposes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId

ColleagueId = NewType("ColleagueId", str)


class Role(StrEnum):
    """What a colleague may do: a viewer reads, the others decide drafts."""

    VIEWER = "viewer"
    CSM = "csm"
    LEAD = "lead"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Colleague:
    """One person, named by a short id (``dana``) that drafts and events carry."""

    id: ColleagueId
    name: str
    role: Role
    added_at: datetime
    tenant_id: TenantId = DEFAULT_TENANT

    @property
    def may_decide(self) -> bool:
        """May approve, edit and reject drafts."""
        return self.role is not Role.VIEWER
