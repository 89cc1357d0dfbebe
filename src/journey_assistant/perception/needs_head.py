"""The learned half of reading needs: a small network over the encoder's vectors, as data in the package.

Trained by ``python -m training.needs``; what it was trained on and how well it reads stands in the card beside that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from journey_assistant.domain.needs import NeedCode
from journey_assistant.errors import ConfigurationError
from journey_assistant.ports import Vector

_WEIGHTS = ("hidden", "hidden_bias", "out", "out_bias")
HEAD_FILE = Path(__file__).with_name("needs_head.npz")


@dataclass(frozen=True, slots=True)
class NeedsHead:
    """Two layers over unit vectors; ``thresholds`` is from which probability a code counts as read."""

    codes: tuple[NeedCode, ...]
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    out_bias: NDArray[np.float32]
    thresholds: Mapping[NeedCode, float]

    @property
    def dimension(self) -> int:
        """The length of the vectors it reads."""
        return int(self.hidden.shape[0])

    def probabilities(self, vectors: Vector) -> NDArray[np.float32]:
        """One row per vector, one column per code of ``codes``; the columns are independent of each other."""
        inner = np.maximum(vectors @ self.hidden + self.hidden_bias, 0)
        logits = inner @ self.out + self.out_bias
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)

    def save(self, path: Path = HEAD_FILE) -> None:
        """Write the head as package data, in half precision."""
        np.savez_compressed(
            path,
            codes=np.array([code.value for code in self.codes]),
            thresholds=np.array([self.thresholds[code] for code in self.codes], dtype=np.float32),
            **{name: getattr(self, name).astype(np.float16) for name in _WEIGHTS},
        )


@cache
def shipped_head(path: Path = HEAD_FILE) -> NeedsHead | None:
    """The head in the package, None when there is none. Raises ConfigurationError when the file is broken."""
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as stored:
            codes = tuple(NeedCode(code) for code in stored["codes"].tolist())
            hidden, hidden_bias, out, out_bias = (stored[name].astype(np.float32) for name in _WEIGHTS)
            thresholds = dict(zip(codes, stored["thresholds"].tolist(), strict=True))
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"{path.name} cannot be read: {error}") from error
    return NeedsHead(codes, hidden, hidden_bias, out, out_bias, thresholds)
