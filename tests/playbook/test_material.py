"""Material: what a draft may rest on, what it gives, and what must never appear in it."""

import pytest

from journey_assistant.domain.company import Company, Offer, Plan, Resource
from journey_assistant.playbook.playbook import Playbook
from sweeping import default_playbook, outcome, rejected, sweep
from timelines import ago, day, event

PRICES = [event("page_viewed", ago(minutes=m), f"v{m}", path="/pricing", device="phone") for m in (50, 30, 10)]
CART = event(
    "cart_updated", ago(minutes=40), "cart", value=150.0, promo_code="OLD5", promo_ends_at="2026-05-01",
    items=[{"product_id": "mic", "name": "Mic"}, {"product_id": "cable", "name": "Cable"}],
)  # fmt: skip


def with_company(**fields) -> Playbook:
    default = default_playbook()
    return Playbook(**{**default.__dict__, "company": Company(**fields)})


def guide(id_, **fields):
    return Resource(id_, id_.title(), f"https://x.example/{id_}", **{"kind": "guide", **fields})


def material(events, book=None, **fields):
    verdict = sweep(events, book, **fields)
    assert verdict.material is not None, outcome(verdict)
    return verdict.material


def test_that_a_draft_rests_on_what_the_customer_told_us():
    found = material(PRICES, declared={"goal": "an album", "preferred_channel": "email"})
    assert [(f.name, f.value, f.source_id) for f in found.writable_facts] == [("goal", "an album", "declared.goal")]


def test_that_what_was_observed_steers_and_is_not_written():
    found = material(PRICES, declared={})
    assert [(f.name, f.use) for f in found.facts] == [("cause", "steer")]
    assert found.details == {}
    assert found.next_step == "live_conversation"


def test_that_bought_data_are_no_facts():
    bought = event("visit_identified", ago(days=1), party="third", company="Rivals", industry="opera", goal="x")
    rumour = event("signed_up", ago(days=3), party="third", goal="a rumour")
    assert "rumour" not in str(material([*PRICES, bought, rumour], declared={}))


def test_that_a_doubtful_fact_is_left_out():
    note = event("note_added", ago(days=2), author="kim", text="Two plans on file, not resolved.")
    found = material([*PRICES, note], declared={}, plan="Label")
    assert "plan" not in {fact.name for fact in found.facts}


def test_that_a_contradicted_renewal_is_too_weak_to_write_about():
    used = [event("feature_used", ago(days=d), feature="mixer", count=5) for d in (40, 20, 3)]
    note = event("note_added", ago(days=2), author="kim", text="Contract says it renews on 2026-12-01. Conflict.")
    verdict = sweep([*used, note], plan="Label", renews_at=day("2026-08-01"))
    assert outcome(verdict) == "hold:weak_data"


def test_that_the_slots_are_filled_with_readable_words():
    used = [event("feature_used", ago(days=d), feature="mixer", count=5) for d in (50, 40, 20, 3)]
    found = material(used, plan="Label", key_features=("mixer", "tape_delay"))
    assert found.details == {"goal": "a first album", "feature": "tape delay"}
    assert found.look_for == "how to use tape delay"


@pytest.mark.parametrize(
    ("events", "fields", "group"),
    [
        ([event("feature_used", ago(days=1), feature="mixer", count=1)], {"key_features": ("mixer",)}, "power user"),
        ([event("feature_used", ago(days=1), feature="mixer", count=1)], {"key_features": ("tape",)}, "active"),
        ([event("page_viewed", ago(days=1), path="/")], {}, "inactive"),
    ],
)
def test_that_three_days_after_onboarding_three_groups_hear_three_things(events, fields, group):
    found = material([event("onboarding_completed", ago(days=3)), *events], plan="Label", **fields)
    assert found.details["group"] == group


@pytest.mark.parametrize(("goal", "track"), [("See what is possible", "explore"), ("get started fast", "start")])
def test_that_a_welcome_follows_the_declared_goal(goal, track):
    found = material([event("signed_up", ago(hours=1), goal=goal, role="producer")], declared={})
    assert found.details == {"goal": goal, "role": "producer", "track": track}


def test_that_the_resource_is_the_one_about_the_matter():
    resources = (guide("mixing", topics=("mixer",)), guide("tape", features=("tape_delay",)))
    used = [event("feature_used", ago(days=d), feature="mixer", count=5) for d in (50, 40, 20, 3)]
    fields = {"plan": "Label", "key_features": ("mixer", "tape_delay")}
    assert material(used, with_company(resources=resources), **fields).resource.id == "tape"
    assert material(used, with_company(resources=resources[:1]), **fields).resource is None


def test_that_a_story_is_that_of_the_customers_industry():
    stories = tuple(guide(f"{i} story", kind="case_study", industries=(i,)) for i in ("opera", "music"))
    webinar = event("webinar_attended", ago(days=1), title="Mixing at home")
    told = event("survey_answered", ago(hours=20), party="second", answers={"industry": "opera"})
    assert material([webinar], with_company(resources=stories)).resource.id == "music story"
    assert material([webinar, told], with_company(resources=stories)).resource.id == "opera story"
    assert material([webinar], with_company(resources=stories), industry="farming").resource is None


def test_that_a_code_that_is_over_is_recorded_and_never_offered():
    verdict = sweep([CART])
    assert outcome(verdict) == "cart_recovery"
    assert rejected(verdict)["cart_recovery"] == "expired_offer"
    assert verdict.material.offer is None
    assert "OLD5" not in str(verdict.material.details)


def test_that_an_offer_has_to_be_about_what_is_in_the_cart():
    offers = (Offer("strings", "1 off strings", applies_to=("strings",)), Offer("mics", "1 off", applies_to=("Mic",)))
    assert material([CART], with_company(offers=offers)).offer.id == "mics"


def test_that_an_offer_for_others_is_not_made():
    offers = (Offer("vip", "1 off", applies_to=("mic",), audience={"tiers": ("key",)}),)
    verdict = sweep([CART], with_company(offers=offers))
    assert verdict.material.offer is None
    assert ("vip", "not_eligible") in verdict.material.rejected_offers


def test_that_a_comparison_may_be_answered_with_an_offer_on_plans():
    quiz = event("quiz_completed", ago(hours=1), quiz="Compare plans", answers={})
    offers = (Offer("strings", "1 off", applies_to=("strings",)), Offer("first", "1 off", applies_to=("Label",)))
    book = with_company(offers=offers, plans=(Plan("label", "Label"),))
    assert material([quiz], book).offer.id == "first"
