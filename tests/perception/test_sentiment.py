import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journey_assistant.domain.sentiment import Sentiment
from journey_assistant.perception.encoder import OnnxEncoder
from journey_assistant.perception.sentiment import SentimentReader

ENCODER = OnnxEncoder()
READER = SentimentReader()


def read(text: str, language: str | None = "en") -> Sentiment:
    return READER.read(ENCODER.read(text), language)


@pytest.mark.parametrize(
    "text",
    [
        "I am furious. You charged my card three times and nobody answers.",
        "This is the fourth time I write about the same broken pump. I've had enough.",
        "Oh wonderful, the booking page is down again. Great job.",
        "Thanks for nothing.",
        "Could somebody kindly explain why nobody has replied to any of my letters? I expected better.",
        "you people are useless",
        "I'm furious. When does my plan renew?",
        "You are useless. How do I export my timesheets?",
        "I'm really disappointed with how my mother was treated.",
        "If this isn't sorted by tomorrow we are leaving, and I'll tell everyone why.",
    ],
)
def test_that_anger_scorn_and_cold_politeness_read_negative(text: str) -> None:
    assert read(text).label == "negative"


@pytest.mark.parametrize(
    "text",
    [
        "How do I cancel my subscription?",
        "My card was declined, what can cause that?",
        "The upload fails with error 413. Is there a size limit?",
        "Where do I report a damaged parcel?",
        "it doesn't load",
        "hello",
        "order 4471",
        "I'm furious with my courier. How do I book another one?",
        "Awful weather, the roads are closed. Can I move my lesson to Friday?",
        "Our last supplier was a nightmare. What does your basic plan cost?",
        'A guest wrote "the worst stay of my life". How do I reply to a review?',
        "Please close my account at the end of the month.",
        "wher do i chnage my adress",
    ],
)
def test_that_a_calm_question_is_neutral_whatever_it_is_about(text: str) -> None:
    assert read(text).label == "neutral"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Please refund the 20 pounds for the cracked vase, we had agreed on a new one."),
        ("en", "Then please give me the money back."),
        ("de", "Bitte erstatten Sie uns die doppelt abgebuchte Rate."),
    ],
)
def test_that_a_polite_request_for_money_is_not_negative(language: str, text: str) -> None:
    assert read(text, language).label != "negative"


def test_that_an_angry_request_for_money_stays_negative() -> None:
    assert read("Please refund me at last, you thieves, this is a disgrace.").label == "negative"


@pytest.mark.parametrize(
    "text",
    [
        "Thank you so much, that worked!",
        "This thing is sick, we love it!",
        "Great support, you saved my day.",
        "thanks!",
    ],
)
def test_that_praise_and_thanks_are_positive_also_in_slang(text: str) -> None:
    assert read(text).label == "positive"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Das ist eine Frechheit, niemand meldet sich."),
        ("es", "Estoy harta, esto es una tomadura de pelo."),
        ("fr", "Bravo, encore une panne. J'en ai marre."),
        ("it", "È una vergogna, non ne posso più."),
        ("pt", "Ninguém responde, isto é inaceitável."),
        ("nl", "Belachelijk, ik ben het zat."),
        ("de-AT", "Es reicht! Kündigen Sie alles."),
    ],
)
def test_that_the_lexicon_hears_anger_in_other_languages(language: str, text: str) -> None:
    assert read(text, language).label == "negative"


def test_that_the_lexicon_lifts_frustration_too() -> None:
    assert read("Das ist eine Frechheit.", "de").frustrated >= 0.75


def test_that_shares_sum_to_one_and_the_lexicon_keeps_them_so() -> None:
    for text, language in (("Das ist eine Frechheit", "de"), ("fine", "en"), ("Great!", None)):
        s = read(text, language)
        assert s.negative + s.neutral + s.positive == pytest.approx(1.0)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["en", "de", "xx", None, "../x"]))
def test_that_any_text_gives_probabilities(text: str, language: str | None) -> None:
    s = read(text, language)
    for value in (s.negative, s.neutral, s.positive, s.frustrated):
        assert 0.0 <= value <= 1.0
        assert math.isfinite(value)
    assert s.negative + s.neutral + s.positive == pytest.approx(1.0)


def test_that_the_threshold_decides_the_label() -> None:
    threshold = READER.calibration.negative_from
    for text in ("it broke", "not great", "hm, that again", "ok", "I expected more", "why though"):
        s = read(text)
        assert (s.label == "negative") == (s.negative >= threshold)


def test_that_validated_languages_are_the_ones_measured_well_enough() -> None:
    recalls = ENCODER.manifest.details["negative_recall"]
    assert READER.validated_languages == {lang for lang, recall in recalls.items() if recall >= 0.85}
