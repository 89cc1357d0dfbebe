"""The ports: what the product needs from technology, each on one screen. Adapters answer to them.

The model port is langchain-core's ``BaseChatModel``, retrieval its ``BaseRetriever``, tools its ``BaseTool``:
any of that ecosystem plugs in without a class of ours.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from journey_assistant.domain.knowledge import Article
from journey_assistant.domain.sentiment import Sentiment

Vector = NDArray[np.float32]


class Clock(Protocol):
    """Where "now" comes from; injected everywhere so that time can be set."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


@dataclass(frozen=True)
class EncodedText:
    """One encoder pass over one text: the unit query vector and what the sentiment head reads."""

    text: str
    vector: Vector
    features: Any = None


class Encoder(Protocol):
    """Turns text into vectors of one fixed dimension. ``id`` changes whenever vectors would."""

    @property
    def id(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def read(self, text: str) -> EncodedText:
        """One pass over one text. Raises PortError when the encoder is missing or broken."""
        ...

    def encode(self, texts: Sequence[str]) -> Vector:
        """Unit vectors, shape (len(texts), dimension). Raises PortError."""
        ...


class SentimentReading(Protocol):
    """Reads the mood of an encoded text."""

    def read(self, encoded: EncodedText, language: str | None = None) -> Sentiment:
        """Probabilities and label; languages that were not validated are read by their lexicon."""
        ...


@runtime_checkable
class Resting(Protocol):
    """A model that is left alone for a while after failures, and says so."""

    def rests(self, tenant_id: str) -> bool:
        """Whether a call of this tenant would not be made now."""
        ...


@dataclass(frozen=True)
class IndexEntry:
    """One passage's unit vector with the facts that a search may filter by (audience, language, tenant…)."""

    id: str
    vector: Vector
    facts: Mapping[str, str]


@dataclass(frozen=True)
class IndexHit:
    """One passage found by its vector, and its cosine likeness."""

    id: str
    likeness: float


class DenseIndex(Protocol):
    """Nearest passages by vector, for one tenant and one encoder. Every method raises PortError."""

    def upsert(self, entries: Sequence[IndexEntry]) -> None:
        """Adds entries; an id that is already there is replaced."""
        ...

    def delete(self, ids: Iterable[str]) -> None:
        """Removes entries; unknown ids are ignored."""
        ...

    def query(self, vector: Vector, k: int, where: Mapping[str, Collection[str]] | None = None) -> list[IndexHit]:
        """Up to `k` entries nearest first whose facts have one of the allowed values for each name in `where`."""
        ...

    def count(self) -> int:
        """How many entries there are."""
        ...

    def ids(self) -> frozenset[str]:
        """The ids of all entries."""
        ...

    def close(self) -> None:
        """Releases files and locks; the index is not used afterwards."""
        ...


class ArticleStore(Protocol):
    """Keeps a tenant's articles, so that every index can be built anew from them. Raises PortError."""

    def load(self) -> tuple[Article, ...]:
        """The stored articles, ordered by id; none when nothing was stored yet."""
        ...

    def save(self, articles: Sequence[Article]) -> None:
        """Replaces the stored articles, all or nothing."""
        ...


class VectorCache(Protocol):
    """Remembers the vectors of texts, so that only what changed is encoded again. Losing it costs time only."""

    def load(self, encoder_id: str) -> dict[str, Vector]:
        """Vectors by the key of their text; empty when nothing (readable) is kept for this encoder."""
        ...

    def save(self, encoder_id: str, vectors: Mapping[str, Vector]) -> None:
        """Replaces what is kept for this encoder. Raises PortError when it cannot be written."""
        ...


@dataclass
class TurnBudget:
    """What one turn may still spend on its model: HTTP calls, and seconds until a monotonic time.

    An adapter takes a call from it before each HTTP request, so that a transport retry and a repair together never
    make more calls than the turn has.
    """

    calls: int
    seconds: float
    tenant_id: str = ""
    used: int = 0
    _began: float = field(default_factory=time.monotonic)

    @property
    def calls_left(self) -> int:
        """HTTP calls that may still be made."""
        return max(self.calls - self.used, 0)

    @property
    def seconds_left(self) -> float:
        """Seconds until the turn must be over; 0 when it is."""
        return max(self._began + self.seconds - time.monotonic(), 0.0)


_BUDGET: ContextVar[TurnBudget | None] = ContextVar("turn_budget", default=None)


@contextmanager
def spending(budget: TurnBudget) -> Iterator[TurnBudget]:
    """Model calls inside the block are taken from this budget."""
    token = _BUDGET.set(budget)
    try:
        yield budget
    finally:
        _BUDGET.reset(token)


def turn_budget() -> TurnBudget | None:
    """The budget of the running turn; None outside of one."""
    return _BUDGET.get()
