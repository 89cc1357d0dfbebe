"""May a play be due? Answered from a glance, without a timeline: a no is certain, a yes is worth a look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from journey_assistant.domain.activity import ACTIVITY_TYPES, NO_PLAN, WRITTEN_TYPES
from journey_assistant.domain.glance import Glance
from journey_assistant.domain.numbers import number_of
from journey_assistant.domain.paths import last_segment
from journey_assistant.domain.signal_events import COMPLETED_BY, SURVEYS, TEXTS, delay_of
from journey_assistant.domain.signal_rules import SignalRules
from journey_assistant.playbook.conditions import Condition, CountSpec, SignalSpec, StateSpec
from journey_assistant.playbook.play_schema import Trigger
from journey_assistant.playbook.playbook import Playbook

DAY = timedelta(days=1)
_SIGNS = ("order_completed", "subscription_changed", "feature_used", "onboarding_step_completed", "invoice_paid")


@dataclass(frozen=True, slots=True)
class Look:
    """A glance at one customer at a time, in the words of a playbook."""

    playbook: Playbook
    glance: Glance
    at: datetime

    def due(self) -> tuple[str, ...]:
        """Plays and alerts that the clock may have made due."""
        plays = [(play.id, play.trigger) for play in self.playbook.plays.values() if play.enabled and play.trigger]
        alerts = [(alert.code, alert.trigger) for alert in self.playbook.alerts.alerts if alert.enabled]
        return tuple(name for name, trigger in (*plays, *alerts) if self._is_open(name, trigger))

    def _is_open(self, name: str, trigger: Trigger) -> bool:
        """A state that was not acted upon lately. What an event completes is looked at when the event comes."""
        done_at = self.glance.done.get(name)
        if done_at is not None and trigger.every is not None and self.at - done_at < trigger.every:
            return False
        return trigger.is_state and self.may(trigger.while_)

    def may(self, condition: Condition | None) -> bool:
        """False only when the condition certainly does not hold."""
        if condition is None:
            return True
        if condition.all is not None:
            return all(map(self.may, condition.all))
        if condition.any is not None:
            return any(map(self.may, condition.any))
        if condition.at_least is not None:
            return sum(map(self.may, condition.at_least.of)) >= condition.at_least.count
        if condition.count is not None:
            return self._may_count(condition.count)
        if condition.state is not None:
            return self._may_state(condition.state)
        if condition.signal is not None:
            return self._may_signal(condition.signal)
        if condition.sentiment is not None and condition.sentiment.is_ == "negative":
            return self._came((*TEXTS, *SURVEYS), self.rules.mood_window)
        return True

    def _may_signal(self, spec: SignalSpec) -> bool:
        own = self.playbook.vocabulary.own_signals.get(spec.name)
        if own is not None:
            return self.may(own)
        if spec.name in _SIGNALS:
            return _SIGNALS[spec.name](self)
        types = COMPLETED_BY.get(spec.name)
        if types is None:
            return True
        return self._came(types, None if spec.within is None else spec.within + delay_of(spec.name, self.rules))

    def _came(self, types: Iterable[str], within: timedelta | None) -> bool:
        last = self._last(*types)
        return last is not None and (within is None or self.at - last <= within)

    def _may_count(self, spec: CountSpec) -> bool:
        seen = [self.glance.seen[type_] for type_ in spec.of if type_ in self.glance.seen]
        recent = [one for one in seen if spec.within is None or self.at - one.last_at <= spec.within]
        if (words := _words(self.playbook, spec)) and spec.at_least:
            views = [self.glance.visited[word] for word in words if word in self.glance.visited]
            return any(spec.within is None or self.at - at <= spec.within for at in views)
        return sum(one.count for one in recent) >= spec.at_least

    def _may_state(self, spec: StateSpec) -> bool:
        read = _STATES.get(spec.field)
        if read is None:
            return True
        if spec.field == "days_silent" and (spec.at_most is not None or spec.exists is False):
            return spec.exists is not False or not self.has(*ACTIVITY_TYPES)
        value = read(self)
        if spec.exists is not None:
            return (value is not None) is spec.exists
        if spec.is_ is not None:
            return bool(_folded(value) == _folded(spec.is_))
        if spec.days_until:
            day = _day(value)
            value = None if day is None else (day - self.at.date()).days
            # The customer's own date may differ by one from ours.
            return value is not None and _between(value, spec, slack=1)
        if spec.at_least is None and spec.at_most is None:
            return True
        return value is not None and _between(value, spec, slack=0)

    @property
    def days_silent(self) -> float | None:
        """The most days that may have passed since the last activity. Of texts nobody knows here who wrote them."""
        written = [self.glance.seen[t].first_at for t in WRITTEN_TYPES if t in self.glance.seen]
        last = self._last(*ACTIVITY_TYPES) or min(written, default=None)
        return None if last is None else (self.at - last) / DAY

    @property
    def has_plan(self) -> bool:
        """A plan in the profile, or a subscription that may have given one."""
        plan = self.glance.document.get("plan")
        return str(plan).strip().casefold() not in NO_PLAN if plan is not None else self.has("subscription_changed")

    @property
    def is_active(self) -> bool:
        """Has a plan, and may have been here within the window."""
        last = self._last(*ACTIVITY_TYPES, *WRITTEN_TYPES)
        return self.has_plan and last is not None and self.at - last <= self.rules.active_window

    @property
    def rules(self) -> SignalRules:
        """The numbers behind the signals."""
        return self.playbook.vocabulary.rules

    def has(self, *types: str) -> bool:
        """Any event of the types."""
        return any(type_ in self.glance.seen for type_ in types)

    def _last(self, *types: str) -> datetime | None:
        return max((self.glance.seen[t].last_at for t in types if t in self.glance.seen), default=None)

    def uses_a_level(self) -> bool:
        """One of the features used may be a level, whose count is no use: it has a limit, here or in some plan."""
        own = self.glance.document.get("limits")
        limits = [own if isinstance(own, Mapping) else {}, *(plan.limits for plan in self.playbook.company.plans)]
        levels = {str(name).casefold() for names in limits for name in names}
        return any(topic.casefold() in levels for topic in self.glance.used)

    def last_within(self, type_: str, least: timedelta, most: timedelta) -> bool:
        """The last event of the type is so old at least, and so old at most."""
        seen = self.glance.seen.get(type_)
        return seen is not None and least <= self.at - seen.last_at <= most

    def account(self, name: str) -> Any:
        """A field of the customer's account."""
        account = self.glance.document.get("account")
        return account.get(name) if isinstance(account, Mapping) else None


def words_of(playbook: Playbook) -> tuple[str, ...]:
    """What the addresses have of pages that a condition asks for, for ``glances``."""
    triggers = [play.trigger for play in playbook.plays.values() if play.trigger]
    triggers += [alert.trigger for alert in playbook.alerts.alerts]
    states = [trigger.while_ for trigger in triggers if trigger.while_ is not None]
    parts = [part for one in (*states, *playbook.vocabulary.own_signals.values()) for part in one.every()]
    counts = [part.count for part in parts if part.count is not None]
    return tuple(sorted({word for count in counts for word in _words(playbook, count)}))


def _words(playbook: Playbook, spec: CountSpec) -> frozenset[str]:
    """One of these is in the address of every page that counts; empty when nobody can say."""
    test = spec.where.get("path")
    if spec.of != ("page_viewed",) or test is None or test.paths is None:
        return frozenset()
    words = {last_segment(root) for root in playbook.vocabulary.paths.get(test.paths, ())}
    # A word that holds another one says no more than that one; what JSON may spell otherwise is not looked for.
    if not all(word and word.isascii() and word.replace("-", "").isalnum() for word in words):
        return frozenset()
    return frozenset(word for word in words if not any(other in word and other != word for other in words))


def _between(value: float, spec: StateSpec, slack: float) -> bool:
    least, most = spec.at_least, spec.at_most
    return (least is None or value >= least - slack) and (most is None or value <= most + slack)


def _folded(value: Any) -> Any:
    return value.strip().casefold() if isinstance(value, str) else value


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _usage_gap(look: Look) -> bool:
    if not look.is_active:
        return False
    plan = look.playbook.company.plan(look.glance.document.get("plan"))
    own = look.glance.document.get("key_features")
    keys = own or (plan.key_features if plan else ()) or look.playbook.company.key_features
    used = {topic.casefold(): use.last_at for topic, use in look.glance.used.items()}
    # A feature that was never used is no gap for whoever came lately.
    came_at = min(seen.first_at for seen in look.glance.seen.values())
    return any(look.at - used.get(str(key).casefold(), came_at) > look.rules.gap_window for key in keys)


def _usage_drop(look: Look) -> bool:
    if look.uses_a_level():
        return bool(look.glance.used)
    recent, before = (sum(getattr(use, name) for use in look.glance.used.values()) for name in ("recent", "before"))
    return bool(before > 0 and recent <= before * look.rules.usage_drop_to)


def _renewal_near(look: Look) -> bool:
    day = _day(look.account("renews_at"))
    return day is not None and -1 <= (day - look.at.date()).days <= look.rules.renewal_horizon_days + 1


def _onboarding_stalled(look: Look) -> bool:
    return look.last_within("onboarding_step_completed", look.rules.step_due, look.rules.step_forgotten)


def _replenishment(look: Look) -> bool:
    orders = look.glance.seen.get("order_completed")
    return orders is not None and orders.count >= look.rules.reorder_purchases


def _ignored_upsell(look: Look) -> bool:
    sent = [look.glance.seen[t].count for t in ("message_sent", "email_sent") if t in look.glance.seen]
    return sum(sent) >= look.rules.ignored_messages


_SIGNALS: Mapping[str, Callable[[Look], bool]] = {
    "usage_gap": _usage_gap,
    "usage_drop": _usage_drop,
    "renewal_near": _renewal_near,
    "onboarding_stalled": _onboarding_stalled,
    "replenishment_due": _replenishment,
    "ignored_upsell": _ignored_upsell,
    "gone_quiet": lambda look: (look.days_silent or look.rules.quiet_after / DAY) >= look.rules.quiet_after / DAY,
}
"""What a signal that comes with time cannot do without; the others need one of their events."""

_STATES: Mapping[str, Callable[[Look], Any]] = {
    "active": lambda look: look.is_active,
    "days_silent": lambda look: look.days_silent,
    "plan": lambda look: "some" if look.has_plan else None,
    "was_customer": lambda look: look.has_plan or look.has(*_SIGNS),
    "open_deal": lambda look: look.has("deal_stage_changed"),
    "deal_days": lambda look: (
        (look.at - look.glance.seen["deal_stage_changed"].first_at) / DAY if look.has("deal_stage_changed") else None
    ),
    "customer.tier": lambda look: look.glance.document.get("tier") or "standard",
    "account.renews_at": lambda look: look.account("renews_at"),
    "account.annual_value": lambda look: number_of(look.account("annual_value")),
}
