"""Finds passages by their words: BM25 over stems, title and heading weighing more, typos and other words forgiven.

bm25s weighs every term in every passage beforehand; a query adds up what its own words have there. Stems, fields,
spelling and synonyms are prepared here.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from journey_assistant.domain.knowledge import Passage
from journey_assistant.knowledge.passages import plain
from journey_assistant.knowledge.synonyms import shipped_synonyms
from journey_assistant.knowledge.words import (
    LITTLE_WORDS,
    Speller,
    counted,
    fold,
    rarity_in_talk,
    stem,
    terms,
    unslipped,
    words,
)

Scores = NDArray[np.float32]
TITLE_WEIGHT = 2
HEADING_WEIGHT = 2
SYNONYM_WEIGHT = 0.6
PHRASE_WEIGHT = 0.8
SLIP_WEIGHT = 0.95
"""Two letters that changed places are hardly ever another word."""
SHORTEST_SLIP = 4
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that a question names: the stems that may stand for it in a passage, and how surely each does.

    ``weight`` is how much the customer's own word says (0 for a word of everyday talk, 1 for a rare one).
    """

    term: str
    weight: float
    stems: Mapping[str, float]

    def told_in(self, there: Set[str]) -> float:
        """How surely a text with these stems speaks of it: 0 to 1."""
        return max((sure for known, sure in self.stems.items() if known in there), default=0.0)


class LexicalIndex:
    """BM25 scores of every passage for a query, in the order in which the passages were given."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.size = len(passages)
        documents = [_fields(passage) for passage in passages]
        self.document_frequency = Counter(term for document in documents for term in set(document))
        self._speller = Speller(counted(f"{p.title} {p.heading} {plain(p.text)} {p.entity or ''}" for p in passages))
        self._bm25: Any = _index(documents) if self.document_frequency else None

    def concepts(self, text: str, language: str = "en") -> list[Concept]:
        """What a question names, each thing once; a stem that no passage knows is left with no stems."""
        found: dict[str, Concept] = {}
        synonyms = shipped_synonyms()
        for word in words(text):
            if word in LITTLE_WORDS:
                continue
            stemmed, sure = self._known_stem(word, language)
            alternatives = {stemmed: sure} if sure else {}
            if language == "en":
                alternatives |= {other: SYNONYM_WEIGHT for other in synonyms.of(stemmed) if self._has(other)}
            found.setdefault(stemmed, Concept(stemmed, rarity_in_talk(stemmed, language), alternatives))
        if language == "en":
            for phrase, others in synonyms.of_phrases([stem(word) for word in words(text)]):
                known = {other: PHRASE_WEIGHT for other in others if self._has(other)}
                if known:
                    found.setdefault(phrase, Concept(phrase, max(map(rarity_in_talk, known)), known))
        return list(found.values())

    def _has(self, stemmed: str) -> bool:
        return stemmed in self.document_frequency

    def _known_stem(self, word: str, language: str) -> tuple[str, float]:
        """The stem that a word stands for here, and how surely: less for a typo, 0 when nobody knows it."""
        stemmed = stem(word, language)
        if self._has(stemmed):
            return stemmed, 1.0
        # A word of everyday talk, or one with a synonym here, is not a typo of another.
        if rarity_in_talk(stemmed, language) < 1.0 or any(map(self._has, shipped_synonyms().of(stemmed))):
            return stemmed, 0.0
        if slipped := self._slipped(word, language):
            return slipped[1], SLIP_WEIGHT if self._has(slipped[1]) else 0.0
        meant = self._speller.meant(word)
        return (stem(meant[0], language), meant[1] ** 2) if meant else (stemmed, 0.0)

    def _slipped(self, word: str, language: str) -> tuple[str, str] | None:
        """The word, and its stem, that a slip of the finger made unknown: of this knowledge base, else of talk."""
        if len(word) < SHORTEST_SLIP or not word.isalpha():
            return None
        known = [(other, stem(other, language)) for other in unslipped(word)]
        ours = [(self.document_frequency[stemmed], other, stemmed) for other, stemmed in known if self._has(stemmed)]
        if ours:
            return max(ours)[1:]
        return next((pair for pair in known if rarity_in_talk(pair[1], language) < 1.0), None)

    def spelled(self, text: str, language: str = "en") -> str:
        """The text with slips of the finger mended, for who reads whole sentences; other typos are left."""

        def mended(found: re.Match[str]) -> str:
            word = fold(found.group())
            stemmed = stem(word, language)
            if self._has(stemmed) or rarity_in_talk(stemmed, language) < 1.0:
                return found.group()
            slipped = self._slipped(word, language)
            return slipped[0] if slipped and len(slipped[0]) == len(found.group()) else found.group()

        return _LETTERS.sub(mended, text)

    def scores(self, text: str, language: str = "en") -> Scores:
        """A score of zero or more for every passage: of each concept, its best word there."""
        total = np.zeros(self.size, dtype=np.float32)
        best = np.zeros(self.size, dtype=np.float32)
        for concept in self.concepts(text, language):
            if len(concept.stems) == 1:
                ((known, sure),) = concept.stems.items()
                rows, scores = self._postings(known)
                total[rows] += np.float32(sure * concept.weight) * scores
                continue
            touched = []
            for known, sure in concept.stems.items():
                rows, scores = self._postings(known)
                best[rows] = np.maximum(best[rows], np.float32(sure * concept.weight) * scores)
                touched.append(rows)
            for rows in touched:
                total[rows] += best[rows]
                best[rows] = 0.0
        return total

    def covered(self, text: str, rows: NDArray[np.int64], language: str = "en") -> Scores:
        """Which part of what a question names each of these passages speaks of, rare things counting more: 0 to 1."""
        concepts = self.concepts(text, language)
        total = np.zeros(len(rows), dtype=np.float32)
        for concept in concepts:
            told = np.zeros(len(rows), dtype=np.float32)
            for known, sure in concept.stems.items():
                having, _ = self._postings(known)
                place = np.minimum(np.searchsorted(having, rows), len(having) - 1)
                told = np.maximum(told, np.where(having[place] == rows, np.float32(sure), np.float32(0)))
            total += np.float32(concept.weight) * told
        return np.asarray(total / max(sum(concept.weight for concept in concepts), 1e-6), dtype=np.float32)

    def _postings(self, known: str) -> tuple[NDArray[np.int32], Scores]:
        """The passages that have a stem, and what it is worth in each."""
        number = self._bm25.vocab_dict[known]
        block = slice(*self._bm25.scores["indptr"][number : number + 2])
        return self._bm25.scores["indices"][block], self._bm25.scores["data"][block]

    def coverage(self, question: str, text: str, language: str = "en") -> float:
        """Which part of what a question names stands in a text, rare things counting more: 0 to 1."""
        there = set(terms(text, language))
        return coverage(self.concepts(question, language), there)

    def rarity(self, term: str) -> float:
        """Inverse document frequency; a stem that no passage has is the rarest."""
        frequency = self.document_frequency.get(term, 0)
        return math.log(1.0 + (self.size - frequency + 0.5) / (frequency + 0.5))


def coverage(concepts: Sequence[Concept], there: Set[str]) -> float:
    """Which part of the concepts, by weight, a text with these stems speaks of: 0 to 1."""
    total = sum(concept.weight for concept in concepts)
    return sum(concept.weight * concept.told_in(there) for concept in concepts) / max(total, 1e-6)


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
