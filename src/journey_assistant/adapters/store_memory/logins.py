"""Credentials and sessions in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from journey_assistant.adapters.store_memory.rows import Tenants
from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.login import ColleagueSession, Credentials, may_try_at
from journey_assistant.errors import Conflict, NotFound


class MemoryLogins(Tenants):
    """Answers LoginStore."""

    async def put_credentials(self, tenant: TenantId, given: Credentials) -> None:
        """Replaces a colleague's credentials and ends their sessions."""
        kept, whose = self._of(tenant), given.colleague_id
        if whose not in kept.colleagues:
            raise NotFound(f"there is no colleague {whose}")
        other = await self.credentials_of_email(tenant, given.email) if given.email else None
        if other is not None and other.colleague_id != whose:
            raise Conflict(f"{given.email} is {other.colleague_id}'s")
        kept.credentials[whose] = given
        await self.end_sessions(tenant, colleague_id=whose)

    async def credentials(self, tenant: TenantId, colleague_id: ColleagueId) -> Credentials | None:
        """What a colleague can sign in with, or None."""
        return self._of(tenant).credentials.get(colleague_id)

    async def credentials_of_email(self, tenant: TenantId, email: str) -> Credentials | None:
        """Whose address this is, or None."""
        return next((row for row in self._of(tenant).credentials.values() if row.email == email), None)

    async def add_session(self, tenant: TenantId, session: ColleagueSession) -> None:
        """Keeps a new session, and forgets those that had expired when it began."""
        kept = self._of(tenant).sessions
        for old in [row.id for row in kept.values() if row.expires_at <= session.began_at]:
            del kept[old]
        kept[session.id] = session

    async def session(self, tenant: TenantId, session_id: str) -> ColleagueSession | None:
        """One session, expired or not; None when it was ended."""
        return self._of(tenant).sessions.get(session_id)

    async def try_login(
        self, tenant: TenantId, most: Mapping[str, int], now: datetime, within: timedelta
    ) -> datetime | None:
        """Counts a try under each key, or says when the next one is heard."""
        kept = self._of(tenant).login_tries
        for key in [key for key, made_at in kept.items() if all(now - at >= within for at in made_at)]:
            del kept[key]
        waits = [may_try_at(kept.get(key, ()), limit, now, within) for key, limit in most.items()]
        if refused := [at for at in waits if at is not None]:
            return max(refused)
        for key in most:
            kept.setdefault(key, []).append(now)
        return None

    async def forgive_login(self, tenant: TenantId, *, forget: str, take_back: str, made_at: datetime) -> None:
        """Forgets the tries under one key, and takes one back under another."""
        kept = self._of(tenant).login_tries
        kept.pop(forget, None)
        if made_at in kept.get(take_back, ()):
            kept[take_back].remove(made_at)

    async def end_sessions(
        self, tenant: TenantId, *, session_id: str | None = None, colleague_id: ColleagueId | None = None
    ) -> None:
        """Ends one session, or all of a colleague."""
        kept = self._of(tenant).sessions
        for row in list(kept.values()):
            if session_id == row.id or colleague_id == row.colleague_id:
                del kept[row.id]
