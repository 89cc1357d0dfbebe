"""The gap in a profile that one question may close. What we know already is in ``domain.known_facts``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from journey_assistant.domain.activity import was_active
from journey_assistant.domain.facts import Fact
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.pages import visit_since
from journey_assistant.domain.signal_rules import DEFAULT_SIGNAL_RULES, SignalRules
from journey_assistant.domain.timeline import Event, Party


def gap_to_ask_about(
    snapshot: Snapshot, facts: Iterable[Fact], wanted: Iterable[str], rules: SignalRules = DEFAULT_SIGNAL_RULES
) -> str | None:
    """The first of the wanted fields that neither the customer nor the record told, or None.

    A visit has to be going on, and nothing, of whatever kind, may have been asked in it.
    """
    now = snapshot.now_at
    known = {fact.name for fact in facts if fact.declared or (fact.party is Party.FIRST and not fact.behavioural)}
    gap = next((field for field in wanted if field not in known), None)
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
