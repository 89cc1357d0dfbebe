"""The condition language: every answer is explained leaf by leaf."""

from datetime import timedelta

import pytest
import yaml
from pydantic import ValidationError

from journey_assistant.domain.needs import Need, NeedCode
from journey_assistant.playbook.conditions import Condition
from journey_assistant.playbook.evaluate import evaluate
from journey_assistant.playbook.scene import Scene
from sweeping import DEFAULT_DIR, default_playbook, perceive
from timelines import NOW, ago, day, event, snapshot

VIEWS = [event("page_viewed", ago(minutes=m), f"v{m}", path=p) for m, p in ((50, "/pricing"), (20, "/Plans/x?a=1"))]


def answer(condition, events=(), *, text=None, trigger=None, given=None, **fields):
    book = default_playbook()
    perceived = perceive(snapshot(events, text=text, **fields), book, **(given or {}))
    scene = Scene.now(perceived, book.vocabulary, book.company)
    if trigger is not None:
        scene = scene.after(trigger, trigger.at)
    return evaluate(Condition.model_validate(condition), scene)


PRICES = {"of": "page_viewed", "where": {"path": {"paths": "pricing"}}}
HOLDS = [
    ({"count": {**PRICES, "within": "1 h", "at_least": 2}}, VIEWS, {}),
    ({"count": {**PRICES, "at_most": 2}}, VIEWS, {}),
    ({"count": {**PRICES, "within": "3 d", "distinct": "day", "at_least": 2}},
     [*VIEWS, event("page_viewed", ago(days=1), path="/pricing")], {}),
    ({"count": {**PRICES, "older_than": "40 min"}}, VIEWS, {}),
    ({"count": {"of": "feature_used", "where": {"count": {"share_of": "limit", "at_least": 0.8}}}},
     [event("feature_used", feature="a", count=8, limit=10)], {}),
    ({"count": {"of": ["order_completed", "cart_updated"], "where": {"items.product_id": "p2"}}},
     [event("cart_updated", items=[{"product_id": "p1"}, {"product_id": "P2"}])], {}),
    ({"count": {"of": "intent_reported", "party": ["second", "third"]}},
     [event("intent_reported", party="third")], {}),
    ({"count": {"of": "deal_stage_changed", "where": {"stage": "closed_won"}}},
     [event("deal_stage_changed", stage="Closed Won")], {}),
    ({"count": {"of": "page_viewed", "where": {"path": {"paths": "cancellation", "not_paths": "help"}}}},
     [event("page_viewed", path="/account/Cancel/")], {}),
    ({"count": {**PRICES, "where": {"path": {"paths": "pricing", "not_own_plan": True}}, "at_least": 1, "at_most": 1}},
     [*VIEWS[:1], event("page_viewed", path="/plans/label")], {"plan": "Label"}),
    ({"count": {"of": "page_viewed", "same_view": True, "at_most": 1}},
     [event("page_viewed", ago(seconds=s), path="/a") for s in (20, 0)], {}),
    ({"absent": {"of": "order_completed", "within": "30 d"}}, [event("order_completed", ago(days=31))], {}),
    ({"state": {"field": "customer.plan", "is": "label"}}, [], {"plan": "Label"}),
    ({"state": {"field": "account.renews_at", "days_until": True, "at_least": 30, "at_most": 30}}, [],
     {"renews_at": day("2026-07-17")}),
    ({"state": {"field": "declared.goal", "exists": True}}, [], {"declared": {"goal": "x"}}),
    ({"state": {"field": "declared.goal", "words": "explore"}}, [], {"declared": {"goal": "See what is possible"}}),
    ({"state": {"field": "customer.tier", "not_one_of": ["key"]}}, [], {}),
    ({"state": {"field": "days_silent", "at_least": 2}}, [event("page_viewed", ago(days=2), path="/")], {}),
    ({"fact": "goal"}, [], {"declared": {"goal": "x"}}),
    ({"fact": ["question", "pain_point"]}, [event("email_replied", ago(days=1), text="When?")], {}),
    ({"signal": "signed_up"}, [event("signed_up", ago(days=99))], {}),
    ({"signal": {"name": "signed_up", "within": "2 d", "facts": {"role": "drummer"}}},
     [event("signed_up", ago(days=2), role="drummer")], {}),
    ({"signal": "buying_signal"}, [event("intent_reported", ago(days=1), party="third", score=99)], {}),
    ({"sentiment": {"is": "negative", "of": "customer"}},
     [event("chat_message", ago(days=2), author="customer", text="hopeless")], {}),
    ({"sentiment": {"is": "neutral", "of": "customer"}}, [], {}),
    ({"sentiment": {"is": "negative", "of": "crm"}},
     [event("ticket_opened", ago(days=2), ticket_id="t", text="x", sentiment="frustrated")], {}),
    ({"at_least": {"count": 2, "of": [{"signal": "signed_up"}, {"signal": "closed_won"}, {"fact": "goal"}]}},
     [event("signed_up", ago(days=1), goal="x")], {}),
    ({"not": {"signal": "signed_up"}}, [], {}),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "events", "fields"), HOLDS)
def test_that_a_condition_holds(condition, events, fields):
    found = answer(condition, events, **fields)
    assert found.holds, found


FAILS = [
    ({"count": {**PRICES, "within": "30 min", "at_least": 2}}, VIEWS, {}),
    ({"count": {**PRICES, "within": "3 d", "distinct": "day", "at_least": 2}}, VIEWS, {}),
    ({"count": {**PRICES, "at_least": 1}}, [event("page_viewed", path="/blog/pricing")], {}),
    ({"count": {"of": "intent_reported", "party": ["first"]}}, [event("intent_reported", party="third")], {}),
    ({"count": {"of": "page_viewed", "where": {"path": {"paths": "cancellation", "not_paths": "help"}}}},
     [event("page_viewed", path="/help/cancel")], {}),
    ({"absent": {"of": "order_completed", "within": "30 d"}}, [event("order_completed", ago(days=30))], {}),
    ({"state": {"field": "customer.plan", "is": "label"}}, [], {}),
    ({"state": {"field": "account.employees", "at_least": 1}}, [], {}),
    ({"state": {"field": "declared.goal", "exists": False}}, [], {"declared": {"goal": "x"}}),
    ({"fact": "industry"}, [event("visit_identified", party="third", industry="opera")], {}),
    ({"fact": "goal"}, [], {}),
    ({"signal": {"name": "signed_up", "within": "2 d"}}, [event("signed_up", ago(days=2, minutes=1))], {}),
    ({"signal": {"name": "signed_up", "facts": {"role": "drummer"}}}, [event("signed_up", role="singer")], {}),
    ({"sentiment": {"is": "negative", "of": "customer"}},
     [event("chat_message", ago(days=8), author="customer", text="hopeless")], {}),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "events", "fields"), FAILS)
def test_that_a_near_miss_does_not_hold(condition, events, fields):
    found = answer(condition, events, **fields)
    assert not found.holds, found


def test_that_an_event_asks_about_what_came_after_it_for_a_time():
    download = event("content_downloaded", ago(hours=50), "d")
    late, early = event("page_viewed", ago(hours=1), path="/"), event("page_viewed", ago(hours=40), path="/")
    asked = {"absent": {"of": "page_viewed", "since_trigger": True, "for": "48 h"}}
    assert answer(asked, [download, late], trigger=download).holds
    assert not answer(asked, [download, early], trigger=download).holds


def test_that_a_property_is_compared_with_the_completing_events():
    viewed = event("product_viewed", ago(days=1), product_id="p1")
    asked = {"absent": {"of": "order_completed", "where": {"items.product_id": {"same_as_trigger": "product_id"}}}}
    same, other = ([event("order_completed", ago(days=2), items=[{"product_id": p}])] for p in ("p1", "p2"))
    assert not answer(asked, same, trigger=viewed).holds
    assert answer(asked, other, trigger=viewed).holds


def test_that_a_need_counts_from_its_threshold():
    need = Need(NeedCode.LEGAL_THREAT, (0, 4), "names a lawyer", 0.6)
    given = {"needs": (need,)}
    assert answer({"need": "legal_threat"}, text="x", given=given).holds
    assert not answer({"need": {"code": "legal_threat", "at_least": 0.7}}, text="x", given=given).holds


def test_that_every_leaf_says_what_was_asked_and_what_was_found():
    found = answer(
        {
            "all": [
                {"count": {**PRICES, "within": "1 h"}},
                {"not": {"state": {"field": "customer.plan", "exists": True}}},
            ]
        },
        VIEWS,
        plan="Label",
    )
    asked = {leaf.condition: (leaf.holds, leaf.why) for leaf in found.leaves()}
    assert asked == {
        "at least 1 page_viewed (path on the list pricing) within 1 h": (True, "found 2"),
        "customer.plan known": (True, "it is Label"),
    }
    assert not found.holds
    assert found.why == "not: not: customer.plan known"


def test_that_evidence_comes_only_from_the_parts_that_hold():
    events = [event("signed_up", ago(days=1), "s1"), *VIEWS]
    found = answer({"any": [{"signal": "signed_up"}, {"count": {**PRICES, "at_least": 9}}]}, events)
    assert found.all_evidence == ("s1",)


def test_that_a_signal_of_the_playbooks_own_is_explained_by_its_parts():
    found = answer({"signal": "buying_signal"}, [])
    assert {leaf.condition.split(",")[0] for leaf in found.leaves()} >= {
        "signal cart_left within 7 d",
        "open_deal is True",
    }


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"count": {"of": "x", "at_least": 3, "at_most": 2}}, "below"),
        ({"count": {"of": "x", "within": "1 h", "older_than": "2 h"}}, "shorter than within"),
        ({"count": {"of": "x", "within": "0 h"}}, "longer than nothing"),
        ({"count": {"of": "x", "within": "1 month"}}, "such as '48 h'"),
        ({"count": {"of": "x", "with": "1 h"}}, "did you mean within"),
        ({"signal": "a", "fact": "b"}, "exactly one of"),
        ({}, "exactly one of"),
        ({"at_least": {"count": 3, "of": [{"fact": "a"}]}}, "can never hold"),
        ({"state": {"field": "x", "at_least": 3, "at_most": 2}}, "above"),
        ({"state": {"field": "x"}}, "compare with something"),
        ({"absent": {"of": "x", "for": "1 h"}}, "since_trigger"),
    ],
)
def test_that_an_impossible_condition_is_refused_in_plain_words(condition, said):
    with pytest.raises(ValidationError, match=said):
        Condition.model_validate(condition)


def test_that_the_day_is_the_customers_own():
    late = NOW.replace(hour=23, minute=30) - timedelta(days=1)
    views = [event("page_viewed", at, path="/pricing") for at in (late, late + timedelta(hours=1))]
    asked = {"count": {**PRICES, "distinct": "day", "at_least": 2}}
    assert answer(asked, views, timezone="UTC").holds
    assert not answer(asked, views, timezone="America/New_York").holds


def test_that_the_conditions_of_the_readme_can_be_asked():
    text = (DEFAULT_DIR / "README.md").read_text(encoding="utf-8")
    shown = yaml.safe_load(text.split("```yaml\n")[1].split("```")[0])
    assert {leaf.condition for leaf in answer(shown).leaves()}
