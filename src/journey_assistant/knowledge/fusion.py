"""How much words count beside meaning: learned for each knowledge base, from its own sentences.

A sentence is taken out of its passage and asked as a question; the weight is the one with which the rest of its
article is found best. That is kinder to words than customers are, so the weight is held near one that served
several public collections; equal-weight rank fusion lost to the better single retriever on each of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from journey_assistant.domain.knowledge import Passage
from journey_assistant.knowledge.lexical import LexicalIndex, Scores
from journey_assistant.knowledge.passages import statements
from journey_assistant.knowledge.vectors import KnowledgeVectors, RememberingEncoder
from journey_assistant.ports import Vector

USUAL_WEIGHT = 0.3
WEIGHTS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
HOLD = 3.0
"""Loss of mean reciprocal rank that a weight is charged for each square unit away from the usual one."""
ARTICLE_WEIGHT = 0.2
LONG_QUESTION_WORDS = 80
LONG_QUESTION_EXTRA = 0.15
"""A long text's vector is a blur; its rare words are not."""
QUESTIONS = 100
PASSAGES = 1500


@dataclass(frozen=True, slots=True)
class Components:
    """What speaks for each candidate, as arrays of one length: cosines, and likeness of words."""

    passage: Vector
    statement: Vector
    article: Vector
    words: Vector


def likeness_of_words(
    lexical: LexicalIndex, question: str, rows: NDArray[np.int64], scores: Scores, language: str
) -> Vector:
    """How well each candidate's words fit, 0 to 1: half by how near the best, half by how much of the question it has.

    The best of poor matches, one incidental word, is no full match; a long story names too much to be covered.
    """
    mine = scores[rows]
    relative = mine / max(float(mine.max(initial=0.0)), 1e-6)
    if len(question.split()) > LONG_QUESTION_WORDS:
        return np.asarray(relative, dtype=np.float32)
    return np.asarray((relative + lexical.covered(question, rows, language)) / 2, dtype=np.float32)


def fuse(components: Components, lexical_weight: float, question_words: int = 0) -> Vector:
    """One score from 0 to 1 for each candidate, comparable within one knowledge base."""
    weight = lexical_weight + (LONG_QUESTION_EXTRA if question_words > LONG_QUESTION_WORDS else 0.0)
    meaning = (components.passage + components.statement) / 2
    score = (1 - weight) * meaning + weight * components.words + ARTICLE_WEIGHT * components.article
    return np.asarray(np.clip(score / (1 + ARTICLE_WEIGHT), 0.0, 1.0), dtype=np.float32)


def learn_lexical_weight(passages: Sequence[Passage], encoder: RememberingEncoder) -> float:
    """The weight of words for this knowledge base, between 0.1 and 0.5; the same for the same passages."""
    sample = sorted(passages, key=_draw)[:PASSAGES]
    held = {place: out for place, passage in enumerate(sample) if (out := _held_out(passage)) is not None}
    held = dict(list(held.items())[:QUESTIONS])
    if len(held) < 2:
        return USUAL_WEIGHT
    without = [_without(passage, held[place]) if place in held else passage for place, passage in enumerate(sample)]
    questions = {place: statements(sample[place].text)[out] for place, out in held.items()}
    ranks = _reciprocal_ranks(without, questions, encoder)
    gain = ranks.mean(axis=0) - HOLD * (np.array(WEIGHTS) - USUAL_WEIGHT) ** 2
    return WEIGHTS[int(gain.argmax())]


def _draw(passage: Passage) -> bytes:
    return blake2b(passage.id.encode(), digest_size=8).digest()


def _held_out(passage: Passage) -> int | None:
    """Which statement is taken out: any of five words or more, if something is left."""
    told = statements(passage.text)
    long_enough = [number for number, statement in enumerate(told) if len(statement.split()) >= 5]
    if len(told) < 2 or not long_enough:
        return None
    return long_enough[_draw(passage)[0] % len(long_enough)]


def _without(passage: Passage, out: int) -> Passage:
    left = [f"- {told}" for number, told in enumerate(statements(passage.text)) if number != out]
    return replace(passage, text="\n".join(left))


def _reciprocal_ranks(passages: Sequence[Passage], questions: Mapping[int, str], encoder: RememberingEncoder) -> Vector:
    """One row a question, one column a weight: how early any passage of its article comes."""
    lexical = LexicalIndex(passages)
    vectors = KnowledgeVectors(passages, encoder)
    everything = np.arange(len(passages))
    articles = np.array([passage.article_id for passage in passages])
    ranks = []
    for (place, question), vector in zip(questions.items(), encoder.encode([*questions.values()]), strict=True):
        language = passages[place].language
        words = lexical.scores(question, language)
        components = Components(
            passage=vectors.passage_likeness(everything, vector),
            statement=vectors.best_statement(everything, vector),
            # The whole article would give its own sentence away.
            article=np.zeros(len(passages), dtype=np.float32),
            words=likeness_of_words(lexical, question, everything, words, language),
        )
        own = articles == passages[place].article_id
        fused = [fuse(components, weight) for weight in WEIGHTS]
        ranks.append([1.0 / (1 + int((scores > scores[own].max()).sum())) for scores in fused])
    return np.array(ranks, dtype=np.float32)
