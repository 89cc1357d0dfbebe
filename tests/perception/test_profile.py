import pytest

from journey_assistant.domain.customer import Consent
from journey_assistant.domain.known_facts import known_facts
from journey_assistant.perception.profile import gap_to_ask_about
from timelines import NOW, ago, event, snapshot


def by_name(*events, **fields):
    return {fact.name: fact for fact in known_facts(snapshot(events, **fields))}


def test_that_every_fact_says_where_it_comes_from_and_what_it_may_be_used_for():
    facts = by_name(
        event("signed_up", ago(days=9), "s1", role="producer", goal="demo tape"),
        event("feature_used", ago(days=2), "f1", feature="mixer"),
        event("order_completed", ago(days=2), "o1", items=[{"product_id": "mic", "name": "Mic"}]),
        event("visit_identified", ago(days=3), "v1", party="third", company="Low Ceiling"),
        event("intent_reported", ago(days=3), "i1", party="third", topic="studios", score=90),
        renews_at=None,
        plan="Label",
    )
    seen = {name: (f.origin, f.use, f.source_id) for name, f in facts.items()}
    assert seen["goal"] == ("declared", "say", "s1")
    assert seen["used_feature"] == ("observed", "steer", "f1")
    assert seen["bought_product"] == ("observed", "say", "o1")
    assert seen["company"] == ("bought", "internal", "v1")
    assert seen["intent_topic"] == ("bought", "internal", "i1")
    assert seen["plan"] == ("observed", "say", "customer.plan")


def test_that_the_newest_word_on_a_preference_counts():
    told = [
        event("preference_declared", ago(days=3), "p1", key="goal", value="an album"),
        event("preference_declared", ago(days=1), "p2", key="goal", value="a single"),
    ]
    fact = by_name(*told, declared={"goal": "a demo"})["goal"]
    assert (fact.value, fact.source_id) == ("a single", "p2")


def test_that_an_answer_to_a_partners_survey_was_declared_but_comes_from_the_partner():
    survey = event("survey_answered", ago(days=1), "q1", party="second", answers={"industry": "opera"})
    fact = by_name(survey)["industry"]
    assert (fact.party, fact.declared, fact.use) == ("second", True, "say")


def test_that_behaviour_is_forgotten_for_whoever_refused_personalisation():
    seen = event("product_viewed", ago(days=1), name="Mic")
    refused = event("consent_changed", ago(hours=2), purpose="personalization", granted=False)
    assert "viewed_product" in by_name(seen)
    assert "viewed_product" not in by_name(seen, consent=Consent(personalization=False))
    assert "viewed_product" not in by_name(seen, refused)


WANTED = ("goal", "content_interest", "preferred_channel")


def question(*events, **fields):
    seen = snapshot(events, **fields)
    return gap_to_ask_about(seen, known_facts(seen), WANTED)


VISIT = (event("page_viewed", ago(minutes=9), path="/"), event("page_viewed", ago(minutes=2), path="/help"))


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({}, "goal"),
        ({"goal": "a demo"}, "content_interest"),
        (dict.fromkeys(WANTED, "known"), None),
    ],
)
def test_that_the_gap_that_changes_most_is_asked_about_first(declared, expected):
    assert question(*VISIT, declared=declared) == expected


@pytest.mark.parametrize(
    "asked",
    [
        event("chat_message", ago(minutes=5), author="assistant", text="What do you like? It decides what we show."),
        event("preference_declared", ago(minutes=5), key="goal", value="a demo"),
    ],
    ids=["a question", "an answer"],
)
def test_that_nothing_is_asked_twice_in_one_visit(asked):
    assert question(*VISIT, asked) is None


def test_that_a_question_of_an_earlier_visit_does_not_count():
    asked = event("chat_message", ago(hours=5), author="assistant", text="What do you like?")
    assert question(*VISIT, asked) == "goal"


def test_that_nobody_is_asked_who_is_not_there():
    assert question(event("page_viewed", ago(minutes=45), path="/")) is None
    assert question(now=NOW) is None
