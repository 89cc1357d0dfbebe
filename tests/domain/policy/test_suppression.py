from datetime import timedelta

import pytest

from journey_assistant.domain.customer import StopState
from journey_assistant.domain.policy import suppression
from journey_assistant.domain.sentiment import Sentiment, TextReading
from journey_assistant.domain.timeline import EventId, Timeline
from timelines import NOW, ago, customer, day, event


def opened(days=2, ticket="T1", topic="billing", **properties):
    return event("ticket_opened", ago(days=days), f"open-{ticket}", ticket_id=ticket, topic=topic, **properties)


def closed(days=1, ticket="T1"):
    return event("ticket_closed", ago(days=days), f"close-{ticket}", ticket_id=ticket)


def reading(days, label, event_id="r"):
    return TextReading(EventId(event_id), ago(days=days), "chat_message", Sentiment.certain(label))


@pytest.mark.parametrize("state", list(StopState))
def test_that_every_stop_state_stops_marketing_but_no_answer(state):
    who = customer(stop_state=state)
    assert suppression.stop_state(who).code == "stop_state"
    assert suppression.stop_state(who, is_reply=True).allowed


@pytest.mark.parametrize(
    ("state", "purpose", "allowed"),
    [
        (None, "marketing", True),
        (StopState.DO_NOT_CONTACT, "service", False),
        (StopState.DO_NOT_CONTACT, "transactional", True),
        (StopState.BEREAVEMENT, "service", False),
        (StopState.ERASED, "transactional", False),
    ],
)
def test_that_do_not_contact_lets_only_what_the_law_requires_pass(state, purpose, allowed):
    assert suppression.stop_state(customer(stop_state=state), purpose=purpose).allowed is allowed


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        (None, True),
        (StopState.DO_NOT_CONTACT, True),
        (StopState.BEREAVEMENT, True),
        (StopState.LEGAL_HOLD, True),
        (StopState.ERASURE_REQUESTED, False),
        (StopState.ERASED, False),
        (StopState.MINOR, False),
    ],
)
def test_that_colleagues_are_alerted_about_all_but_the_erased_and_minors(state, allowed):
    assert suppression.alerts_allowed(customer(stop_state=state)).allowed is allowed


@pytest.mark.parametrize(
    ("topic", "subject", "holds"),
    [
        ("billing", "", True),
        ("Billing question", "", True),
        ("refund_request", "", True),
        ("payment", "", True),
        ("late shipping", "", True),
        ("damaged goods", "", True),
        ("cancellation", "", True),
        ("complaint", "", True),
        ("outage", "", True),
        ("technical", "Charged twice", False),
        ("how_to", "", False),
        ("", "Charged twice", True),
        ("other", "Parcel never came", True),
        ("other", "A question", False),
    ],
)
def test_that_an_open_ticket_on_a_grave_topic_stops_marketing(topic, subject, holds):
    found = suppression.open_issue(Timeline([opened(topic=topic, subject=subject)]), NOW)
    assert found.allowed is not holds
    assert found.evidence == (("open-T1",) if holds else ())


def test_that_a_closed_ticket_is_no_issue_until_it_is_opened_again():
    again = event("ticket_reopened", ago(hours=3), "again", ticket_id="T1")
    assert suppression.open_issue(Timeline([opened(), closed()]), NOW).allowed
    found = suppression.open_issue(Timeline([opened(), closed(), again]), NOW)
    assert found.evidence == ("again",)


def test_that_closing_another_ticket_closes_nothing():
    assert not suppression.open_issue(Timeline([opened(), closed(ticket="T2")]), NOW).allowed


def test_that_a_ticket_closed_in_the_future_is_open_today():
    assert not suppression.open_issue(Timeline([opened(), closed(days=-1)]), NOW).allowed


@pytest.mark.parametrize(("days", "holds"), [(0, True), (7, True), (7.01, False)])
def test_that_a_bad_mood_holds_for_seven_days(days, holds):
    found = suppression.negative_sentiment(Timeline(), [reading(days, "negative")], NOW)
    assert found.allowed is not holds
    if holds:
        assert found.until_at == ago(days=days) + timedelta(days=7)
        assert found.needs_person


@pytest.mark.parametrize(
    ("events", "later", "recovered"),
    [
        ([opened(4), closed(3), event("csat_submitted", ago(days=2), score=4)], [], True),
        ([opened(4), closed(3), event("csat_submitted", ago(days=2), score=3)], [], False),
        ([opened(4), closed(3), event("nps_submitted", ago(days=2), score=9)], [], True),
        ([opened(4), closed(3), event("nps_submitted", ago(days=2), score=8)], [], False),
        ([opened(4), closed(3)], [reading(2, "positive", "p")], True),
        ([opened(4), closed(3)], [reading(2, "neutral", "p")], False),
        ([opened(4), closed(1)], [reading(2, "positive", "p")], False),
        ([opened(4)], [reading(2, "positive", "p")], False),
        ([opened(4), closed(3), event("csat_submitted", ago(days=6), score=5)], [], False),
        ([], [reading(2, "positive", "p")], True),
        ([opened(4), closed(3)], [reading(2, "positive", "p"), reading(1, "negative", "n")], False),
    ],
    ids=[
        "csat 4", "csat 3", "nps 9", "nps 8", "kind words", "a calm message", "kind words while open", "still open",
        "pleased before it", "no ticket at all", "upset again",
    ],
)  # fmt: skip
def test_that_recovery_is_a_closed_ticket_and_a_later_positive_sign(events, later, recovered):
    readings = [reading(5, "negative"), *later]
    assert suppression.negative_sentiment(Timeline(events), readings, NOW).allowed is recovered


@pytest.mark.parametrize(
    ("bought", "holds"),
    [
        (event("order_completed", ago(days=29.9)), True),
        (event("order_completed", ago(days=30)), False),
        (event("subscription_changed", ago(days=3), to="Label"), True),
        (event("subscription_changed", ago(days=3), to="none"), False),
        (event("subscription_changed", ago(days=3), to="trial"), False),
        (event("subscription_renewed", ago(days=3)), True),
        (event("deal_stage_changed", ago(days=3), stage="closed-won"), True),
        (event("deal_stage_changed", ago(days=3), stage="closed lost"), False),
        (event("invoice_paid", ago(days=3)), False),
    ],
)
def test_that_a_purchase_or_renewal_counts_for_thirty_days(bought, holds):
    found = suppression.recent_purchase(customer(), Timeline([bought]), NOW)
    assert found.allowed is not holds
    if holds:
        assert found.until_at == bought.at + timedelta(days=30)


@pytest.mark.parametrize(
    ("renews", "holds"), [("2026-06-17", True), ("2026-05-19", True), ("2026-05-18", False), ("2026-06-18", False)]
)
def test_that_a_renewal_date_just_passed_is_a_renewal(renews, holds):
    found = suppression.recent_purchase(customer(renews_at=day(renews)), Timeline(), NOW)
    assert found.allowed is not holds


@pytest.mark.parametrize(("days", "holds"), [(13.9, True), (14, False)])
def test_that_nobody_is_missed_who_was_here_within_fourteen_days(days, holds):
    seen = event("page_viewed", ago(days=days), path="/")
    assert suppression.recent_activity(Timeline([seen]), NOW).allowed is not holds


def test_that_an_open_or_a_survey_is_no_activity():
    quiet = [event("email_opened", ago(days=1), message_id="m"), event("nps_submitted", ago(days=1), score=9)]
    assert suppression.recent_activity(Timeline(quiet), NOW).allowed


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([], ""),
        ([opened(topic="how_to")], "open_ticket"),
        ([opened(), closed()], ""),
        ([event("order_completed", ago(days=5))], "not_delivered"),
        ([event("order_completed", ago(days=5)), event("order_delivered", ago(days=1))], ""),
        ([event("order_completed", ago(days=31))], ""),
        ([event("onboarding_step_completed", ago(days=5), step="tune")], "not_onboarded"),
        ([event("onboarding_step_completed", ago(days=5)), event("onboarding_completed", ago(days=1))], ""),
    ],
)
def test_that_a_review_is_asked_for_after_delivery_or_onboarding_and_without_tickets(events, code):
    assert suppression.review_request(customer(), Timeline(events), NOW).code == code


@pytest.mark.parametrize(
    ("fields", "events", "allowed"),
    [
        ({}, [], True),
        ({"lifecycle_stage": "power"}, [], False),
        ({"extra": {"lifecycle": "advanced"}}, [], False),
        ({"extra": {"onboarding_complete": True}}, [], False),
        ({}, [event("onboarding_completed", ago(days=200))], False),
    ],
)
def test_that_beginners_guides_are_for_beginners(fields, events, allowed):
    assert suppression.beginner_guide(customer(**fields), Timeline(events), NOW).allowed is allowed


def test_that_a_power_user_gets_no_beginners_guide():
    assert not suppression.beginner_guide(customer(), Timeline(), NOW, is_power_user=True).allowed


def test_that_marketing_waits_for_an_incident_to_be_over():
    began, over = event("incident_opened", ago(hours=9)), event("incident_resolved", ago(hours=1))
    assert not suppression.incident(customer(), Timeline([began]), NOW).allowed
    assert suppression.incident(customer(), Timeline([began, over]), NOW).allowed
    assert not suppression.incident(customer(extra={"incident": "I-7"}), Timeline(), NOW).allowed


def mail(days, id_, topic="upgrade", play="upgrade_fit"):
    return event("email_sent", ago(days=days), id_, message_id=id_, topic=topic, play=play, purpose="marketing")


def read(days, message):
    return event("email_opened", ago(days=days), message_id=message)


@pytest.mark.parametrize(
    ("events", "ignored"),
    [
        ([mail(20, "a"), mail(10, "b")], True),
        ([mail(20, "a"), mail(3, "b")], True),
        ([mail(20, "a"), mail(2.9, "b")], False),
        ([mail(10, "b")], False),
        ([mail(20, "a"), mail(10, "b"), read(9, "b")], False),
        ([mail(20, "a"), mail(10, "b"), read(19, "a")], False),
        ([mail(30, "z"), mail(20, "a"), mail(10, "b"), read(29, "z")], True),
        ([mail(20, "a"), mail(10, "b", topic="news", play="news")], False),
    ],
    ids=[
        "two unread", "72 hours sharp", "not yet ignored", "one", "the last was read", "the first was read",
        "an older one was read", "another topic",
    ],
)  # fmt: skip
def test_that_a_call_ignored_twice_is_never_repeated(events, ignored):
    timeline = Timeline(events)
    assert suppression.ignored(timeline, NOW, play="upgrade_fit").allowed is not ignored
    assert suppression.ignored(timeline, NOW, topic="Upgrade").allowed is not ignored
    assert suppression.ignored(timeline, NOW, play="other").allowed


@pytest.mark.parametrize(
    ("address", "permanent", "channel", "allowed"),
    [
        ("ana@example.com", True, "email", False),
        (" Ana@Example.com ", True, "email", False),
        ("ana@example.com", False, "email", True),
        ("ana@example.com", None, "email", True),
        ("old@example.com", True, "email", True),
        ("ana@example.com", True, "sms", True),
    ],
)
def test_that_an_address_from_which_a_message_came_back_for_good_gets_no_more(address, permanent, channel, allowed):
    said = {"status": "bounced", "address": address, "permanent": permanent, "message_id": "m"}
    timeline = Timeline([event("message_sent", ago(days=90), "b", **said)])
    who = customer(email="ana@example.com")
    ruling = suppression.undeliverable(who, timeline, NOW, channel=channel)
    assert ruling.allowed is allowed
    assert ruling.allowed or (ruling.code, ruling.evidence) == ("undeliverable", ("b",))
