import pytest

from signals_found import found
from timelines import ago, day, event

MIC, AMP = {"product_id": "mic", "name": "Mic", "price": 80}, {"product_id": "amp", "name": "Amp", "price": 200}


@pytest.mark.parametrize(
    ("renews", "zone", "days"),
    [
        ("2026-06-17", "Europe/London", 0),
        ("2026-09-15", "Europe/London", 90),
        ("2026-09-16", "Europe/London", None),
        ("2026-06-16", "Europe/London", None),
        ("2026-06-18", "Pacific/Auckland", 0),
    ],
)
def test_that_a_renewal_is_near_for_ninety_of_the_customers_days(renews, zone, days):
    signal = found("renewal_near", renews_at=day(renews), timezone=zone)
    assert (signal.facts["days"] if signal else None) == days


def test_that_a_renewal_needs_a_date():
    assert not found("renewal_near")
    assert found("renewal_near", renews_at=day("2026-07-01")).evidence == ("account.renews_at",)


@pytest.mark.parametrize(("days", "recent"), [(29.9, True), (30, False)])
def test_that_a_purchase_is_recent_for_thirty_days(days, recent):
    order = event("order_completed", ago(days=days), value=80, items=[MIC])
    signal = found("recent_purchase", order)
    assert (signal is not None) is recent
    if recent:
        assert signal.facts["products"] == ("mic",)


def cart(minutes, items, **properties):
    return event("cart_updated", ago(minutes=minutes), f"cart{minutes}", items=items, **properties)


@pytest.mark.parametrize(
    ("events", "left"),
    [
        ([cart(30, [MIC, AMP], value=280)], True),
        ([cart(29, [MIC, AMP], value=280)], False),
        ([cart(60, [MIC, AMP])], True),
        ([cart(60, [AMP], value=200)], False),
        ([cart(60, [{**MIC, "quantity": 2}])], True),
        ([cart(60, [MIC, MIC], value=99.99)], False),
        ([cart(60, [MIC, MIC], value=100)], True),
        ([cart(60, [MIC, AMP]), cart(10, [MIC, AMP])], False),
        ([cart(60, [MIC, AMP]), cart(40, [])], False),
        ([cart(60, [MIC, AMP]), event("order_completed", ago(minutes=50), items=[AMP])], False),
        ([event("order_completed", ago(minutes=70), items=[AMP]), cart(60, [MIC, AMP])], True),
        ([cart(60, "two mics", value=500)], False),
    ],
    ids=[
        "half an hour", "29 minutes", "value summed up", "one item", "two of one", "below the floor", "the floor",
        "touched again", "emptied", "ordered", "ordered before", "no items",
    ],
)  # fmt: skip
def test_that_a_cart_is_left_when_worth_it_untouched_and_not_ordered(events, left):
    assert (found("cart_left", *events) is not None) is left


def test_that_a_cart_tells_what_is_in_it():
    facts = found("cart_left", cart(42, [MIC, AMP], value=280, promo_code="MAY")).facts
    assert (facts["items"], facts["value"], facts["promo"]) == (("Mic", "Amp"), 280, "MAY")


def failed(days, invoice="R1", amount=50):
    return event("invoice_failed", ago(days=days), f"f{days}", invoice_id=invoice, amount=amount)


@pytest.mark.parametrize(
    ("paid", "stands"),
    [
        ({"invoice_id": "R1"}, False),
        ({"invoice_id": "R2"}, True),
        ({"amount": 50}, False),
        ({"amount": 20}, True),
        ({}, False),
    ],
)
def test_that_a_failed_payment_stands_until_that_invoice_is_paid(paid, stands):
    assert (found("payment_failed", failed(2), event("invoice_paid", ago(days=1), **paid)) is not None) is stands


def test_that_a_payment_before_the_failure_pays_nothing():
    assert found("payment_failed", failed(2), event("invoice_paid", ago(days=3), invoice_id="R1"))


def test_that_a_failed_payment_names_invoice_amount_and_attempts():
    signal = found("payment_failed", failed(9), failed(2), failed(5, "R0"))
    assert (signal.facts["invoice_id"], signal.facts["amount"], signal.facts["attempts"]) == ("R1", 50, 2)
    assert signal.evidence == ("f9", "f2")


def bought(*days):
    return [
        event("order_completed", ago(days=d), f"b{d}", items=[{"product_id": "reed", "name": "Reeds"}]) for d in days
    ]


@pytest.mark.parametrize(
    ("days", "due"),
    [
        ((90, 60, 30), True),
        ((89, 59, 29), False),
        ((105, 75, 45), True),
        ((106, 76, 46), False),
        ((60, 30), False),
        ((90, 80, 30), False),
        ((97, 64, 34), True),
        ((30.2, 30.1, 30), False),
    ],
    ids=["due today", "a day early", "half late", "too late", "only twice", "irregular", "about regular", "one day"],
)
def test_that_what_is_bought_regularly_is_due_after_its_usual_interval(days, due):
    signal = found("replenishment_due", *bought(*days))
    assert (signal is not None) is due
    if due:
        assert signal.facts["product_id"] == "reed"


@pytest.mark.parametrize("stock", [True, False, None])
def test_that_a_reorder_knows_what_was_last_seen_of_the_stock(stock):
    seen = event("product_viewed", ago(days=2), product_id="reed", in_stock=stock)
    assert found("replenishment_due", *bought(90, 60, 30), seen).facts["in_stock"] is stock


def test_that_a_reorder_is_due_on_the_customers_own_day():
    # Half past eleven at night in UTC is the next day in London's summer.
    events = bought(89.52, 59.52, 29.52)
    assert found("replenishment_due", *events, timezone="UTC")
    assert not found("replenishment_due", *events, timezone="Europe/London")
