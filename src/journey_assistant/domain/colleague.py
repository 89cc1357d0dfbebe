"""Colleague: a person of the operator who reads or decides what the agent proposes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId

ColleagueId = NewType("ColleagueId", str)


class Permission(StrEnum):
    """What the console asks for: ``decide`` drafts, ``converse`` with customers, ``lead``: act on others' work."""

    READ = "read"
    DECIDE = "decide"
    CONVERSE = "converse"
    LEAD = "lead"


class Role(StrEnum):
    """What a colleague may do: a viewer reads, a csm decides and talks, a lead and an admin also for others."""

    VIEWER = "viewer"
    CSM = "csm"
    LEAD = "lead"
    ADMIN = "admin"


_WORK = frozenset({Permission.READ, Permission.DECIDE, Permission.CONVERSE})
PERMISSIONS = {
    Role.VIEWER: frozenset({Permission.READ}),
    Role.CSM: _WORK,
    Role.LEAD: _WORK | {Permission.LEAD},
    Role.ADMIN: _WORK | {Permission.LEAD},
}


@dataclass(frozen=True, slots=True)
class Colleague:
    """One person, named by a short id (``dana``) that drafts and events carry. ``timezone`` is where they work."""

    id: ColleagueId
    name: str
    role: Role
    added_at: datetime
    timezone: str | None = None
    tenant_id: TenantId = DEFAULT_TENANT

    @property
    def may_decide(self) -> bool:
        """May approve, edit and reject drafts."""
        return self.may(Permission.DECIDE)

    def may(self, permission: Permission) -> bool:
        """Their role allows it."""
        return permission in PERMISSIONS[self.role]
