"""What is quoted for a question: passages of one article, or of two when either may be the one that answers.

Two articles are quoted beside each other, each under its title: whoever asked sees at a glance which one is theirs,
and a near-duplicate (monthly, yearly) is never passed off as the answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from journey_assistant.agent.asked_for import asks_for_amount, tells_amount
from journey_assistant.domain.knowledge import Retrieval, RetrievedPassage

MAX_ARTICLES = 3
ANSWER_AT = 0.6
"""Least answerability at which one article answers; below it a person is asked (calibrated, see the model card)."""
EITHER_AT = 0.555
"""The same for two articles of which one answers."""
_CLOSE = 0.75
"""A second passage of the same article joins when its score is at least this share of the best one's."""
_TELLS_IT = 0.6
"""The same for a passage that tells the number or the time asked for, when the best one tells none."""
_AS_GOOD = 0.93
"""A passage that may be quoted stands in for a better one that may not, when its score is at least this share."""

Reading = tuple[RetrievedPassage, ...]
"""Passages of one article that are quoted together."""


def readings_of(retrievals: Sequence[Retrieval]) -> list[tuple[Reading, ...]]:
    """For each question one reading or two; none when its best passage may not be quoted.

    At most three articles are cited: the least sure questions get a second one first.
    """
    found = [_first(retrieval) for retrieval in retrievals]
    left = MAX_ARTICLES - len(found)
    for place in sorted(range(len(found)), key=lambda at: retrievals[at].answerability):
        second = _second(retrievals[place], found[place]) if left > 0 else ()
        if second:
            found[place] = (*found[place], second)
            left -= 1
    return found


def is_grounded(retrieval: Retrieval, readings: Sequence[Reading]) -> bool:
    """May this question be answered from what would be quoted?"""
    if retrieval.internal_only or not readings:
        return False
    return retrieval.answerability >= ANSWER_AT or len(readings) > 1


def _first(retrieval: Retrieval) -> tuple[Reading, ...]:
    """The article of the best passage, if that may be quoted.

    A best passage that is stale, or true for other plans only, is not replaced by a worse one: then there is no answer.
    """
    usable = [p for p in retrieval.passages if may_be_quoted(p)]
    if not usable or usable[0].score < _AS_GOOD * retrieval.passages[0].score:
        return ()
    return (_of_one_article(retrieval.question, usable, usable[0]),)


def _of_one_article(question: str, usable: Sequence[RetrievedPassage], best: RetrievedPassage) -> Reading:
    """The best passage of an article and at most one more: the one that tells the amount asked for, or one as close."""
    others = [p for p in usable if p is not best and p.passage.article_id == best.passage.article_id]
    if asks_for_amount(question) and not tells_amount(best.passage.text):
        told = [p for p in others if tells_amount(p.passage.text) and p.score >= _TELLS_IT * best.score]
        if told:
            return (best, told[0])
    return (best, *[p for p in others if p.score >= _CLOSE * best.score][:1])


def _second(retrieval: Retrieval, first: Sequence[Reading]) -> Reading:
    """The best passage of the next article, if one of the two answers and the first is not sure to; else nothing."""
    if not first or retrieval.answerability >= ANSWER_AT or retrieval.either < EITHER_AT:
        return ()
    article = first[0][0].passage.article_id
    others = [p for p in retrieval.passages if p.passage.article_id != article]
    if not others or not may_be_quoted(others[0]):
        return ()
    return _of_one_article(retrieval.question, [p for p in others if may_be_quoted(p)], others[0])


def may_be_quoted(found: RetrievedPassage) -> bool:
    """Reviewed, for customers, and true for this customer's plan."""
    return not found.stale and not found.other_plan and found.passage.audience != "internal"
