import pytest

from journey_assistant.domain.sentiment import Sentiment, TextReading
from journey_assistant.domain.timeline import EventId
from signals_found import found
from timelines import ago, event

UPSET, CALM = Sentiment.certain("negative"), Sentiment.certain("neutral")


def said(minutes, mood, conversation="c1", by_crm=False):
    name = EventId(f"m{minutes}")
    return TextReading(name, ago(minutes=minutes), "chat_message", mood, conversation, by_crm)


def chat(minutes, author="customer", conversation="c1"):
    return event("chat_message", ago(minutes=minutes), f"m{minutes}", conversation_id=conversation, author=author)


def test_that_a_drop_is_a_negative_text_after_calm_ones_of_its_conversation():
    assert found("sentiment_drop", readings=(said(9, CALM), said(2, UPSET))).evidence == ("m9", "m2")
    assert not found("sentiment_drop", readings=(said(2, UPSET),))
    assert not found("sentiment_drop", readings=(said(9, UPSET), said(2, UPSET)))
    assert not found("sentiment_drop", readings=(said(9, UPSET), said(2, CALM)))
    assert not found("sentiment_drop", readings=(said(9, CALM, "c0"), said(2, UPSET)))


def test_that_the_moments_own_message_is_the_newest_text():
    earlier = (chat(9), chat(8, "assistant"))
    drop = found("sentiment_drop", *earlier, readings=(said(9, CALM),), text="awful", mood=UPSET)
    assert drop.evidence == ("m9", "moment")
    assert not found("sentiment_drop", *earlier, readings=(said(9, CALM),), text="fine", mood=CALM)
    assert not found("sentiment_drop", *earlier, readings=(said(9, UPSET),), text="awful", mood=UPSET)
    assert not found("sentiment_drop", text="awful", mood=UPSET)


def test_that_calm_words_of_another_conversation_make_no_drop():
    assert not found(
        "sentiment_drop", chat(9), readings=(said(9, CALM),), text="awful", mood=UPSET, conversation="other"
    )


@pytest.mark.parametrize(("days", "holds"), [(7, True), (7.1, False)])
def test_that_a_bad_mood_is_one_for_seven_days(days, holds):
    reading = TextReading(EventId("t1"), ago(days=days), "ticket_opened", UPSET, None, True)
    signal = found("negative_sentiment", readings=(reading,))
    assert (signal is not None) is holds
    if holds:
        assert (signal.evidence, signal.facts["by_crm"]) == (("t1",), True)


def test_that_an_upset_message_is_a_bad_mood_now():
    assert found("negative_sentiment", text="awful", mood=UPSET).evidence == ("moment",)


def test_that_every_open_ticket_is_evidence():
    tickets = [event("ticket_opened", ago(days=d), f"o{d}", ticket_id=f"T{d}", topic=f"t{d}") for d in (1, 9, 400)]
    closed = event("ticket_closed", ago(hours=1), ticket_id="T9")
    signal = found("open_ticket", *tickets, closed)
    assert signal.evidence == ("o400", "o1")
    assert signal.facts["topics"] == ("t400", "t1")
    assert signal.at == ago(days=400)
    assert not found("open_ticket", tickets[1], closed)


def test_that_an_open_ticket_knows_whether_the_crm_calls_it_upset():
    ticket = event("ticket_opened", ago(days=1), ticket_id="T", topic="technical", sentiment="Frustrated")
    assert found("open_ticket", ticket).facts["upset"] is True


def survey(type_, days, score):
    return event(f"{type_}_submitted", ago(days=days), f"{type_}{days}", score=score)


@pytest.mark.parametrize(
    ("events", "evidence"),
    [
        ([survey("nps", 3, 6)], "nps3"),
        ([survey("nps", 3, 7)], None),
        ([survey("csat", 3, 2)], "csat3"),
        ([survey("csat", 3, 3)], None),
        ([survey("nps", 30, 2), survey("nps", 3, 8)], None),
        ([survey("nps", 30, 2), survey("csat", 3, 5)], "nps30"),
        ([survey("nps", 30, 2), survey("csat", 3, 1)], "csat3"),
        ([survey("nps", 3, "six")], None),
        ([survey("nps", 3, "6")], "nps3"),
        ([survey("nps", 3, True)], None),
        ([survey("nps", -1, 3)], None),
    ],
)
def test_that_the_newest_score_tells_a_detractor(events, evidence):
    signal = found("nps_detractor", *events)
    assert (signal.evidence[0] if signal else None) == evidence


def test_that_a_detractor_may_recover():
    low, pleased = survey("nps", 9, 3), survey("csat", 2, 5)
    assert found("nps_detractor", low, pleased).facts["recovered_by"] == "csat2"
    assert found("nps_detractor", low).facts["recovered"] is False


@pytest.mark.parametrize(("score", "fires"), [(8, False), (9, True), (10, True)])
def test_that_nine_is_a_promoter(score, fires):
    assert (found("nps_promoter", survey("nps", 3, score)) is not None) is fires
