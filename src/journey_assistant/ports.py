"""The ports: what the product needs from technology, each on one screen. Adapters answer to them.

The model port is langchain-core's ``BaseChatModel``, retrieval its ``BaseRetriever``, tools its ``BaseTool``:
any of that ecosystem plugs in without a class of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

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
