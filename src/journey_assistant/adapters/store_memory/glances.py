"""A glance at a customer in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from journey_assistant.domain.glance import DONE, Glance, Seen, Used
from journey_assistant.domain.numbers import number_of
from journey_assistant.domain.recall import topic_of
from journey_assistant.domain.timeline import Event
from journey_assistant.ports.store import CustomerRow


def glance(
    row: CustomerRow, events: list[Event], now: datetime, window: timedelta, words: Sequence[str] = ()
) -> Glance:
    """What these events (oldest first) tell without being read one by one."""
    seen: dict[str, Seen] = {}
    used: dict[str, Used] = {}
    done: dict[str, datetime] = {}
    visited: dict[str, datetime] = {}
    for event in events:
        if event.type == "page_viewed":
            path = event.text_of("path").casefold()
            visited |= {word: event.at for word in words if word in path}
        if event.type in DONE:
            done[topic_of(event)] = event.at
        before = seen.get(event.type)
        seen[event.type] = Seen(before.count + 1 if before else 1, before.first_at if before else event.at, event.at)
        if event.type == "feature_used":
            last = used.get(topic_of(event), Used(event.at, 0.0, 0.0))
            recent, earlier = _times(event, now - window, now), _times(event, now - 2 * window, now - window)
            used[topic_of(event)] = Used(event.at, last.recent + recent, last.before + earlier)
    return Glance(row.id, row.document, seen, used, done, visited)


def _times(event: Event, since: datetime, until: datetime) -> float:
    if not since < event.at <= until or event.properties.get("limit") is not None:
        return 0.0
    count = number_of(event.properties.get("count"))
    return 1.0 if count is None else count
