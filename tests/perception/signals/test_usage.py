import pytest

from journey_assistant.domain.company import Company, Plan
from signals_found import found
from timelines import NOW, ago, event


def used(days, feature="mixer", count=1, **properties):
    return event("feature_used", ago(days=days), f"{feature}-{days}", feature=feature, count=count, **properties)


KEYS = {"plan": "Label", "key_features": ("mixer", "export")}


@pytest.mark.parametrize(
    ("events", "gap"),
    [
        ([used(1), used(30.1, "export")], "export"),
        ([used(1), used(30, "export")], None),
        ([used(1), used(50, "mixer")], "export"),
        ([used(1), used(29, "mixer")], None),
        ([used(40, "mixer"), used(45, "export")], None),
        ([used(1, "reverb"), used(40, "Mixer"), used(45, "export")], "export"),
    ],
    ids=["31st day", "30 days sharp", "never used", "new customer", "not active", "two gaps, the longer first"],
)
def test_that_an_active_customer_has_a_gap_after_thirty_days_without_a_key_feature(events, gap):
    signal = found("usage_gap", *events, **KEYS)
    assert (signal.facts["feature"] if signal else None) == gap


def test_that_a_gap_names_the_last_use_and_since_when_it_is_one():
    signal = found("usage_gap", used(1), used(45, "export"), **KEYS)
    assert signal.evidence == ("export-45", "mixer-1")
    assert signal.facts["days"] == 45
    assert signal.at == ago(days=15)


def test_that_key_features_come_from_the_customer_else_the_plan_else_the_company_else_nowhere():
    events = (used(1), used(45, "export"))
    plan = Company(plans=(Plan("label", "Label", key_features=("export",)),), key_features=("mixer",))
    assert found("usage_gap", *events, plan="Label", company=plan)
    assert not found("usage_gap", *events, plan="Label", company=Company(key_features=("mixer",)))
    assert not found("usage_gap", *events, plan="Label", company=plan, key_features=("mixer",))
    assert not found("usage_gap", *events, plan="Label")


def test_that_without_a_plan_there_is_no_gap():
    assert not found("usage_gap", used(1), used(45, "export"), key_features=("export",))


@pytest.mark.parametrize(
    ("before", "after", "drops"), [(10, 5, True), (10, 6, False), (10, 0, True), (0, 0, False), (1, 1, False)]
)
def test_that_usage_drops_by_half(before, after, drops):
    signal = found("usage_drop", used(45, count=before), used(5, count=after))
    assert (signal is not None) is drops
    if drops:
        assert (signal.facts["before"], signal.facts["recent"]) == (before, after)


def test_that_use_thirty_days_ago_belongs_to_the_month_before():
    assert found("usage_drop", used(30, count=4)).facts["before"] == 4
    assert not found("usage_drop", used(60, count=4))


def test_that_a_level_with_a_limit_is_no_usage():
    assert not found("usage_drop", used(45, "seats", 90, limit=100))
    assert not found("usage_drop", used(45, "seats", 90), limits={"seats": 100})
    plan = Company(plans=(Plan("label", "Label", limits={"seats": 100}),))
    assert not found("usage_drop", used(45, "seats", 90), plan="Label", company=plan)


@pytest.mark.parametrize(
    ("counts", "near"),
    [((80, 85), True), ((79, 85), False), ((85,), False)],
    ids=["80 % sharp", "one below", "only once"],
)
def test_that_a_limit_is_near_at_eighty_percent_twice(counts, near):
    events = [used(n, "seats", c, limit=100) for n, c in enumerate(counts)]
    assert (found("near_limit", *events) is not None) is near


@pytest.mark.parametrize(("days", "near"), [(30, True), (30.1, False)])
def test_that_the_two_readings_are_within_thirty_days(days, near):
    events = used(days, "seats", 90, limit=100), used(1, "seats", 90, limit=100)
    assert (found("near_limit", *events) is not None) is near


def test_that_the_feature_nearest_to_its_limit_is_named():
    seats = [used(n, "seats", 85) for n in (1, 2)]
    songs = [used(n, "songs", 48) for n in (1, 2)]
    signal = found("near_limit", *seats, *songs, limits={"seats": 100, "songs": 50})
    assert (signal.facts["feature"], signal.facts["count"], signal.facts["limit"]) == ("songs", 48, 50)
    assert signal.facts["percent"] == 96


def step(days, name="plug in", **properties):
    return event("onboarding_step_completed", ago(days=days), f"{name}-{days}", step=name, **properties)


@pytest.mark.parametrize(("days", "stalled"), [(5, True), (4.99, False), (90, True), (90.1, False)])
def test_that_onboarding_stalls_five_days_after_a_step(days, stalled):
    signal = found("onboarding_stalled", step(days, next="first take"))
    assert (signal is not None) is stalled
    if stalled:
        assert signal.facts["next"] == "first take"


def test_that_the_step_to_help_with_must_be_known_and_not_done():
    assert not found("onboarding_stalled", step(6))
    assert not found("onboarding_stalled", step(8, "first take"), step(6, next="first take"))
    order = Company(extra={"onboarding_steps": ["plug in", "first take", "mix"]})
    assert found("onboarding_stalled", step(6), company=order).facts["next"] == "first take"


def test_that_signing_up_is_no_step_and_completing_ends_it():
    assert not found("onboarding_stalled", event("signed_up", ago(days=6)))
    assert not found("onboarding_stalled", step(6, next="mix"), event("onboarding_completed", ago(days=1)))


def test_that_onboarding_completed_says_when():
    assert found("onboarding_completed", event("onboarding_completed", ago(days=3))).at == ago(days=3)


@pytest.mark.parametrize(
    ("events", "quiet"),
    [
        ([used(21)], True),
        ([used(20.9)], False),
        ([used(40), event("email_opened", ago(days=1), message_id="m")], True),
        ([used(40), event("nps_submitted", ago(days=1), score=9)], True),
        ([used(40), event("invoice_paid", ago(days=1))], True),
        ([used(40), event("email_clicked", ago(days=1), message_id="m")], False),
        ([used(40), event("chat_message", ago(days=1), author="customer", text="hi")], False),
        ([used(40), event("chat_message", ago(days=1), author="assistant", text="hi")], True),
        ([used(40), event("ticket_opened", ago(days=1), topic="how_to")], False),
        ([used(40), event("ticket_replied", ago(days=1), author="support", text="hi")], True),
        ([event("page_viewed", ago(days=40), path="/")], False),
    ],
)
def test_that_a_customer_is_quiet_after_three_weeks_without_activity(events, quiet):
    assert (found("gone_quiet", *events) is not None) is quiet


def test_that_a_plan_without_any_sign_of_life_is_quiet_too():
    paid = event("invoice_paid", ago(days=30))
    signal = found("gone_quiet", paid, plan="Label")
    assert signal.facts["days"] == 30
    assert not found("gone_quiet", plan="Label")
    assert signal.at == ago(days=9)
    assert signal.at < NOW
