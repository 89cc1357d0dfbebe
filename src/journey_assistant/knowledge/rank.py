"""Ranks passages for a question: candidates by meaning and by words, then every one weighed by all components."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from journey_assistant.domain.conversation import Turn
from journey_assistant.errors import PortError
from journey_assistant.knowledge.fusion import Components, fuse, likeness_of_words
from journey_assistant.knowledge.index import KnowledgeBase, Mask
from journey_assistant.knowledge.lexical import Scores
from journey_assistant.knowledge.query import Query
from journey_assistant.knowledge.words import terms
from journey_assistant.ports import Vector

CANDIDATES = 100
FOR_PROSPECTS = 0.9
"""Share of the score that an article written to win prospects keeps when a customer asks."""
INTERNAL_CANDIDATES = 5
SAMPLED_EACH = 32
_POINTS_BACK = re.compile(r"\b(it|its|they|them|that|those|this|these|there|ones?|same|either|both|he|she)\b", re.I)
_GOES_ON = re.compile(r"^\W*(and|or|but|so|also|what about|how about)\b", re.I)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates best first: their rows, fused scores and components. ``vector`` is the question's, if there is one."""

    rows: NDArray[np.int64]
    scores: Vector
    components: Components
    vector: Vector | None
    question: str
    degraded: bool

    def only(self, mask: Mask) -> Ranking:
        """The candidates that a mask over all passages lets through."""
        kept = mask[self.rows]
        parts = self.components
        return Ranking(
            self.rows[kept],
            self.scores[kept],
            Components(parts.passage[kept], parts.statement[kept], parts.article[kept], parts.words[kept]),
            self.vector,
            self.question,
            self.degraded,
        )


def full_question(text: str, turns: Sequence[Turn], *, names_entity: bool) -> str:
    """The question with the customer's last one before it, if it cannot be understood alone ("and the bigger one?").

    A question with a subject of its own stays as it is: the conversation before it would only blur it. One whose
    "it" is a known entity needs no more words either.
    """
    earlier = [turn.text for turn in turns if turn.author == "customer" and len(set(terms(turn.text))) >= 2]
    thin = len(set(terms(text))) <= 1
    leans = bool(_GOES_ON.search(text)) or (bool(_POINTS_BACK.search(text)) and not names_entity)
    return f"{earlier[-1]} {text}" if earlier and thin and leans else text


def rank(knowledge: KnowledgeBase, query: Query) -> Ranking:
    """Candidates for a query, internal ones among them; what may be shown is for the caller to say."""
    entities = knowledge.entities.meant(query.entities, query.text, query.turns)
    question = full_question(query.text, query.turns, names_entity=bool(entities))
    seen = knowledge.visible(query.audience, query.language)
    internal = ~knowledge.visible("customers", None)
    if entities:
        about = knowledge.about(entities)
        seen, internal = seen & about, internal & about
    words = knowledge.lexical.scores(question, query.language or "en")
    vector, degraded = _vector(knowledge, query, question)
    rows = [best_rows(words, seen, CANDIDATES), best_rows(words, internal, INTERNAL_CANDIDATES)]
    if vector is not None:
        try:
            rows.append(knowledge.nearest(vector, CANDIDATES, seen | internal))
        except PortError:
            degraded = True
    candidates = np.unique(np.concatenate(rows))
    spoken = likeness_of_words(knowledge.lexical, question, candidates, words, query.language or "en")
    components = _components(knowledge, candidates, spoken, vector)
    scores = (
        fuse(components, knowledge.lexical_weight, len(question.split())) if vector is not None else components.words
    )
    persuading = knowledge.written_for_others(candidates, query.audience)
    scores = np.where(persuading, np.float32(FOR_PROSPECTS), np.float32(1)) * scores
    order = np.argsort(-scores, kind="stable")
    ranking = Ranking(candidates, scores, components, vector, question, degraded)
    return _reordered(ranking, order)


def _vector(knowledge: KnowledgeBase, query: Query, question: str) -> tuple[Vector | None, bool]:
    if knowledge.vectors is None or knowledge.encoder is None:
        return None, True
    spelled = knowledge.lexical.spelled(question, query.language or "en")
    if query.vector is not None and spelled == query.text:
        return query.vector, knowledge.degraded is not None
    try:
        return knowledge.encoder.read(spelled).vector, knowledge.degraded is not None
    except PortError:
        return None, True


def best_rows(scores: Scores, mask: Mask, k: int) -> NDArray[np.int64]:
    """The rows of the k best scores above zero; of very many, only those above what a sample promises are ordered."""
    shown = np.where(mask, scores, np.float32(0))
    sample = np.sort(shown[::SAMPLED_EACH])
    enough = min(len(sample), 4 + 4 * k // SAMPLED_EACH)
    rows = np.flatnonzero(shown > (sample[-enough] if enough else 0))
    if len(rows) < k:
        rows = np.flatnonzero(shown)
    best = np.argpartition(-shown[rows], k)[:k] if len(rows) > k else np.arange(len(rows))
    return np.asarray(rows[best], dtype=np.int64)


def _components(knowledge: KnowledgeBase, rows: NDArray[np.int64], words: Scores, vector: Vector | None) -> Components:
    none = np.zeros(len(rows), dtype=np.float32)
    if vector is None or knowledge.vectors is None:
        return Components(none, none, none, words)
    vectors = knowledge.vectors
    return Components(
        passage=vectors.passage_likeness(rows, vector),
        statement=vectors.best_statement(rows, vector),
        article=vectors.article_likeness(rows, vector),
        words=words,
    )


def _reordered(ranking: Ranking, order: NDArray[np.intp]) -> Ranking:
    parts = ranking.components
    return Ranking(
        ranking.rows[order],
        ranking.scores[order],
        Components(parts.passage[order], parts.statement[order], parts.article[order], parts.words[order]),
        ranking.vector,
        ranking.question,
        ranking.degraded,
    )
