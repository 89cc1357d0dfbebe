"""What is bought, renewed, paid, left in the cart, or due again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from journey_assistant.domain.activity import MOST_ORDERS, items_of, local_day, quantity_of, zone_of
from journey_assistant.domain.numbers import number_of
from journey_assistant.domain.policy.suppression import newest_purchase
from journey_assistant.domain.signals import Signal
from journey_assistant.domain.timeline import Event
from journey_assistant.perception.signals.view import SignalView, signal

_MOST_INVOICES = 20


def renewal_near(view: SignalView) -> Signal | None:
    """The renewal is today or within 90 of the customer's days; ``days`` says how near."""
    account = view.customer.account
    if account is None or account.renews_at is None:
        return None
    days = (account.renews_at - local_day(view.now, view.customer)).days
    if not 0 <= days <= view.rules.renewal_horizon_days:
        return None
    first_day = account.renews_at - timedelta(days=view.rules.renewal_horizon_days)
    at = datetime.combine(first_day, datetime.min.time(), zone_of(view.customer) or UTC).astimezone(UTC)
    return signal("renewal_near", ["account.renews_at"], at, days=days, renews_at=account.renews_at.isoformat())


def recent_purchase(view: SignalView) -> Signal | None:
    """Bought, subscribed or renewed within 30 days."""
    window = view.rules.purchase_window
    bought = newest_purchase(view.customer, view.timeline, view.now, window)
    if bought is not None and view.now - bought.at < window:
        value = number_of(bought.properties.get("value", bought.properties.get("total")))
        products = tuple(str(item.get("product_id")) for item in items_of(bought) if item.get("product_id"))
        return signal("recent_purchase", [bought], kind=bought.type, value=value, products=products)
    return None


def cart_left(view: SignalView) -> Signal | None:
    """A cart of two or more items, worth the floor, untouched for half an hour and not ordered."""
    cart, rules = view.newest("cart_updated"), view.rules
    if cart is None or view.now - cart.at < rules.cart_untouched:
        return None
    if view.timeline.of("order_completed", since=cart.at, until=view.now):
        return None
    items = items_of(cart)
    count = sum(quantity_of(item) for item in items)
    value = _cart_value(cart)
    if count < rules.cart_items or value < rules.cart_floor:
        return None
    names = tuple(str(item.get("name") or item.get("product_id") or "") for item in items)
    ids = tuple(str(item.get("product_id")) for item in items if item.get("product_id"))
    promo = cart.text_of("promo_code") or None
    at = cart.at + rules.cart_untouched
    return signal("cart_left", [cart], at, items=names, product_ids=ids, count=count, value=value, promo=promo)


def _cart_value(cart: Event) -> float:
    stated = number_of(cart.properties.get("value"))
    if stated is not None:
        return stated
    return sum((number_of(item.get("price")) or 0.0) * quantity_of(item) for item in items_of(cart))


def payment_failed(view: SignalView) -> Signal | None:
    """An invoice failed and was not paid since."""
    failed = [e for e in view.remembered("invoice_failed")[-_MOST_INVOICES:] if not _paid_since(view, e)]
    if not failed:
        return None
    last = failed[-1]
    invoice = last.properties.get("invoice_id")
    attempts = [e for e in failed if e.properties.get("invoice_id") == invoice]
    amount = number_of(last.properties.get("amount"))
    return signal("payment_failed", attempts, invoice_id=invoice, amount=amount, attempts=len(attempts))


def _paid_since(view: SignalView, failed: Event) -> bool:
    """Paid later: the same invoice, or an unnamed one of no other amount."""
    invoice, amount = failed.properties.get("invoice_id"), failed.properties.get("amount")
    for paid in view.timeline.of("invoice_paid", since=failed.at, until=view.now)[:MOST_ORDERS]:
        named = paid.properties.get("invoice_id")
        if named == invoice and invoice is not None:
            return True
        if (named is None or invoice is None) and paid.properties.get("amount", amount) == amount:
            return True
    return False


def replenishment_due(view: SignalView) -> Signal | None:
    """Something bought at regular intervals is due again; the one that is due longest."""
    due = [found for orders in _orders_by_product(view).values() if (found := _due(view, orders)) is not None]
    return min(due, key=lambda s: (s.at or view.now, s.facts["product_id"]), default=None)


def _orders_by_product(view: SignalView) -> dict[str, list[Event]]:
    orders: dict[str, list[Event]] = {}
    for order in view.timeline.within(2 * view.rules.memory, view.now, "order_completed")[-MOST_ORDERS:]:
        for product in {str(item["product_id"]) for item in items_of(order) if item.get("product_id")}:
            orders.setdefault(product, []).append(order)
    return orders


def _due(view: SignalView, orders: list[Event]) -> Signal | None:
    rules = view.rules
    days = [local_day(order.at, view.customer) for order in orders]
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    if len(orders) < rules.reorder_purchases or min(gaps) < 1:
        return None
    usual = median(gaps)
    if any(abs(gap - usual) > max(usual * rules.reorder_tolerance, 1) for gap in gaps):
        return None
    late = (local_day(view.now, view.customer) - days[-1]).days - usual
    # Half an interval late they have bought it elsewhere, or need it no more.
    if not 0 <= late <= max(usual / 2, 7):
        return None
    product = next(i for i in items_of(orders[-1]) if str(i.get("product_id")) in _products_of_all(orders))
    at = orders[-1].at + timedelta(days=usual)
    return signal(
        "replenishment_due", orders[-rules.reorder_purchases:], min(at, view.now),
        product_id=str(product["product_id"]), name=str(product.get("name") or ""), every_days=round(usual),
        in_stock=_in_stock(view, str(product["product_id"])),
    )  # fmt: skip


def _products_of_all(orders: list[Event]) -> set[str]:
    return set.intersection(*({str(i.get("product_id")) for i in items_of(o)} for o in orders))


def _in_stock(view: SignalView, product: str) -> bool | None:
    """What the newest view of the product said about its stock; None when nothing did."""
    views = view.timeline.within(view.rules.product_window, view.now, "product_viewed")[-MOST_ORDERS:]
    for seen in reversed(views):
        stock = seen.properties.get("in_stock")
        if str(seen.properties.get("product_id")) == product and isinstance(stock, bool):
            return stock
    return None
