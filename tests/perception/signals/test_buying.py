import pytest

from signals_found import found
from timelines import ago, event


def mail(days, id_, topic="upgrade", **properties):
    return event("email_sent", ago(days=days), id_, message_id=id_, topic=topic, purpose="marketing", **properties)


@pytest.mark.parametrize(
    ("events", "fires"),
    [
        ([mail(20, "a"), mail(10, "b")], True),
        ([mail(20, "a", "Your offer", play="upgrade_fit"), mail(10, "b", "upsell: label")], True),
        ([mail(20, "a", "news"), mail(10, "b")], False),
        ([mail(20, "a"), mail(10, "b", status="bounced")], False),
        ([mail(20, "a"), mail(2, "b")], False),
        ([mail(20, "a"), mail(10, "b"), event("email_opened", ago(days=1), message_id="b")], False),
    ],
    ids=["twice", "known by play or topic", "only one", "bounced", "too fresh", "opened late"],
)
def test_that_an_upsell_unopened_twice_is_ignored(events, fires):
    assert (found("ignored_upsell", *events) is not None) is fires


def download(hours, title="How to mic a drum kit", kind="guide"):
    return event("content_downloaded", ago(hours=hours), "d", title=title, kind=kind)


def visit(hours):
    return event("page_viewed", ago(hours=hours), path="/")


@pytest.mark.parametrize(
    ("events", "fires"),
    [
        ([download(48)], True),
        ([download(47.9)], False),
        ([download(60, kind="wallpaper", title="Our logo")], False),
        ([download(60, kind="White Paper")], True),
        ([download(60), visit(20)], False),
        ([download(60), visit(12)], False),
        ([download(60), visit(11.9)], True),
        ([visit(60.1), download(60), visit(59.8)], True),
        ([download(60), visit(59.8), visit(59.2)], False),
    ],
    ids=[
        "48 hours", "47 hours", "no guide", "white paper", "came back", "came back at the end", "too late",
        "the same visit goes on", "the same visit, then another",
    ],
)  # fmt: skip
def test_that_a_download_is_not_followed_when_no_visit_begins_in_48_hours(events, fires):
    signal = found("download_not_followed", *events)
    assert (signal is not None) is fires
    if fires:
        assert signal.at == ago(hours=12) or signal.at == ago(hours=0)


def test_that_a_webinar_is_attended_not_registered_for_and_knows_the_chosen_industry():
    survey = event("survey_answered", ago(hours=1), "s", party="second", answers={"industry": "opera"})
    attended = event("webinar_attended", ago(hours=2), "w", title="Tape")
    signal = found("webinar_attended", attended, survey)
    assert (signal.evidence, signal.facts["industry"], signal.at) == (("w", "s"), "opera", ago(hours=2))
    assert found("webinar_attended", attended).facts["industry"] is None
    assert not found("webinar_attended", event("form_submitted", ago(hours=2), form="webinar registration"))


@pytest.mark.parametrize(
    ("done", "fires"),
    [
        (event("quiz_completed", ago(hours=1), quiz="Compare our rooms"), True),
        (event("quiz_completed", ago(hours=1), quiz="Which plan suits your band?"), True),
        (event("quiz_completed", ago(hours=1), quiz="plan_comparison"), True),
        (event("quiz_completed", ago(hours=1), quiz="Tarifvergleich"), True),
        (event("quiz_completed", ago(hours=1), quiz="Which drummer are you?"), False),
        (event("content_downloaded", ago(hours=1), title="Studio buyer's guide", kind="guide"), True),
        (event("content_downloaded", ago(hours=1), title="How to mic a drum kit", kind="guide"), False),
    ],
)
def test_that_a_comparison_is_a_quiz_about_choosing_or_a_buyers_guide(done, fires):
    assert (found("comparison_done", done) is not None) is fires


def stage(days, name, **properties):
    return event("deal_stage_changed", ago(days=days), f"d{days}", stage=name, **properties)


@pytest.mark.parametrize(
    ("stages", "fires"),
    [
        ([stage(1, "Closed Won")], True),
        ([stage(1, "closed_won")], True),
        ([stage(1, "closedwon")], True),
        ([stage(1, "Won")], True),
        ([stage(1, "Closed Lost")], False),
        ([stage(1, "proposal sent")], False),
        ([stage(3, "Closed Won"), stage(1, "qualified")], False),
    ],
)
def test_that_a_deal_is_won_by_any_spelling_of_it(stages, fires):
    assert (found("closed_won", *stages) is not None) is fires


def test_that_a_won_deal_hands_over_goals_and_pains():
    facts = found("closed_won", stage(1, "Won", amount=900, goals=["an album"], pain_points=["noise"])).facts
    assert (facts["amount"], facts["goals"], facts["pain_points"]) == (900, ("an album",), ("noise",))


def test_that_signing_up_keeps_role_and_goal():
    signal = found("signed_up", event("signed_up", ago(hours=1), role="producer", goal="an album"))
    assert (signal.facts["role"], signal.facts["goal"], signal.facts["plan"]) == ("producer", "an album", None)


def intent(days, score, provider="P", party="third"):
    return event("intent_reported", ago(days=days), f"{provider}{days}", party=party, provider=provider, score=score)


@pytest.mark.parametrize(
    ("reports", "fires"),
    [
        ([intent(1, 80)], True),
        ([intent(1, 79)], False),
        ([intent(1, 70), intent(2, 70, "Q")], True),
        ([intent(1, 70), intent(2, 69, "Q")], False),
        ([intent(1, 75), intent(2, 75)], False),
        ([intent(1, 70), intent(8, 70, "Q")], True),
        ([intent(1, 70), intent(8.1, 70, "Q")], False),
        ([intent(1, "90", party="second")], True),
        ([intent(1, 95, party="zero")], False),
        ([intent(1, None)], False),
    ],
)
def test_that_intent_surges_at_eighty_or_with_two_providers_at_seventy(reports, fires):
    assert (found("intent_surge", *reports) is not None) is fires
