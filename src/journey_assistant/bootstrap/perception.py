"""Joins the readers of a text: the encoder, moods, contact reasons, and single texts classified."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from journey_assistant.bootstrap.rules import build_playbook
from journey_assistant.errors import PortError
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from journey_assistant.perception.contact_reason import ContactReasons
    from journey_assistant.perception.perception import Perception
    from journey_assistant.playbook.playbook import Playbook
    from journey_assistant.playbook.schema import ContactReasonSpec
    from journey_assistant.ports import Encoder, SentimentReading
    from journey_assistant.services.classify import Classifier


@lru_cache(maxsize=2)
def build_encoder(threads: int = 1, folder: Path | None = None) -> Encoder:
    """The embedded encoder, or that of a folder; when it cannot be opened, one that tells everybody so."""
    from journey_assistant.perception.encoder import MODEL_FOLDER, OnnxEncoder

    encoder = OnnxEncoder(folder or MODEL_FOLDER, threads)
    try:
        encoder.read("hello")
    except PortError as error:
        from journey_assistant.adapters.encoder_missing import MissingEncoder

        return MissingEncoder(error)
    return encoder


def build_perception(settings: Settings, playbook: Playbook, encoder: Encoder) -> Perception:
    """The readers: mood, contact reason, needs, record questions."""
    from journey_assistant.perception.needs import NeedsReader
    from journey_assistant.perception.perception import Perception
    from journey_assistant.perception.record_question import RecordQuestions
    from journey_assistant.perception.sentiment import SentimentReader

    mood = build_sentiment(settings)
    return Perception(
        encoder=encoder,
        sentiment=mood,
        reasons=learned_reasons(tuple(playbook.contact_reasons.values()), encoder),
        needs=NeedsReader(encoder),
        record_questions=RecordQuestions.shipped(encoder),
        validated_languages=SentimentReader().validated_languages,
        company=playbook.company,
        rules=playbook.vocabulary.rules,
    )


def build_sentiment(settings: Settings) -> SentimentReading:
    """The embedded head, or a local classifier (``transformers:<path>``, extra ``torch``)."""
    if settings.sentiment == "embedded":
        from journey_assistant.perception.sentiment import SentimentReader

        return SentimentReader()
    from journey_assistant.adapters.sentiment_transformers import TransformersSentiment

    return TransformersSentiment.from_setting(settings.sentiment)


def build_classifier(settings: Settings, reasons: Path | None = None, *, encoder: Encoder | None = None) -> Classifier:
    """Mood and contact reason of single texts; the reasons are a file's, else the playbook's."""
    from journey_assistant.perception.language import LanguageDetector
    from journey_assistant.playbook.load import read_contact_reasons
    from journey_assistant.services.classify import Classifier

    encoder = encoder or build_encoder(settings.encoder_threads)
    specs = read_contact_reasons(reasons) if reasons else tuple(build_playbook(settings).contact_reasons.values())
    return Classifier(encoder, build_sentiment(settings), learned_reasons(specs, encoder), LanguageDetector())


def learned_reasons(specs: tuple[ContactReasonSpec, ...], encoder: Encoder) -> ContactReasons | None:
    """Contact reasons from their example phrases; None while the encoder is down: a text then has no reason."""
    from journey_assistant.perception.contact_reason import ContactReasons

    try:
        return ContactReasons.learn(specs, encoder)
    except PortError:
        return None
