"""Event and Timeline: what happened, immutable, ordered, with indexed windows.

Deciding must cost the same at 10 and at 100,000 events, so every question is a bisection on the events of
one type, never a scan of the whole.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Any, NewType

from journey_assistant.domain.numbers import number_of
from journey_assistant.domain.paths import first_segment, last_segment

EventId = NewType("EventId", str)


class Party(StrEnum):
    """Where a fact comes from: told to us, seen by us, shared by a partner, bought."""

    ZERO = "zero"
    FIRST = "first"
    SECOND = "second"
    THIRD = "third"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a customer. Unknown types and properties are kept as they came."""

    id: EventId
    type: str
    at: datetime
    party: Party = Party.FIRST
    properties: Mapping[str, Any] = field(default_factory=dict)

    def text_of(self, key: str) -> str:
        """A property as text, empty when it is missing or not text."""
        value = self.properties.get(key)
        return value if isinstance(value, str) else ""


INDEXES: Mapping[str, Mapping[str, Callable[[Event], Any]]] = {
    "page_viewed": {
        "section": lambda event: first_segment(event.text_of("path")),
        "leaf": lambda event: last_segment(event.text_of("path")),
    },
    "feature_used": {"feature": lambda event: event.properties.get("feature")},
    "email_opened": {"message_id": lambda event: event.properties.get("message_id")},
    "email_clicked": {"message_id": lambda event: event.properties.get("message_id")},
    "email_replied": {"message_id": lambda event: event.properties.get("message_id")},
    "message_sent": {"play": lambda event: event.properties.get("play")},
    "draft_created": {"play": lambda event: event.properties.get("play")},
    "alert_raised": {"code": lambda event: event.properties.get("code")},
}
"""What is looked up one by one within a type: a page's first and last segment, a feature, a message, a play."""


class Timeline:
    """All events of one customer, by time. Equal ids count once (the earliest is kept); arrival order is irrelevant."""

    __slots__ = ("_by_id", "_by_type", "_by_value", "_events", "_times", "_type_times", "_uses")

    def __init__(self, events: Iterable[Event] = ()) -> None:
        unique: dict[EventId, Event] = {}
        for event in events:
            known = unique.get(event.id)
            if known is None or (event.at, event.type) < (known.at, known.type):
                unique[event.id] = event
        self._events = sorted(unique.values(), key=lambda e: (e.at, e.id))
        self._by_id = unique
        self._times = [e.at for e in self._events]
        by_type: dict[str, list[Event]] = defaultdict(list)
        for event in self._events:
            by_type[event.type].append(event)
        self._by_type = dict(by_type)
        self._by_value = {name: _by_value(by_type.get(name, ()), keys) for name, keys in INDEXES.items()}
        features = self._by_value["feature_used"]["feature"]
        self._uses = {name: list(accumulate(map(_uses, events), initial=0.0)) for name, events in features.items()}
        self._type_times = {name: [e.at for e in events] for name, events in self._by_type.items()}

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self._events)

    def __contains__(self, event_id: object) -> bool:
        return event_id in self._by_id

    def get(self, event_id: str) -> Event | None:
        """The event with this id, or None."""
        return self._by_id.get(EventId(event_id))

    @property
    def types(self) -> frozenset[str]:
        """The event types that occur."""
        return frozenset(self._by_type)

    def of(
        self,
        *types: str,
        since: datetime | None = None,
        until: datetime | None = None,
        include_since: bool = True,
    ) -> list[Event]:
        """Events of the types, oldest first, ``since <= at <= until`` (``since < at`` without ``include_since``)."""
        found: list[Event] = []
        for name in types:
            events = self._by_type.get(name)
            if not events:
                continue
            times = self._type_times[name]
            first = 0 if since is None else (bisect_left if include_since else bisect_right)(times, since)
            last = len(events) if until is None else bisect_right(times, until)
            found.extend(events[first:last])
        if len(types) > 1:
            found.sort(key=lambda e: (e.at, e.id))
        return found

    def values(self, type_: str, key: str) -> tuple[str, ...]:
        """The distinct values of an indexed key; KeyError for one that is not in ``INDEXES``."""
        return tuple(self._by_value[type_][key])

    def of_value(
        self, type_: str, key: str, value: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> list[Event]:
        """Events of one type whose indexed key has this value, oldest first, ``since <= at <= until``."""
        events = self._by_value[type_][key].get(value, [])
        first = 0 if since is None else bisect_left(events, since, key=_at)
        last = len(events) if until is None else bisect_right(events, until, key=_at)
        return events[first:last]

    def newest_of_value(self, type_: str, key: str, value: str, *, until: datetime) -> Event | None:
        """The last event of one type whose indexed key has this value, not after ``until``, or None."""
        events = self._by_value[type_][key].get(value, [])
        last = bisect_right(events, until, key=_at)
        return events[last - 1] if last else None

    def uses(self, feature: str, *, since: datetime, until: datetime) -> float:
        """How often a feature was used, ``since < at <= until``. Readings of a level (with a limit) are no uses."""
        events = self._by_value["feature_used"]["feature"].get(feature)
        if not events:
            return 0.0
        totals = self._uses[feature]
        return totals[bisect_right(events, until, key=_at)] - totals[bisect_right(events, since, key=_at)]

    def within(self, window: timedelta, now: datetime, *types: str) -> list[Event]:
        """Events of the types in the window that ends at ``now`` (both ends count)."""
        return self.of(*types, since=now - window, until=now)

    def newest(self, *types: str, until: datetime | None = None) -> Event | None:
        """The last event of the types not after ``until``, or None."""
        best: Event | None = None
        for name in types:
            events = self._by_type.get(name)
            if not events:
                continue
            at = len(events) if until is None else bisect_right(self._type_times[name], until)
            if at and (best is None or (events[at - 1].at, events[at - 1].id) > (best.at, best.id)):
                best = events[at - 1]
        return best

    def latest(self, count: int, *types: str, until: datetime, since: datetime | None = None) -> list[Event]:
        """The newest ``count`` events of the types, ``since < at <= until``, oldest first: a bounded look back."""
        found: list[Event] = []
        for name in types:
            events, times = self._by_type.get(name, []), self._type_times.get(name, [])
            last = bisect_right(times, until)
            first = max(last - count, 0 if since is None else bisect_right(times, since))
            found.extend(events[first:last])
        return sorted(found, key=lambda e: (e.at, e.id))[-count:]

    def first(self, until: datetime) -> Event | None:
        """The earliest event of any type, or None when there is none up to ``until``."""
        return self._events[0] if self._events and self._events[0].at <= until else None

    def recent(self, until: datetime, limit: int) -> list[Event]:
        """The last ``limit`` events of any type not after ``until``, oldest first."""
        last = bisect_right(self._times, until)
        return self._events[max(0, last - limit) : last]


def _at(event: Event) -> datetime:
    return event.at


def _uses(event: Event) -> float:
    if event.properties.get("limit") is not None:
        return 0.0
    count = number_of(event.properties.get("count"))
    return 1.0 if count is None else count


def _by_value(events: Iterable[Event], keys: Mapping[str, Callable[[Event], Any]]) -> dict[str, dict[str, list[Event]]]:
    index: dict[str, dict[str, list[Event]]] = {key: {} for key in keys}
    for event in events:
        for key, value_of in keys.items():
            value = value_of(event)
            if value is not None:
                index[key].setdefault(str(value), []).append(event)
    return index
