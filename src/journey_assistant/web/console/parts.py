"""The console of the people behind the assistant: its parts, its routes, and its files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import cast

from fastapi import Request

from journey_assistant.bootstrap.service import Talking
from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.draft import Draft, DraftId
from journey_assistant.domain.effects import RunRecord
from journey_assistant.ports import Clock
from journey_assistant.ports.logins import IdentityProvider
from journey_assistant.ports.store import Store
from journey_assistant.services.degraded import LostPart
from journey_assistant.services.login import Login
from journey_assistant.services.review_draft import DraftReview
from journey_assistant.services.rewrite_draft import Wish
from journey_assistant.services.what_if import WhatIf


@dataclass(frozen=True)
class Console:
    """The parts that the console works with, for one tenant.

    ``lost`` says what works with less than everything now; ``talking`` is the running chat, if one runs here;
    ``what_if`` decides a stored run again with single facts changed; ``demo`` lets anybody in as Dana.
    """

    store: Store
    review: DraftReview
    login: Login
    clock: Clock
    what_if: Callable[[RunRecord], Awaitable[Sequence[WhatIf]]]
    rewrite: Callable[[DraftId, Wish, ColleagueId, int], Awaitable[Draft]]
    lost: Callable[[], Sequence[LostPart]] = tuple
    talking: Talking | None = None
    identity: IdentityProvider | None = None
    own_address: str = ""
    has_model: bool = False
    demo: bool = False
    tenant: TenantId = DEFAULT_TENANT


def console_of(request: Request) -> Console:
    """The running console."""
    return cast(Console, request.app.state.console)
