"""Signal: a fact derived from the timeline, with the ids of the events behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SIGNAL_NAMES = frozenset(
    {
        "pricing_velocity",
        "cancellation_page_visits",
        "product_viewed_repeatedly",
        "category_viewed_repeatedly",
        "usage_gap",
        "usage_drop",
        "near_limit",
        "onboarding_stalled",
        "onboarding_completed",
        "open_ticket",
        "sentiment_drop",
        "negative_sentiment",
        "nps_detractor",
        "nps_promoter",
        "renewal_near",
        "gone_quiet",
        "recent_purchase",
        "ignored_upsell",
        "cart_left",
        "download_not_followed",
        "webinar_attended",
        "comparison_done",
        "closed_won",
        "signed_up",
        "payment_failed",
        "intent_surge",
        "replenishment_due",
        "repeated_contact",
        "data_conflict",
    }
)


@dataclass(frozen=True, slots=True)
class Signal:
    """``facts`` hold what the signal measured (a feature, a count, a date); ``evidence`` the ids of events behind it.

    ``at`` is when the condition became true (for an event signal: its last event).
    """

    name: str
    evidence: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None


def in_words(facts: Mapping[str, Any]) -> str:
    """What a signal measured, for people: ``views 3, plan Team``. Flags that are off and empty lists say nothing."""
    return ", ".join(_said(key.replace("_", " "), value) for key, value in facts.items() if _tells(key, value))


def _tells(key: str, value: Any) -> bool:
    return not key.endswith(("_id", "_ids")) and value not in (None, False, "", 0, (), [], {})


def _said(key: str, value: Any) -> str:
    if value is True:
        return key
    if isinstance(value, float):
        return f"{key} {value:g}"
    if isinstance(value, list | tuple):
        return f"{key} {', '.join(str(item) for item in value)}"
    return f"{key} {value.replace('_', ' ')}" if isinstance(value, str) else f"{key} {value}"


def named(signals: Iterable[Signal], name: str) -> Signal | None:
    """The first signal of that name, or None."""
    return next((signal for signal in signals if signal.name == name), None)
