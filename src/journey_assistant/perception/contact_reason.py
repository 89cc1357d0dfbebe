"""Contact reasons: the operator's own labels, learned from a few example phrases each.

A softmax regression on the encoder's vectors picks the label; how near the text is to the examples, compared
with how near the examples are to each other, says whether it is in scope at all.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from journey_assistant.domain.sentiment import NO_REASON, ContactReason
from journey_assistant.errors import Rejected
from journey_assistant.ports import EncodedText, Encoder, Vector

IN_SCOPE_FROM = 0.5
"""Least probability of being in scope for a label other than `none`."""
STEPS, STEP_SIZE, DECAY = 200, 2.0, 1e-4
NEAREST_WEIGHT = 2.0
SCOPE_WEIGHTS = {
    "nearest": 5.855,
    "prototype": 2.43,
    "margin": 0.289,
    "probability": 3.392,
    "density": -9.748,
    "labels": 0.567,
}
SCOPE_BIAS = -1.397
"""Fitted over 48 tasks with labels, numbers of labels and of examples drawn at random from BANKING77 and CLINC150.
`training/scope.py fit` draws tasks of the same kind; its weights differ somewhat, its AUROC by less than .01.
"""
LEARNED_KEPT = 8


class ReasonExamples(Protocol):
    """What is read of a contact reason: its id and its example phrases."""

    @property
    def id(self) -> str: ...

    @property
    def examples(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class ContactReasons:
    """Reasons learned from examples; ``read`` costs one matrix product."""

    ids: tuple[str, ...]
    examples: Vector
    owner: np.ndarray
    prototypes: Vector
    weights: Vector
    density: float

    @classmethod
    def learn(cls, reasons: Sequence[ReasonExamples], encoder: Encoder) -> ContactReasons:
        """Learns the reasons; the same examples are learned once a process. Raises Rejected, PortError."""
        _check(reasons)
        key = _content_hash(reasons, encoder.id)
        with _LEARNING:
            known = _LEARNED.get(key)
            if known is None:
                known = _fit(reasons, encoder)
                _LEARNED[key] = known
                while len(_LEARNED) > LEARNED_KEPT:
                    _LEARNED.popitem(last=False)
        return known

    def read(self, encoded: EncodedText) -> ContactReason:
        """Nearest label and the probability that the text is about any of them; ``none`` below one half."""
        if not self.ids:
            return NO_REASON
        best, evidence = scope_evidence(self, encoded.vector)
        total = SCOPE_BIAS + sum(weight * evidence[name] for name, weight in SCOPE_WEIGHTS.items())
        score = 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))
        return ContactReason(self.ids[best] if score >= IN_SCOPE_FROM else "none", self.ids[best], score)


def scope_evidence(reasons: ContactReasons, vector: Vector) -> tuple[int, dict[str, float]]:
    """Number of the nearest label, and what speaks for the text being about it, by the names of SCOPE_WEIGHTS."""
    nearest = np.full(len(reasons.ids), -1.0)
    np.maximum.at(nearest, reasons.owner, reasons.examples @ vector)
    logits = vector @ reasons.weights
    best = int(np.argmax(logits + NEAREST_WEIGHT * nearest))
    ordered = np.sort(logits)
    powers = np.exp(logits - ordered[-1])
    return best, {
        "nearest": float(nearest[best]),
        "prototype": float(reasons.prototypes[best] @ vector),
        "margin": float(ordered[-1] - ordered[-2]) if len(ordered) > 1 else float(ordered[-1]),
        "probability": float(powers[best] / powers.sum()),
        "density": reasons.density,
        "labels": math.log(len(reasons.ids)),
    }


_LEARNED: OrderedDict[str, ContactReasons] = OrderedDict()
_LEARNING = threading.Lock()


def _check(reasons: Sequence[ReasonExamples]) -> None:
    ids = [reason.id for reason in reasons]
    twice = {i for i in ids if ids.count(i) > 1}
    if twice:
        raise Rejected(f"contact reason {sorted(twice)[0]!r} is listed twice", allowed="every id once")
    for reason in reasons:
        if reason.id == "none" or not reason.id:
            raise Rejected(f"contact reason {reason.id!r} cannot be an id", allowed="any other word than 'none'")
        if not any(example.strip() for example in reason.examples):
            raise Rejected(f"contact reason {reason.id!r} has no example phrases", allowed="one phrase or more")


def _content_hash(reasons: Sequence[ReasonExamples], encoder_id: str) -> str:
    parts = [encoder_id, *(text for reason in reasons for text in ("\x1d" + reason.id, *reason.examples))]
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()


def _fit(reasons: Sequence[ReasonExamples], encoder: Encoder) -> ContactReasons:
    pairs = [(number, text) for number, reason in enumerate(reasons) for text in reason.examples if text.strip()]
    owner = np.array([number for number, _ in pairs], dtype=np.intp)
    vectors = np.asarray(encoder.encode([text for _, text in pairs]), dtype=np.float32)
    if not pairs:
        empty = np.zeros((0, encoder.dimension), dtype=np.float32)
        return ContactReasons((), empty, owner, empty, empty.T, 0.0)
    means = np.stack([vectors[owner == number].mean(axis=0) for number in range(len(reasons))])
    prototypes = means / np.linalg.norm(means, axis=1, keepdims=True)
    ids = tuple(reason.id for reason in reasons)
    return ContactReasons(ids, vectors, owner, prototypes, _regress(vectors, owner), _density(vectors, owner))


def _regress(vectors: Vector, owner: np.ndarray) -> Vector:
    """Softmax regression by accelerated gradient descent: convex, so the same everywhere."""
    truth = np.eye(int(owner.max()) + 1, dtype=np.float32)[owner]
    weights = np.zeros((vectors.shape[1], truth.shape[1]), dtype=np.float32)
    ahead = weights
    for step in range(STEPS):
        scores = vectors @ ahead
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        error = powers / powers.sum(axis=1, keepdims=True) - truth
        moved = ahead - STEP_SIZE * (vectors.T @ error / len(vectors) + DECAY * ahead)
        ahead = moved + (step / (step + 3)) * (moved - weights)
        weights = moved
    return np.asarray(weights, dtype=np.float32)


DENSITY_OF_ONE_EXAMPLE = 0.62
"""Stands in where no label has two examples: the usual similarity of a label's own phrases."""


def _density(vectors: Vector, owner: np.ndarray) -> float:
    """Mean similarity of an example to its nearest sibling: how finely the labels are drawn."""
    similar = vectors @ vectors.T
    np.fill_diagonal(similar, -1.0)
    siblings = np.where(owner[:, None] == owner[None, :], similar, -1.0).max(axis=1)
    found = siblings[siblings > -1.0]
    return float(found.mean()) if len(found) else DENSITY_OF_ONE_EXAMPLE
