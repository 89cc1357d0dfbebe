"""Sentiment by any local text-classification model of the transformers library (extra `torch`).

`JOURNEY_SENTIMENT=transformers:<folder>`. The model's labels are mapped by their names (negative, neutral,
positive), by stars, or, for `LABEL_n`, in the order negative, neutral, positive unless the folder's config says
otherwise under `journey_labels`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from journey_assistant.domain.sentiment import Sentiment, SentimentLabel
from journey_assistant.errors import ConfigurationError, PortError
from journey_assistant.ports import EncodedText

PREFIX = "transformers:"
MAX_TOKENS = 256
FRUSTRATED_WORDS = frozenset({"frustrated", "frustration", "anger", "angry", "annoyance", "annoyed"})
_BY_NAME: Mapping[str, SentimentLabel] = {
    "negative": "negative",
    "neg": "negative",
    "neutral": "neutral",
    "neu": "neutral",
    "mixed": "neutral",
    "positive": "positive",
    "pos": "positive",
    "1 star": "negative",
    "2 stars": "negative",
    "3 stars": "neutral",
    "4 stars": "positive",
    "5 stars": "positive",
}
_BY_ORDER: Mapping[int, tuple[SentimentLabel, ...]] = {
    2: ("negative", "positive"),
    3: ("negative", "neutral", "positive"),
}


class TransformersSentiment:
    """Reads sentiment with a local classifier; the model is opened at the first text and shared by threads."""

    def __init__(self, folder: Path, labels: Mapping[str, SentimentLabel] | None = None) -> None:
        if not (folder / "config.json").is_file():
            raise ConfigurationError(f"JOURNEY_SENTIMENT: no transformers model (config.json) in {folder}")
        self._folder = folder
        self._labels = labels
        self._running = threading.Lock()
        self._opened: tuple[Any, Any, list[SentimentLabel | None], list[int]] | None = None

    @classmethod
    def from_setting(cls, value: str) -> TransformersSentiment:
        """The reader that `transformers:<folder>` names. Raises ConfigurationError."""
        if not value.startswith(PREFIX) or not value.removeprefix(PREFIX):
            raise ConfigurationError(f"JOURNEY_SENTIMENT: {value!r} is neither 'embedded' nor '{PREFIX}<folder>'")
        return cls(Path(value.removeprefix(PREFIX)))

    def read(self, encoded: EncodedText, language: str | None = None) -> Sentiment:
        """Sentiment of the text; the encoder's features are not used. Raises PortError, ConfigurationError."""
        with self._running:
            tokenizer, model, columns, frustrated = self._model()
            try:
                shares = _shares(tokenizer, model, encoded.text)
            except Exception as error:
                raise PortError(
                    f"the classifier failed on a text: {error}", port="sentiment", retryable=False
                ) from error
        sums: dict[SentimentLabel, float] = {"negative": 0.0, "neutral": 0.0, "positive": 0.0}
        for column, share in zip(columns, shares, strict=True):
            if column is not None:
                sums[column] += share
        total = sum(sums.values()) or 1.0
        scores = {label: value / total for label, value in sums.items()}
        mood = max((shares[i] for i in frustrated), default=scores["negative"])
        return Sentiment(max(scores, key=lambda label: scores[label]), **scores, frustrated=mood)

    def _model(self) -> tuple[Any, Any, list[SentimentLabel | None], list[int]]:
        if self._opened is None:
            try:
                import torch  # noqa: F401 - transformers only says so much later
                from transformers import AutoModelForSequenceClassification, AutoTokenizer
            except ImportError as error:
                raise ConfigurationError(
                    "JOURNEY_SENTIMENT=transformers:… needs the extra `torch`: pip install 'journey-assistant[torch]'"
                ) from error
            try:
                tokenizer = AutoTokenizer.from_pretrained(self._folder, local_files_only=True)
                model = AutoModelForSequenceClassification.from_pretrained(self._folder, local_files_only=True).eval()
            except Exception as error:
                raise ConfigurationError(f"cannot open the classifier in {self._folder}: {error}") from error
            names = [str(model.config.id2label[i]) for i in range(model.config.num_labels)]
            given = self._labels or getattr(model.config, "journey_labels", None)
            columns = map_labels(names, given)
            frustrated = [i for i, name in enumerate(names) if name.lower() in FRUSTRATED_WORDS]
            self._opened = (tokenizer, model, columns, frustrated)
        return self._opened


def map_labels(names: list[str], given: Mapping[str, SentimentLabel] | None = None) -> list[SentimentLabel | None]:
    """Which of our labels each column of a classifier stands for. Raises ConfigurationError when none fits."""
    if given:
        columns = [given.get(name) for name in names]
    elif all(name.upper().startswith("LABEL_") for name in names) and len(names) in _BY_ORDER:
        columns = list(_BY_ORDER[len(names)])
    else:
        columns = [_BY_NAME.get(name.lower().strip()) for name in names]
    unknown = {column for column in columns if column is not None} - {"negative", "neutral", "positive"}
    if "negative" not in columns or unknown:
        raise ConfigurationError(
            f"cannot map the classifier's labels {names}: name them negative, neutral, positive, "
            "or add `journey_labels` to its config.json"
        )
    return columns


def _shares(tokenizer: Any, model: Any, text: str) -> list[float]:
    import torch

    tokens = tokenizer(text, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
    with torch.inference_mode():
        logits = model(**tokens).logits[0]
    return [float(share) for share in torch.softmax(logits, dim=-1)]
