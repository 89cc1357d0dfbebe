"""Reads what a message asks for beyond an answer: a person, our care, a decision about money, our silence.

Two local layers: the lexicon (phrases in seven languages, sure and explained) and, for English, a small network
over the sentence encoder's vectors (other words for the same thing). Long messages are read sentence by sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from journey_assistant.domain.needs import Need, NeedCode
from journey_assistant.perception.needs_head import NeedsHead, shipped_head
from journey_assistant.perception.needs_rules import Lexicon, lexicons
from journey_assistant.perception.questions import questions_in
from journey_assistant.perception.sentences import Span, fold, sentences_of
from journey_assistant.perception.small_talk import is_small_talk
from journey_assistant.ports import EncodedText, Encoder, Vector

LEARNED_LANGUAGES = frozenset({"en"})
_MOST_SENTENCES = 48
"""Past so many different sentences the learned half reads the first and the last ones; the lexicon reads all."""

_SURE, _FAINT = 0.9, 0.5
"""Beside a sure need a faint one of another code is not reported: it would only send the message to the wrong queue."""
_LEARNED_WHY: Mapping[NeedCode, str] = {
    NeedCode.INJURY: "reads like an injury, a hazard, self-harm or a threat",
    NeedCode.SECURITY: "reads like fraud, account takeover or a data leak",
    NeedCode.PRIVACY_REQUEST: "reads like a request about the writer's own data",
    NeedCode.LEGAL_THREAT: "reads like legal steps, an authority, the press or a payment reversal",
    NeedCode.VULNERABLE: "reads like a bereavement, a minor or a crisis",
    NeedCode.ASKED_FOR_PERSON: "reads like a wish for a person",
    NeedCode.MONEY_DECISION: "reads like a request to decide about money or the contract",
    NeedCode.CANCELLATION: "reads like ending the contract",
    NeedCode.SMALL_TALK: "reads like small talk",
    NeedCode.OUT_OF_SCOPE: "reads like something outside the business",
    NeedCode.ADVICE: "reads like asking for professional advice",
    NeedCode.INTERNAL_MATTER: "reads like asking for internal matters",
}
_SAID_BY_OTHERS = re.compile(
    r"(?<!\w)(?:says?|said|saying|writes?|wrote|written|note|memo|reads?|reading|asks?|asked|told|tells"
    r"|called it|titled|named"
    r"|template|error|subject|labelled|button|sagt|sagte|schreibt|schrieb|meint|dice|dijo|escribio|dit"
    r"|ecrit|a dit|ha detto"
    r"|scrive|disse|escreveu|zegt|zei|schreef)[^\"“„«”\n]{0,30}(?P<quote>[\"“„«][^\"”“»\n]{3,400}[\"”“»])"
)
_OWN_WORDS = re.compile(r"(?<!\w)(?:i|we|ich|wir|yo|je|io|eu|ik)(?: \w+){0,3}\W*$")
_MEANT_EVEN_IN_QUOTES = frozenset({NeedCode.INJURY, NeedCode.SECURITY, NeedCode.VULNERABLE})
_READ_EVEN_IN_QUESTIONS = _MEANT_EVEN_IN_QUOTES | {NeedCode.PRIVACY_REQUEST, NeedCode.LEGAL_THREAT}


@dataclass(frozen=True)
class NeedsReader:
    """Reads needs. Without an ``encoder`` or ``head`` (or with one of another size) only the lexicon reads."""

    encoder: Encoder | None = None
    head: NeedsHead | None = field(default_factory=shipped_head)
    lexicons: Mapping[str, Lexicon] = field(default_factory=lexicons)

    def read(self, text: str, language: str | None = None, encoded: EncodedText | None = None) -> tuple[Need, ...]:
        """The needs of a message, at most one of a code (the surest), in the order of the gate.

        ``language`` is a code such as ``en``; None means unknown. ``encoded`` is the pass over the whole text that
        perceiving already made. Raises PortError when the encoder breaks.
        """
        if not text.strip():
            return ()
        folded = fold(text)
        if is_small_talk(folded):
            return (Need(NeedCode.SMALL_TALK, (0, len(text)), "only greeting, thanks, goodbye or a question about us"),)
        sentences = sentences_of(text)
        found = [
            *self._by_lexicon(folded, sentences, language),
            *self._learned(text, folded, sentences, language, encoded),
        ]
        quoted = tuple(_said_by_others(folded))
        meant = [need for need in found if need.code in _MEANT_EVEN_IN_QUOTES or not _inside(need.span, quoted)]
        return _one_of_each(_of_the_whole_message(meant, text))

    def _by_lexicon(self, folded: str, sentences: Iterable[Span], language: str | None) -> Iterator[Need]:
        words = set(re.findall(r"\w+", folded))
        spoken = [x for x in self.lexicons.values() if x.language in (language, "en") or words & x.marks]
        for start, end in sentences:
            for lexicon in spoken:
                yield from lexicon.needs_in(folded[start:end], start)

    def _learned(
        self, text: str, folded: str, sentences: tuple[Span, ...], language: str | None, encoded: EncodedText | None
    ) -> Iterator[Need]:
        head = self.head
        if head is None or (language or "en") not in LEARNED_LANGUAGES:
            return
        spans = _worth_reading(text, sentences)
        vectors = self._vectors(text, spans, encoded)
        if vectors is None or vectors.shape[-1] != head.dimension:
            return
        if len(vectors) == 1:
            spans = ((sentences[0][0], sentences[-1][1]),)
        texts = [text[slice(*span)] for span in spans]
        for span, row in zip(spans, head.probabilities(vectors, texts), strict=True):
            harmless = self.harmless(folded[slice(*span)])
            for code, score in zip(head.codes, row.tolist(), strict=True):
                if score >= head.thresholds[code] and code not in harmless:
                    yield Need(code, span, _LEARNED_WHY[code], round(score, 4))

    def _vectors(self, text: str, spans: tuple[Span, ...], encoded: EncodedText | None) -> Vector | None:
        if encoded is not None and (len(spans) == 1 or self.encoder is None):
            return np.asarray(encoded.vector, dtype=np.float32).reshape(1, -1)
        return None if self.encoder is None else self.encoder.encode([text[slice(*span)] for span in spans])

    def harmless(self, folded: str) -> frozenset[NeedCode]:
        """The codes that the learned half may not read here: figures of speech and calm how-to questions."""
        english = self.lexicons.get("en")
        if english is None:
            return frozenset()
        figures = (codes for _, codes in english.harmless_in(folded))
        return frozenset(english.asked_calmly(folded)).difference(_READ_EVEN_IN_QUESTIONS).union(*figures)


def _worth_reading(text: str, sentences: tuple[Span, ...]) -> tuple[Span, ...]:
    different = tuple({text[slice(*span)]: span for span in sentences}.values())
    if len(different) <= _MOST_SENTENCES:
        return different
    return different[: _MOST_SENTENCES // 2] + different[-_MOST_SENTENCES // 2 :]


def _said_by_others(folded: str) -> Iterator[Span]:
    for found in _SAID_BY_OTHERS.finditer(folded):
        if not _OWN_WORDS.search(folded[max(0, found.start() - 40) : found.start()]):
            yield found.span("quote")


def _inside(span: Span, places: Iterable[Span]) -> bool:
    return any(first <= span[0] and span[1] <= last for first, last in places)


def _of_the_whole_message(needs: list[Need], text: str) -> list[Need]:
    """Small talk and out of scope speak for a message only when it asks nothing else."""
    others = [need for need in needs if need.code not in (NeedCode.SMALL_TALK, NeedCode.OUT_OF_SCOPE)]
    if others:
        return others
    questions = questions_in(text)
    outside = [need for need in needs if need.code is NeedCode.OUT_OF_SCOPE]
    if outside and all(any(_overlap(q.span, need.span) for need in outside) for q in questions):
        return outside
    return [] if outside or "?" in text or len(questions) > 1 else needs


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _one_of_each(needs: Iterable[Need]) -> tuple[Need, ...]:
    surest: dict[NeedCode, Need] = {}
    for need in needs:
        known = surest.get(need.code)
        if known is None or need.score > known.score:
            surest[need.code] = need
    sure = any(need.score >= _SURE for need in surest.values())
    return tuple(surest[c] for c in NeedCode if c in surest and not (sure and surest[c].score < _FAINT))
