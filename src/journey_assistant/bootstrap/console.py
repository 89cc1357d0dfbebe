"""Joins what the console needs beside the store: signing in, the review of drafts, and what-if."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from journey_assistant.bootstrap.clock import build_clock
from journey_assistant.bootstrap.review import DeciderOf, build_decider_of
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from journey_assistant.domain.effects import RunRecord
    from journey_assistant.ports.logins import IdentityProvider
    from journey_assistant.ports.store import Store
    from journey_assistant.services.login import Login
    from journey_assistant.services.what_if import WhatIf


def build_login(store: Store) -> Login:
    """Signing in with passwords of this store's colleagues."""
    from journey_assistant.adapters.passwords_argon2 import Argon2Passwords
    from journey_assistant.services.login import Login

    return Login(store, Argon2Passwords(), build_clock())


def build_identity(settings: Settings) -> IdentityProvider | None:
    """The company's own sign-in, if the settings name one. Raises ConfigurationError without the extra ``oidc``."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    from journey_assistant.adapters.identity_oidc import OidcProvider

    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
    return OidcProvider(settings.oidc_issuer, settings.oidc_client_id, secret)


def build_what_if(
    settings: Settings, decider_of: DeciderOf | None = None
) -> Callable[[RunRecord], Awaitable[Sequence[WhatIf]]]:
    """Decides a stored run again with single facts changed; what decides is loaded with the first question."""
    decided_by = decider_of or build_decider_of(settings)

    async def changes(record: RunRecord) -> Sequence[WhatIf]:
        from journey_assistant.services.read_case import read_case
        from journey_assistant.services.what_if import what_if

        case = read_case(dict(record.case), where=f"run {record.id}")
        deciding = await asyncio.to_thread(decided_by, record)
        return await what_if(deciding, case, await deciding.decide(case))

    return changes
