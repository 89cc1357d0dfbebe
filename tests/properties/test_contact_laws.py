"""Laws of the contact rules: consent, quiet hours, caps and offers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from journey_assistant.domain.company import Company, Offer
from journey_assistant.domain.customer import Consent, CustomerId
from journey_assistant.domain.policy.consent import consent_for
from journey_assistant.domain.policy.frequency import frequency_cap
from journey_assistant.domain.policy.offers import eligible_offers
from journey_assistant.domain.policy.policy import DEFAULT_POLICY
from journey_assistant.domain.policy.quiet_hours import quiet_hours, waking_age
from journey_assistant.domain.sends import sends_within
from journey_assistant.domain.timeline import Timeline
from timelines import NOW, customer, event

ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.lists(st.booleans(), max_size=2))
ZONES = st.sampled_from(
    ["Europe/London", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Chatham", "America/St_Johns",
     "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
)  # fmt: skip
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
EXAMPLES = settings(max_examples=500, deadline=None)


@EXAMPLES
@given(ANYTHING, st.lists(st.tuples(ANYTHING, st.integers(-100, 100)), max_size=5))
def test_that_what_is_not_exactly_true_is_never_a_yes(stored, changes):
    who = customer(consent=Consent({"email": {"marketing": stored}}))
    about = {"channel": "email", "purpose": "marketing"}
    events = [
        event("consent_changed", NOW - timedelta(hours=age), f"c{n}", **about, granted=value)
        for n, (value, age) in enumerate(changes)
    ]
    past = [(age, value) for value, age in changes if age >= 0]
    newest = min((age for age, _ in past), default=None)
    values = [value for age, value in past if age == newest] if past else [stored]
    allowed = consent_for(who, Timeline(events), "email", "marketing", NOW).allowed
    assert allowed is all(value is True for value in values)


@EXAMPLES
@given(INSTANTS, ZONES)
def test_that_shifting_now_by_the_zones_offset_gives_the_same_answer(now, zone):
    offset = now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    assert quiet_hours(zone, now).allowed is quiet_hours("UTC", now + offset).allowed


@EXAMPLES
@given(INSTANTS, ZONES)
def test_that_the_release_is_the_first_instant_that_is_not_quiet(now, zone):
    ruling = quiet_hours(zone, now)
    assume(not ruling.allowed)
    assert now < ruling.until_at <= now + timedelta(hours=13)
    assert quiet_hours(zone, ruling.until_at).allowed
    assert not quiet_hours(zone, ruling.until_at - timedelta(seconds=1)).allowed


@EXAMPLES
@given(INSTANTS, ZONES, st.integers(0, 100), st.integers(0, 100))
def test_that_a_moment_ages_no_faster_awake_than_by_the_clock(since, zone, hours, more):
    sooner, later = since + timedelta(hours=hours), since + timedelta(hours=hours + more)
    awake = waking_age(since, sooner, zone)
    assert timedelta() <= awake <= sooner - since
    assert awake <= waking_age(since, later, zone)


SENDS = st.lists(
    st.tuples(
        st.integers(0, 40 * 24 * 60),
        st.sampled_from(["email", "sms", "push"]),
        st.sampled_from(["marketing", "marketing", "service"]),
        st.sampled_from(["a", "b"]),
    ),
    max_size=8,
)


def outbox(sends) -> Timeline:
    return Timeline(
        event("message_sent", NOW - timedelta(minutes=age), f"s{n}", channel=c, purpose=p, campaign=k)
        for n, (age, c, p, k) in enumerate(sends)
    )


@EXAMPLES
@given(SENDS, st.sampled_from(["email", "sms", "push"]))
def test_that_a_capped_message_may_go_when_the_ruling_says_and_not_a_moment_before(sends, channel):
    timeline = outbox(sends)
    ruling = frequency_cap(timeline, NOW, channel=channel, campaign="a")
    assume(not ruling.allowed)
    assert frequency_cap(timeline, ruling.until_at, channel=channel, campaign="a").allowed
    just_before = ruling.until_at - timedelta(seconds=1)
    assert not frequency_cap(timeline, just_before, channel=channel, campaign="a").allowed


@EXAMPLES
@given(SENDS)
def test_that_whoever_obeys_the_caps_never_breaks_them(sends):
    kept = []
    for age, channel, _, campaign in sorted(sends, reverse=True):
        now = NOW - timedelta(minutes=age)
        if frequency_cap(Timeline(kept), now, channel=channel, campaign=campaign).allowed:
            kept.append(
                event("message_sent", now, f"k{len(kept)}", channel=channel, purpose="marketing", campaign=campaign)
            )
    for last in kept:
        week = sends_within(Timeline(kept), last.at, timedelta(days=7))
        assert len(week) <= DEFAULT_POLICY.all_channels.most
        assert sum(s.channel == "email" for s in week) <= 2
        assert sum(s.channel == "sms" for s in week) <= 1


@EXAMPLES
@given(
    st.text(max_size=20), st.sampled_from(["en", "pl", "ar", None]), ZONES, st.text("ABC123", min_size=1, max_size=8)
)
def test_that_alike_customers_get_the_same_offers(name, language, zone, postcode):
    offers = Company(
        offers=(Offer("a", "A", audience={"plans": ("Solo",)}), Offer("b", "B", audience={"postcode": (postcode,)}))
    )
    twin = customer(plan="Solo")
    other = customer(
        plan="Solo", name=name, language=language, timezone=zone, id=CustomerId("c_2"),
        extra={"postcode": postcode, "gender": name, "age": 44},
    )  # fmt: skip
    found = [eligible_offers(offers, who, Timeline(), NOW, stage="retention") for who in (twin, other)]
    assert found[0] == found[1] == (offers.offers[0],)
