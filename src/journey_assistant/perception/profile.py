"""The one question that would tell us more about a customer. What we know already is in ``domain.known_facts``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from journey_assistant.domain.activity import was_active
from journey_assistant.domain.facts import Fact
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.pages import visit_since
from journey_assistant.domain.signal_rules import DEFAULT_SIGNAL_RULES, SignalRules
from journey_assistant.domain.timeline import Event


@dataclass(frozen=True, slots=True)
class ProfileGap:
    """Something we do not know that would change what we do: the key, the question, and what the answer changes."""

    key: str
    question: str
    changes: str


GAPS = (
    ProfileGap("goal", "What would you like to get done first?", "It decides which guides we point you to."),
    ProfileGap(
        "content_interest", "What kind of content do you want to see more of?", "It decides what we show and send you."
    ),
    ProfileGap("preferred_channel", "How do you like to hear from us?", "We will write to you there, and only there."),
)
"""By what they change most. A playbook may bring its own."""


def preference_question(
    snapshot: Snapshot,
    facts: Iterable[Fact],
    gaps: Iterable[ProfileGap] = GAPS,
    rules: SignalRules = DEFAULT_SIGNAL_RULES,
) -> ProfileGap | None:
    """The one question to add to a reply in this visit, or None: nothing to learn, or one was asked already."""
    now = snapshot.now_at
    known = {fact.name for fact in facts if fact.declared}
    gap = next((gap for gap in gaps if gap.key not in known), None)
    if gap is None or not was_active(snapshot.timeline, now, rules.visit_gap):
        return None
    return None if _asked_since(snapshot, visit_since(snapshot.timeline, now, rules)) else gap


def _asked_since(snapshot: Snapshot, began: datetime) -> bool:
    """Was anything asked in this visit? A second question, of whatever kind, is one too many."""
    asked: Mapping[str, Callable[[Event], bool]] = {
        "chat_message": lambda e: e.text_of("author") == "assistant" and "?" in e.text_of("text"),
        "preference_declared": lambda e: True,
    }
    return any(
        any(is_question(e) for e in snapshot.timeline.of(type_, since=began, until=snapshot.now_at))
        for type_, is_question in asked.items()
    )
