"""What is looked at: pricing, cancellation, products, categories."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from journey_assistant.domain.activity import products_bought
from journey_assistant.domain.pages import (
    MOST_VIEWS,
    cancellation_views,
    distinct_views,
    newest_burst,
    path_of,
    pricing_views,
    topic_of,
    topic_views,
)
from journey_assistant.domain.paths import last_segment, normal_path
from journey_assistant.domain.signals import Signal
from journey_assistant.domain.timeline import Event
from journey_assistant.perception.signals.view import SignalView, signal


def pricing_velocity(view: SignalView) -> Signal | None:
    """A pricing page viewed three times within an hour: readiness, where one view is interest."""
    rules = view.rules
    seen = pricing_views(view.timeline, view.now, rules, rules.memory)
    burst = newest_burst(seen, rules.velocity_views, rules.velocity_window)
    if not burst:
        return None
    plans = _plans_of(view, burst)
    return signal("pricing_velocity", burst, views=len(burst), plans=plans, own_plan_only=_own_plan_only(view, burst))


def _plans_of(view: SignalView, seen: list[Event]) -> tuple[str, ...]:
    """Plans whose own pages are among the views."""
    known = (view.company.plan(last_segment(path_of(e))) for e in seen)
    return tuple(dict.fromkeys(plan.name for plan in known if plan is not None))


def _own_plan_only(view: SignalView, seen: list[Event]) -> bool:
    """Only the page of the plan they are on was read: nothing to sell there."""
    own = normal_path(view.plan or "").strip("/")
    return bool(own) and all(last_segment(path_of(e)) == own.replace(" ", "-") for e in seen)


def cancellation_page_visits(view: SignalView) -> Signal | None:
    """The cancellation or downgrade page twice in seven days."""
    rules = view.rules
    seen = cancellation_views(view.timeline, view.now, rules, rules.memory)
    burst = newest_burst(seen, rules.cancellation_visits, rules.cancellation_window)
    return signal("cancellation_page_visits", burst, views=len(burst)) if burst else None


def product_viewed_repeatedly(view: SignalView) -> Signal | None:
    """The same product viewed three times in 30 days and not bought."""
    rules = view.rules
    bursts = _bursts(_by_product(view), rules.product_views, rules.product_window)
    bought = products_bought(view.timeline, view.now, rules.memory) if bursts else frozenset()
    best = next((burst for burst in bursts if _product(burst[-1]) not in bought), None)
    if best is None:
        return None
    last = best[-1]
    in_stock = last.properties.get("in_stock")
    return signal(
        "product_viewed_repeatedly", best,
        product_id=_product(last), name=last.text_of("name"), category=last.text_of("category"),
        views=len(best), in_stock=in_stock if isinstance(in_stock, bool) else None,
    )  # fmt: skip


def category_viewed_repeatedly(view: SignalView) -> Signal | None:
    """One category or topic viewed three times in 14 days; help pages are no interest."""
    rules = view.rules
    groups = _by_category(view)
    best = next(iter(_bursts(groups, rules.category_views, rules.category_window)), None)
    if best is None:
        return None
    products = tuple(dict.fromkeys(e.text_of("name") for e in best if e.text_of("name")))
    name = _category(view, best[-1])
    return signal("category_viewed_repeatedly", best, category=name, views=len(best), products=products)


def _bursts(groups: dict[str, list[Event]], count: int, window: timedelta) -> list[list[Event]]:
    """The newest burst of each group, newest and then largest first."""
    found = [burst for views in groups.values() if (burst := newest_burst(views, count, window))]
    return sorted(found, key=lambda b: (b[-1].at, len(b), b[-1].id), reverse=True)


def _by_product(view: SignalView) -> dict[str, list[Event]]:
    return _grouped(_product_views(view), _product)


def _by_category(view: SignalView) -> dict[str, list[Event]]:
    pages = topic_views(view.timeline, view.now, view.rules, view.rules.memory)
    seen = sorted([*_product_views(view), *pages], key=lambda e: (e.at, e.id))
    return _grouped(seen, lambda event: _category(view, event))


def _product_views(view: SignalView) -> list[Event]:
    seen = view.timeline.within(view.rules.memory, view.now, "product_viewed")[-MOST_VIEWS:]
    return distinct_views(seen, _product, view.rules.same_view)


def _grouped(events: Iterable[Event], key_of: Callable[[Event], str]) -> dict[str, list[Event]]:
    groups: dict[str, list[Event]] = {}
    for event in events:
        groups.setdefault(key_of(event), []).append(event)
    groups.pop("", None)
    return groups


def _product(event: Event) -> str:
    return str(event.properties.get("product_id") or event.text_of("name"))


def _category(view: SignalView, event: Event) -> str:
    if event.type == "product_viewed":
        return event.text_of("category").strip().casefold()
    return topic_of(path_of(event), view.rules)
