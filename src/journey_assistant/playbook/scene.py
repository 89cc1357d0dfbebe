"""Scene: everything a condition may look at, at one instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from journey_assistant.domain.company import Company
from journey_assistant.domain.perceived import Perceived
from journey_assistant.domain.signal_rules import DEFAULT_SIGNAL_RULES, SignalRules
from journey_assistant.domain.timeline import Event
from journey_assistant.playbook.conditions import Condition


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The lists that conditions name, normalised, the numbers behind the signals, and the playbook's own signals."""

    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: SignalRules = DEFAULT_SIGNAL_RULES
    own_signals: Mapping[str, Condition] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """What was perceived, seen at ``at``: now, or the completing event's time. ``trigger`` is that event."""

    perceived: Perceived
    vocabulary: Vocabulary
    company: Company
    at: datetime
    trigger: Event | None = None
    trigger_at: datetime | None = None

    @classmethod
    def now(cls, perceived: Perceived, vocabulary: Vocabulary, company: Company) -> Scene:
        """The scene at the moment of the run."""
        return cls(perceived, vocabulary, company, perceived.snapshot.now_at)

    def as_of(self, event: Event) -> Scene:
        """The same, seen when ``event`` completed a trigger."""
        return replace(self, at=event.at, trigger=event, trigger_at=event.at)

    def after(self, trigger: Event | None, trigger_at: datetime) -> Scene:
        """The same, seen now, knowing which event completed the trigger."""
        return replace(self, at=self.perceived.snapshot.now_at, trigger=trigger, trigger_at=trigger_at)
