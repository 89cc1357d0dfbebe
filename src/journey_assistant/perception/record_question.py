"""Does the customer's own record answer this question, and which read of it?

Nearest examples in the encoder's space: a question belongs to a read when it is close to one of the read's
examples, clearly closer than to any ordinary question about the same things, and speaks of the asker's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import yaml

from journey_assistant.ports import EncodedText, Encoder, Vector

_DATA = Path(__file__).with_name("record_questions.yaml")
_OWN = re.compile(r"\b(?:my|mine|our|ours|we|us|i|i'm|we're)\b", re.IGNORECASE)
CLOSE_ENOUGH = 0.62
"""Least cosine to an example. Below it, ordinary questions of the development cases begin to mix in."""
MARGIN = 0.03
"""Least distance by which the read's example must win over the nearest ordinary question."""


@dataclass(frozen=True)
class RecordQuestions:
    """Knows, per read, how people ask for it. Examples are encoded once, on first use."""

    encoder: Encoder
    reads: Mapping[str, Sequence[str]]
    ordinary: Sequence[str]

    @classmethod
    def shipped(cls, encoder: Encoder) -> RecordQuestions:
        """With the examples of the package."""
        data = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
        return cls(encoder, data["reads"], data["ordinary"])

    @cached_property
    def _examples(self) -> tuple[list[str], Vector, Vector]:
        names = [name for name, examples in self.reads.items() for _ in examples]
        texts = [text for examples in self.reads.values() for text in examples]
        return names, self.encoder.encode(texts), self.encoder.encode(list(self.ordinary))

    def read(self, encoded: EncodedText) -> str | None:
        """The name of the read that answers this text, or None."""
        if not _OWN.search(encoded.text):
            return None
        names, own, ordinary = self._examples
        closeness = own @ encoded.vector
        best = int(np.argmax(closeness))
        rival = float(np.max(ordinary @ encoded.vector))
        wins = closeness[best] >= CLOSE_ENOUGH and closeness[best] - rival >= MARGIN
        return names[best] if wins else None
