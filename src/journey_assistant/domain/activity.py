"""What a customer does with us: activity, usage, plan, deals. The notions of the playbook's reading rules, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from journey_assistant.domain.company import Company
from journey_assistant.domain.customer import Customer
from journey_assistant.domain.numbers import number_of
from journey_assistant.domain.signal_rules import SignalRules
from journey_assistant.domain.timeline import Event, Timeline

ACTIVITY_TYPES = (
    "page_viewed", "product_viewed", "cart_updated", "content_downloaded", "form_submitted", "quiz_completed",
    "webinar_attended", "feature_used", "onboarding_step_completed", "onboarding_completed", "order_completed",
    "call_logged", "email_replied", "email_clicked",
)  # fmt: skip
"""Page views, product use, orders, calls, e-mail replies and clicks; not an open, an invoice or a survey answer."""
WRITTEN_TYPES = ("chat_message", "ticket_opened", "ticket_replied")
"""Also activity, when the customer wrote them."""
NO_PLAN = frozenset({"", "none", "no plan", "cancelled", "canceled"})
FREE_PLANS = frozenset({"free", "freemium"})
MOST_ORDERS = 100
"""Orders that are looked at, newest first."""
_BACKWARDS = 50


def by_customer(event: Event) -> bool:
    """Did the customer write this text, and not a colleague or the assistant?"""
    author = event.text_of("author").casefold()
    return author in ("", "customer") if event.type.startswith("ticket_") else author == "customer"


def newest_written(timeline: Timeline, now: datetime, type_: str) -> Event | None:
    """The customer's newest chat message or ticket text among the last ones of that type."""
    texts = timeline.of(type_, since=now - timedelta(days=365), until=now)[-_BACKWARDS:]
    return next((e for e in reversed(texts) if by_customer(e)), None)


def newest_activity(timeline: Timeline, now: datetime) -> Event | None:
    """The last sign of life: what counts as activity is said at ``ACTIVITY_TYPES`` and ``WRITTEN_TYPES``."""
    signs = [timeline.newest(*ACTIVITY_TYPES, until=now)]
    signs += [newest_written(timeline, now, type_) for type_ in WRITTEN_TYPES]
    return max((e for e in signs if e is not None), key=lambda e: (e.at, e.id), default=None)


def was_active(timeline: Timeline, now: datetime, window: timedelta) -> bool:
    """Any activity within the window that ends now (both ends count)."""
    last = newest_activity(timeline, now)
    return last is not None and now - last.at <= window


def plan_of(customer: Customer, timeline: Timeline, now: datetime) -> str | None:
    """The plan the customer is on: the profile's, else the newest subscription's; None for none."""
    if customer.plan is not None:
        return None if customer.plan.strip().casefold() in NO_PLAN else customer.plan
    changed = timeline.newest("subscription_changed", until=now)
    to = changed.text_of("to").strip() if changed else ""
    return None if to.casefold() in NO_PLAN else to


def is_paid(plan: str | None, company: Company) -> bool:
    """A plan that is no trial and costs something."""
    words = (plan or "").casefold().replace("-", " ").replace("_", " ").split()
    if not words or "trial" in words or FREE_PLANS & set(words):
        return False
    known = company.plan(plan)
    return known is None or 0 not in (known.price_monthly, known.price_yearly)


def is_converted(customer: Customer, timeline: Timeline, now: datetime, company: Company) -> bool:
    """On a paid plan other than a trial."""
    return is_paid(plan_of(customer, timeline, now), company)


def is_active_customer(customer: Customer, timeline: Timeline, now: datetime, rules: SignalRules) -> bool:
    """Has a plan, and activity within 30 days."""
    return plan_of(customer, timeline, now) is not None and was_active(timeline, now, rules.active_window)


def bought_or_was_active(customer: Customer, timeline: Timeline, now: datetime) -> bool:
    """Somebody whom one can win back: bought, subscribed or used the product before."""
    if plan_of(customer, timeline, now) is not None:
        return True
    signs = ("order_completed", "subscription_changed", "feature_used", "onboarding_step_completed", "invoice_paid")
    return timeline.newest(*signs, until=now) is not None


def key_features_of(customer: Customer, company: Company, plan: str | None) -> tuple[str, ...]:
    """What the plan is for: the customer's own list, else the plan's, else the company's; empty when nobody says."""
    if customer.key_features:
        return customer.key_features
    known = company.plan(plan)
    return (known.key_features if known else ()) or company.key_features


def last_use(timeline: Timeline, feature: str, now: datetime) -> Event | None:
    """The newest use of a feature, by its name as it stands in the events (compared without case)."""
    wanted = feature.casefold()
    names = (name for name in timeline.values("feature_used", "feature") if name.casefold() == wanted)
    uses = [use for name in names if (use := timeline.newest_of_value("feature_used", "feature", name, until=now))]
    return max(uses, key=lambda e: (e.at, e.id), default=None)


def is_power_user(customer: Customer, timeline: Timeline, now: datetime, rules: SignalRules, company: Company) -> bool:
    """Every key feature was used in the last 14 days; never true where no key features are known."""
    features = key_features_of(customer, company, plan_of(customer, timeline, now))
    used = [last_use(timeline, feature, now) for feature in features]
    return bool(used) and all(use is not None and now - use.at <= rules.power_window for use in used)


def limit_of(event: Event, customer: Customer, company: Company, plan: str | None) -> float | None:
    """The upper limit that a feature's count is compared with: the event's, the customer's, else the plan's."""
    stated = number_of(event.properties.get("limit"))
    if stated is not None:
        return stated
    feature, known = event.text_of("feature"), company.plan(plan)
    if feature in customer.limits:
        return customer.limits[feature]
    return known.limits.get(feature) if known else None


def usage(
    timeline: Timeline, customer: Customer, company: Company, plan: str | None, since: datetime, until: datetime
) -> float:
    """How much was done, ``since < at <= until``: the counts of features without a limit (theirs are levels)."""
    known = company.plan(plan)
    limited = {*customer.limits, *(known.limits if known else ())}
    features = (name for name in timeline.values("feature_used", "feature") if name not in limited)
    return sum(timeline.uses(name, since=since, until=until) for name in features)


def deal_stage(event: Event) -> str:
    """``won``, ``lost`` or ``open``, however the CRM spells its stages."""
    words = event.text_of("stage").casefold().replace("-", " ").replace("_", " ").replace("closed", "closed ").split()
    if "won" in words:
        return "won"
    return "lost" if "lost" in words or words == ["closed"] else "open"


def open_deal(timeline: Timeline, now: datetime) -> Event | None:
    """The newest stage of a deal that is neither won nor lost, or None."""
    deal = timeline.newest("deal_stage_changed", until=now)
    return deal if deal is not None and deal_stage(deal) == "open" else None


def zone_of(customer: Customer) -> ZoneInfo | None:
    """The customer's time zone, or None when it is missing or no zone."""
    return zone_named(customer.timezone)


def zone_named(name: str | None) -> ZoneInfo | None:
    """The zone of this name, or None for a missing or unknown one."""
    if not name or not name.strip():
        return None
    try:
        return ZoneInfo(name.strip())
    except (KeyError, ValueError, OSError):
        return None


def local_day(at: datetime, customer: Customer) -> date:
    """The calendar day of a time where the customer is; UTC's when their zone is unknown."""
    zone = zone_of(customer)
    return (at.astimezone(zone) if zone else at).date()


def items_of(event: Event) -> list[dict[str, Any]]:
    """The items of a cart or an order, in either spelling of the property."""
    items = event.properties.get("items", event.properties.get("products"))
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def quantity_of(item: dict[str, Any]) -> float:
    """How many pieces of an item: one unless said otherwise."""
    count = number_of(item.get("quantity"))
    return 1.0 if count is None else max(count, 0.0)


def products_bought(timeline: Timeline, now: datetime, window: timedelta) -> frozenset[str]:
    """The products in the newest orders of the window that ends now."""
    orders = timeline.latest(MOST_ORDERS, "order_completed", since=now - window, until=now)
    return frozenset(str(item.get("product_id") or item.get("name")) for order in orders for item in items_of(order))
