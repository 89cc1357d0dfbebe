"""event_replay: an event takes effect once, and only while it is fresh."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked

NAME = "event_replay"
_TIMES = ("ts", "timestamp", "at", "time", "occurred_at", "created_at", "sent_at", "originalTimestamp")


def event_replay(text: Checked, context: CheckContext) -> list[Finding]:
    """Ids seen before, times in the future, and times before the backfill window; an event without either passes."""
    try:
        event = json.loads(text.text)
    except (ValueError, RecursionError):
        return []
    if text.surface != "event" or not isinstance(event, Mapping):
        return []
    id_ = event.get("id") or event.get("messageId")
    if id_ is not None and str(id_) in context.seen_event_ids:
        return [Finding(NAME, Severity.BLOCK, f"event {id_} was seen before", (0, len(text.text)))]
    at = _time_of(event)
    window = timedelta(seconds=context.policy.replay_window_seconds)
    if at is not None and at > context.now_at + window:
        return [Finding(NAME, Severity.BLOCK, "the event is from the future", (0, len(text.text)))]
    if at is not None and context.now_at - at > timedelta(days=context.policy.backfill_window_days):
        return [Finding(NAME, Severity.BLOCK, "the event is older than the backfill window", (0, len(text.text)))]
    return []


def _time_of(event: Mapping[str, object]) -> datetime | None:
    stated = next((event[name] for name in _TIMES if isinstance(event.get(name), str)), None)
    try:
        at = datetime.fromisoformat(str(stated)) if stated is not None else None
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
