"""How alike two cases are: a suite of the same case in other words says less than it seems to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from journey_assistant.ports import Encoder

MOST_ALIKE = 0.9
"""Cosine of two cases' vectors above which they are one case."""
_TELLING = ("path", "subject", "text", "title", "stage", "feature", "step", "score", "comment", "topic", "name", "to")


def gist(row: Mapping[str, Any]) -> str:
    """What a case is about, in words: what was asked, else who they are, what happened and why it is a case."""
    said = (row.get("moment") or {}).get("text") or row.get("text") or row.get("query")
    if said:
        return str(said)
    if row.get("turns"):
        return " ".join(str(turn["text"]) for turn in row["turns"])
    account = (row.get("customer") or {}).get("account") or {}
    events = "; ".join(_told(event) for event in (row.get("timeline") or [])[-6:])
    return f"{row.get('why', '')} {account.get('industry', '')}: {events}"


def _told(event: Mapping[str, Any]) -> str:
    properties = event.get("properties") or {}
    about = next((f" {properties[key]}" for key in _TELLING if properties.get(key)), "")
    return f"{str(event.get('type', '')).replace('_', ' ')}{about}"


def too_alike(
    rows: Sequence[Mapping[str, Any]], encoder: Encoder, most: float = MOST_ALIKE
) -> Iterator[tuple[str, str, float]]:
    """Pairs of cases that are one case in other words, with their cosine."""
    vectors = np.stack([np.asarray(encoder.read(gist(row)).vector, dtype=np.float32) for row in rows])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = vectors @ vectors.T
    for first, second in zip(*np.nonzero(np.triu(cosines > most, 1)), strict=True):
        yield str(rows[first]["id"]), str(rows[second]["id"]), float(cosines[first, second])
