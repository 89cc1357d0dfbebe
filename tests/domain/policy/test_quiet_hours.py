from datetime import UTC, datetime, time, timedelta

import pytest

from journey_assistant.domain.policy.policy import Policy
from journey_assistant.domain.policy.quiet_hours import quiet_hours, waking_age


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "allowed"),
    [
        ("Europe/London", "2026-03-10T20:59:59", True),
        ("Europe/London", "2026-03-10T21:00:00", False),
        ("Europe/London", "2026-03-10T07:59:59", False),
        ("Europe/London", "2026-03-10T08:00:00", True),
        ("Asia/Tokyo", "2026-03-10T15:00:00", False),
        ("Asia/Kolkata", "2026-03-10T02:29:00", False),
        ("Asia/Kolkata", "2026-03-10T02:30:00", True),
        ("Asia/Kathmandu", "2026-03-10T02:15:00", True),
        ("America/Chicago", "2026-03-07T13:59:00", False),
        ("America/Chicago", "2026-03-08T13:00:00", True),
        ("America/New_York", "2026-11-01T12:30:00", False),
        ("America/New_York", "2026-10-31T12:30:00", True),
    ],
)
def test_that_nights_are_the_customers_own(zone, now, allowed):
    assert quiet_hours(zone, at(now)).allowed is allowed


@pytest.mark.parametrize("zone", [None, "", " ", "Middle/Earth", "GMT+25", "../etc/passwd", "Europe/Lon\x00don"])
def test_that_without_a_valid_zone_it_is_always_night(zone):
    found = quiet_hours(zone, at("2026-03-10T12:00:00"))
    assert (found.allowed, found.code, found.until_at) == (False, "quiet_hours", None)


@pytest.mark.parametrize(
    ("zone", "now", "release"),
    [
        ("Europe/London", "2026-03-10T22:00:00", "2026-03-11T08:00:00"),
        ("Europe/London", "2026-03-10T03:00:00", "2026-03-10T08:00:00"),
        ("Europe/Berlin", "2026-03-28T22:00:00", "2026-03-29T06:00:00"),
        ("Europe/Berlin", "2026-10-24T22:00:00", "2026-10-25T07:00:00"),
        ("Asia/Kolkata", "2026-03-10T17:00:00", "2026-03-11T02:30:00"),
    ],
    ids=["in the evening", "in the small hours", "clocks go forward", "clocks go back", "half-hour zone"],
)
def test_that_the_release_is_the_next_eight_in_the_morning_there(zone, now, release):
    found = quiet_hours(zone, at(now))
    assert found.until_at == at(release)
    assert quiet_hours(zone, found.until_at).allowed


@pytest.mark.parametrize(
    ("purpose", "channel"), [("service", "sms"), ("transactional", "email"), ("marketing", "chat")]
)
def test_that_quiet_hours_are_for_marketing_by_email_sms_and_push(purpose, channel):
    assert quiet_hours("Asia/Tokyo", at("2026-03-10T15:00:00"), purpose=purpose, channel=channel).allowed


def test_that_an_operator_may_choose_hours_within_one_day():
    siesta = Policy(quiet_from=time(13), quiet_until=time(15))
    found = quiet_hours("Europe/Madrid", at("2026-01-10T12:30:00"), policy=siesta)
    assert found.until_at == at("2026-01-10T14:00:00")
    assert quiet_hours("Europe/Madrid", at("2026-01-10T22:30:00"), policy=siesta).allowed


@pytest.mark.parametrize(
    ("since", "now", "hours"),
    [
        ("2026-03-10T10:00:00", "2026-03-10T13:00:00", 3),
        ("2026-03-10T20:00:00", "2026-03-11T09:00:00", 2),
        ("2026-03-10T22:00:00", "2026-03-11T09:00:00", 1),
        ("2026-03-10T20:00:00", "2026-03-12T09:00:00", 15),
        ("2026-03-10T22:00:00", "2026-03-11T07:00:00", 0),
        ("2026-03-11T13:00:00", "2026-03-10T13:00:00", 0),
    ],
)
def test_that_quiet_hours_do_not_age_a_moment(since, now, hours):
    assert waking_age(at(since), at(now), "Europe/London") == timedelta(hours=hours)


def test_that_without_a_zone_every_hour_ages():
    assert waking_age(at("2026-03-10T20:00:00"), at("2026-03-11T09:00:00"), None) == timedelta(hours=13)
