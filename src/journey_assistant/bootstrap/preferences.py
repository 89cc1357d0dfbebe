"""Joins the customer's own page: its key, its links, and the way a fresh link goes out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from journey_assistant.bootstrap.clock import build_clock
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.journey_run import RunId
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from journey_assistant.ports import Clock
    from journey_assistant.ports.relay import Channel
    from journey_assistant.ports.store import Store
    from journey_assistant.services.preference_links import PreferenceLinks

WORDS = "Your link to download or erase your data works for 30 minutes:"


def build_preference_links(settings: Settings) -> PreferenceLinks:
    """Links by the configured key, else by one that is kept in the home folder; they outlive every other key."""
    from journey_assistant.services.preference_links import PreferenceLinks

    own = settings.preferences_key
    key = _derived(own.get_secret_value()) if own else _kept(settings.home / "preferences.key")
    return PreferenceLinks(key, settings.base_url, build_clock())


def _derived(secret: str) -> bytes:
    return hmac.new(secret.encode(), b"journey-assistant preferences", hashlib.sha256).digest()


def _kept(path: Path) -> bytes:
    """The secret in a file that only its owner reads, made when it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(secrets.token_bytes(32))
    try:
        # Two processes may begin at once: the first file stays.
        path.hardlink_to(unfinished)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
    return path.read_bytes()


def link_sender(
    store: Store, channel: Channel | None, clock: Clock
) -> Callable[[TenantId, CustomerId, str], Awaitable[bool]]:
    """Sends a fresh link to a customer's own address at once; it is worth nothing later, so nothing is queued."""
    from journey_assistant.domain.outbox import OutboxMessage

    async def send(tenant: TenantId, customer_id: CustomerId, link: str) -> bool:
        rows = await store.customers(tenant, ids=[customer_id])
        address = rows[0].document.get("email") if rows else None
        if channel is None or not address:
            return False
        now = clock.now()
        text = f"{WORDS}\n\n{link}\n\nIf you did not ask for it, do nothing."
        await channel.send(
            OutboxMessage(
                key=f"preferences:{customer_id}:{now.isoformat()}",
                run_id=RunId("preferences"),
                customer_id=customer_id,
                kind="link",
                channel="email",
                text=text,
                due_at=now,
                subject="Your data",
                address=str(address),
                tenant_id=tenant,
            )
        )
        return True

    return send
