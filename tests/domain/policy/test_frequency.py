from datetime import timedelta

import pytest

from journey_assistant.domain.policy.frequency import account_cap, both, frequency_cap, group_cap, until_sent
from journey_assistant.domain.policy.policy import ALLOWED, Cap, Policy, Ruling
from journey_assistant.domain.sends import sends_within
from journey_assistant.domain.timeline import Timeline
from timelines import NOW, ago, event


def sent(at, id_=None, channel="email", **properties):
    fields = {"purpose": "marketing", "message_id": id_ or f"{channel}-{at.isoformat()}", **properties}
    return event("message_sent", at, id_, channel=channel, **fields)


def ruling(*events, channel="email", campaign=None, purpose="marketing", policy=None):
    return frequency_cap(
        Timeline(events), NOW, channel=channel, campaign=campaign, purpose=purpose, policy=policy or Policy()
    )


def days(*spans, channel="email"):
    return [sent(ago(days=d), channel=channel) for d in spans]


@pytest.mark.parametrize(
    ("events", "channel", "allowed"),
    [
        ([], "email", True),
        (days(6), "email", True),
        (days(6, 3), "email", False),
        (days(7, 3), "email", True),
        (days(6.999, 3), "email", False),
        ([sent(ago(hours=15.9))], "email", False),
        ([sent(ago(hours=16))], "email", True),
        (days(6, channel="sms"), "sms", False),
        (days(7, channel="sms"), "sms", True),
        ([sent(ago(hours=23), channel="push")], "push", False),
        ([sent(ago(hours=24), channel="push")], "push", True),
        ([*days(6, 4), *days(2, channel="push")], "sms", False),
        ([*days(7, 4), *days(2, channel="push")], "sms", True),
        (days(2, channel="sms"), "email", True),
    ],
    ids=[
        "none", "one", "two in a week", "one exactly a week ago", "one just within", "gap not over", "gap just over",
        "sms", "sms exactly a week ago", "push gap", "push gap over", "three over all channels", "two over all",
        "gaps are per channel",
    ],
)  # fmt: skip
def test_that_caps_count_over_their_window(events, channel, allowed):
    assert ruling(*events, channel=channel).allowed is allowed


@pytest.mark.parametrize(("span", "allowed"), [(21, False), (29.99, False), (30, True)])
def test_that_a_campaign_comes_once_in_thirty_days(span, allowed):
    before = sent(ago(days=span), campaign="spring")
    assert ruling(before, campaign="spring").allowed is allowed
    assert ruling(before, campaign="summer").allowed


@pytest.mark.parametrize(
    ("properties", "counts"),
    [
        ({"status": "sent"}, True),
        ({"status": "queued"}, True),
        ({}, True),
        ({"status": "bounced"}, False),
        ({"purpose": "service"}, False),
        ({"purpose": "transactional"}, False),
        ({"purpose": "", "topic": "newsletter"}, True),
        ({"purpose": "", "topic": "spring"}, True),
        ({"purpose": "", "topic": "password reset"}, False),
        ({"purpose": "", "play": "welcome"}, False),
    ],
)
def test_that_marketing_counts_whoever_sent_it_and_whether_it_left_already(properties, counts):
    assert ruling(sent(ago(hours=2), **properties)).allowed is not counts


def test_that_the_email_form_of_the_event_counts():
    assert not ruling(event("email_sent", ago(hours=2), purpose="marketing", message_id="m")).allowed


def test_that_a_message_queued_and_then_sent_counts_once():
    queued = sent(ago(days=3), "q", message_id="m", status="queued")
    gone = sent(ago(days=2.9), "s", message_id="m", status="sent")
    assert ruling(queued, gone).allowed
    bounced = sent(ago(hours=1), "b", message_id="n", status="bounced")
    assert ruling(queued, gone, bounced, sent(ago(hours=2), "n0", message_id="n", status="queued")).allowed


def test_that_the_ruling_says_when_the_window_frees_and_by_which_messages():
    found = ruling(sent(ago(days=6), "one"), sent(ago(days=3), "two"))
    assert found.until_at == NOW + timedelta(days=1)
    assert found.evidence == ("one", "two")
    assert found.code == "frequency_cap"


def test_that_the_last_cap_to_free_decides():
    found = ruling(sent(ago(days=6), "one"), sent(ago(hours=1), "two", campaign="spring"), campaign="spring")
    assert found.until_at == NOW - timedelta(hours=1) + timedelta(days=30)


def test_that_over_a_full_window_as_many_must_leave_as_are_too_many():
    found = ruling(*days(6, 5, 4, 3))
    assert found.until_at == NOW + timedelta(days=3)


def test_that_service_messages_are_not_capped():
    assert ruling(*days(3, 2, 1), purpose="service").allowed


def test_that_a_cap_of_nothing_allows_nothing():
    policy = Policy(all_channels=Cap(0, timedelta(days=7)))
    assert not ruling(policy=policy).allowed


def to_others(*spans, status="sent", channel="sms"):
    return [sent(ago(days=d), f"o{n}", channel, status=status) for n, d in enumerate(spans)]


@pytest.mark.parametrize(
    ("own", "others", "allowed"),
    [
        ([], to_others(1, 2, 3, 4), True),
        ([], to_others(1, 2, 3, 4, 5), False),
        (days(6), to_others(1, 2, 3), True),
        (days(6), to_others(1, 2, 3, 4), False),
        ([], to_others(1, 2, 3, 4, 7), True),
        ([], to_others(1, 2, 3, 4, 6.999), False),
        ([], to_others(1, 2, 3, 4, 5, status="queued"), False),
        ([], to_others(1, 2, 3, 4, 5, status="bounced"), True),
        ([], [sent(ago(days=1), f"o{n}", purpose="service") for n in range(9)], True),
    ],
)
def test_that_people_of_one_account_share_a_limit(own, others, allowed):
    found = frequency_cap(Timeline(own), NOW, channel="email", account=Timeline(others))
    assert found.allowed is allowed


def test_that_an_account_is_free_when_its_oldest_message_leaves_the_window():
    others = Timeline(to_others(1, 2, 3, 4, 5))
    found = frequency_cap(Timeline(()), NOW, channel="email", account=others)
    assert found.until_at == NOW + timedelta(days=2)
    assert set(found.evidence) == {f"o{n}" for n in range(5)}
    later = frequency_cap(Timeline(()), found.until_at, channel="email", account=others)
    assert later.allowed


def test_that_the_limit_of_an_account_is_the_operators():
    sends = sends_within(Timeline(to_others(1, 2)), NOW, timedelta(days=7))
    policy = Policy(account=Cap(2, timedelta(days=7)))
    assert not account_cap(sends, NOW, policy=policy).allowed
    assert account_cap(sends, NOW, policy=policy, purpose="service").allowed


def test_that_both_rulings_are_said_and_the_later_of_their_times_counts():
    one, other = (Ruling(False, "frequency_cap", why, (why,), until_at=NOW + span) for why, span in
                  (("a", timedelta(1)), ("b", timedelta(2))))  # fmt: skip
    assert (both(one, other).why, both(one, other).until_at) == ("a; b", NOW + timedelta(2))
    assert both(one, ALLOWED) == both(ALLOWED, one) == one
    assert both(ALLOWED, ALLOWED) == ALLOWED
    never = Ruling(False, "quiet_hours", "no zone")
    assert both(one, never).until_at is None


@pytest.mark.parametrize(("number", "allowed"), [(1, True), (2, False)])
def test_that_plays_of_a_group_share_a_limit(number, allowed):
    sends = Timeline([sent(ago(days=n), f"m{n}", play="welcome") for n in range(1, number + 1)])
    found = group_cap(sends, NOW, group="outreach", plays=("welcome", "other"), cap=Cap(2, timedelta(days=7)))
    assert found.allowed is allowed
    assert group_cap(sends, NOW, group="g", plays=("other",), cap=Cap(1, timedelta(days=7))).allowed


@pytest.mark.parametrize(
    ("other", "under_way", "counts"),
    [
        ({"at": ago(hours=2), "status": "queued"}, (), True),
        ({"at": ago(minutes=30), "status": "queued"}, (), False),
        ({"at": ago(minutes=30), "status": "queued"}, ("other",), True),
        ({"at": ago(minutes=30), "status": "sent"}, (), True),
    ],
)
def test_that_a_queued_message_yields_to_those_before_it_and_to_what_went_out(other, under_way, counts):
    own = sent(ago(hours=1), "own", status="queued")
    given = Timeline([own, sent(other["at"], "other", status=other["status"]), event("page_viewed", ago(hours=1), "p")])
    seen = until_sent(given, "own", NOW, under_way=under_way)
    assert {e.id for e in seen} == ({"other", "p"} if counts else {"p"})


def test_that_what_failed_and_went_out_later_counts():
    failed = sent(ago(days=2), "m", status="failed")
    again = event("message_sent", ago(days=1), "m:sent", channel="email", purpose="marketing", message_id="m")
    assert [send.id for send in sends_within(Timeline([failed, again]), NOW, timedelta(days=7))] == ["m"]
    assert sends_within(Timeline([failed]), NOW, timedelta(days=7)) == ()
