"""Lifecycle: where a customer stands, by what they do; the stored stage decides only where behaviour is silent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from journey_assistant.domain.activity import bought_or_was_active, is_converted, newest_activity, open_deal, plan_of
from journey_assistant.domain.company import Company
from journey_assistant.domain.lifecycle import LifecycleStage
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.signals import Signal, named

LAPSED_AFTER = timedelta(days=60)
ENDED_AFTER = timedelta(days=30)
INTEREST_LASTS = timedelta(days=30)
NEW_FOR = timedelta(days=30)
PURCHASE_LASTS = timedelta(days=3)
SETTLED_AFTER = timedelta(days=7)
DECIDES_WITHIN = timedelta(days=7)
PROMOTER_FOR = timedelta(days=90)

_DECISION = ("pricing_velocity", "cart_left", "comparison_done")
# Reported intent is not among them: what others sell about a customer decides no more than an alert.
_CONSIDERATION = (
    "product_viewed_repeatedly", "category_viewed_repeatedly", "download_not_followed", "webinar_attended",
)  # fmt: skip
_BEFORE_BUYING = (LifecycleStage.AWARENESS, LifecycleStage.CONSIDERATION, LifecycleStage.DECISION)
_STORED_NAMES = {
    "lead": LifecycleStage.CONSIDERATION,
    "prospect": LifecycleStage.CONSIDERATION,
    "trial": LifecycleStage.DECISION,
    "new": LifecycleStage.ONBOARDING,
    "active": LifecycleStage.RETENTION,
    "loyal": LifecycleStage.RETENTION,
    "power": LifecycleStage.RETENTION,
    "advanced": LifecycleStage.RETENTION,
    "dormant": LifecycleStage.LAPSED,
    "churned": LifecycleStage.LAPSED,
    "advocate": LifecycleStage.ADVOCACY,
}
"""How other systems call the stages."""


@dataclass(frozen=True, slots=True)
class _Scene:
    snapshot: Snapshot
    signals: tuple[Signal, ...]
    company: Company

    def recent(self, name: str, within: timedelta) -> Signal | None:
        """The signal, if it came true within that time."""
        signal = named(self.signals, name)
        fresh = signal is not None and signal.at is not None and self.snapshot.now_at - signal.at <= within
        return signal if fresh else None

    def has(self, name: str) -> bool:
        """Was the signal derived at all?"""
        return named(self.signals, name) is not None


def stage_of(snapshot: Snapshot, signals: tuple[Signal, ...], company: Company) -> LifecycleStage:
    """The stage that the facts show. A stored stage that they contradict is stale and does not count."""
    scene = _Scene(snapshot, signals, company)
    if _is_lapsed(scene):
        return LifecycleStage.LAPSED
    return _customer_stage(scene) if _has_bought(scene) else _prospect_stage(scene)


def stored_stage(snapshot: Snapshot) -> LifecycleStage | None:
    """The stage in the record, in our words, or None when it says nothing we know."""
    stored = (snapshot.customer.lifecycle_stage or "").strip().casefold()
    if stored in _STORED_NAMES:
        return _STORED_NAMES[stored]
    return LifecycleStage(stored) if stored in {stage.value for stage in LifecycleStage} else None


def _has_bought(scene: _Scene) -> bool:
    """On a paid plan, or a deal was won, or something was ordered."""
    snapshot = scene.snapshot
    if is_converted(snapshot.customer, snapshot.timeline, snapshot.now_at, scene.company) or scene.has("closed_won"):
        return True
    return snapshot.timeline.newest("order_completed", until=snapshot.now_at) is not None


def _is_lapsed(scene: _Scene) -> bool:
    """Bought, subscribed or used the product before, and was not seen for 60 days; 30 after the subscription ended."""
    snapshot = scene.snapshot
    customer, timeline, now = snapshot.customer, snapshot.timeline, snapshot.now_at
    has_no_plan = plan_of(customer, timeline, now) is None
    was_called_lapsed = stored_stage(snapshot) is LifecycleStage.LAPSED and has_no_plan
    if not was_called_lapsed and not bought_or_was_active(customer, timeline, now):
        return False
    last = newest_activity(timeline, now)
    if last is None:
        return was_called_lapsed
    ended = has_no_plan and timeline.newest("subscription_changed", until=now) is not None
    return now - last.at >= (ENDED_AFTER if ended or was_called_lapsed else LAPSED_AFTER)


def _customer_stage(scene: _Scene) -> LifecycleStage:
    stages: tuple[tuple[LifecycleStage, Callable[[_Scene], bool]], ...] = (
        (LifecycleStage.SUPPORT, _needs_support),
        (LifecycleStage.PURCHASE, _just_bought),
        (LifecycleStage.ONBOARDING, _is_onboarding),
        (LifecycleStage.DECISION, _decides_again),
        (LifecycleStage.ADVOCACY, _is_promoter),
    )
    return next((stage for stage, holds in stages if holds(scene)), LifecycleStage.RETENTION)


def _needs_support(scene: _Scene) -> bool:
    return scene.has("open_ticket") or scene.has("payment_failed")


def _just_bought(scene: _Scene) -> bool:
    """Ordered, subscribed or won days ago."""
    return scene.recent("recent_purchase", PURCHASE_LASTS) is not None


def _is_onboarding(scene: _Scene) -> bool:
    if scene.has("onboarding_completed"):
        return scene.recent("onboarding_completed", SETTLED_AFTER) is not None
    if scene.has("onboarding_stalled") or scene.recent("signed_up", NEW_FOR) or scene.recent("closed_won", NEW_FOR):
        return True
    step = scene.snapshot.timeline.newest("onboarding_step_completed", until=scene.snapshot.now_at)
    if step is not None and scene.snapshot.now_at - step.at <= NEW_FOR:
        return stored_stage(scene.snapshot) is LifecycleStage.ONBOARDING
    used = scene.snapshot.timeline.newest("feature_used", until=scene.snapshot.now_at)
    return used is None and stored_stage(scene.snapshot) is LifecycleStage.ONBOARDING


def _decides_again(scene: _Scene) -> bool:
    """A customer who is about to buy more."""
    return any(scene.recent(name, DECIDES_WITHIN) for name in _DECISION)


def _is_promoter(scene: _Scene) -> bool:
    upset = scene.has("negative_sentiment") or scene.has("nps_detractor")
    stored = stored_stage(scene.snapshot) is LifecycleStage.ADVOCACY
    return not upset and (stored or scene.recent("nps_promoter", PROMOTER_FOR) is not None)


def _prospect_stage(scene: _Scene) -> LifecycleStage:
    """The further of what they did lately and what the record says; a customer's stage is not believed."""
    stored = stored_stage(scene.snapshot)
    known = stored if stored in _BEFORE_BUYING else LifecycleStage.AWARENESS
    seen = _seen_interest(scene)
    return max(known, seen, key=_BEFORE_BUYING.index)


def _seen_interest(scene: _Scene) -> LifecycleStage:
    timeline, now = scene.snapshot.timeline, scene.snapshot.now_at
    on_trial = plan_of(scene.snapshot.customer, timeline, now) is not None
    if on_trial or open_deal(timeline, now) or any(scene.recent(name, INTEREST_LASTS) for name in _DECISION):
        return LifecycleStage.DECISION
    if any(scene.recent(name, INTEREST_LASTS) for name in _CONSIDERATION) or scene.has("signed_up"):
        return LifecycleStage.CONSIDERATION
    return LifecycleStage.AWARENESS
