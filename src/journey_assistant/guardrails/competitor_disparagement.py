"""competitor_disparagement: a rival may be named, never run down."""

from __future__ import annotations

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.people import mentions
from journey_assistant.guardrails.terms import pattern

NAME = "competitor_disparagement"
_NEGATIVE = pattern(NAME, "negative")
_RIVALS = pattern(NAME, "rivals")
_BAIT = pattern(NAME, "bait")


def competitor_disparagement(text: Checked, context: CheckContext) -> list[Finding]:
    """A named rival (or "the competition") and a negative claim in one sentence; on a chat, bait to say so."""
    found = []
    for sentence in text.sentences:
        folded = fold(sentence.text)
        named = next((m for c in context.competitors if (m := mentions(folded, c))), None) or _RIVALS.search(folded)
        if named is None:
            continue
        wanted = _NEGATIVE if text.surface == "draft" else _BAIT
        if wanted.search(folded) and (text.surface == "draft" or _NEGATIVE.search(folded)):
            severity = Severity.REPAIR if text.surface == "draft" else Severity.BLOCK
            found.append(Finding(NAME, severity, "runs down a rival", (sentence.start, sentence.end)))
    return found
