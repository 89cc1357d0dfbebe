"""tone_mismatch: no cheer, emoji or selling for an upset customer; no blame and no scolding for anyone."""

from __future__ import annotations

from collections.abc import Iterator

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.characters import emoji_count, is_emoji
from journey_assistant.guardrails.reading.sentences import Part
from journey_assistant.guardrails.terms import pattern

NAME = "tone_mismatch"
_BLAME = pattern(NAME, "blame")
_CHEER = pattern(NAME, "cheer")
_SELLING = pattern(NAME, "selling")
_ACKNOWLEDGES = pattern(NAME, "acknowledges")
_STIFF = pattern(NAME, "stiff")
_SAFETY = pattern(NAME, "safety")
_FIRST = 2
"""An upset customer is acknowledged within this many sentences."""


def tone_mismatch(text: Checked, context: CheckContext) -> list[Finding]:
    """The customer's mood sets the tone: an upset one is acknowledged first; blame is wrong for anybody."""
    seen = [("blames or scolds", m.span()) for m in _BLAME.finditer(text.folded)]
    if context.sentiment == "negative":
        seen += [*_too_cheerful(text), *_unacknowledged(text)]
    if context.sentiment == "positive":
        seen += [("is stiff with a happy customer", m.span()) for m in _STIFF.finditer(text.folded)]
    return [Finding(NAME, Severity.REPAIR, why, span) for why, span in seen]


def _too_cheerful(text: Checked) -> Iterator[tuple[str, tuple[int, int]]]:
    for at, character in enumerate(text.text):
        if character in "!¡！":
            yield "an exclamation mark for an upset customer", (at, at + 1)
        elif is_emoji(character) and emoji_count(character):
            yield "an emoji for an upset customer", (at, at + 1)
    for why, where in (("cheer for an upset customer", _CHEER), ("selling to an upset customer", _SELLING)):
        for match in where.finditer(text.folded):
            yield why, match.span()


def _unacknowledged(text: Checked) -> Iterator[tuple[str, tuple[int, int]]]:
    """Texts of more than two sentences begin by acknowledging it; safety comes first."""
    told = [s for s in text.sentences if not s.text.startswith(("Subject:", "http")) and not s.text.endswith(",")]
    start = text.folded[_span_of(told[:_FIRST])] if told else ""
    if len(told) > _FIRST and not _ACKNOWLEDGES.search(start) and not _SAFETY.search(start):
        yield "no acknowledgement of the problem", (told[0].start, told[0].end)


def _span_of(sentences: list[Part]) -> slice:
    return slice(sentences[0].start, sentences[-1].end)
