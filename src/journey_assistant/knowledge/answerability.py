"""How probable it is that the best passages ground an answer: small logistic models over what retrieval saw.

One says whether the first article answers, one whether the first or the second does. Together they decide between
answering and a person, and a false answer is the worst error: absence shows in subject words that no passage has, in
a low likeness, and in rivals that are as near.
The weights stand in answerability.json beside this file, made by training/answerability.py.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from journey_assistant.knowledge.index import KnowledgeBase
from journey_assistant.knowledge.lexical import coverage
from journey_assistant.knowledge.passages import plain
from journey_assistant.knowledge.rank import Ranking
from journey_assistant.knowledge.words import terms

LOOKED_AT = 5
ENOUGH_SUBJECT = 1.5
"""Summed weight of what is named from which on a question has a subject: about two telling words."""
STRANGE = 5 / 6
"""Share of the probability that is left when no passage knows what the question names most tellingly."""
FEATURES = ("statement", "passage", "margin", "agreement", "coverage", "unknown")
Reach = Literal["first", "either"]
"""Whether the first article answers, or one of the first two."""


@dataclass(frozen=True, slots=True)
class AnswerabilityModel:
    """Logistic weights over standardised features, one set with vectors and one without."""

    weights: Mapping[str, float]
    bias: float

    def probability(self, features: Mapping[str, float]) -> float:
        """P(the passages ground an answer); 0 when nothing was found."""
        if not features:
            return 0.0
        total = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Answerability:
    """P(the first article answers) and P(the first or the second does): the second is never less."""

    first: float
    either: float


@lru_cache(maxsize=4)
def shipped_model(kind: str, reach: Reach = "first") -> AnswerabilityModel:
    """A model in the package: ``vectors``, or ``words`` when there is no encoder."""
    text = (files("journey_assistant.knowledge") / "answerability.json").read_text(encoding="utf-8")
    stored = json.loads(text)[kind][reach]
    return AnswerabilityModel(weights=stored["weights"], bias=float(stored["bias"]))


def answerability(knowledge: KnowledgeBase, shown: Ranking) -> Answerability:
    """The probabilities for a ranking of passages that may be shown."""
    kind = "words" if shown.vector is None else "vectors"
    features = answerability_features(knowledge, shown)
    kept = STRANGE if _is_strange(knowledge, shown) else 1.0
    first = kept * shipped_model(kind).probability(features)
    return Answerability(first, max(first, kept * shipped_model(kind, "either").probability(features)))


def _is_strange(knowledge: KnowledgeBase, shown: Ranking) -> bool:
    """Of all that the question names, the most telling is in no passage at all."""
    language = knowledge.passages[shown.rows[0]].language if len(shown.rows) else "en"
    concepts = knowledge.lexical.concepts(shown.question, language)
    telling = [max((c.weight for c in concepts if bool(c.stems) is there), default=0.0) for there in (True, False)]
    return telling[1] > telling[0]


def answerability_features(knowledge: KnowledgeBase, shown: Ranking) -> dict[str, float]:
    """What the model looks at, by name; empty when no passage was found.

    ``statement`` and ``passage``: likeness of the nearest; ``margin``: how far the best article is ahead of the
    next; ``agreement``: its share of the first passages; ``coverage`` and ``unknown``: which part of what the
    question names stands in the best passage, and which part in no passage at all. A question
    that names next to nothing ("hello", "how do I change it") is near to something too, but that says little.
    """
    if not len(shown.rows):
        return {}
    passages = [knowledge.passages[row] for row in shown.rows]
    best = passages[0]
    rivals = [place for place, passage in enumerate(passages) if passage.article_id != best.article_id]
    concepts = knowledge.lexical.concepts(shown.question, best.language)
    weight = max(sum(concept.weight for concept in concepts), 1e-6)
    there = set(terms(f"{best.title} {best.heading} {plain(best.text)}", best.language))
    first = passages[:LOOKED_AT]
    subject = min(1.0, weight / ENOUGH_SUBJECT)
    covered = coverage(concepts, there)
    margin = float(shown.scores[0] - (shown.scores[rivals[0]] if rivals else 0.0))
    if shown.vector is None:
        # Scores by words alone are relative to the best: being the only one with one word is no lead.
        margin *= covered
    return {
        "statement": float(shown.components.statement[:LOOKED_AT].max()),
        "passage": float(shown.components.passage[:LOOKED_AT].max()),
        "margin": margin * subject,
        "agreement": subject * sum(passage.article_id == best.article_id for passage in first) / len(first),
        "coverage": covered * subject,
        "unknown": sum(concept.weight for concept in concepts if not concept.stems) / weight,
    }
