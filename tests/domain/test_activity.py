import pytest

from journey_assistant.domain.activity import (
    is_active_customer,
    is_converted,
    is_power_user,
    open_deal,
    plan_of,
    zone_named,
)
from journey_assistant.domain.company import Company, Plan
from journey_assistant.domain.numbers import number_of
from journey_assistant.domain.signal_rules import DEFAULT_SIGNAL_RULES
from journey_assistant.domain.timeline import Timeline
from timelines import NOW, ago, customer, event


def used(days, feature="mixer"):
    return event("feature_used", ago(days=days), f"{feature}{days}", feature=feature)


@pytest.mark.parametrize(
    ("plan", "changed_to", "expected"),
    [
        ("Label", None, "Label"),
        ("Label", "none", "Label"),
        (None, "Solo", "Solo"),
        (None, "none", None),
        ("none", None, None),
    ],
)
def test_that_the_profiles_plan_counts_else_the_newest_subscription(plan, changed_to, expected):
    events = [event("subscription_changed", ago(days=9), to=changed_to)] if changed_to else []
    assert plan_of(customer(plan=plan), Timeline(events), NOW) == expected


@pytest.mark.parametrize(
    ("plan", "converted"),
    [("Label", True), ("trial", False), ("Label trial", False), ("Free", False), ("Open mic", False), (None, False)],
)
def test_that_converted_means_a_plan_that_is_paid_for(plan, converted):
    company = Company(plans=(Plan("open", "Open mic", price_monthly=0),))
    assert is_converted(customer(plan=plan), Timeline(), NOW, company) is converted


@pytest.mark.parametrize(("plan", "days", "active"), [("Label", 30, True), ("Label", 30.1, False), (None, 1, False)])
def test_that_an_active_customer_has_a_plan_and_activity_in_thirty_days(plan, days, active):
    assert is_active_customer(customer(plan=plan), Timeline([used(days)]), NOW, DEFAULT_SIGNAL_RULES) is active


@pytest.mark.parametrize(("days", "power"), [((1, 14), True), ((1, 14.1), False), ((1,), False)])
def test_that_a_power_user_used_every_key_feature_within_fourteen_days(days, power):
    who = customer(plan="Label", key_features=("mixer", "export"))
    events = [used(d, f) for d, f in zip(days, ("mixer", "Export"), strict=False)]
    assert is_power_user(who, Timeline(events), NOW, DEFAULT_SIGNAL_RULES, Company()) is power


def test_that_without_key_features_nobody_is_a_power_user():
    assert not is_power_user(customer(plan="L"), Timeline([used(1)]), NOW, DEFAULT_SIGNAL_RULES, Company())


@pytest.mark.parametrize(("stage", "is_open"), [("proposal sent", True), ("Closed Won", False), ("closed lost", False)])
def test_that_a_deal_is_open_until_it_is_won_or_lost(stage, is_open):
    assert (open_deal(Timeline([event("deal_stage_changed", ago(days=1), stage=stage)]), NOW) is not None) is is_open


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3),
        (2.5, 2.5),
        ("89.00", 89),
        (True, None),
        (None, None),
        ("six", None),
        ("nan", None),
        ("inf", None),
        ([], None),
    ],
)
def test_that_only_finite_numbers_are_numbers(value, number):
    assert number_of(value) == number


@pytest.mark.parametrize(
    ("name", "known"), [("Europe/Oslo", True), (" Europe/Oslo ", True), ("Oslo", False), ("", False)]
)
def test_that_a_zone_is_known_by_its_full_name(name, known):
    assert (zone_named(name) is not None) is known
