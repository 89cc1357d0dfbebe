"""decision_unexplained: every decision row has a reason code, its evidence and the versions of its rules."""

from __future__ import annotations

import json
from collections.abc import Mapping

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked

NAME = "decision_unexplained"
_VERSIONS = ("playbook", "prompts", "encoder", "model")


def decision_unexplained(text: Checked, context: CheckContext) -> list[Finding]:
    """The text is the JSON line of a decision; its evidence may be empty, never absent."""
    try:
        row = json.loads(text.text)
    except (ValueError, RecursionError):
        row = None
    missing = _missing(row) if isinstance(row, Mapping) else ["a readable record"]
    return [Finding(NAME, Severity.BLOCK, f"the decision lacks {what}", (0, len(text.text))) for what in missing]


def _missing(row: Mapping[str, object]) -> list[str]:
    reasons = row.get("reasons")
    first = reasons[0] if isinstance(reasons, list) and reasons and isinstance(reasons[0], Mapping) else {}
    versions = row.get("versions")
    lacking = []
    if not first.get("code"):
        lacking.append("a reason code")
    if not isinstance(first.get("evidence"), list):
        lacking.append("evidence ids")
    if not isinstance(versions, Mapping) or not all(name in versions for name in _VERSIONS):
        lacking.append("rule versions")
    return lacking
