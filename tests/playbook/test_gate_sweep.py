"""For every alert, play and hold: when it fires, and the miss just beside it."""

from datetime import timedelta

import pytest

from journey_assistant.domain.customer import Consent, StopState
from journey_assistant.domain.decision import Route
from journey_assistant.domain.handoff import Priority
from sweeping import default_playbook, outcome, rejected, sweep
from timelines import NOW, ago, day, event

PRICES = [event("page_viewed", ago(minutes=m), path="/pricing") for m in (50, 30, 10)]
TICKET = event("ticket_opened", ago(days=2), "t", ticket_id="T1", topic="technical", sentiment="frustrated", text="x")
USED = [event("feature_used", ago(days=d), feature="mixer", count=5) for d in (50, 40, 20, 3)]


def views(path, *times):
    return [event("page_viewed", at, path=path) for at in times]


def products(name, *days, **properties):
    return [event("product_viewed", ago(days=d), product_id=name, name=name, **properties) for d in days]


def orders(*days, **item):
    items = [{"product_id": "strings", "name": "Strings", "price": 9, "quantity": 1, **item}]
    return [event("order_completed", ago(days=d), items=items, value=9) for d in days]


def sent(play, days, topic="", **properties):
    at = ago(days=days)
    return event(
        "email_sent", at, message_id=f"{play}{days}", play=play, topic=topic, purpose="marketing", **properties
    )


def cart(minutes, value=150.0, items=2):
    listed = [{"product_id": f"p{n}", "name": f"Mic {n}", "price": 75, "quantity": 1} for n in range(items)]
    return event("cart_updated", ago(minutes=minutes), items=listed, value=value)


ALERTS = [
    ("frustrated_prospect", [*PRICES, TICKET], {}),
    ("closed_won", [event("deal_stage_changed", ago(hours=1), stage="Closed Won")], {}),
    ("cancellation_intent", views("/account/cancel", ago(days=6), ago(hours=1)), {"plan": "Label"}),
    ("churn_risk", USED[:3], {"plan": "Label", "renews_at": day("2026-09-01")}),
    ("churn_risk", [*USED, *views("/account/cancel", ago(days=9)), event("nps_submitted", ago(days=30), score=5)],
     {"plan": "Label"}),
    ("nps_detractor", [event("nps_submitted", ago(days=1), score=6, comment="fine")], {}),
    ("nps_detractor", [event("csat_submitted", ago(days=1), score=2)], {}),
    ("intent_surge", [event("intent_reported", ago(days=1), party="third", provider="p", score=80)], {}),
    ("intent_surge", [event("intent_reported", ago(days=d), party="third", provider=f"p{d}", score=70) for d in (1, 5)],
     {}),
    ("key_account_silent", [event("feature_used", ago(days=30, minutes=1), feature="mixer", count=1)],
     {"plan": "Label", "tier": "key"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "events", "fields"), ALERTS)
def test_that_an_alert_goes_to_a_person(code, events, fields):
    verdict = sweep(events, **fields)
    assert outcome(verdict) == code
    assert verdict.decision.route is Route.ROUTE_TO_HUMAN
    alert = next(a for a in default_playbook().alerts.alerts if a.code == code)
    assert verdict.queue == alert.queue
    assert verdict.reasons[0].evidence


NO_ALERTS = [
    ("frustrated_prospect", [*PRICES[1:], TICKET], {}),
    ("frustrated_prospect", [*PRICES, TICKET, event("ticket_closed", ago(days=1), ticket_id="T1"),
                             event("csat_submitted", ago(hours=9), score=5)], {}),
    ("closed_won", [event("deal_stage_changed", ago(hours=1), stage="Closed Lost")], {}),
    ("closed_won", [event("deal_stage_changed", ago(days=8), stage="Closed Won")], {}),
    ("cancellation_intent", views("/account/cancel", ago(days=7, minutes=1), ago()), {"plan": "Label"}),
    ("cancellation_intent", views("/help/cancel", ago(days=6), ago(hours=1)), {"plan": "Label"}),
    ("churn_risk", USED[:3], {"plan": "Label", "renews_at": day("2026-12-01")}),
    ("churn_risk", USED[:3], {"renews_at": day("2026-09-01")}),
    ("nps_detractor", [event("nps_submitted", ago(days=1), score=7)], {}),
    ("nps_detractor", [event("csat_submitted", ago(days=1), score=3)], {}),
    ("intent_surge", [event("intent_reported", ago(days=1), party="third", provider="p", score=79)], {}),
    ("intent_surge", [event("intent_reported", ago(days=d), party="third", provider="p", score=70) for d in (1, 5)],
     {}),
    ("key_account_silent", [event("feature_used", ago(days=29), feature="mixer", count=1)],
     {"plan": "Label", "tier": "key"}),
    ("key_account_silent", [event("feature_used", ago(days=31), feature="mixer", count=1)], {"plan": "Label"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "events", "fields"), NO_ALERTS)
def test_that_a_near_miss_raises_no_alert(code, events, fields):
    verdict = sweep(events, **fields)
    assert outcome(verdict) != code
    assert code not in rejected(verdict)


def test_that_an_alert_is_raised_once_for_its_cause():
    cause = event("nps_submitted", ago(days=2), score=3)
    raised = event("alert_raised", ago(days=1), code="nps_detractor")
    assert outcome(sweep([cause])) == "nps_detractor"
    assert outcome(sweep([cause, raised])) != "nps_detractor"
    again = event("nps_submitted", ago(hours=1), score=2)
    assert outcome(sweep([cause, raised, again])) == "nps_detractor"


def test_that_a_key_accounts_alert_is_one_step_more_urgent():
    verdict = sweep([event("deal_stage_changed", ago(hours=1), stage="won")], tier="key")
    assert verdict.priority is Priority.HIGH


@pytest.mark.parametrize("state", list(StopState))
def test_that_alerts_pass_every_hold_but_erasure_and_minors(state):
    verdict = sweep([event("nps_submitted", ago(days=1), score=3)], stop_state=state)
    silent = state in (StopState.ERASED, StopState.ERASURE_REQUESTED, StopState.MINOR)
    assert outcome(verdict) == ("hold:stop_state" if silent else "nps_detractor")


FEATURES = {"key_features": ("mixer", "tape"), "plan": "Label"}
PLAYS = [
    ("pricing_velocity", PRICES, {}),
    ("pricing_objections", views("/plans/label", ago(days=13), ago(hours=1)), {}),
    ("category_interest", products("a", 13, category="mics") + products("b", 5, 0, category="mics"), {}),
    ("product_interest", products("a", 29, 12, 0), {}),
    ("comparison_done", [event("quiz_completed", ago(hours=1), quiz="Compare plans", answers={"people": 3})], {}),
    ("comparison_done", [event("content_downloaded", ago(hours=1), title="Buyer's guide", kind="guide")], {}),
    ("download_follow_up", [event("content_downloaded", ago(hours=49), title="The cost of tape", kind="white paper")],
     {}),
    ("webinar_follow_up", [event("webinar_attended", ago(days=1), title="Mixing at home")], {}),
    ("cart_recovery", [cart(31)], {}),
    ("silent_prospect", [event("deal_stage_changed", ago(days=20), stage="proposal", goals=["an album"]),
                         event("email_replied", ago(days=11), text="Could you show the room?")], {}),
    ("welcome", [event("signed_up", ago(hours=1), role="producer", goal="demo")], {}),
    ("onboarding_stalled", [event("onboarding_step_completed", ago(days=5), step="a", next="b")], {"plan": "Label"}),
    ("onboarding_plus_3", [event("onboarding_completed", ago(days=3)), *USED[3:]], {"plan": "Label"}),
    ("usage_gap", USED, FEATURES),
    ("renewal_value", USED, {"plan": "Label", "renews_at": day("2026-08-01")}),
    ("education_instead", [sent("upgrade_fit", 20, "upgrade"), sent("upgrade_fit", 10, "upgrade"), *USED],
     {"plan": "Label"}),
    ("upgrade_fit", [event("feature_used", ago(days=d), feature="tracks", count=85, limit=100) for d in (20, 2)],
     {"plan": "Label"}),
    ("replenishment", [*orders(180, 120, 60), *USED], {"plan": "Label"}),
    ("reactivation", [event("feature_used", ago(days=66), feature="mixer", count=2),
                      event("subscription_changed", ago(days=64), **{"from": "Label", "to": "none"})], {}),
    ("advocacy", [event("nps_submitted", ago(days=1), score=9, comment="wonderful"), *USED], {"plan": "Label"}),
    ("payment_failed", [event("invoice_failed", ago(hours=2), invoice_id="i", amount=9)], {"plan": "Label"}),
]  # fmt: skip


@pytest.mark.parametrize(("play", "events", "fields"), PLAYS)
def test_that_a_play_is_drafted_when_its_trigger_is_true(play, events, fields):
    verdict = sweep(events, **fields)
    assert outcome(verdict) == play
    assert verdict.allowed == (Route.DRAFT_MESSAGE,)
    assert verdict.reasons[0].evidence


NOT_DUE = [
    ("pricing_velocity", views("/pricing", ago(minutes=66), ago(minutes=30), ago()), {}),
    ("pricing_velocity", views("/pricing", ago(minutes=30, seconds=20), ago(minutes=30), ago()), {}),
    ("pricing_velocity", views("/plans/label", ago(minutes=40), ago(minutes=30), ago()), {"plan": "Label"}),
    ("pricing_velocity", views("/blog/pricing", ago(minutes=40), ago(minutes=30), ago()), {}),
    ("pricing_objections", views("/pricing", ago(days=15), ago()), {}),
    ("pricing_objections", views("/pricing", ago(days=13), ago()), {"plan": "Label"}),
    ("category_interest", products("a", 15, 5, 0, category="mics")[:2] + products("b", 0, category="mics"), {}),
    ("product_interest", products("a", 31, 12, 0), {}),
    ("product_interest", [*products("strings", 29, 12, 9), *orders(8)], {}),
    ("comparison_done", [event("quiz_completed", ago(hours=1), quiz="Which band are you?")], {}),
    ("download_follow_up", [event("content_downloaded", ago(hours=47), title="Tape", kind="white paper")], {}),
    ("download_follow_up", [event("content_downloaded", ago(hours=49), title="Tape", kind="white paper"),
                            *views("/", ago(hours=20))], {}),
    ("webinar_follow_up", [event("form_submitted", ago(days=1), form="webinar registration")], {}),
    ("cart_recovery", [cart(29)], {}),
    ("cart_recovery", [cart(40, value=99.0)], {}),
    ("cart_recovery", [cart(40, items=1)], {}),
    ("cart_recovery", [cart(40), event("order_completed", ago(minutes=9), items=[], value=150)], {}),
    ("silent_prospect", [event("deal_stage_changed", ago(days=20), stage="proposal"),
                         event("email_replied", ago(days=9), text="Soon.")], {}),
    ("silent_prospect", [event("deal_stage_changed", ago(days=20), stage="lost")], {}),
    ("welcome", [event("signed_up", ago(days=400))], {}),
    ("onboarding_stalled", [event("onboarding_step_completed", ago(days=4, hours=23), step="a", next="b")],
     {"plan": "Label"}),
    ("onboarding_stalled", [event("signed_up", ago(days=9))], {"plan": "Label"}),
    ("onboarding_plus_3", [event("onboarding_completed", ago(days=2, hours=23)), *USED[3:]], {"plan": "Label"}),
    ("usage_gap", [*USED, event("feature_used", ago(days=29), feature="tape", count=1)], FEATURES),
    ("usage_gap", USED, {"plan": "Label"}),
    ("renewal_value", USED, {"plan": "Label", "renews_at": day("2026-08-17")}),
    ("renewal_value", USED, {"plan": "Label", "renews_at": day("2026-07-16")}),
    ("education_instead", [sent("upgrade_fit", 20, "upgrade"), sent("upgrade_fit", 2, "upgrade"), *USED],
     {"plan": "Label"}),
    ("upgrade_fit", [event("feature_used", ago(days=d), feature="tracks", count=79 + d, limit=100) for d in (20, 0)],
     {"plan": "Label"}),
    ("replenishment", [*orders(200, 140, 59), *USED], {"plan": "Label"}),
    ("replenishment", [*orders(180, 120, 60), *products("strings", 1, in_stock=False)], {"plan": "Label"}),
    ("reactivation", [event("feature_used", ago(days=59), feature="mixer", count=2)], {"plan": "Label"}),
    ("reactivation", views("/", ago(days=70)), {}),
    ("advocacy", [event("nps_submitted", ago(days=1), score=8), *USED], {"plan": "Label"}),
    ("advocacy", [event("nps_submitted", ago(days=1), score=9), event("ticket_opened", ago(hours=1), ticket_id="T")],
     {"plan": "Label"}),
    ("payment_failed", [event("invoice_failed", ago(hours=2), invoice_id="i", amount=9),
                        event("invoice_paid", ago(hours=1), invoice_id="i")], {"plan": "Label"}),
    ("preference_question", views("/", ago(minutes=2)), {"declared": {}}),
]  # fmt: skip


@pytest.mark.parametrize(("play", "events", "fields"), NOT_DUE)
def test_that_a_near_miss_is_not_due(play, events, fields):
    verdict = sweep(events, **fields)
    assert outcome(verdict) != play
    assert play not in rejected(verdict)


def test_that_every_play_has_a_case_that_fires_and_one_that_does_not():
    fires, misses = {row[0] for row in PLAYS}, {row[0] for row in NOT_DUE}
    assert misses == set(default_playbook().plays)
    assert fires == misses - {"preference_question"}


HOLDS = [
    ("stop_state", PRICES, {"stop_state": StopState.DO_NOT_CONTACT}),
    ("no_consent", PRICES, {"consent": Consent({"email": {"marketing": "yes"}})}),
    ("no_consent", [*PRICES, event("consent_changed", ago(), channel="email", purpose="marketing", granted=False)], {}),
    ("no_consent", PRICES, {"consent": Consent({"email": {"marketing": True}}, personalization=False)}),
    ("open_issue", [*PRICES, event("ticket_opened", ago(days=9), ticket_id="T", topic="billing")], {}),
    ("negative_sentiment",
     [*views("/pricing", ago(days=9), ago(hours=1)),
      event("chat_message", ago(days=3), author="customer", text="hopeless")], {}),
    ("recent_purchase", [*orders(29), cart(40)], {}),
    ("frequency_cap", [*PRICES, *(sent("news", d) for d in (6, 2))], {}),
    ("frequency_cap", [*PRICES, sent("news", 0.5)], {}),
    ("quiet_hours", PRICES, {"timezone": None}),
    ("quiet_hours", PRICES, {"timezone": "Asia/Tokyo"}),
    ("ignored", [*PRICES, sent("pricing_velocity", 40), sent("pricing_velocity", 31)], {}),
    ("frequency_cap", [*PRICES, sent("pricing_velocity", 29), event("email_opened", ago(days=28),
                                                                     message_id="pricing_velocity29")], {}),
    ("stale", views("/pricing", *(ago(hours=5, minutes=m) for m in (50, 30, 10))), {}),
    ("holdout", PRICES, {"experiments": {"pricing_velocity": "holdout"}}),
    ("weak_data", [event("deal_stage_changed", ago(days=13), stage="qualified")], {"declared": {}}),
    ("weak_data", [event("product_viewed", ago(minutes=m), product_id="a", name="a") for m in (9, 6, 3)], {}),
    ("weak_data", [event("webinar_attended", ago(days=1), party="third", title="Mixing")], {}),
    ("nothing_due", [], {}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "events", "fields"), HOLDS)
def test_that_a_hold_says_why_and_until_when(code, events, fields):
    verdict = sweep(events, **fields)
    assert outcome(verdict) == f"hold:{code}"
    assert verdict.until


NOT_HELD = [
    ("pricing_velocity", PRICES, {"experiments": {"pricing_velocity": "treatment"}}),
    ("pricing_velocity", [*PRICES, event("ticket_opened", ago(days=9), ticket_id="T", topic="technical")], {}),
    ("pricing_velocity", [*PRICES, *(sent("news", d) for d in (7, 2))], {}),
    ("pricing_velocity", [*PRICES, sent("pricing_velocity", 30)], {}),
    ("pricing_velocity", [*PRICES, *orders(2)], {}),
    ("pricing_velocity", views("/pricing", *(ago(hours=3, minutes=m) for m in (50, 30, 10))), {}),
    ("cart_recovery", [*orders(30), cart(40)], {}),
    ("payment_failed", [event("invoice_failed", ago(hours=2), invoice_id="i", amount=9),
                        event("ticket_opened", ago(days=9), ticket_id="T", topic="billing"),
                        *(sent("news", d) for d in (6, 2))], {"timezone": None}),
]  # fmt: skip


@pytest.mark.parametrize(("play", "events", "fields"), NOT_HELD)
def test_that_the_near_miss_of_a_hold_is_drafted(play, events, fields):
    assert outcome(sweep(events, **fields)) == play


def test_that_a_stale_moment_is_remembered_for_a_year_and_then_nothing():
    old = views("/pricing", *(ago(days=364, minutes=m) for m in (50, 30, 10)))
    older = views("/pricing", *(ago(days=367, minutes=m) for m in (50, 30, 10)))
    assert outcome(sweep(old)) == "hold:stale"
    assert outcome(sweep(older)) == "hold:nothing_due"


def test_that_quiet_hours_do_not_age_a_moment():
    evening = [event("page_viewed", NOW.replace(hour=19, minute=m), path="/pricing") for m in (10, 20, 30)]
    morning = NOW.replace(hour=7, minute=20) + timedelta(days=1)
    assert outcome(sweep(evening, now=morning)) == "pricing_velocity"
    assert outcome(sweep(evening, now=morning + timedelta(hours=4))) == "hold:stale"


def test_that_the_loser_is_recorded_with_its_reason():
    verdict = sweep([*PRICES, *products("a", 12, 5, 0, category="mics")])
    assert outcome(verdict) == "pricing_velocity"
    assert rejected(verdict)["category_interest"] == "lost_arbitration"


def test_that_a_held_play_gives_way_to_the_next_and_is_recorded():
    ignored = [sent("upgrade_fit", 40, "upgrade"), sent("upgrade_fit", 31, "upgrade")]
    near = [event("feature_used", ago(days=d), feature="tracks", count=85, limit=100) for d in (20, 2)]
    verdict = sweep([*ignored, *near], plan="Label")
    assert outcome(verdict) == "education_instead"
    assert rejected(verdict)["upgrade_fit"] == "ignored"


def test_that_a_stopped_winner_ends_the_moment_for_everybody():
    events = [*PRICES, *products("a", 12, 5, 0, category="mics")]
    verdict = sweep(events, experiments={"pricing_velocity": "holdout"})
    assert outcome(verdict) == "hold:holdout"
    assert "category_interest" in rejected(verdict)


def test_that_the_hold_carries_the_reason_of_the_best_candidate():
    events = [*PRICES, *products("a", 12, 5, 0, category="mics"), *orders(3), cart(40)]
    verdict = sweep(events, timezone=None)
    assert outcome(verdict) == "hold:quiet_hours"
    assert rejected(verdict)["cart_recovery"] == "recent_purchase"


def test_that_a_play_is_written_once_for_its_cause():
    failed = event("invoice_failed", ago(hours=9), invoice_id="i", amount=9)
    drafted = event("draft_created", ago(hours=8), play="payment_failed")
    assert outcome(sweep([failed, drafted], plan="Label")) == "hold:nothing_due"
    again = event("invoice_failed", ago(hours=2), invoice_id="j", amount=9)
    assert outcome(sweep([failed, drafted, again], plan="Label")) == "payment_failed"


@pytest.mark.parametrize(("days", "expected"), [(29, "hold:nothing_due"), (31, "usage_gap")])
def test_that_a_state_play_comes_again_only_after_its_time(days, expected):
    before = event("draft_created", ago(days=days), play="usage_gap")
    assert outcome(sweep([*USED, before], **FEATURES)) == expected


def test_that_a_play_that_is_switched_off_lets_the_next_one_come(tmp_path):
    from journey_assistant.playbook.load import load_playbook
    from sweeping import DEFAULT_DIR

    before = outcome(sweep(PRICES))
    (tmp_path / "autonomy.yaml").write_text(f"plays: {{{before}: 'off'}}\n")
    off = sweep(PRICES, playbook=load_playbook(DEFAULT_DIR, tmp_path))
    assert outcome(off) == "hold:off" or rejected(off)[before] == "off"


@pytest.mark.parametrize(("full", "drafted"), [("", True), ("marketing", False), ("all", False)])
def test_that_a_full_review_holds_marketing(full, drafted):
    from dataclasses import replace

    from journey_assistant.playbook.gate_sweep import gate_sweep
    from sweeping import YES, consent, perceive
    from timelines import snapshot

    seen = snapshot(PRICES, consent=consent(**YES), declared={"goal": "a first album"})
    verdict = gate_sweep(default_playbook(), perceive(replace(seen, extra={"review_full": full})))
    assert (verdict.decision is None) is drafted
    assert drafted or outcome(verdict) == "hold:review_full"
