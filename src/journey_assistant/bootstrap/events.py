"""Joins what takes events in: write keys, webhook senders, the intake."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.signed_webhook import key_of
from journey_assistant.domain.source import Source
from journey_assistant.errors import ConfigurationError
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from pydantic import SecretStr

    from journey_assistant.playbook.playbook import Playbook
    from journey_assistant.ports import Clock
    from journey_assistant.ports.store import Store
    from journey_assistant.services.decide import Decider
    from journey_assistant.services.event_entry import EventEntry
    from journey_assistant.services.work import Worker

_NAMED = re.compile(r"(?P<name>[A-Za-z0-9_-]{1,64})(@(?P<tenant>[A-Za-z0-9_-]{1,64}))?=(?P<key>\S+)")
SHORTEST_KEY = 16


def build_event_entry(settings: Settings, store: Store, playbook: Playbook) -> EventEntry:
    """What takes events in; without a write key nobody can send any. Raises ConfigurationError."""
    from journey_assistant.bootstrap.clock import build_clock
    from journey_assistant.playbook.touch import TouchIndex
    from journey_assistant.services.event_entry import EventEntry
    from journey_assistant.services.ingest_events import EventIntake
    from journey_assistant.services.watch_jobs import Following

    clock = build_clock()
    intake = EventIntake(store, clock, Following(TouchIndex(playbook)))
    return EventEntry(intake, clock, event_sources(settings), webhook_senders(settings))


def build_play_worker(settings: Settings, store: Store, decider: Decider, *, clock: Clock | None = None) -> Worker:
    """What runs plays by themselves, for the tenants who send events. Raises ConfigurationError."""
    from journey_assistant.bootstrap.clock import build_clock
    from journey_assistant.bootstrap.notices import build_ways
    from journey_assistant.services.play_worker import play_worker

    senders = [source for source, _ in webhook_senders(settings).values()]
    sources = [*event_sources(settings).values(), *senders]
    tenants = dict.fromkeys([DEFAULT_TENANT, *(source.tenant for source in sources)])
    return play_worker(store, decider, clock or build_clock(), tenants=tuple(tenants), ways=build_ways(settings))


def event_sources(settings: Settings) -> Mapping[str, Source]:
    """The source of each write key. Raises ConfigurationError, which never quotes a key."""
    secret = _read(_plain(settings.write_keys), "JOURNEY_WRITE_KEYS", public=False)
    public = _read(settings.public_write_keys, "JOURNEY_PUBLIC_WRITE_KEYS", public=True)
    keys = [key for _, key in (*secret, *public)]
    if len(set(keys)) < len(keys):
        raise ConfigurationError("JOURNEY_WRITE_KEYS, JOURNEY_PUBLIC_WRITE_KEYS: one key stands there twice")
    if any(len(key) < SHORTEST_KEY for _, key in secret):
        raise ConfigurationError(f"JOURNEY_WRITE_KEYS: a secret key has at least {SHORTEST_KEY} characters")
    return {key: source for source, key in (*secret, *public)}


def webhook_senders(settings: Settings) -> Mapping[str, tuple[Source, str]]:
    """Source and secret of each webhook sender by its name. Raises ConfigurationError."""
    senders: dict[str, tuple[Source, str]] = {}
    for source, secret in _read(_plain(settings.webhook_secrets), "JOURNEY_WEBHOOK_SECRETS", public=False):
        try:
            key_of(secret)
        except ValueError as error:
            raise ConfigurationError(f"JOURNEY_WEBHOOK_SECRETS: {source.name}: {error}") from error
        senders[source.name] = (source, secret)
    return senders


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _read(given: str, variable: str, *, public: bool) -> list[tuple[Source, str]]:
    found: list[tuple[Source, str]] = []
    for number, one in enumerate((part.strip() for part in given.split(",") if part.strip()), 1):
        match = _NAMED.fullmatch(one)
        if match is None:
            raise ConfigurationError(f"{variable}: entry {number} is not `name=key` or `name@tenant=key`")
        tenant = TenantId(match["tenant"]) if match["tenant"] else DEFAULT_TENANT
        found.append((Source(match["name"], tenant, public), match["key"]))
    return found
