"""How the product is used, and whether somebody gets started with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from journey_assistant.domain.activity import (
    bought_or_was_active,
    is_active_customer,
    key_features_of,
    last_use,
    limit_of,
    newest_activity,
    usage,
)
from journey_assistant.domain.numbers import number_of
from journey_assistant.domain.signals import Signal
from journey_assistant.domain.timeline import Event
from journey_assistant.perception.signals.view import SignalView, signal


def usage_gap(view: SignalView) -> Signal | None:
    """An active customer did not use a key feature of their plan for 30 days; the longest unused first."""
    if not is_active_customer(view.customer, view.timeline, view.now, view.rules):
        return None
    began = _customer_since(view)
    gaps: list[tuple[datetime, str, Event | None]] = []
    for feature in key_features_of(view.customer, view.company, view.plan):
        use = last_use(view.timeline, feature, view.now)
        since = use.at if use else began
        if since is not None and view.now - since > view.rules.gap_window:
            gaps.append((since, feature, use))
    if not gaps:
        return None
    since, feature, use = min(gaps, key=lambda g: (g[0], g[1]))
    living = newest_activity(view.timeline, view.now)
    events = [e for e in (use, living) if e is not None]
    days = (view.now - use.at).days if use else None
    features = tuple(name for _, name, _ in sorted(gaps, key=lambda g: (g[0], g[1])))
    at = since + view.rules.gap_window
    return signal("usage_gap", events, at, feature=feature, days=days, features=features, ever_used=use is not None)


def _customer_since(view: SignalView) -> datetime | None:
    """When they came, as far as the timeline tells: a feature never used is no gap in the first month."""
    first = view.timeline.first(until=view.now)
    return first.at if first else None


def usage_drop(view: SignalView) -> Signal | None:
    """Usage down by half or more over the last 30 days against the 30 before."""
    window, middle = view.rules.usage_window, view.now - view.rules.usage_window
    recent = view.timeline.of("feature_used", since=middle, until=view.now, include_since=False)
    earlier = view.timeline.of("feature_used", since=middle - window, until=middle, include_since=False)
    before = usage(view.timeline, view.customer, view.company, view.plan, middle - window, middle)
    after = usage(view.timeline, view.customer, view.company, view.plan, middle, view.now)
    if before <= 0 or after > before * view.rules.usage_drop_to:
        return None
    return signal("usage_drop", [*earlier[-3:], *recent[-3:]], view.now, before=before, recent=after)


def near_limit(view: SignalView) -> Signal | None:
    """At 80 % of a plan's limit twice in 30 days; of several features the one nearest to its limit."""
    rules = view.rules
    near: dict[str, list[Event]] = {}
    for feature in view.timeline.values("feature_used", "feature"):
        newest = view.timeline.newest_of_value("feature_used", "feature", feature, until=view.now)
        if newest is None or _share(view, newest) is None:
            continue
        uses = view.timeline.of_value("feature_used", "feature", feature, since=view.now - rules.limit_window,
                                      until=view.now)[-_MOST_READINGS:]  # fmt: skip
        high = [e for e in uses if (_share(view, e) or 0) >= rules.limit_share]
        if len(high) >= rules.limit_readings:
            near[feature] = high
    if not near:
        return None
    feature, high = max(near.items(), key=lambda item: (_share(view, item[1][-1]) or 0, item[0]))
    last, share = high[-1], _share(view, high[-1]) or 0
    limit = limit_of(last, view.customer, view.company, view.plan)
    count = number_of(last.properties.get("count"))
    return signal("near_limit", high[-3:], feature=feature, count=count, limit=limit, percent=round(share * 100))


_MOST_READINGS = 500


def _share(view: SignalView, event: Event) -> float | None:
    """Which part of its limit a feature's count has reached, or None when it has no limit."""
    limit = limit_of(event, view.customer, view.company, view.plan)
    count = number_of(event.properties.get("count"))
    return count / limit if limit and count is not None else None


def onboarding_stalled(view: SignalView) -> Signal | None:
    """The next step is not done five days after the one before. Signing up is no step."""
    last = view.timeline.newest("onboarding_step_completed", until=view.now)
    done = view.timeline.newest("onboarding_completed", until=view.now)
    if last is None or (done is not None and done.at >= last.at):
        return None
    age = view.now - last.at
    if not view.rules.step_due <= age <= view.rules.step_forgotten:
        return None
    following = _next_step(view, last)
    if following is None:
        return None
    at = last.at + view.rules.step_due
    return signal("onboarding_stalled", [last], at, next=following, step=last.text_of("step"), days=age.days)


def _next_step(view: SignalView, last: Event) -> str | None:
    """The step to help with: the event's own word, else the company's order of steps; None when nobody knows."""
    steps = view.timeline.within(timedelta(days=365), view.now, "onboarding_step_completed")
    done = {e.text_of("step") for e in steps}
    stated = last.text_of("next")
    if stated:
        return None if stated in done else stated
    order = view.company.extra.get("onboarding_steps", ())
    left = [str(step) for step in order if str(step) not in done] if isinstance(order, list | tuple) else []
    return left[0] if left else None


def onboarding_completed(view: SignalView) -> Signal | None:
    """Onboarding is done; ``at`` is when."""
    done = view.newest("onboarding_completed")
    return signal("onboarding_completed", [done], days=(view.now - done.at).days) if done else None


def gone_quiet(view: SignalView) -> Signal | None:
    """No activity in 21 days, of somebody who bought, subscribed or used the product before."""
    if not bought_or_was_active(view.customer, view.timeline, view.now):
        return None
    last = newest_activity(view.timeline, view.now) or view.timeline.first(until=view.now)
    if last is None or view.now - last.at < view.rules.quiet_after:
        return None
    return signal("gone_quiet", [last], last.at + view.rules.quiet_after, days=(view.now - last.at).days)
