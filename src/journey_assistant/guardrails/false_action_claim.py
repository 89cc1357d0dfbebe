"""false_action_claim: nothing is reported as done that was not done in this run or stands done in the timeline."""

from __future__ import annotations

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.done import kinds_in, reported

NAME = "false_action_claim"
_KNOWING = frozenset({"check"})
"""Having looked at something changes nothing; what it found must be grounded like any claim."""


def false_action_claim(text: Checked, context: CheckContext) -> list[Finding]:
    """Completion verbs, first person or passive, against the action log and the customer's facts."""
    claimed = [r for r in reported(text.text) if r.kind not in _KNOWING]
    if not claimed:
        return []
    done = set[str]().union(*(kinds_in(f"{a.action} {' '.join(a.details)}") for a in context.actions_done))
    done |= set[str]().union(*(kinds_in(fact.text) for fact in context.facts if not fact.declared))
    if context.handed_over:
        done.add("handoff")
    return [
        Finding(NAME, Severity.REPAIR, f"no action of this run did it ({r.kind})", (r.start, r.end))
        for r in claimed
        if r.kind not in done and not (r.kind == "done" and done)
    ]
