"""Sentiment of one text: the calibrated head of the encoder, and a lexicon where the head was not validated.

A text is negative from a threshold upwards, also when another label is likelier: an angry customer answered by a
machine costs more than a needless handover. The threshold (in the model's manifest) is low for statements and high
for plain requests for information, so that calm questions about sore topics stay answerable.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from journey_assistant.domain.sentiment import Sentiment
from journey_assistant.errors import PortError
from journey_assistant.perception.encoder import MODEL_FOLDER, read_manifest
from journey_assistant.perception.inquiry import asks_money_back_calmly, asks_plainly
from journey_assistant.perception.mood_lexicon import MoodLexicon, load_lexicon
from journey_assistant.ports import EncodedText

DEFAULT_LANGUAGE = "en"
_POLITE_REQUEST_FROM = 0.95
"""A request for money speaks of charges and mistakes: the trained head reads up to this from the subject alone."""
VALIDATED_RECALL = 0.85
"""Share of negative held-out lines that must be found before a language counts as validated."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How logits become probabilities, and from where on a text is negative.

    One threshold for English statements, one for plain questions in English, one for any other language.
    """

    temperature: float
    bias: tuple[float, float, float]
    negative_from: float
    question_from: float
    other_languages_from: float
    frustrated_temperature: float
    frustrated_bias: float

    @classmethod
    def parse(cls, raw: dict[str, Any]) -> Calibration:
        """The `calibration` block of the model's manifest. Raises PortError when it is incomplete."""
        try:
            negative, neutral, positive = (float(b) for b in raw["bias"])
            return cls(
                float(raw["temperature"]),
                (negative, neutral, positive),
                float(raw["negative_from"]),
                float(raw["question_from"]),
                float(raw["other_languages_from"]),
                float(raw["frustrated_temperature"]),
                float(raw["frustrated_bias"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise PortError(f"manifest without calibration: {error}", port="encoder", retryable=False) from error


class SentimentReader:
    """Reads the mood from an encoded text; costs microseconds, the encoder pass has done the work."""

    def __init__(self, folder: Path = MODEL_FOLDER) -> None:
        self._folder = folder
        self._calibration: Calibration | None = None

    @property
    def calibration(self) -> Calibration:
        """The calibration in force. Raises PortError when the manifest has none."""
        if self._calibration is None:
            raw = read_manifest(self._folder).details.get("calibration", {})
            self._calibration = Calibration.parse(raw)
        return self._calibration

    @property
    def validated_languages(self) -> frozenset[str]:
        """Languages whose measured recall of negative lines is high enough to trust a calm reading."""
        measured = read_manifest(self._folder).details.get("negative_recall", {})
        return frozenset(language for language, recall in measured.items() if recall >= VALIDATED_RECALL)

    def read(self, encoded: EncodedText, language: str | None = None) -> Sentiment:
        """Sentiment of an encoded text; without an encoder pass, of its words alone.

        ``language`` chooses the lexicon; none means English. Raises PortError for a broken manifest.
        """
        if encoded.features is None:
            return self._by_words(encoded.text, language)
        calibration = self.calibration
        logits = [float(value) for value in encoded.features]
        softened = [(x + b) / calibration.temperature for x, b in zip(logits[:3], calibration.bias, strict=True)]
        negative, neutral, positive = _softmax(softened)
        frustrated = _sigmoid((logits[3] + calibration.frustrated_bias) / calibration.frustrated_temperature)
        floor = _lexicon(language).floor(encoded.text)
        if floor > negative:
            negative, neutral, positive = _raised(floor, neutral, positive)
            frustrated = max(frustrated, floor)
        if negative >= self.threshold(encoded.text, language):
            return Sentiment("negative", negative, neutral, positive, frustrated)
        return Sentiment("positive" if positive > neutral else "neutral", negative, neutral, positive, frustrated)

    def threshold(self, text: str, language: str | None = None) -> float:
        """The probability of negative from which on this text counts as negative; never above a lexicon hit's.

        A polite request for money without an angry word is calm until the head is nearly certain, in every language.
        """
        if asks_money_back_calmly(text):
            return _POLITE_REQUEST_FROM if _lexicon(language).floor(text) == 0 else self.calibration.negative_from
        if _code(language) != DEFAULT_LANGUAGE:
            return self.calibration.other_languages_from
        return self.calibration.question_from if asks_plainly(text) else self.calibration.negative_from

    def _by_words(self, text: str, language: str | None) -> Sentiment:
        """Without an encoder pass only the lexicon speaks."""
        floor = _lexicon(language).floor(text)
        return Sentiment("negative" if floor >= 0.5 else "neutral", floor, 1.0 - floor, 0.0, floor)


def _raised(floor: float, neutral: float, positive: float) -> tuple[float, float, float]:
    """Probabilities with negative lifted to the floor, the rest shared as before."""
    rest = (1.0 - floor) / ((neutral + positive) or 1.0)
    return floor, neutral * rest, positive * rest


def _lexicon(language: str | None) -> MoodLexicon:
    return load_lexicon(_code(language))


def _code(language: str | None) -> str:
    return (language or DEFAULT_LANGUAGE).split("-")[0].lower()


def _softmax(values: list[float]) -> tuple[float, float, float]:
    highest = max(values)
    powers = [math.exp(value - highest) for value in values]
    total = sum(powers)
    return powers[0] / total, powers[1] / total, powers[2] / total


def _sigmoid(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, value))))
