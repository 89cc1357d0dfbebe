"""Finds passages by their words: BM25 over stems, title and heading weighing more, typos forgiven.

bm25s scores (it precomputes every term's contribution, so a query is a few array additions); stems, fields
and spelling are prepared here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from journey_assistant.domain.knowledge import Passage
from journey_assistant.knowledge.passages import plain
from journey_assistant.knowledge.words import LITTLE_WORDS, Speller, counted, stem, terms, words

Scores = NDArray[np.float32]
TITLE_WEIGHT = 2
HEADING_WEIGHT = 2


class LexicalIndex:
    """BM25 scores of every passage for a query, in the order in which the passages were given."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.size = len(passages)
        documents = [_fields(passage) for passage in passages]
        self.document_frequency = Counter(term for document in documents for term in set(document))
        self._speller = Speller(counted(f"{p.title} {p.heading} {plain(p.text)} {p.entity or ''}" for p in passages))
        self._bm25: Any = _index(documents) if self.document_frequency else None

    def query_terms(self, text: str, language: str = "en") -> dict[str, float]:
        """The stems to look for with a weight each: 1, or less for a word that is only probably meant."""
        wanted: dict[str, float] = {}
        for word in words(text):
            if word in LITTLE_WORDS:
                continue
            stemmed = stem(word, language)
            if stemmed in self.document_frequency:
                wanted[stemmed] = 1.0
            elif meant := self._speller.meant(word):
                guess = stem(meant[0], language)
                wanted[guess] = max(wanted.get(guess, 0.0), meant[1] ** 2)
            else:
                wanted.setdefault(stemmed, 0.0)
        return wanted

    def scores(self, text: str, language: str = "en") -> Scores:
        """A score of zero or more for every passage."""
        by_weight: dict[float, list[str]] = {}
        for term, weight in self.query_terms(text, language).items():
            if weight and term in self.document_frequency:
                by_weight.setdefault(weight, []).append(term)
        total = np.zeros(self.size, dtype=np.float32)
        for weight, wanted in by_weight.items():
            total += np.float32(weight) * self._bm25.get_scores(wanted)
        return total

    def coverage(self, question: str, text: str, language: str = "en") -> float:
        """Which part of the question's content words, rare ones counting more, stands in a text: 0 to 1."""
        wanted = self.query_terms(question, language)
        total = sum(self.rarity(term) for term in wanted)
        there = set(terms(text, language))
        return sum(weight * self.rarity(term) for term, weight in wanted.items() if term in there) / max(total, 1e-6)

    def rarity(self, term: str) -> float:
        """Inverse document frequency; a stem that no passage has is the rarest."""
        frequency = self.document_frequency.get(term, 0)
        return math.log(1.0 + (self.size - frequency + 0.5) / (frequency + 0.5))


def _fields(passage: Passage) -> list[str]:
    language = passage.language
    return [
        *terms(passage.title, language) * TITLE_WEIGHT,
        *terms(passage.heading, language) * HEADING_WEIGHT,
        *terms(passage.entity or "", language) * TITLE_WEIGHT,
        *terms(plain(passage.text), language),
    ]


def _index(documents: list[list[str]]) -> Any:
    import bm25s  # type: ignore[import-untyped]

    index = bm25s.BM25(method="lucene", k1=1.2, b=0.6)
    index.index(documents, show_progress=False)
    return index
