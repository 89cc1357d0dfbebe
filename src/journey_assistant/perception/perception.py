"""Perception: everything that is read from a snapshot before a decision, with one encoder pass per text."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from journey_assistant.domain.company import Company
from journey_assistant.domain.conversation import Conversation
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.needs import Need
from journey_assistant.domain.perceived import Perceived
from journey_assistant.domain.sentiment import NO_REASON, ContactReason, Sentiment
from journey_assistant.domain.signal_rules import DEFAULT_SIGNAL_RULES, SignalRules
from journey_assistant.errors import PortError
from journey_assistant.perception.contact_reason import ContactReasons
from journey_assistant.perception.language import LanguageDetector
from journey_assistant.perception.lifecycle import stage_of
from journey_assistant.perception.needs import NeedsReader
from journey_assistant.perception.readings import read_texts
from journey_assistant.perception.record_question import RecordQuestions
from journey_assistant.perception.signals import derive_signals
from journey_assistant.ports import EncodedText, Encoder, SentimentReading, Vector

NO_VECTOR = "encoder"
"""Name of the degraded mode in which no text has a vector: lexicons alone, nothing of class S goes out unseen."""

ONE_MATTER = 0.6
"""Least cosine between two contacts about one matter; three such contacts in a week go to a person."""
NO_NUMBERS: Vector = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True)
class Perception:
    """The readers of one tenant. Safe to share between runs: reading changes nothing but the encoder's memory."""

    encoder: Encoder
    sentiment: SentimentReading
    reasons: ContactReasons | None
    needs: NeedsReader
    record_questions: RecordQuestions
    validated_languages: frozenset[str]
    company: Company = field(default_factory=Company)
    rules: SignalRules = DEFAULT_SIGNAL_RULES
    languages: LanguageDetector = field(default_factory=LanguageDetector)

    def read(self, snapshot: Snapshot, conversation: Conversation) -> tuple[Perceived, EncodedText | None]:
        """What the snapshot means, and the message's vector (None for a sweep or without an encoder)."""
        message = snapshot.message
        encoded, degraded = self._encoded(message.text) if message else (None, ())
        language = self._language(snapshot)
        perceived = Perceived(
            snapshot=snapshot,
            language=language,
            language_validated=language in self.validated_languages,
            readings=read_texts(snapshot, self.mood_of),
            conversation=conversation,
            degraded=degraded,
        )
        if message is not None:
            text = encoded or EncodedText(message.text, NO_NUMBERS)
            perceived = replace(
                perceived,
                sentiment=self.sentiment.read(text, language),
                contact_reason=self._reason(encoded),
                needs=self._needs(message.text, language, encoded),
            )
        return self._with_signals(perceived), encoded

    def record_read(self, encoded: EncodedText | None) -> str | None:
        """Which read of the customer's own record answers this text, or None."""
        return self.record_questions.read(encoded) if encoded is not None else None

    def _with_signals(self, perceived: Perceived) -> Perceived:
        snapshot = perceived.snapshot
        signals = derive_signals(
            snapshot,
            perceived.readings,
            self.rules,
            self.company,
            message=perceived.sentiment if snapshot.message else None,
            reason_of=self._reason_of if self.reasons else None,
            alike=self._alike,
        )
        return replace(perceived, signals=signals, stage=stage_of(snapshot, signals, self.company))

    def _encoded(self, text: str) -> tuple[EncodedText | None, tuple[str, ...]]:
        try:
            return self.encoder.read(text), ()
        except PortError:
            return None, (NO_VECTOR,)

    def _language(self, snapshot: Snapshot) -> str:
        profile = (snapshot.customer.language or "en").split("-")[0].lower()
        return (self.languages.detect(snapshot.message.text) if snapshot.message else None) or profile

    def mood_of(self, text: str) -> Sentiment:
        """The mood of one text of the customer's."""
        encoded, _ = self._encoded(text)
        return self.sentiment.read(encoded or EncodedText(text, NO_NUMBERS), self.languages.detect(text) or "en")

    def _needs(self, text: str, language: str, encoded: EncodedText | None) -> tuple[Need, ...]:
        reader = self.needs if encoded is not None else replace(self.needs, encoder=None)
        return reader.read(text, language, encoded)

    def _reason(self, encoded: EncodedText | None) -> ContactReason:
        return self.reasons.read(encoded) if self.reasons and encoded is not None else NO_REASON

    def _alike(self, text: str, other: str) -> bool:
        (one, _), (two, _) = self._encoded(text), self._encoded(other)
        return one is not None and two is not None and float(one.vector @ two.vector) >= ONE_MATTER

    def _reason_of(self, text: str) -> str:
        return self._reason(self._encoded(text)[0]).label
