"""What is quoted for a question: one article, or the two of which one answers."""

import pytest

from journey_assistant.agent.readings import ANSWER_AT, EITHER_AT, MAX_ARTICLES, is_grounded, readings_of
from journey_assistant.domain.knowledge import Passage, Retrieval, RetrievedPassage


def found(article: str, text: str = "Press Pause.", *, score: float = 0.9, stale: bool = False) -> RetrievedPassage:
    return RetrievedPassage(Passage(f"{article}#{text}", article, article.title(), "", text, 0), score, stale=stale)


def asked(*passages: RetrievedPassage, first: float, either: float, question: str = "May we pause?") -> Retrieval:
    return Retrieval(question, passages, answerability=first, either=either)


def quoted(*retrievals: Retrieval) -> list[list[list[str]]]:
    return [[[p.passage.text for p in reading] for reading in readings] for readings in readings_of(retrievals)]


@pytest.mark.parametrize(
    ("first", "either", "articles"),
    [
        (ANSWER_AT, 0.99, ["monthly"]),
        (ANSWER_AT - 0.01, EITHER_AT, ["monthly", "yearly"]),
        (ANSWER_AT - 0.01, EITHER_AT - 0.01, ["monthly"]),
    ],
)
def test_that_a_second_article_is_quoted_when_one_of_two_answers_and_the_first_is_not_sure(first, either, articles):
    retrieval = asked(found("monthly"), found("yearly"), first=first, either=either)
    (readings,) = readings_of([retrieval])
    assert [reading[0].passage.article_id for reading in readings] == articles
    assert is_grounded(retrieval, readings) is (first >= ANSWER_AT or len(articles) == 2)


def test_that_a_second_article_past_its_review_is_not_quoted_and_nothing_grounds_the_answer():
    retrieval = asked(found("monthly"), found("yearly", stale=True), first=0.3, either=0.9)
    (readings,) = readings_of([retrieval])
    assert len(readings) == 1
    assert not is_grounded(retrieval, readings)


def test_that_a_stale_best_passage_has_no_reading():
    assert readings_of([asked(found("a", stale=True), found("b", score=0.5), first=0.9, either=0.9)]) == [()]


def test_that_three_articles_are_the_most_and_the_least_sure_question_gets_the_second():
    unsure = asked(found("a"), found("b"), first=0.2, either=0.9)
    surer = asked(found("c"), found("d"), first=0.4, either=0.9)
    found_for = readings_of([surer, unsure])
    assert [len(readings) for readings in found_for] == [1, 2]
    assert sum(map(len, found_for)) == MAX_ARTICLES


@pytest.mark.parametrize(
    ("question", "second"),
    [("Until when can we pause?", "Pauses end after 4 months."), ("May we pause?", "Ask an owner.")],
)
def test_that_the_section_with_the_number_joins_when_a_number_is_asked_for(question, second):
    sections = (found("a"), found("a", "Ask an owner.", score=0.8), found("a", "Pauses end after 4 months.", score=0.6))
    assert quoted(asked(*sections, first=0.9, either=0.9, question=question)) == [[["Press Pause.", second]]]
