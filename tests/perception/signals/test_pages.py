from datetime import timedelta

import pytest

from journey_assistant.domain.company import Company, Plan
from journey_assistant.domain.signals import Signal, named
from journey_assistant.perception.signals import derive_signals
from timelines import NOW, ago, event, snapshot


def found(name, events, company=None, **fields) -> Signal | None:
    return named(derive_signals(snapshot(events, **fields), (), company=company), name)


def views(*minutes_ago, path="/pricing"):
    return [event("page_viewed", ago(minutes=m), path=path) for m in minutes_ago]


@pytest.mark.parametrize(
    ("minutes", "fires"),
    [
        ((60, 30, 0), True),
        ((61, 30, 0), False),
        ((30, 0), False),
        ((600, 590, 580), True),
        ((59, 0.4, 0), False),
        ((59, 0.6, 0), True),
    ],
    ids=["exactly an hour", "a minute more", "one short", "earlier", "reloaded in 24 s", "again after 36 s"],
)
def test_that_three_pricing_views_within_an_hour_are_velocity(minutes, fires):
    assert (found("pricing_velocity", views(*minutes)) is not None) is fires


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("/pricing", True),
        ("/Pricing/", True),
        ("https://www.studio.example/pricing?ref=mail#top", True),
        ("studio.example/plans/solo", True),
        ("/plans", True),
        ("/pricing-history", False),
        ("/blog/pricing", False),
        ("/help/pricing", False),
        ("/", False),
        ("", False),
    ],
)
def test_that_pricing_pages_are_known_however_their_address_is_spelled(path, counts):
    assert (found("pricing_velocity", views(50, 20, 0, path=path)) is not None) is counts


def test_that_velocity_says_which_views_it_rests_on_and_when_it_came_true():
    seen = [*views(300), *views(50, 20, 5)]
    signal = found("pricing_velocity", seen)
    assert signal.evidence == tuple(e.id for e in seen[1:])
    assert signal.at == ago(minutes=5)
    assert signal.facts["views"] == 3


def test_that_an_event_delivered_twice_counts_once():
    one, two = views(40, 10)
    assert found("pricing_velocity", [one, two, event("page_viewed", ago(minutes=5), two.id, path="/pricing")]) is None


def test_that_reading_only_the_page_of_their_own_plan_is_marked():
    company = Company(plans=(Plan("solo", "Solo"), Plan("label", "Label")))
    own = found("pricing_velocity", views(50, 20, 0, path="/plans/solo"), company, plan="Solo")
    other = found("pricing_velocity", views(50, 20, 0, path="/plans/label"), company, plan="Solo")
    assert (own.facts["own_plan_only"], own.facts["plans"]) == (True, ("Solo",))
    assert (other.facts["own_plan_only"], other.facts["plans"]) == (False, ("Label",))


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("/account/cancel", True),
        ("/settings/Close-Account/", True),
        ("/cancellation-policy", True),
        ("/help/cancel", False),
        ("/blog/downgrade", False),
        ("/cancel/reasons", False),
    ],
)
def test_that_a_cancellation_page_is_known_by_its_last_segment_outside_help(path, counts):
    seen = [event("page_viewed", ago(days=d), path=path) for d in (3, 1)]
    assert (found("cancellation_page_visits", seen) is not None) is counts


@pytest.mark.parametrize(("days", "fires"), [((7, 0), True), ((7.01, 0), False), ((0,), False)])
def test_that_cancellation_needs_two_visits_in_seven_days(days, fires):
    seen = [event("page_viewed", ago(days=d), path="/account/cancel") for d in days]
    assert (found("cancellation_page_visits", seen) is not None) is fires


def products(*days_ago, product="mic", category="microphones"):
    return [
        event("product_viewed", ago(days=d), f"{product}{d}", product_id=product, name=product, category=category)
        for d in days_ago
    ]


@pytest.mark.parametrize(("days", "fires"), [((30, 9, 0), True), ((30.1, 9, 0), False), ((9, 0), False)])
def test_that_a_product_needs_three_views_in_thirty_days(days, fires):
    assert (found("product_viewed_repeatedly", products(*days)) is not None) is fires


def test_that_a_product_they_bought_is_no_interest_any_more():
    order = event("order_completed", ago(days=2), items=[{"product_id": "mic"}])
    assert found("product_viewed_repeatedly", [*products(20, 9, 1), order]) is None


def test_that_the_newest_product_interest_wins():
    signal = found("product_viewed_repeatedly", [*products(20, 9, 3), *products(19, 8, 1, product="amp")])
    assert signal.facts["product_id"] == "amp"


@pytest.mark.parametrize(("days", "fires"), [((14, 9, 0), True), ((14.1, 9, 0), False), ((9, 0), False)])
def test_that_a_category_needs_three_views_in_fourteen_days_over_any_products(days, fires):
    seen = [e for n, d in enumerate(days) for e in products(d, product=f"m{n}")]
    signal = found("category_viewed_repeatedly", seen)
    assert (signal is not None) is fires
    if signal:
        assert signal.facts["category"] == "microphones"


@pytest.mark.parametrize(("section", "fires"), [("solutions", True), ("help", False), ("app", False)])
def test_that_a_topic_of_the_site_counts_as_a_category_but_help_does_not(section, fires):
    pages = ("home-studio", "home-studio/setup", "home-studio/prices")
    seen = [event("page_viewed", ago(days=n), path=f"/{section}/{page}") for n, page in enumerate(pages)]
    signal = found("category_viewed_repeatedly", seen)
    assert (signal is not None) is fires
    if signal:
        assert signal.facts["category"] == "home studio"


def test_that_events_after_now_never_count():
    later = [event("page_viewed", NOW + timedelta(minutes=m), path="/pricing") for m in (1, 5)]
    assert found("pricing_velocity", [*views(10), *later]) is None
