"""regulated_advice: no tax, legal, medical, veterinary or financial advice and no assurance of compliance."""

from __future__ import annotations

from collections.abc import Iterator

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.sentences import Part
from journey_assistant.guardrails.terms import pattern

NAME = "regulated_advice"
_ADVICE = pattern(NAME, "advice")
_TREATMENT = pattern(NAME, "treatment")
_BODY = pattern(NAME, "patient")
_COMPLIANCE = pattern(NAME, "compliance")
_DECLINES = pattern(NAME, "declines")
_REFERS = pattern(NAME, "refers")
_ASKED = pattern(NAME, "asked")


def regulated_advice(text: Checked, context: CheckContext) -> list[Finding]:
    """Topic and advice verbs in one sentence; a fact with a referral passes, and so does a published line."""
    if text.surface != "draft":
        return [
            Finding(NAME, Severity.BLOCK, "asks for advice of a profession", m.span())
            for m in _ASKED.finditer(text.folded)
        ]
    return [
        Finding(NAME, Severity.REPAIR, why, span)
        for sentence in text.sentences
        for why, span in _seen(sentence, context)
    ]


def _seen(sentence: Part, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    folded = fold(sentence.text)
    if folded.endswith("?") or _DECLINES.search(folded) or _is_published(folded, context):
        return
    refers = _REFERS.search(folded) is not None
    for why, where in (("advice of a profession", _ADVICE), ("an assurance of compliance", _COMPLIANCE)):
        for match in where.finditer(folded):
            if not refers:
                yield why, (sentence.start + match.start(), sentence.start + match.end())
    treatment = _TREATMENT.search(folded)
    if treatment and _BODY.search(folded):
        yield "advice of treatment", (sentence.start + treatment.start(), sentence.start + treatment.end())


def _is_published(folded: str, context: CheckContext) -> bool:
    return any(folded.strip(" .!") in fold(e.text) for e in context.evidence if e.trusted)
