"""Page views: paths that compare equal, views that count once, and visits."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime, timedelta

from journey_assistant.domain.paths import first_segment, is_below, last_segment, normal_path
from journey_assistant.domain.signal_rules import SignalRules
from journey_assistant.domain.timeline import Event, Timeline

VIEW_TYPES = ("page_viewed", "product_viewed")
"""Looking at a product is looking at its page."""
MOST_VIEWS = 200
"""Views of one kind that are looked at, newest first, so that the cost has a bound."""


def is_pricing_path(path: str, rules: SignalRules) -> bool:
    """A pricing or plan page, in any spelling of its address."""
    return is_below(normal_path(path), rules.pricing_paths)


def is_cancellation_path(path: str, rules: SignalRules) -> bool:
    """A page on which a customer cancels or downgrades; reading about it in the help centre is not one."""
    normal = normal_path(path)
    return last_segment(normal) in rules.cancellation_segments and not is_below(normal, rules.help_paths)


def path_of(event: Event) -> str:
    """The normal path of a page view."""
    return normal_path(str(event.properties.get("path", "")))


def pricing_views(timeline: Timeline, now: datetime, rules: SignalRules, window: timedelta) -> list[Event]:
    """Views of pricing pages in the window that ends now, each view once, oldest first."""
    sections = {first_segment(path) for path in rules.pricing_paths}
    seen = _looked_up(timeline, "section", sections, now, window)
    return _distinct((e for e in seen if is_pricing_path(path_of(e), rules)), rules)


def cancellation_views(timeline: Timeline, now: datetime, rules: SignalRules, window: timedelta) -> list[Event]:
    """Views of cancellation and downgrade pages in the window that ends now, each view once, oldest first."""
    seen = _looked_up(timeline, "leaf", rules.cancellation_segments, now, window)
    return _distinct((e for e in seen if is_cancellation_path(path_of(e), rules)), rules)


def topic_views(timeline: Timeline, now: datetime, rules: SignalRules, window: timedelta) -> list[Event]:
    """Views of pages below a content section in the window that ends now, each view once, oldest first."""
    seen = _looked_up(timeline, "section", rules.topic_sections, now, window)
    return _distinct((e for e in seen if topic_of(path_of(e), rules)), rules)


def topic_of(path: str, rules: SignalRules) -> str:
    """The topic of a page, by its place below a content section; empty for any other page."""
    parts = normal_path(path).strip("/").split("/")
    return parts[1].replace("-", " ") if len(parts) > 1 and parts[0] in rules.topic_sections else ""


def _looked_up(timeline: Timeline, key: str, values: Iterable[str], now: datetime, window: timedelta) -> list[Event]:
    since = now - window
    return [e for v in values for e in timeline.of_value("page_viewed", key, v, since=since, until=now)[-MOST_VIEWS:]]


def _distinct(views: Iterable[Event], rules: SignalRules) -> list[Event]:
    return distinct_views(sorted(views, key=lambda e: (e.at, e.id)), path_of, rules.same_view)


def distinct_views(views: Iterable[Event], same: Callable[[Event], Hashable], within: timedelta) -> list[Event]:
    """Views without those of the same page less than or exactly ``within`` after the last one that counted."""
    counted: dict[Hashable, datetime] = {}
    kept: list[Event] = []
    for view in views:
        key, last = same(view), counted.get(same(view))
        if last is None or view.at - last > within:
            counted[key] = view.at
            kept.append(view)
    return kept


def newest_burst(events: list[Event], count: int, window: timedelta) -> list[Event]:
    """The newest run of at least ``count`` events within a rolling window that ends at an event; else empty."""
    for last in range(len(events) - 1, count - 2, -1):
        if events[last].at - events[last - count + 1].at <= window:
            start = events[last].at - window
            return [e for e in events[: last + 1] if e.at >= start]
    return []


def visit_since(timeline: Timeline, at: datetime, rules: SignalRules) -> datetime:
    """When the visit that goes on at ``at`` began: views with gaps under half an hour; ``at`` itself when none."""
    began = at
    while (view := timeline.newest(*VIEW_TYPES, until=began - timedelta(microseconds=1))) is not None:
        if began - view.at >= rules.visit_gap:
            break
        began = view.at
    return began


def returned_within(timeline: Timeline, after: datetime, until: datetime, rules: SignalRules) -> bool:
    """Did another visit begin after ``after`` and not later than ``until``? The visit going on does not count."""
    last = after
    for view in timeline.of(*VIEW_TYPES, since=after, until=until, include_since=False):
        if view.at - last >= rules.visit_gap:
            return True
        last = view.at
    return False
