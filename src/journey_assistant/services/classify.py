"""Classify single texts: mood and contact reason with their probabilities, from one encoder pass each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from journey_assistant.domain.sentiment import NO_REASON
from journey_assistant.errors import PortError
from journey_assistant.perception.contact_reason import ContactReasons
from journey_assistant.perception.language import LanguageDetector
from journey_assistant.perception.perception import NO_NUMBERS
from journey_assistant.ports import EncodedText, Encoder, SentimentReading


@dataclass(frozen=True)
class Classifier:
    """The readers of a message, without a customer around it. Without an encoder words alone are read."""

    encoder: Encoder
    sentiment: SentimentReading
    reasons: ContactReasons | None
    languages: LanguageDetector

    def read(self, text: str) -> dict[str, Any]:
        """``sentiment {label, scores, frustrated}`` and ``contact_reason {label, best, score}`` of a text.

        When the encoder is down the mood is that of the words, the reason is none, and ``degraded`` says so.
        """
        try:
            encoded, lost = self.encoder.read(text), {}
        except PortError as error:
            encoded, lost = EncodedText(text, NO_NUMBERS), {"degraded": [str(error)]}
        mood = self.sentiment.read(encoded, self.languages.detect(text))
        reason = self.reasons.read(encoded) if self.reasons and not lost else NO_REASON
        scores = {name: getattr(mood, name) for name in ("negative", "neutral", "positive")}
        return {
            "sentiment": {"label": mood.label, "scores": scores, "frustrated": mood.frustrated},
            "contact_reason": {"label": reason.label, "best": reason.best, "score": reason.score},
            **lost,
        }
