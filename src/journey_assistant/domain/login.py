"""Login: how a colleague proves who they are, and the session that follows. Never the secrets themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from journey_assistant.domain.colleague import Colleague, ColleagueId
from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a colleague can sign in with: a password, kept as its hash, or the address that their company vouches for.

    ``email`` is in small letters.
    """

    colleague_id: ColleagueId
    password_hash: str | None = None
    email: str | None = None
    tenant_id: TenantId = DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class ColleagueSession:
    """One browser that is signed in. ``id`` is the hash of the token that only the browser has."""

    id: str
    colleague_id: ColleagueId
    began_at: datetime
    expires_at: datetime
    tenant_id: TenantId = DEFAULT_TENANT


def may_try_at(made_at: Sequence[datetime], most: int, now: datetime, within: timedelta) -> datetime | None:
    """When the next try is heard after these; None when it may be made now."""
    recent = sorted(at for at in made_at if now - at < within)
    return recent[-most] + within if len(recent) >= most else None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is asking. ``csrf`` is the session's secret that every changing form carries."""

    colleague: Colleague
    session: ColleagueSession
    csrf: str
