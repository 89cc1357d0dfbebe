"""Login: a colleague signs in by password or by their company's provider, and has a session that can be ended.

The token is with the browser alone: what is kept is its hash. Who guesses is slowed down by name and by address, and
cannot tell a wrong name from a wrong password, by words or by time.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from journey_assistant.domain.colleague import Colleague, ColleagueId
from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.login import ColleagueSession, Credentials, SignedIn
from journey_assistant.errors import Rejected
from journey_assistant.ports import Clock
from journey_assistant.ports.logins import LoginStore, PasswordHasher
from journey_assistant.ports.store import ColleagueStore

SESSION_LASTS = timedelta(hours=12)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
WRONG = "name or password is wrong"


class LoginRows(ColleagueStore, LoginStore, Protocol):
    """What signing in reads and writes."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Signed in. ``token`` is for the browser's cookie and is told once."""

    token: str
    colleague: Colleague
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """Not signed in; ``retry_after_s`` is above 0 when there were too many tries."""

    why: str
    retry_after_s: int = 0


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a password may be tried in a while, by name and by address; all processes count together."""

    within: timedelta = timedelta(minutes=5)
    of_a_name: int = 10
    of_an_address: int = 30


@dataclass(frozen=True)
class Login:
    """Signing in and out, for one tenant."""

    store: LoginRows
    passwords: PasswordHasher
    clock: Clock
    tries: Tries = field(default_factory=Tries)
    tenant: TenantId = DEFAULT_TENANT
    _nobody: list[str] = field(default_factory=list)

    async def set_password(self, colleague_id: ColleagueId, password: str) -> None:
        """Gives a colleague a new password; whoever was signed in as them is not any more.

        Raises Rejected for a password that is too short or long, NotFound without such a colleague.
        """
        check_password(password)
        hashed = await asyncio.to_thread(self.passwords.hash, password)
        known = await self.store.credentials(self.tenant, colleague_id)
        email = known.email if known else None
        await self.store.put_credentials(self.tenant, Credentials(colleague_id, hashed, email, self.tenant))

    async def set_email(self, colleague_id: ColleagueId, email: str) -> None:
        """The address by which the company's provider knows a colleague; whoever was signed in as them is not any more.

        Raises Rejected for what is no address, NotFound without such a colleague, Conflict when it is another's.
        """
        if not _ADDRESS.fullmatch(email):
            raise Rejected("that is no address", where="the e-mail", allowed="one such as dana@example.com")
        known = await self.store.credentials(self.tenant, colleague_id)
        password = known.password_hash if known else None
        given = Credentials(colleague_id, password, email.casefold(), self.tenant)
        await self.store.put_credentials(self.tenant, given)

    async def by_password(self, name: str, password: str, *, address: str) -> Entered | Refused:
        """Signs in who knows the password. ``address`` is where the try comes from."""
        now = self.clock.now()
        by_name, by_address = _try_key("name", name), _try_key("address", address)
        most = {by_name: self.tries.of_a_name, by_address: self.tries.of_an_address}
        # Counted before the answer is known: many tries at once count as well.
        if again_at := await self.store.try_login(self.tenant, most, now, self.tries.within):
            return Refused("too many wrong tries", int((again_at - now).total_seconds()) + 1)
        colleague_id = ColleagueId(name)
        known = await self.store.credentials(self.tenant, colleague_id)
        hashed = known.password_hash if known and known.password_hash else await self._nobodys_hash()
        right = await asyncio.to_thread(self.passwords.matches, hashed, password[: LONGEST_PASSWORD + 1])
        if not right or known is None or not known.password_hash:
            return Refused(WRONG)
        await self.store.forgive_login(self.tenant, forget=by_name, take_back=by_address, made_at=now)
        return await self._enter(colleague_id)

    async def by_email(self, email: str) -> Entered | Refused:
        """Signs in whose address the company's provider vouched for."""
        known = await self.store.credentials_of_email(self.tenant, email.casefold())
        return await self._enter(known.colleague_id) if known else Refused("nobody here has that address")

    async def enter_demo(self, colleague: Colleague) -> Entered | Refused:
        """Signs in a colleague of the demo company, who is added the first time. Only for demonstrations."""
        if await self.store.colleague(self.tenant, colleague.id) is None:
            await self.store.add_colleague(self.tenant, colleague)
        return await self._enter(colleague.id)

    async def signed_in(self, token: str) -> SignedIn | None:
        """Who has this token, while it lasts."""
        session = await self.store.session(self.tenant, _hashed(token)) if token else None
        if session is None or session.expires_at <= self.clock.now():
            return None
        colleague = await self.store.colleague(self.tenant, session.colleague_id)
        return SignedIn(colleague, session, csrf_of(token)) if colleague else None

    async def leave(self, session: ColleagueSession) -> None:
        """Ends a session."""
        await self.store.end_sessions(self.tenant, session_id=session.id)

    async def _enter(self, colleague_id: ColleagueId) -> Entered | Refused:
        colleague = await self.store.colleague(self.tenant, colleague_id)
        if colleague is None:
            return Refused(WRONG)
        token, now = secrets.token_urlsafe(32), self.clock.now()
        session = ColleagueSession(_hashed(token), colleague_id, now, now + SESSION_LASTS, self.tenant)
        await self.store.add_session(self.tenant, session)
        return Entered(token, colleague, session.expires_at)

    async def _nobodys_hash(self) -> str:
        """A hash that nothing matches, so that an unknown name costs the same time."""
        if not self._nobody:
            self._nobody.append(await asyncio.to_thread(self.passwords.hash, secrets.token_urlsafe(32)))
        return self._nobody[0]


def check_password(password: str) -> None:
    """Raises Rejected for a password that is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        allowed = f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
        raise Rejected(f"{len(password)} characters", where="the password", allowed=allowed)


def csrf_of(token: str) -> str:
    """The session's secret for forms: only who has the token, or is shown a page, knows it."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _try_key(what: str, whose: str) -> str:
    """Names and addresses of whoever tries are not kept as they are."""
    return hashlib.sha256(f"{what}\0{whose}".encode("utf-8", "replace")).hexdigest()[:32]
