"""action_scope: the five actions are all there is; other effects, tools, recipients and policies are declined."""

from __future__ import annotations

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.terms import pattern

NAME = "action_scope"
ACTIONS = frozenset({"self_resolve", "route_to_human", "draft_message", "hold", "refuse"})
"""Everything that a run may decide to do."""
_DEMANDS = pattern(NAME, "demands")
_HOW = pattern(NAME, "asks_how")
_ALLOWED = pattern(NAME, "allowed")


def action_scope(text: Checked, context: CheckContext) -> list[Finding]:
    """On inputs: a demand to act beyond the five, unless it asks how to, or to be left alone."""
    if text.surface == "draft":
        return []
    found = []
    for sentence in text.sentences:
        folded = fold(sentence.text)
        match = _DEMANDS.search(folded)
        if match and not _HOW.search(folded) and not _ALLOWED.search(folded):
            span = sentence.start + match.start(), sentence.start + match.end()
            found.append(Finding(NAME, Severity.BLOCK, "demands an action that the assistant does not have", span))
    return found
