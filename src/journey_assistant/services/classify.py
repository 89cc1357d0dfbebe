"""Classify single texts: mood and contact reason with their probabilities, from one encoder pass each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from journey_assistant.perception.contact_reason import ContactReasons
from journey_assistant.perception.language import LanguageDetector
from journey_assistant.ports import Encoder, SentimentReading


@dataclass(frozen=True)
class Classifier:
    """The readers of a message, without a customer around it."""

    encoder: Encoder
    sentiment: SentimentReading
    reasons: ContactReasons
    languages: LanguageDetector

    def read(self, text: str) -> dict[str, Any]:
        """``sentiment {label, scores, frustrated}`` and ``contact_reason {label, best, score}`` of a text."""
        encoded = self.encoder.read(text)
        mood = self.sentiment.read(encoded, self.languages.detect(text))
        reason = self.reasons.read(encoded)
        scores = {name: getattr(mood, name) for name in ("negative", "neutral", "positive")}
        return {
            "sentiment": {"label": mood.label, "scores": scores, "frustrated": mood.frustrated},
            "contact_reason": {"label": reason.label, "best": reason.best, "score": reason.score},
        }
