"""Extractive answers: quotes in order, whole, within their limits, each with its citation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey_assistant.agent.extract import MAX_CHARS, extract
from journey_assistant.agent.readings import MAX_ARTICLES
from journey_assistant.domain.knowledge import Passage, Retrieval, RetrievedPassage, ScoredSentence


def found(text, *, article="a", score=0.9, sentences=(), stale=False, other_plan=False, audience="customers"):
    passage = Passage(f"{article}#{abs(hash(text))}", article, "Title", "", text, 0, audience=audience)
    scored = tuple(ScoredSentence(s, c) for s, c in sentences)
    return RetrievedPassage(passage, score, stale=stale, other_plan=other_plan, sentences=scored)


def test_that_a_short_passage_is_quoted_whole():
    answer = extract([Retrieval("q", (found("Swaps close 4 hours before the shift."),))])
    assert answer.text == "Swaps close 4 hours before the shift."
    assert [(c.article, c.quote) for c in answer.citations] == [("a", answer.text)]


def test_that_steps_stay_steps_in_order():
    answer = extract([Retrieval("q", (found("1. Open **Billing**.\n2. Press **Pause**."),))])
    assert answer.text == "1. Open Billing.\n2. Press Pause."


def test_that_a_condition_is_never_cut_from_its_sentence():
    sentences = [
        ("Filler. " * 30, 0.1),
        ("You can leave at any time.", 0.9),
        ("However, yearly plans need 30 days.", 0.2),
    ]
    long = found(" ".join(s for s, _ in sentences) + " Tail." * 80, sentences=sentences)
    assert "any time. However, yearly plans need 30 days." in extract([Retrieval("q", (long,))]).text


@pytest.mark.parametrize("kind", [{"stale": True}, {"other_plan": True}, {"audience": "internal"}])
def test_that_stale_internal_and_other_plans_text_is_never_quoted_alone(kind):
    assert extract([Retrieval("q", (found("Secret.", **kind),))]) is None


def test_that_one_unanswered_question_of_several_leaves_no_answer():
    assert extract([Retrieval("q1", (found("Yes."),)), Retrieval("q2")]) is None


def test_that_two_readings_stand_each_under_its_title():
    passages = tuple(
        RetrievedPassage(Passage(f"{name}#1", name, name.title(), "", text, 0), score)
        for name, text, score in (("monthly", "No notice.", 0.9), ("yearly", "30 days of notice.", 0.88))
    )
    answer = extract([Retrieval("notice?", passages, answerability=0.4, either=0.7)])
    assert answer.has_two_readings
    assert answer.text == "Monthly:\nNo notice.\n\nYearly:\n30 days of notice."
    assert [(c.article, c.quote) for c in answer.citations] == [
        ("monthly", "No notice."),
        ("yearly", "30 days of notice."),
    ]


texts = st.text(st.characters(codec="ascii", exclude_characters="*`_"), min_size=1, max_size=1500)


@given(st.lists(st.lists(texts, min_size=1, max_size=4), min_size=1, max_size=4))
def test_that_an_answer_keeps_its_limits_and_cites_what_it_says(questions):
    retrievals = [
        Retrieval("q", tuple(found(t, article=f"a{i}{j}") for j, t in enumerate(passages)))
        for i, passages in enumerate(questions)
    ]
    answer = extract(retrievals)
    if answer is not None:
        assert len(answer.text) <= MAX_CHARS
        assert len({c.article for c in answer.citations}) <= MAX_ARTICLES
        assert all(c.quote in answer.text for c in answer.citations)
