from datetime import timedelta

import pytest

from journey_assistant.domain.customer import Consent
from journey_assistant.domain.policy.consent import consent_for, may_use_behaviour, permitted_channel
from journey_assistant.domain.timeline import Timeline
from timelines import NOW, ago, customer, event


def stored(value, channel="email", purpose="marketing"):
    return customer(consent=Consent({channel: {purpose: value}}))


def changed(granted, at, id_=None, channel="email", purpose="marketing"):
    return event("consent_changed", at, id_, channel=channel, purpose=purpose, granted=granted)


def ruling(who, *events, channel="email", purpose="marketing"):
    return consent_for(who, Timeline(events), channel, purpose, NOW)


@pytest.mark.parametrize("value", [False, None, "pending", "yes", "true", 1, "unknown", {}, [True]])
def test_that_only_exactly_true_is_a_yes(value):
    found = ruling(stored(value))
    assert (found.allowed, found.code) == (False, "no_consent")


def test_that_a_stored_yes_is_one_for_its_channel_and_purpose_only():
    who = stored(True)
    assert ruling(who).allowed
    assert not ruling(who, channel="sms").allowed
    assert not ruling(who, purpose="service").allowed


def test_that_a_newer_event_beats_the_profile_both_ways():
    refused, granted = changed(False, ago(minutes=4), "no"), changed(True, ago(minutes=4), "yes")
    assert ruling(stored(True), refused).evidence == ("no",)
    assert not ruling(stored(True), refused).allowed
    assert ruling(stored(False), granted).allowed


def test_that_the_newest_of_several_changes_counts():
    assert ruling(stored(False), changed(False, ago(days=2)), changed(True, ago(days=1))).allowed
    assert not ruling(stored(True), changed(True, ago(days=2)), changed(False, ago(days=1))).allowed


def test_that_a_change_dated_in_the_future_is_not_one_yet():
    assert not ruling(stored(False), changed(True, NOW + timedelta(seconds=1))).allowed
    assert ruling(stored(False), changed(True, NOW)).allowed


def test_that_contradictory_changes_at_one_time_are_no():
    both = changed(True, ago(days=1), "a"), changed(False, ago(days=1), "b")
    found = ruling(stored(True), *both)
    assert not found.allowed
    assert found.evidence == ("a", "b")
    assert "contradictory" in found.why


def test_that_a_change_waiting_for_its_second_confirmation_is_no():
    assert not ruling(stored(True), changed("pending", ago(days=1))).allowed


@pytest.mark.parametrize("channel", ["", "all"])
def test_that_an_opt_out_without_a_channel_is_from_all_but_an_opt_in_is_from_none(channel):
    assert not ruling(stored(True), changed(False, ago(days=1), channel=channel)).allowed
    assert not ruling(stored(False), changed(True, ago(days=1), channel=channel)).allowed


def test_that_a_change_in_the_flat_spelling_is_read():
    assert not ruling(stored(True), changed(False, ago(days=1), channel="email_marketing", purpose="")).allowed


def test_that_the_preferred_channel_is_used_when_it_is_permitted_else_the_next():
    who = customer(consent=Consent({"email": {"marketing": True}, "sms": {"marketing": True}}))

    def chosen(preferred, available=("email", "sms", "push"), *events):
        return permitted_channel(who, Timeline(events), "marketing", preferred, available, NOW)

    assert chosen("sms").channel == "sms"
    assert chosen("push").channel == "email"
    assert chosen(None).channel == "email"
    assert chosen("sms", ("email",)).channel == "email"
    assert chosen("email", ("email", "sms"), changed(False, ago(days=1))).channel == "sms"
    assert not chosen("push", ("push",)).allowed
    assert not chosen(None, ()).allowed


def test_that_behaviour_may_steer_unless_it_was_refused():
    refused = event("consent_changed", ago(days=1), "n", purpose="personalization", granted=False)
    assert may_use_behaviour(customer(), Timeline(), NOW).allowed
    assert not may_use_behaviour(customer(consent=Consent(personalization=False)), Timeline(), NOW).allowed
    assert may_use_behaviour(customer(), Timeline([refused]), NOW).evidence == ("n",)
