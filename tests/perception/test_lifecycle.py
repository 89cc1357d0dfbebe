import pytest

from journey_assistant.domain.company import Company, Plan
from journey_assistant.domain.lifecycle import LifecycleStage
from journey_assistant.perception.lifecycle import stage_of
from journey_assistant.perception.signals import derive_signals
from timelines import ago, event, snapshot


def stage(*events, company=None, **fields) -> LifecycleStage:
    company = company or Company()
    seen = snapshot(events, **fields)
    return stage_of(seen, derive_signals(seen, (), company=company), company)


def used(days):
    return event("feature_used", ago(days=days), feature="mixer", count=3)


def pricing(*minutes):
    return [event("page_viewed", ago(minutes=m), path="/pricing") for m in minutes]


PAID = {"plan": "Label"}


@pytest.mark.parametrize(
    ("events", "fields", "expected"),
    [
        ([], {}, "awareness"),
        ([event("page_viewed", ago(days=1), path="/")], {}, "awareness"),
        ([], {"lifecycle_stage": "consideration"}, "consideration"),
        (pricing(40, 20, 1), {"lifecycle_stage": "awareness"}, "decision"),
        ([event("deal_stage_changed", ago(days=3), stage="proposal sent")], {}, "decision"),
        ([event("deal_stage_changed", ago(days=3), stage="Closed Lost")], {}, "awareness"),
        ([event("webinar_attended", ago(days=3), title="Tape")], {}, "consideration"),
        ([], {"plan": "trial"}, "decision"),
        ([used(1)], PAID, "retention"),
        ([used(1)], {**PAID, "lifecycle_stage": "consideration"}, "retention"),
        ([used(1)], {"lifecycle_stage": "retention"}, "awareness"),
        ([used(1), event("ticket_opened", ago(days=1), ticket_id="T1", topic="how")], PAID, "support"),
        ([used(1), event("invoice_failed", ago(days=1), invoice_id="R1")], PAID, "support"),
        ([used(1), event("order_completed", ago(days=2))], {}, "purchase"),
        ([used(1), event("order_completed", ago(days=20))], {}, "retention"),
        ([event("signed_up", ago(days=5), plan="Label")], PAID, "onboarding"),
        ([used(1), event("onboarding_completed", ago(days=3))], PAID, "onboarding"),
        ([used(1), event("onboarding_completed", ago(days=8))], {**PAID, "lifecycle_stage": "onboarding"}, "retention"),
        ([used(1), event("nps_submitted", ago(days=9), score=9)], PAID, "advocacy"),
        ([used(1), event("nps_submitted", ago(days=9), score=8)], PAID, "retention"),
        ([used(60)], PAID, "lapsed"),
        ([used(59)], PAID, "retention"),
        ([used(40), event("subscription_changed", ago(days=45), **{"from": "Label", "to": "none"})], {}, "lapsed"),
        ([used(1)], {"lifecycle_stage": "lapsed"}, "awareness"),
        ([used(31)], {"lifecycle_stage": "lapsed"}, "lapsed"),
    ],
)
def test_that_facts_place_a_customer_and_correct_a_stale_stage(events, fields, expected):
    assert stage(*events, **fields) == expected


def test_that_a_plan_for_nothing_is_not_a_purchase():
    company = Company(plans=(Plan("open", "Open mic", price_monthly=0),))
    assert stage(used(1), company=company, plan="Open mic") == "decision"
    assert stage(used(1), plan="Free") == "decision"


def test_that_an_unknown_stored_stage_is_ignored():
    assert stage(lifecycle_stage="mega-vip") == "awareness"
