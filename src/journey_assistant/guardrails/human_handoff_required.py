"""human_handoff_required: who asks for a person, threatens law or is in danger is not answered alone."""

from __future__ import annotations

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.domain.needs import NeedCode
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.terms import pattern

NAME = "human_handoff_required"
PERSON_NEEDED = frozenset(
    {
        NeedCode.INJURY,
        NeedCode.SECURITY,
        NeedCode.PRIVACY_REQUEST,
        NeedCode.LEGAL_THREAT,
        NeedCode.VULNERABLE,
        NeedCode.ASKED_FOR_PERSON,
    }
)
"""Needs that only a person may answer."""
_SURE = 0.5
_HANDS_OVER = pattern(NAME, "hands_over")
_SAID = pattern(NAME, "said")


def human_handoff_required(text: Checked, context: CheckContext) -> list[Finding]:
    """Needs read from the customer's words, or such words among the declared facts, while nobody takes over."""
    if context.handed_over or (text.surface == "draft" and _HANDS_OVER.search(text.folded)):
        return []
    found = [
        Finding(NAME, Severity.BLOCK, f"{need.code}: {need.why}", (0, len(text.text)))
        for need in context.needs
        if need.code in PERSON_NEEDED and need.score >= _SURE
    ]
    if text.surface == "draft" and context.purpose == "service":
        found += [
            Finding(NAME, Severity.BLOCK, "the customer's words ask for a person", (0, len(text.text)), (fact.id,))
            for fact in context.evidence
            if fact.declared and _SAID.search(fold(fact.text))
        ]
    return found
