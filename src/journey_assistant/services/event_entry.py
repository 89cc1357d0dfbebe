"""Who may send events, and what takes them in."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from journey_assistant.domain.source import Source
from journey_assistant.ports import Clock
from journey_assistant.services.ingest_events import EventIntake


@dataclass(frozen=True)
class EventEntry:
    """Write keys with their sources, webhook senders with their sources and secrets."""

    intake: EventIntake
    clock: Clock
    sources: Mapping[str, Source] = field(default_factory=dict)
    senders: Mapping[str, tuple[Source, str]] = field(default_factory=dict)

    def source_of(self, key: str | None) -> Source | None:
        """The source of a write key; every key is compared, so the time tells nothing."""
        found = None
        for known, source in self.sources.items():
            if hmac.compare_digest(known.encode(), (key or "").encode("utf-8", "surrogatepass")):
                found = source
        return found
