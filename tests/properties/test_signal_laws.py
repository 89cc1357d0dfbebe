"""Laws of signals over any timeline: order, duplicates, the future and unrelated events change nothing."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from journey_assistant.domain.moment import CaseId, Snapshot, Sweep
from journey_assistant.domain.sentiment import Sentiment
from journey_assistant.domain.signals import SIGNAL_NAMES, Signal
from journey_assistant.domain.timeline import Event, EventId, Party, Timeline
from journey_assistant.perception.readings import read_texts
from journey_assistant.perception.signals import derive_signals
from timelines import NOW, customer, day

WORDS = st.sampled_from(["/pricing", "/account/cancel", "mic", "mixer", "awful", "lovely", "Won", "billing", "7", None])
NUMBERS = st.sampled_from([-1, 0, 2, 5, 9, 60, 80, 100.5, "9", None, True, "x"])
# What the signals read of each type: one word, one number, and things that stay the same.
READ = {
    "page_viewed": ("path", "scroll_pct", {}),
    "product_viewed": ("product_id", "price", {"category": "mics"}),
    "feature_used": ("feature", "count", {}),
    "ticket_opened": ("ticket_id", "count", {"topic": "billing", "sentiment": "frustrated"}),
    "ticket_closed": ("ticket_id", "count", {}),
    "ticket_reopened": ("ticket_id", "count", {}),
    "email_sent": ("message_id", "count", {"topic": "upgrade"}),
    "email_opened": ("message_id", "count", {}),
    "chat_message": ("text", "count", {"author": "customer", "conversation_id": "c"}),
    "email_replied": ("text", "count", {}),
    "order_completed": ("order_id", "value", {"items": [{"product_id": "mic"}, "odd"]}),
    "cart_updated": ("promo_code", "value", {"items": [{"product_id": "mic", "quantity": 2, "price": "80"}]}),
    "invoice_failed": ("invoice_id", "amount", {}),
    "invoice_paid": ("invoice_id", "amount", {}),
    "nps_submitted": ("comment", "score", {}),
    "csat_submitted": ("comment", "score", {}),
    "deal_stage_changed": ("stage", "amount", {}),
    "quiz_completed": ("title", "score", {"quiz": "Compare rooms"}),
    "content_downloaded": ("title", "score", {"kind": "guide"}),
    "webinar_attended": ("title", "score", {}),
    "survey_answered": ("survey", "score", {"answers": {"industry": "opera"}}),
    "signed_up": ("role", "score", {}),
    "onboarding_step_completed": ("step", "score", {"next": "mixer"}),
    "onboarding_completed": ("step", "score", {}),
    "subscription_changed": ("to", "score", {}),
    "intent_reported": ("provider", "score", {}),
    "note_added": ("text", "score", {}),
    "form_submitted": ("form", "score", {"answers": ["odd"]}),
}


def made(type_: str, age: int, number: int, word: str | None, amount: object) -> Event:
    name, count, rest = READ[type_]
    at = NOW - timedelta(minutes=age)
    return Event(EventId(f"{type_}-{number}"), type_, at, Party.FIRST, {name: word, count: amount, **rest})


def events_between(earliest_minutes: int, latest_minutes: int):
    """Events whose age lies between two numbers of minutes; a negative age is the future."""
    ages = st.integers(earliest_minutes, latest_minutes)
    one = st.builds(made, st.sampled_from(sorted(READ)), ages, st.integers(0, 10_000), WORDS, NUMBERS)
    return st.lists(one, max_size=20, unique_by=lambda e: e.id)


PAST = events_between(0, 90 * 24 * 60)
FUTURE = events_between(-60 * 24 * 60, -1)
UNRELATED = st.lists(
    st.builds(
        lambda type_, age, number: Event(EventId(f"u-{number}"), type_, NOW - timedelta(minutes=age)),
        st.sampled_from(["email_unsubscribed_list", "invoice_viewed", "Experiment Viewed", "identify", "group"]),
        st.integers(0, 90 * 24 * 60),
        st.integers(0, 10_000),
    ),
    max_size=25,
)


def mood(text: str) -> Sentiment:
    return Sentiment.certain("negative" if "awful" in text else "positive" if "lovely" in text else "neutral")


def signals(events: list[Event]) -> tuple[Signal, ...]:
    who = customer(plan="Label", renews_at=day("2026-07-20"), key_features=("mixer", "export"), limits={"mic": 100})
    snapshot = Snapshot(CaseId("law"), NOW, who, Timeline(events), Sweep())
    return derive_signals(snapshot, read_texts(snapshot, mood))


@settings(max_examples=300, deadline=None)
@given(PAST, st.randoms(use_true_random=False))
def test_that_order_of_arrival_and_duplicates_do_not_matter(events, random):
    shuffled = [*events, *events[: len(events) // 2]]
    random.shuffle(shuffled)
    assert signals(shuffled) == signals(events)


@settings(max_examples=300, deadline=None)
@given(PAST, FUTURE)
def test_that_future_events_change_nothing(events, future):
    later = [Event(EventId(f"f-{e.id}"), e.type, e.at, e.party, e.properties) for e in future]
    assert signals([*events, *later]) == signals(events)


@settings(max_examples=300, deadline=None)
@given(PAST, UNRELATED)
def test_that_unrelated_events_change_no_signal(events, unrelated):
    # "First seen" is the one thing that any event may tell: it must not be earlier than the oldest one.
    oldest = min((e.at for e in events), default=NOW)
    later = [e for e in unrelated if e.at >= oldest]
    assert signals([*events, *later]) == signals(events)


@settings(max_examples=300, deadline=None)
@given(PAST)
def test_that_every_signal_has_a_known_name_evidence_and_a_time_not_after_now(events):
    found = signals(events)
    ids = {e.id for e in events} | {"account.renews_at"}
    assert len({s.name for s in found}) == len(found)
    for signal in found:
        assert signal.name in SIGNAL_NAMES
        assert signal.evidence
        assert set(signal.evidence) <= ids
        assert signal.at is not None
        assert signal.at <= NOW
