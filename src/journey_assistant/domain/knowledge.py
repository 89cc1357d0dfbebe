"""Article, Passage and Citation: a source, a piece of it, and the piece a sentence rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NewType

ArticleId = NewType("ArticleId", str)
PassageId = NewType("PassageId", str)
Audience = Literal["customers", "prospects", "internal"]


@dataclass(frozen=True, slots=True)
class Article:
    """One source of the knowledge base. ``plans`` empty = true for every plan; past ``review_by`` it is stale.

    ``quarantined`` are passages that looked hostile when the article came in: they are never found or cited.
    """

    id: ArticleId
    title: str
    text: str
    audience: Audience = "customers"
    plans: tuple[str, ...] = ()
    entity: str | None = None
    language: str = "en"
    updated: date | None = None
    review_by: date | None = None
    source: str = ""
    quarantined: tuple[PassageId, ...] = ()

    def is_stale(self, today: date) -> bool:
        """Past its review date: marked, and never the sole ground of an answer."""
        return self.review_by is not None and self.review_by < today


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of an article that can stand alone. ``heading`` is its section title."""

    id: PassageId
    article_id: ArticleId
    title: str
    heading: str
    text: str
    position: int
    audience: Audience = "customers"
    plans: tuple[str, ...] = ()
    entity: str | None = None
    language: str = "en"
    updated: date | None = None
    review_by: date | None = None

    def is_stale(self, today: date) -> bool:
        """Past its article's review date."""
        return self.review_by is not None and self.review_by < today


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """One sentence or step of a passage, in reading order, with its closeness to the question (cosine)."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A passage with its fused score (0 to 1, comparable within one knowledge base) and how it came about.

    ``other_plan`` marks a passage that is true for other plans only: an answer must say so.
    """

    passage: Passage
    score: float
    dense: float = 0.0
    lexical: float = 0.0
    stale: bool = False
    other_plan: bool = False
    sentences: tuple[ScoredSentence, ...] = ()
    explain: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was found for one question, best first. ``answerability`` = P(the first article grounds an answer).

    ``either`` = P(the first article or the next one does): never less. ``internal_only`` says that the best match
    overall is an internal article; its text is not in here.
    """

    question: str
    passages: tuple[RetrievedPassage, ...] = ()
    answerability: float = 0.0
    either: float = 0.0
    internal_only: bool = False
    degraded: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """The words of a passage that a sentence of the answer rests on."""

    article: ArticleId
    passage: PassageId
    quote: str
