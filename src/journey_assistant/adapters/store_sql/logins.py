"""Credentials and sessions of colleagues in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select, update

from journey_assistant.adapters.store_sql.console_schema import credentials, login_tries, sessions
from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.rows import insert_new, of_tenant, put, row_of, value_of
from journey_assistant.adapters.store_sql.schema import colleagues
from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.login import ColleagueSession, Credentials, may_try_at
from journey_assistant.errors import Conflict, NotFound


class SqlLogins:
    """Answers LoginStore."""

    _db: Database

    async def put_credentials(self, tenant: TenantId, given: Credentials) -> None:
        """Replaces a colleague's credentials and ends their sessions."""
        whose = given.colleague_id
        there = select(colleagues.c.id).where(colleagues.c.tenant_id == tenant, colleagues.c.id == whose)
        same_email = (credentials.c.tenant_id == tenant) & (credentials.c.email == given.email)
        async with self._db.write() as connection:
            if await connection.scalar(there.with_for_update()) is None:
                raise NotFound(f"there is no colleague {whose}")
            holders = select(credentials.c.colleague_id).where(same_email)
            holder = await connection.scalar(holders) if given.email else None
            if holder is not None and holder != whose:
                raise Conflict(f"{given.email} is {holder}'s")
            await put(connection, credentials, [row_of(given, tenant)])
            await connection.execute(delete(sessions).where(_of_colleague(tenant, whose)))

    async def credentials(self, tenant: TenantId, colleague_id: ColleagueId) -> Credentials | None:
        """What a colleague can sign in with, or None."""
        return await self._credentials(tenant, credentials.c.colleague_id == colleague_id)

    async def credentials_of_email(self, tenant: TenantId, email: str) -> Credentials | None:
        """Whose address this is, or None."""
        return await self._credentials(tenant, credentials.c.email == email)

    async def _credentials(self, tenant: TenantId, which: ColumnElement[bool]) -> Credentials | None:
        async with self._db.read() as connection:
            row = (await connection.execute(of_tenant(credentials, tenant).where(which))).one_or_none()
        return value_of(Credentials, row) if row else None

    async def add_session(self, tenant: TenantId, session: ColleagueSession) -> None:
        """Keeps a new session, and forgets those that had expired when it began."""
        expired = (sessions.c.tenant_id == tenant) & (sessions.c.expires_at <= session.began_at)
        async with self._db.write() as connection:
            await connection.execute(delete(sessions).where(expired))
            await connection.execute(insert(sessions).values(row_of(session, tenant)))

    async def session(self, tenant: TenantId, session_id: str) -> ColleagueSession | None:
        """One session, expired or not; None when it was ended."""
        async with self._db.read() as connection:
            wanted = of_tenant(sessions, tenant).where(sessions.c.id == session_id)
            row = (await connection.execute(wanted)).one_or_none()
        return value_of(ColleagueSession, row) if row else None

    async def try_login(
        self, tenant: TenantId, most: Mapping[str, int], now: datetime, within: timedelta
    ) -> datetime | None:
        """Counts a try under each key, or says when the next one is heard; the keys' rows are locked meanwhile."""
        table, keys = login_tries.c, sorted(most)
        own = (table.tenant_id == tenant) & table.key.in_(keys)
        async with self._db.write() as connection:
            await connection.execute(delete(login_tries).where(table.tenant_id == tenant, table.until_at <= now))
            fresh = [{"tenant_id": tenant, "key": key, "made_at": [], "until_at": now + within} for key in keys]
            await insert_new(connection, login_tries, fresh)
            rows = await connection.execute(select(login_tries).where(own).order_by(table.key).with_for_update())
            made = {row.key: [datetime.fromisoformat(at) for at in row.made_at] for row in rows}
            waits = [may_try_at(made[key], limit, now, within) for key, limit in most.items()]
            if refused := [at for at in waits if at is not None]:
                return max(refused)
            for key in keys:
                recent = [at.isoformat() for at in (*made[key], now) if now - at < within]
                changed = {"made_at": recent, "until_at": now + within}
                await connection.execute(update(login_tries).where(own, table.key == key).values(changed))
        return None

    async def forgive_login(self, tenant: TenantId, *, forget: str, take_back: str, made_at: datetime) -> None:
        """Forgets the tries under one key, and takes one back under another."""
        table = login_tries.c
        other = (table.tenant_id == tenant) & (table.key == take_back)
        async with self._db.write() as connection:
            await connection.execute(delete(login_tries).where(table.tenant_id == tenant, table.key == forget))
            row = (await connection.execute(select(login_tries).where(other).with_for_update())).one_or_none()
            if row is not None and made_at.isoformat() in row.made_at:
                left = list(row.made_at)
                left.remove(made_at.isoformat())
                await connection.execute(update(login_tries).where(other).values(made_at=left))

    async def end_sessions(
        self, tenant: TenantId, *, session_id: str | None = None, colleague_id: ColleagueId | None = None
    ) -> None:
        """Ends one session, or all of a colleague."""
        ended = _of_colleague(tenant, colleague_id)
        if session_id is not None:
            ended = (sessions.c.tenant_id == tenant) & (sessions.c.id == session_id)
        async with self._db.write() as connection:
            await connection.execute(delete(sessions).where(ended))


def _of_colleague(tenant: TenantId, colleague_id: ColleagueId | None) -> ColumnElement[bool]:
    return (sessions.c.tenant_id == tenant) & (sessions.c.colleague_id == colleague_id)
