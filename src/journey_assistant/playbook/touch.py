"""Touch: which plays and alerts an arriving event can complete, and when to look. Read from the playbook, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from journey_assistant.domain.activity import by_customer
from journey_assistant.domain.numbers import number_of
from journey_assistant.domain.pages import path_of, topic_of
from journey_assistant.domain.paths import is_below, last_segment
from journey_assistant.domain.signal_events import COMPLETED_BY, TICKETS, delay_of
from journey_assistant.domain.timeline import Event
from journey_assistant.playbook.conditions import Condition
from journey_assistant.playbook.play_schema import Trigger
from journey_assistant.playbook.playbook import Playbook

RELEASING = frozenset({*TICKETS, "consent_changed", "preference_declared", "order_completed", "subscription_changed"})
"""Events by which a hold may end before its time."""
MOMENT = timedelta()


@dataclass(frozen=True, slots=True)
class Least:
    """A look is worth it only when so many events of the type (and of a page its section) came within the window."""

    count: int
    within: timedelta


class TouchIndex:
    """Answers for each event in microseconds whether any play or alert cares, and after how long."""

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        self._rules = playbook.vocabulary.rules
        self._looks: dict[str, dict[str, set[timedelta]]] = defaultdict(lambda: defaultdict(set))
        for play in playbook.plays.values():
            if play.enabled and play.trigger is not None:
                self._add(play.id, play.trigger)
        for alert in playbook.alerts.alerts:
            if alert.enabled:
                self._add(alert.code, alert.trigger)

    def names(self, event: Event) -> frozenset[str]:
        """The plays and alerts that this event may complete, at once or later."""
        names = self._looks.get(event.type, {})
        return frozenset(names) if names and self._may_matter(event) else frozenset()

    def delays(self, event: Event) -> tuple[timedelta, ...]:
        """After how long somebody has to look, shortest first; empty when no play or alert cares."""
        found = {MOMENT} if event.type in RELEASING else set()
        names = self.names(event)
        for name in names:
            found |= self._looks[event.type][name]
        return tuple(sorted(found))

    def least(self, event: Event) -> Least | None:
        """What has to have happened for a look at once to be worth it; None when it always is."""
        if event.type == "product_viewed":
            count = min(self._rules.product_views, self._rules.category_views)
            return Least(count, max(self._rules.product_window, self._rules.category_window))
        if event.type == "page_viewed" and not self._is_listed(event):
            return Least(self._rules.category_views, self._rules.category_window)
        return None

    def _add(self, name: str, trigger: Trigger) -> None:
        wait = trigger.after or MOMENT
        if trigger.event is not None:
            for type_ in trigger.event.of:
                self._looks[type_][name].add(wait)
        for signal in trigger.signal:
            self._add_signal(name, signal.name, wait)
        for condition in (trigger.when, trigger.while_):
            for type_, delay in self._types_of(condition):
                self._looks[type_][name].add(delay)

    def _add_signal(self, name: str, signal: str, wait: timedelta) -> None:
        for type_, delay in self._types_of_signal(signal):
            self._looks[type_][name].add(delay + wait)

    def _types_of(self, condition: Condition | None) -> Iterator[tuple[str, timedelta]]:
        """Event types that may make a condition true."""
        for part in condition.every() if condition is not None else ():
            if part.count is not None:
                yield from ((type_, MOMENT) for type_ in part.count.of)
            if part.signal is not None:
                yield from self._types_of_signal(part.signal.name)
            if part.sentiment is not None:
                yield from self._types_of_signal("negative_sentiment")

    def _types_of_signal(self, signal: str) -> Iterator[tuple[str, timedelta]]:
        own = self._playbook.vocabulary.own_signals.get(signal)
        if own is not None:
            yield from self._types_of(own)
        for type_ in COMPLETED_BY.get(signal, ()):
            yield type_, delay_of(signal, self._rules)

    def _may_matter(self, event: Event) -> bool:
        test = _TESTS.get(event.type)
        return test is None or test(self, event)

    def _is_seen(self, event: Event) -> bool:
        return self._is_listed(event) or bool(topic_of(path_of(event), self._rules))

    def _is_listed(self, event: Event) -> bool:
        """A page on one of the playbook's lists (prices, cancellation) that is not a help page."""
        paths, path = self._playbook.vocabulary.paths, path_of(event)
        if is_below(path, paths.get("help", ())):
            return False
        leaf = f"*/{last_segment(path)}"
        return any(leaf in roots or is_below(path, roots) for name, roots in paths.items() if name != "help")

    def _is_near_limit(self, event: Event) -> bool:
        """Near the limit that the event states, or one of a plan; a customer's own limit is a level that is stated."""
        limit, count = number_of(event.properties.get("limit")), number_of(event.properties.get("count"))
        feature = event.text_of("feature")
        plans = [plan.limits[feature] for plan in self._playbook.company.plans if feature in plan.limits]
        lowest = limit if limit is not None else min(plans, default=None)
        return lowest is not None and count is not None and count >= lowest * self._rules.limit_share

    def _is_of_customer(self, event: Event) -> bool:
        return by_customer(event)


_TESTS: Mapping[str, Callable[[TouchIndex, Event], bool]] = {
    "page_viewed": TouchIndex._is_seen,
    "feature_used": TouchIndex._is_near_limit,
    "chat_message": TouchIndex._is_of_customer,
}
