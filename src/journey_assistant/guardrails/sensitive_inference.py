"""sensitive_inference: health, pregnancy, religion, origin, sexuality, age and money trouble only when declared."""

from __future__ import annotations

import re

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.terms import pattern

NAME = "sensitive_inference"
TOPICS = ("health", "family", "religion", "origin", "sexuality", "age", "money", "politics")
_TOPICS = tuple((topic, pattern(NAME, topic)) for topic in TOPICS)


def sensitive_inference(text: Checked, context: CheckContext) -> list[Finding]:
    """Second-person phrases of protected topics without a declared fact on the topic or a passage that says so."""
    return [
        Finding(NAME, Severity.REPAIR, f"tells {topic} that is not declared", match.span())
        for topic, where in _TOPICS
        for match in where.finditer(text.folded)
        if not _is_declared(topic, context) and not _is_published(match.group(), context)
    ]


def _is_declared(topic: str, context: CheckContext) -> bool:
    return any(_topic_words(topic).search(fold(said)) for said in context.declared)


def _topic_words(topic: str) -> re.Pattern[str]:
    return pattern(NAME, f"{topic}_words")


def _is_published(phrase: str, context: CheckContext) -> bool:
    """The knowledge base itself speaks of it in these words (a care product, a senior tariff)."""
    return any(e.kind == "passage" and phrase in fold(e.text) for e in context.evidence)
