"""Playbook: the whole policy as one frozen value, with lookups in the words of the trade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from journey_assistant.domain.case_state import CaseState, case_of
from journey_assistant.domain.company import Company
from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.perceived import Perceived
from journey_assistant.domain.policy.policy import DEFAULT_POLICY, Cap, Policy
from journey_assistant.playbook.play_schema import AlertsFile, Play
from journey_assistant.playbook.scene import Scene, Vocabulary
from journey_assistant.playbook.schema import (
    BY_CONTACT_REASON,
    AutonomyFile,
    AutonomyLevel,
    ContactReasonSpec,
    GateRow,
    HoldsFile,
    LaterRow,
    PreferenceQuestion,
    Queue,
)
from journey_assistant.playbook.yaml_source import Place, Sourced

GENERAL = "general"
_LEVELS: tuple[AutonomyLevel, ...] = ("off", "shadow", "draft", "auto")


@dataclass(frozen=True)
class Playbook:
    """How the product behaves. ``hash`` changes with any content; ``files`` are what it was read from, for lint."""

    hash: str
    gate: tuple[GateRow, ...]
    later_reasons: Mapping[str, LaterRow]
    holds: HoldsFile
    alerts: AlertsFile
    plays: Mapping[str, Play]
    queues: Mapping[str, Queue]
    contact_reasons: Mapping[str, ContactReasonSpec]
    autonomy: AutonomyFile
    phrases: Mapping[str, Mapping[str, str]]
    questions: tuple[PreferenceQuestion, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    policy: Policy = DEFAULT_POLICY
    company: Company = field(default_factory=Company)
    files: Mapping[str, Sourced] = field(default_factory=dict)

    def scene(self, perceived: Perceived) -> Scene:
        """What a condition of this playbook looks at, now."""
        return Scene.now(perceived, self.vocabulary, self.company)

    def phrase(self, code: str, language: str) -> str:
        """The fixed phrase in this language, else in English; KeyError for an unknown code."""
        texts = self.phrases[code]
        return texts.get(language.split("-")[0].casefold()) or texts["en"]

    def handover_phrase(self, reason_code: str, language: str) -> str:
        """What the customer hears when a person takes over for this reason."""
        code = f"handover_{reason_code}"
        return self.phrase(code if code in self.phrases else "handover", language)

    def queue_for(self, queue: str, contact_reason: str) -> str:
        """A queue's name, with ``by_contact_reason`` resolved; general when the reason is not known."""
        if queue != BY_CONTACT_REASON:
            return queue
        reason = self.contact_reasons.get(contact_reason)
        return reason.queue if reason else GENERAL

    def issue_for(self, states: Sequence[CaseState], contact_reason: str, now: datetime) -> CaseState | None:
        """The live issue that a message with this reason goes on with: the same reason's, else the same queue's."""
        if (same := case_of(states, contact_reason, now)) is not None:
            return same
        queue = self.queue_for(BY_CONTACT_REASON, contact_reason)
        if queue == GENERAL:
            return None
        near = [state for state in states if self.queue_for(BY_CONTACT_REASON, state.reason) == queue]
        return case_of(near, "", now)

    def priority_for(self, priority: Priority, perceived: Perceived) -> Priority:
        """A very important account's handoff is one step more urgent."""
        return priority.raised() if perceived.snapshot.customer.is_key_account else priority

    def autonomy_for_message(self, channel: str, contact_reason: str) -> AutonomyLevel:
        """How far the assistant may go with a message: the lower of its channel's and its contact reason's level."""
        by_channel = self.autonomy.channels.get(channel, self.autonomy.default)
        by_reason = self.autonomy.contact_reasons.get(contact_reason, "auto")
        return min(by_channel, by_reason, key=_LEVELS.index)

    def autonomy_for_play(self, play: Play) -> AutonomyLevel:
        """How far a play may go: ``auto`` only where it is marked ``auto_send``."""
        own: AutonomyLevel = "auto" if play.auto_send else "draft"
        return min(own, self.autonomy.plays.get(play.id, "auto"), key=_LEVELS.index)

    def cap_group(self, group: str) -> tuple[Cap, frozenset[str]]:
        """The limit that the plays of a group share, and their ids. KeyError for an unknown group."""
        given = self.holds.cap_groups[group]
        plays = frozenset(play.id for play in self.plays.values() if play.cap_group == group)
        return Cap(given.max, given.within), plays

    def place_of(self, file: str, *path: str | int) -> Place | None:
        """Where something stands in the YAML."""
        source = self.files.get(file)
        return source.place_of(path) if source else None
