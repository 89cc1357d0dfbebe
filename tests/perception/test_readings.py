from datetime import timedelta

import pytest

from journey_assistant.domain.sentiment import Sentiment
from journey_assistant.perception.readings import MOST_TEXTS, customer_text, read_texts
from timelines import NOW, ago, event, snapshot


def mood(text: str) -> Sentiment:
    return Sentiment.certain("negative" if "awful" in text else "neutral")


def read(*events, **fields):
    return read_texts(snapshot(events, **fields), mood)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (event("chat_message", author="customer", text="awful"), "awful"),
        (event("chat_message", author="assistant", text="awful"), ""),
        (event("chat_message", author="agent:ida", text="awful"), ""),
        (event("chat_message", text="awful"), ""),
        (event("email_replied", text="awful"), "awful"),
        (event("ticket_opened", subject="Hum", text="awful"), "Hum\nawful"),
        (event("ticket_replied", author="support", text="awful"), ""),
        (event("ticket_replied", author="customer", text="awful"), "awful"),
        (event("call_logged", summary="went badly", transcript="awful"), "awful"),
        (event("call_logged", summary="went badly", transcript=""), ""),
        (event("nps_submitted", score=2, comment="awful"), "awful"),
        (event("csat_submitted", score=2, comment=None), ""),
        (
            event("form_submitted", answers={"why": "it was awful", "email": "a@b.example", "news": "yes"}),
            "it was awful",
        ),
        (event("form_submitted", answers="awful"), ""),
        (event("note_added", author="ida", text="awful"), ""),
        (event("page_viewed", text="awful"), ""),
    ],
)
def test_that_only_the_customers_own_words_are_read(written, text):
    assert customer_text(written) == text
    assert bool(read(written)) is bool(text)


@pytest.mark.parametrize(("days", "count"), [(7, 1), (7.01, 0), (-0.01, 0)])
def test_that_texts_of_seven_days_are_read_and_none_of_the_future(days, count):
    assert len(read(event("email_replied", ago(days=days), text="awful"))) == count


def test_that_readings_stand_in_order_with_their_conversation():
    texts = [
        event("email_replied", ago(days=1), "e", text="fine"),
        event("chat_message", ago(days=2), "c", author="customer", conversation_id="k", text="awful"),
    ]
    first, second = read(*texts)
    assert (first.event_id, first.conversation_id, first.sentiment.label) == ("c", "k", "negative")
    assert (second.event_id, second.conversation_id, second.sentiment.label) == ("e", None, "neutral")


@pytest.mark.parametrize(
    ("label", "mood_read", "frustrated"),
    [
        ("negative", "negative", 0.0),
        ("Frustrated", "negative", 1.0),
        ("ANGRY", "negative", 1.0),
        ("very negative", "negative", 0.0),
        ("positive", "positive", 0.0),
        ("neutral", "neutral", 0.0),
        ("mixed", "neutral", 0.0),
    ],
)
def test_that_the_crms_own_classification_is_a_reading(label, mood_read, frustrated):
    (own,) = [r for r in read(event("ticket_opened", ago(days=1), sentiment=label)) if r.by_crm]
    assert (own.sentiment.label, own.sentiment.frustrated) == (mood_read, frustrated)


def test_that_a_label_on_a_colleagues_words_says_nothing_about_the_customer():
    assert not read(event("ticket_replied", ago(days=1), author="support", sentiment="negative"))
    assert not read(event("ticket_opened", ago(days=1), sentiment=None))


def test_that_only_the_newest_texts_cost_a_reading():
    read_now = []
    texts = [event("email_replied", ago(minutes=n), f"e{n}", text=str(n)) for n in range(MOST_TEXTS + 30)]
    read_texts(snapshot(texts), lambda text: read_now.append(text) or mood(text))
    assert sorted(map(int, read_now)) == list(range(MOST_TEXTS))


def test_that_an_event_at_this_very_moment_counts():
    assert read(event("email_replied", NOW, text="awful"))
    assert not read(event("email_replied", NOW + timedelta(microseconds=1), text="awful"))
