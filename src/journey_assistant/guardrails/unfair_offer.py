"""unfair_offer: no price or condition hangs on who somebody is, where they live or how much they depend on us."""

from __future__ import annotations

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.sentences import Part
from journey_assistant.guardrails.terms import pattern

NAME = "unfair_offer"
_TERMS = pattern(NAME, "terms")
_GROUP = pattern(NAME, "group")
_CHARGED = pattern(NAME, "exploits")
_ASKED = pattern(NAME, "asked")


def unfair_offer(text: Checked, context: CheckContext) -> list[Finding]:
    """A group and a term of trade in one sentence, or words of exploitation, unless a published passage says so."""
    if text.surface != "draft":
        return [Finding(NAME, Severity.BLOCK, "asks for unfair prices", m.span()) for m in _ASKED.finditer(text.folded)]
    return [finding for sentence in text.sentences for finding in _seen(sentence, context)]


def _seen(sentence: Part, context: CheckContext) -> list[Finding]:
    folded = fold(sentence.text)
    group, term = _GROUP.search(folded), _TERMS.search(folded)
    found = []
    if group and term and not _is_published(group.group(), context):
        span = sentence.start + group.start(), sentence.start + group.end()
        found.append(Finding(NAME, Severity.BLOCK, "a price or condition for a group of people", span))
    for match in _CHARGED.finditer(folded):
        span = sentence.start + match.start(), sentence.start + match.end()
        found.append(Finding(NAME, Severity.BLOCK, "a price or condition that exploits somebody", span))
    return found


def _is_published(group: str, context: CheckContext) -> bool:
    return any(e.kind == "passage" and e.trusted and group in fold(e.text) for e in context.evidence)
