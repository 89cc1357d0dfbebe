"""The ports of signing in: what is kept of it, how passwords are hashed, and a company's own identity provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.login import ColleagueSession, Credentials


class LoginStore(Protocol):
    """Credentials and sessions of colleagues. Every call may raise PortError."""

    async def put_credentials(self, tenant: TenantId, given: Credentials) -> None:
        """Replaces a colleague's credentials and ends their sessions, in one transaction.

        Raises NotFound without such a colleague, Conflict when the address is another colleague's.
        """
        ...

    async def credentials(self, tenant: TenantId, colleague_id: ColleagueId) -> Credentials | None:
        """What a colleague can sign in with, or None."""
        ...

    async def credentials_of_email(self, tenant: TenantId, email: str) -> Credentials | None:
        """Whose address this is (small letters), or None."""
        ...

    async def add_session(self, tenant: TenantId, session: ColleagueSession) -> None:
        """Keeps a new session, and forgets those that had expired when it began."""
        ...

    async def session(self, tenant: TenantId, session_id: str) -> ColleagueSession | None:
        """One session, expired or not; None when it was ended."""
        ...

    async def try_login(
        self, tenant: TenantId, most: Mapping[str, int], now: datetime, within: timedelta
    ) -> datetime | None:
        """Counts a try under each of these keys unless one has had its most; then when the next one is heard.

        All processes count together, however many try at once.
        """
        ...

    async def forgive_login(self, tenant: TenantId, *, forget: str, take_back: str, made_at: datetime) -> None:
        """After the right password: forgets the tries under one key, and takes one back under another."""
        ...

    async def end_sessions(
        self, tenant: TenantId, *, session_id: str | None = None, colleague_id: ColleagueId | None = None
    ) -> None:
        """Ends one session, or all of a colleague; ending it again changes nothing."""
        ...


class PasswordHasher(Protocol):
    """Makes hashes that are slow to guess from, and compares."""

    def hash(self, password: str) -> str:
        """A hash with its own salt and cost inside."""
        ...

    def matches(self, password_hash: str, password: str) -> bool:
        """Is it this password? Takes as long for a wrong one as for the right one."""
        ...


@dataclass(frozen=True, slots=True)
class Departure:
    """A browser on its way to the provider: where to, and what it must bring back."""

    url: str
    state: str
    nonce: str
    verifier: str


class IdentityProvider(Protocol):
    """A company's OpenID Connect provider."""

    async def departure(self, return_to: str) -> Departure:
        """Where to send a browser. Raises PortError when the provider does not answer."""
        ...

    async def email_of(self, code: str, departure: Departure, return_to: str, now: datetime) -> str:
        """The verified address behind a code that a browser brought back.

        Raises Rejected when code or token do not hold or the address is not verified, PortError when the provider
        does not answer.
        """
        ...
