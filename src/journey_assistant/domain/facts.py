"""Fact: something we know about a customer, where it came from, and what it may be used for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from journey_assistant.domain.timeline import Party

Origin = Literal["declared", "observed", "bought", "inferred"]
Use = Literal["say", "steer", "internal"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact with its provenance.

    ``source_id`` is an event id or the name of a stored field (``declared.goal``, ``account.renews_at``); ``at`` is
    None for stored fields without a time. ``declared``: the customer told us. ``behavioural``: we watched it.
    """

    name: str
    value: Any
    party: Party
    at: datetime | None
    source_id: str
    declared: bool = False
    behavioural: bool = False

    @property
    def origin(self) -> Origin:
        """Declared by the customer, observed by us, bought from others, or inferred from little."""
        if self.declared and self.party is not Party.THIRD:
            return "declared"
        if self.party in (Party.SECOND, Party.THIRD):
            return "bought"
        return "inferred" if self.name.startswith("inferred.") else "observed"

    @property
    def use(self) -> Use:
        """``say``: the customer expects us to know it. ``steer``: it may choose the content, never appear in it.

        ``internal``: for colleagues only. Whoever refused personalisation is not steered by behaviour either:
        ``domain.known_facts.known_facts`` leaves those facts out.
        """
        if self.declared and self.party is not Party.THIRD:
            return "say"
        if self.party is Party.THIRD or (self.party is Party.SECOND and self.behavioural):
            return "internal"
        return "steer" if self.behavioural else "say"
